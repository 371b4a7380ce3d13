"""Answers how notices leave: by the channel that the person prefers, a bounded number of times, then by the next.

A notice is taken under a lock for a few minutes, sent without one, and what became of it is written down. Should
the machine fall in between, the same key goes to the channel again, and a channel that knows it delivers it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.core.forms.contacts import masked, parse_contact
from motcua.services.notices.templates import Words, rendered
from motcua.services.notices.times import TRIES_MAX, after_quiet, next_try
from motcua.services.ports import AddressRefused, CourierAway, Letter, Throttled, courier
from motcua.store.citizens.models import DeliveryState, Notice, NoticeDelivery, NoticeState

_BATCH = 200
_HELD_MINUTES = 5
_WITHOUT_ACCOUNT = ("zalo", "sms", "email")
_OPEN = (DeliveryState.TAKEN, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True)
class Way:
    """A channel and the address on it; ``tries`` are those that the channel did not answer."""

    channel: str
    address: str
    tries: int


def send_notices(*, now: datetime) -> int:
    """Let what is due leave, oldest first; return how many were handed to a channel."""
    sent, done = 0, set[int]()
    for notice in _taken(now=now):
        if notice.id in done:
            continue
        bundle = _bundle(notice, now=now)
        done |= {n.id for n in bundle}
        sent += len(bundle) if _send(bundle, now=now) else 0
    return sent


def _taken(*, now: datetime) -> list[Notice]:
    """Return what is due, taken so that no other worker sends it as well."""
    with transaction.atomic():
        rows = list(
            Notice.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("account", "party")
            .prefetch_related("deliveries")
            .filter(state=NoticeState.WAITING, next_at__lte=now)
            .order_by("next_at", "id")[:_BATCH]
        )
        Notice.objects.filter(id__in=[n.id for n in rows]).update(next_at=now + timedelta(minutes=_HELD_MINUTES))
    return rows


def _bundle(notice: Notice, *, now: datetime) -> list[Notice]:
    """Return the notice, with all others that wait for the same person where a digest is wished."""
    account = notice.account
    if account is None or not account.is_digest:
        return [notice]
    with transaction.atomic():
        others = list(
            Notice.objects.select_for_update(of=("self",))
            .select_related("account", "party")
            .prefetch_related("deliveries")
            .filter(account=account, state=NoticeState.WAITING)
            .exclude(id=notice.id)
            .order_by("id")
        )
        Notice.objects.filter(id__in=[n.id for n in others]).update(next_at=now + timedelta(minutes=_HELD_MINUTES))
    return [notice, *others]


def _send(bundle: Sequence[Notice], *, now: datetime) -> bool:
    """Hand the notice (or the day's notices as one letter) to the first channel that may still take it."""
    first = bundle[0]
    later = after_quiet(first.account, at=now)
    if later > now:
        _wait(bundle, until=later)
        return False
    ways = ways_of(first)
    for way in ways:
        adapter = courier(way.channel)
        if adapter is None:
            continue
        words = _words(bundle)
        text = words.long if way.channel == "email" else words.short
        key = f"{first.public_id}-{way.channel}"
        try:
            number = adapter.send(Letter(key, way.address, words.subject, text, first.language))
        except AddressRefused:
            _record(bundle, way, DeliveryState.REFUSED, now=now)
            continue
        except CourierAway as error:
            _record(bundle, way, DeliveryState.AWAY, now=now)
            if way.tries + 1 >= TRIES_MAX:
                continue
            asked = error.seconds if isinstance(error, Throttled) else 0
            _wait(bundle, until=next_try(tries=way.tries + 1, now=now, seconds_asked=asked))
            return False
        _record(bundle, way, DeliveryState.TAKEN, number=number, now=now)
        _end(bundle, NoticeState.SENT)
        return True
    had_a_way = bool(ways) or any(n.deliveries.exists() for n in bundle)
    _end(bundle, NoticeState.UNREACHED if had_a_way else NoticeState.NOBODY)
    return False


def ways_of(notice: Notice) -> list[Way]:
    """Return the channels that may still be tried, in the order that the person prefers."""
    email, phone, wanted = _addresses(notice)
    tried: dict[str, list[str]] = {}
    for delivery in notice.deliveries.all():
        tried.setdefault(delivery.channel, []).append(delivery.state)
    found = []
    for channel in wanted:
        address = email if channel == "email" else phone
        states = tried.get(channel, [])
        is_over = DeliveryState.REFUSED in states or DeliveryState.FAILED in states
        if address and not is_over and states.count(DeliveryState.AWAY) < TRIES_MAX:
            found.append(Way(channel, address, states.count(DeliveryState.AWAY)))
    return found


def _addresses(notice: Notice) -> tuple[str, str, Sequence[str]]:
    account = notice.account
    if account is not None and (account.email or account.phone):
        return account.email, account.phone, account.channels
    if notice.party is not None:
        contact = parse_contact(notice.party.email)
        return contact.value if contact else "", notice.party.phone, _WITHOUT_ACCOUNT
    left = parse_contact(notice.contact)
    if left is None:
        return "", "", ()
    return (left.value, "", ("email",)) if left.kind == "email" else ("", left.value, ("zalo", "sms"))


def _words(bundle: Sequence[Notice]) -> Words:
    first = bundle[0]
    each = [rendered(n.template, n.language, _with_host(n.values)) for n in bundle]
    if len(each) == 1:
        return each[0]
    values = {
        "count": str(len(each)),
        "codes": ", ".join(dict.fromkeys(str(n.values.get("code", "")) for n in bundle)),
        "texts": "\n\n".join(w.long for w in each),
        "link": f"{settings.PUBLIC_URL}/my/notices",
    }
    return rendered("digest", first.language, values)


def _with_host(values: dict[str, str]) -> dict[str, str]:
    """Return the values with a link that leads here from anywhere."""
    return {**values, "link": settings.PUBLIC_URL + values.get("link", "")}


def _record(bundle: Sequence[Notice], way: Way, state: DeliveryState, *, now: datetime, number: str = "") -> None:
    NoticeDelivery.objects.bulk_create(
        NoticeDelivery(
            notice=notice,
            channel=way.channel,
            address=masked(way.address),
            number=notice.deliveries.filter(channel=way.channel).count() + 1,
            at=now,
            state=state,
            provider_number=number,
        )
        for notice in bundle
    )


def _wait(bundle: Sequence[Notice], *, until: datetime) -> None:
    Notice.objects.filter(id__in=[n.id for n in bundle]).update(next_at=until)


def _end(bundle: Sequence[Notice], state: NoticeState) -> None:
    """Write the state; an address left for this matter alone goes once nothing more will be sent to it."""
    Notice.objects.filter(id__in=[n.id for n in bundle]).update(state=state)
    if state is not NoticeState.SENT:
        Notice.objects.filter(id__in=[n.id for n in bundle]).update(contact="")


def hear_news(*, channel: str, provider_number: str, is_delivered: bool, at: datetime) -> bool:
    """Write what a channel says became of a message; ``False`` when the number is not known (yet).

    Call-backs come twice, late and in any order: arrived stays arrived whatever comes after, and a message that
    did not arrive goes by the next channel, once.
    """
    with transaction.atomic():
        rows = list(
            NoticeDelivery.objects.select_for_update(of=("self",))
            .filter(channel=channel, provider_number=provider_number)
            .order_by("id")
        )
        if not rows:
            return False
        for row in rows:
            if row.state == DeliveryState.DELIVERED or (row.state == DeliveryState.FAILED and not is_delivered):
                continue
            row.state = DeliveryState.DELIVERED if is_delivered else DeliveryState.FAILED
            row.told_at = at
            row.save(update_fields=["state", "told_at"])
            _follow(row, is_delivered=is_delivered, at=at)
    return True


def _follow(row: NoticeDelivery, *, is_delivered: bool, at: datetime) -> None:
    notice = Notice.objects.filter(id=row.notice_id)
    if is_delivered:
        notice.exclude(state=NoticeState.TOLD).update(state=NoticeState.DELIVERED, contact="")
    elif not NoticeDelivery.objects.filter(notice_id=row.notice_id, state__in=_OPEN).exclude(id=row.id).exists():
        notice.filter(state=NoticeState.SENT).update(state=NoticeState.WAITING, next_at=at)


def tell_by_hand(public_id: UUID, *, unit_id: int) -> bool:
    """Write down that the office told the person itself; ``False`` when there is no such notice of the unit."""
    rows = Notice.objects.filter(public_id=public_id, unit_id=unit_id, state=NoticeState.UNREACHED)
    return bool(rows.update(state=NoticeState.TOLD))
