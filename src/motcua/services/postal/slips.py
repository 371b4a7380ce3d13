"""Answers how a postal officer takes a dossier in: checked against the published list, slip signed by both, fee taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from motcua.core.forms import ComponentCount, PartyEntry, check_components, check_party, missing_components
from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied, require
from motcua.services.dossiers.intake import article_for
from motcua.services.fees import quote_for
from motcua.services.offerings import component_rules, is_receivable
from motcua.services.payments.cash import CashGiven, cash_in
from motcua.services.payments.charges import open_charge
from motcua.services.times import local_day
from motcua.store.dossiers.models import IntakeDraft
from motcua.store.dossiers.receiving import save_party
from motcua.store.ledger.numbers import paper_scope, take_numbers
from motcua.store.organisation.models import Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.post.models import PostSlip

ADDRESS_MAX = 300
POST = "POST"


@dataclass(frozen=True, slots=True)
class SlipEntry:
    """What the postal officer entered. ``key`` makes the slip once; ``is_signed`` says that the sender signed it."""

    key: UUID
    offering_id: int
    sender: PartyEntry
    counts: Sequence[ComponentCount]
    return_address: str = ""
    is_signed: bool = False
    fee_answers: Mapping[str, Any] = field(default_factory=dict)


def take_slip(entry: SlipEntry, *, actor: Actor, now: datetime) -> PostSlip:
    """Return the slip of a dossier that the post took in; with the same key the same slip. No dossier is received yet.

    The fee is taken in cash with it, by the tariff for the post. Problems: those of the sender and the counts,
    ``component.missing``, ``intake.offering_elsewhere``, ``slip.not_signed``, ``slip.address_long``,
    ``cash.day_closed``. Source: Decision 45/2016/QĐ-TTg, arts. 6 to 10.
    """
    require(actor, Role.POSTAL_OFFICER)
    if earlier := PostSlip.objects.filter(key=entry.key, staff_id=actor.staff_id).first():
        return earlier
    unit_id, today = centre_of(actor), local_day(now)
    sender = check_party(entry.sender, prefix="applicant", on=today)
    problems = list(sender) if isinstance(sender, tuple) else []
    rules = component_rules(entry.offering_id)
    received, count_problems = check_components(rules, entry.counts)
    problems += count_problems or missing_components(rules, received)
    if not is_receivable(entry.offering_id, unit_id=unit_id, on=today):
        problems.append(Problem("intake.offering_elsewhere", "offering"))
    if not entry.is_signed:
        problems.append(Problem("slip.not_signed", "is_signed"))
    if len(entry.return_address) > ADDRESS_MAX:
        problems.append(Problem("slip.address_long", "return_address", values={"limit": str(ADDRESS_MAX)}))
    if problems or isinstance(sender, tuple):
        raise Refused(_with_article(problems, now))
    try:
        with transaction.atomic():
            return _write(entry, sender, [asdict(r) for r in received], unit_id, actor=actor, now=now)
    except IntegrityError:
        # A second tap waited for the first, which has written the slip.
        if earlier := PostSlip.objects.filter(key=entry.key).first():
            return earlier
        raise


def slip_for_post(public_id: UUID, actor: Actor) -> PostSlip:
    """Return a slip for its page and paper: whoever took it in, and the centre it goes to; Denied for others."""
    require(actor, Role.POSTAL_OFFICER, Role.COUNTER_OFFICER, Role.CENTRE_MANAGER)
    rows = PostSlip.objects.select_related("sender", "offering__agency", "unit__agency__parent", "dossier")
    slip = rows.filter(public_id=public_id, unit_id=centre_of(actor)).first()
    if slip is None:
        raise Denied("slip of another unit")
    return slip


def give_back(*, public_id: UUID, actor: Actor, now: datetime) -> PostSlip:
    """Return the slip after a dossier that was refused went back to its sender. Problems: ``slip.not_refused``."""
    require(actor, Role.POSTAL_OFFICER)
    slip = slip_for_post(public_id, actor)
    changed = PostSlip.objects.filter(id=slip.id, state=PostSlip.REFUSED).update(state=PostSlip.GIVEN_BACK)
    if not changed:
        raise Refused([Problem("slip.not_refused")])
    slip.refresh_from_db(fields=["state"])
    return slip


def centre_of(actor: Actor) -> int:
    """Return the one-stop unit that the actor's post office brings dossiers to; for all others their own unit."""
    if actor.unit_kind != UnitKind.POST_OFFICE:
        return actor.unit_id
    kinds = (UnitKind.SERVICE_CENTRE, UnitKind.RECEPTION_SECTION)
    found = Unit.objects.filter(agency_id=actor.agency_id, kind__in=kinds).order_by("id")
    return found.values_list("id", flat=True).first() or actor.unit_id


def _write(
    entry: SlipEntry, sender: PartyRecord, papers: list[dict[str, Any]], unit_id: int, *, actor: Actor, now: datetime
) -> PostSlip:
    year = local_day(now).year
    sender_id = save_party(sender)
    (number,) = take_numbers(paper_scope(unit_id, "post_slip", year))
    quoted = quote_for(entry.offering_id, on=local_day(now), channel=POST, answers=entry.fee_answers)
    slip = PostSlip.objects.create(
        key=entry.key,
        unit_id=unit_id,
        year=year,
        number=number,
        offering_id=entry.offering_id,
        sender_id=sender_id,
        entry={
            "applicant": asdict(entry.sender),
            "counts": [asdict(c) for c in entry.counts],
            "fee_answers": dict(entry.fee_answers),
        },
        papers=papers,
        return_address=nfc(entry.return_address),
        fee_vnd=quoted.total_vnd,
        staff_id=actor.staff_id,
        taken_at=now,
    )
    if quoted.total_vnd:
        charge = open_charge(
            key=uuid5(entry.key, "fee"), offering_id=entry.offering_id, unit_id=unit_id, quote=quoted, channel=POST,
            now=now, application=slip.public_id, party_id=sender_id,
        )  # fmt: skip
        cash_in(charge, CashGiven(uuid5(entry.key, "cash"), payer=sender.name), actor=actor, now=now)
    IntakeDraft.objects.filter(key=entry.key).update(closed_at=now, data={})
    return slip


def _with_article(problems: Sequence[Problem], now: datetime) -> list[Problem]:
    ref = article_for("post.slip", local_day(now))
    return [Problem(p.code, p.field, p.ref or ref, p.values) for p in problems]
