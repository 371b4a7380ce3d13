"""Answers what a centre's manager changes in the hall: notices, pauses, groups, the rules of the queue, devices."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from motcua.core.floor import EventKind
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.floor.halls import hall_for, locked, write_event
from motcua.store.floor.models import DeviceKind, GroupCounter, Hall, HallDevice, HallGroup, LivePart
from motcua.store.organisation.models import Counter
from motcua.store.organisation.roles import Role

NOTICE_MAX, NAME_MAX = 200, 80
_SEEN_EVERY = timedelta(seconds=20)
SILENT_AFTER = timedelta(seconds=60)
_LIVE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """What a manager enters for a group; ``id`` 0 makes a new one."""

    id: int
    letter: str
    name_vi: str
    name_en: str
    sectors: tuple[str, ...] = ()
    counters: tuple[int, ...] = ()
    is_results: bool = False
    slot_places: int | None = 0


@dataclass(frozen=True, slots=True)
class RulesEntry:
    """The centre's own rules and targets; ``None`` for what is no number."""

    calls_max: int | None
    streak_max: int | None
    wait_max_minutes: int | None
    target_minutes: int | None
    target_percent: int | None


_LIMITS = {
    "calls_max": (1, 5),
    "streak_max": (0, 20),
    "wait_max_minutes": (5, 240),
    "target_minutes": (1, 120),
    "target_percent": (50, 99),
}


def managed_hall(actor: Actor) -> Hall:
    """Return the hall of the manager's centre. Denied for all others."""
    require(actor, Role.CENTRE_MANAGER)
    return hall_for(actor)


def make_hall(actor: Actor) -> Hall:
    """Return the hall of the manager's centre, made when there was none."""
    require(actor, Role.CENTRE_MANAGER)
    if not actor.is_at_one_stop:
        raise Denied("not at a one-stop unit")
    return Hall.objects.get_or_create(unit_id=actor.unit_id)[0]


def set_notice(*, vi: str, en: str, actor: Actor, now: datetime) -> None:
    """Show a notice on the displays, or none."""
    with transaction.atomic():
        hall = locked(managed_hall(actor).id, now=now)
        hall.notice_vi, hall.notice_en = nfc(vi).strip()[:NOTICE_MAX], nfc(en).strip()[:NOTICE_MAX]
        hall.save(update_fields=["notice_vi", "notice_en"])
        write_event(hall, EventKind.NOTICE, now=now, actor=actor)


def close_hall(*, actor: Actor, now: datetime) -> None:
    """Give no more tickets; who waits is still served."""
    _turn_hall(True, EventKind.HALL_CLOSED, actor=actor, now=now)


def reopen_hall(*, actor: Actor, now: datetime) -> None:
    _turn_hall(False, EventKind.HALL_OPENED, actor=actor, now=now)


def pause_group(group_id: int, *, actor: Actor, now: datetime) -> None:
    """Give no more tickets for a group; who waits is still served."""
    _turn_group(group_id, True, EventKind.GROUP_PAUSED, actor=actor, now=now)


def resume_group(group_id: int, *, actor: Actor, now: datetime) -> None:
    _turn_group(group_id, False, EventKind.GROUP_RESUMED, actor=actor, now=now)


def save_rules(entry: RulesEntry, *, actor: Actor, now: datetime) -> None:
    """Set the rules from now on; past calls keep theirs. Problems: ``floor.rule_range``."""
    problems = []
    for name, (low, high) in _LIMITS.items():
        value = getattr(entry, name)
        if value is None or not low <= value <= high:
            problems.append(Problem("floor.rule_range", name, values={"low": str(low), "high": str(high)}))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        hall = locked(managed_hall(actor).id, now=now)
        before = {name: getattr(hall, name) for name in _LIMITS}
        for name in _LIMITS:
            setattr(hall, name, getattr(entry, name))
        hall.save(update_fields=list(_LIMITS))
        audit.record("floor.rules", hall.id, actor=actor, now=now, before=before)


def save_group(entry: GroupEntry, *, actor: Actor, now: datetime) -> HallGroup:
    """Return the group as entered.

    Problems: ``floor.letter``, ``floor.letter_taken``, ``floor.name_missing``, ``floor.places``,
    ``floor.group_missing``.
    """
    with transaction.atomic():
        hall = locked(managed_hall(actor).id, now=now)
        group = HallGroup.objects.filter(hall=hall, id=entry.id).first() if entry.id else HallGroup(hall=hall)
        if problems := _group_faults(hall, group, entry):
            raise Refused(problems)
        assert group is not None
        assert entry.slot_places is not None
        group.letter = entry.letter.upper()
        group.name_vi, group.name_en = nfc(entry.name_vi).strip()[:NAME_MAX], nfc(entry.name_en).strip()[:NAME_MAX]
        group.sectors, group.is_results, group.slot_places = list(entry.sectors), entry.is_results, entry.slot_places
        group.save()
        _set_counters(group, hall, entry.counters)
        audit.record("floor.group", group.id, actor=actor, now=now, letter=group.letter)
        write_event(hall, EventKind.GROUP_RESUMED, now=now, actor=actor, group=group.id)
    return group


def add_device(*, kind: str, name: str, actor: Actor, now: datetime) -> HallDevice:
    """Return a kiosk or display with an address of its own. Problems: ``floor.device_kind``, ``floor.name_missing``."""
    hall, name = managed_hall(actor), nfc(name).strip()[:NAME_MAX]
    problems = [] if kind in DeviceKind.values else [Problem("floor.device_kind", "kind")]
    if not name:
        problems.append(Problem("floor.name_missing", "name"))
    if problems:
        raise Refused(problems)
    device = HallDevice.objects.create(hall=hall, kind=kind, name=name, token=secrets.token_urlsafe(12), made_at=now)
    audit.record("floor.device_added", device.id, actor=actor, now=now, kind=kind)
    return device


def revoke_device(device_id: int, *, actor: Actor, now: datetime) -> None:
    """Make the address of a device show nothing from now on."""
    changed = HallDevice.objects.filter(id=device_id, hall=managed_hall(actor), revoked_at__isnull=True).update(
        revoked_at=now
    )
    if not changed:
        raise Denied("device of another hall")
    audit.record("floor.device_revoked", device_id, actor=actor, now=now)


def device_for(token: str, kind: DeviceKind, *, now: datetime) -> HallDevice | None:
    """Return the device that an address names, ``None`` when it was revoked; that it was seen is noted now and then."""
    device = (
        HallDevice.objects.select_related("hall__unit__agency")
        .filter(token=token, kind=kind, revoked_at__isnull=True)
        .first()
    )
    if device is not None and (device.seen_at is None or now - device.seen_at > _SEEN_EVERY):
        HallDevice.objects.filter(id=device.id).update(seen_at=now)
    return device


def is_silent(device: HallDevice, *, now: datetime) -> bool:
    """Return whether a device that should ask every few seconds has not been heard of for a minute."""
    return device.seen_at is None or now - device.seen_at > SILENT_AFTER


def is_live_part_well() -> bool:
    """Return whether the part that sends live events was heard of lately; by the database's clock, not the demo's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM floor_livepart WHERE seen_at > clock_timestamp() - make_interval(secs => %s)",
            [_LIVE_SECONDS],
        )
        return cursor.fetchone() is not None


def live_listeners() -> int:
    return sum(LivePart.objects.values_list("listeners", flat=True))


def _turn_hall(is_closed: bool, kind: EventKind, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        hall = locked(managed_hall(actor).id, now=now)
        if hall.is_closed != is_closed:
            hall.is_closed = is_closed
            hall.save(update_fields=["is_closed"])
            write_event(hall, kind, now=now, actor=actor)


def _turn_group(group_id: int, is_paused: bool, kind: EventKind, *, actor: Actor, now: datetime) -> None:
    with transaction.atomic():
        hall = locked(managed_hall(actor).id, now=now)
        if HallGroup.objects.filter(hall=hall, id=group_id).exclude(is_paused=is_paused).update(is_paused=is_paused):
            write_event(hall, kind, now=now, actor=actor, group=group_id)


def _group_faults(hall: Hall, group: HallGroup | None, entry: GroupEntry) -> list[Problem]:
    if group is None:
        return [Problem("floor.group_missing", "group")]
    problems = []
    letter = entry.letter.upper()
    if len(letter) != 1 or not "A" <= letter <= "Z":
        problems.append(Problem("floor.letter", "letter"))
    elif HallGroup.objects.filter(hall=hall, letter=letter).exclude(id=entry.id).exists():
        problems.append(Problem("floor.letter_taken", "letter", values={"letter": letter}))
    problems += [Problem("floor.name_missing", n) for n in ("name_vi", "name_en") if not getattr(entry, n).strip()]
    if entry.slot_places is None or not 0 <= entry.slot_places <= 50:
        problems.append(Problem("floor.places", "slot_places"))
    return problems


def _set_counters(group: HallGroup, hall: Hall, counters: Iterable[int]) -> None:
    own = set(Counter.objects.filter(unit_id=hall.unit_id, id__in=list(counters)).values_list("id", flat=True))
    GroupCounter.objects.filter(group=group).exclude(counter_id__in=own).delete()
    known = set(GroupCounter.objects.filter(group=group).values_list("counter_id", flat=True))
    GroupCounter.objects.bulk_create(GroupCounter(group=group, counter_id=i) for i in sorted(own - known))
