"""Gives the demo's main centres their halls: groups, devices, some days of queue history, people waiting at opening."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from motcua.core.floor import Desk, Event
from motcua.project.demo.hall_day import Kind, PlayedTicket, arrivals_of, play
from motcua.services.actors import actor_of
from motcua.services.floor.desks import open_desk
from motcua.services.floor.tickets import TicketRequest, take_ticket
from motcua.services.times import local_day
from motcua.store.floor.models import GroupCounter, Hall, HallDevice, HallGroup, Ticket, TicketEvent
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Appointment, Counter, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

_WARDS = ("UBND phường Kinh Bắc", "UBND phường Võ Cường", "UBND phường Từ Sơn", "UBND phường Bắc Giang")
# Letter, names, sectors, share of the visitors, minutes of a usual visit, the counters (by number), results.
_WARD_GROUPS = (
    ("A", "Hộ tịch, chứng thực", "Civil status, certified copies", ("Hộ tịch", "Chứng thực"), 0.5, 5.0, False),
    ("B", "Đất đai, xây dựng", "Land, building", ("Đất đai", "Hoạt động xây dựng"), 0.17, 9.0, False),
    ("C", "Kinh doanh và việc khác", "Business and other matters", (), 0.18, 7.0, False),
    ("R", "Nhận kết quả", "Fetch a result", (), 0.15, 2.5, True),
)
_PAST_DAYS = (1, 2, 7, 14)
_WAITING = "AABACRABAC"


def make_halls(*, opens_at: datetime, seed: str) -> int:
    """Make the halls and return how many; deterministic, through plain rows for days past, through services today."""
    units = [*Unit.objects.filter(kind=UnitKind.SERVICE_CENTRE, agency__parent__isnull=True)]
    units += Unit.objects.filter(kind=UnitKind.SERVICE_CENTRE, agency__short_name__in=_WARDS).order_by("id")
    for number, unit in enumerate(units):
        with transaction.atomic():
            dice = Random(f"{seed}-{number}")  # noqa: S311
            hall = _hall(unit, made_at=opens_at - timedelta(days=60))
            count = 260 if unit.agency.parent_id is None else 140
            for days in _PAST_DAYS if number < 2 else _PAST_DAYS[:2]:
                day = (opens_at - timedelta(days=days)).replace(hour=7, minute=30, second=0, microsecond=0)
                if law_book().calendar().is_working(day.date()):
                    _past_day(hall, day, count=count, dice=dice)
        _opening(hall, opens_at, dice=dice)
    return len(units)


def _hall(unit: Unit, *, made_at: datetime) -> Hall:
    hall = Hall.objects.create(
        unit=unit,
        notice_vi="Chứng thực bản sao: mang bản chính để đối chiếu.",
        notice_en="Certified copies: bring the original.",
    )
    counters = list(Counter.objects.filter(unit=unit).order_by("number"))
    for index, (letter, vi, en, sectors, _share, _visit, is_results) in enumerate(_WARD_GROUPS):
        group = HallGroup.objects.create(
            hall=hall,
            letter=letter,
            name_vi=vi,
            name_en=en,
            sectors=list(sectors),
            is_results=is_results,
            slot_places=0 if is_results else 2,
        )
        GroupCounter.objects.bulk_create(
            GroupCounter(group=group, counter=c) for n, c in enumerate(counters) if _serves(n, index, len(counters))
        )
    for kind, name in (("kiosk", "Ki-ốt cửa chính"), ("display", "Màn hình sảnh")):
        HallDevice.objects.create(hall=hall, kind=kind, name=name, token=_token(f"{unit.id}-{kind}"), made_at=made_at)
    return hall


def _serves(counter: int, group: int, counters: int) -> bool:
    """Return whether a counter serves a group: most serve two, so that none is idle while others wait."""
    if counters < 4:
        return True
    return counter % 4 == group or (counter + 1) % 4 == group


def _token(text: str) -> str:
    """Return the address of a demo's machine: the same at every run, unlike a real one's."""
    return "mau-" + hashlib.sha256(text.encode()).hexdigest()[:12]


def _past_day(hall: Hall, day: datetime, *, count: int, dice: Random) -> None:
    groups = {g.letter: g for g in HallGroup.objects.filter(hall=hall)}
    kinds = [Kind(groups[letter].id, letter, share, visit) for letter, _, _, _, share, visit, _ in _WARD_GROUPS]
    desks = _desks(hall, limit=max(3, count // 50))
    played, events = play(arrivals_of(day, kinds, count=count, dice=dice), desks, dice=dice)
    rows = Ticket.objects.bulk_create([_row(hall, p, dice) for p in played], batch_size=500)
    ids = {p.ticket.id: row.id for p, row in zip(played, rows, strict=True)}
    TicketEvent.objects.bulk_create(
        [_event(hall, hall.seq + n, e, ids) for n, e in enumerate(events, start=1)], batch_size=1000
    )
    hall.seq += len(events)
    hall.save(update_fields=["seq"])


def _desks(hall: Hall, *, limit: int) -> list[Desk]:
    served: dict[int, set[int]] = {}
    rows = GroupCounter.objects.filter(group__hall=hall).order_by("counter__number")
    for group_id, counter_id in rows.values_list("group_id", "counter_id"):
        served.setdefault(counter_id, set()).add(group_id)
    return [Desk(counter, frozenset(groups)) for counter, groups in list(served.items())[:limit]]


def _row(hall: Hall, played: PlayedTicket, dice: Random) -> Ticket:
    t = played.ticket
    return Ticket(
        hall=hall,
        day=local_day(t.place_at),
        letter=played.letter,
        number=played.number,
        group_id=t.group,
        token=f"{dice.getrandbits(64):016x}",
        key=uuid.UUID(int=dice.getrandbits(128), version=4),
        ground=t.ground.value,
        place_at=t.place_at,
        state=t.state,
        counter_id=t.counter,
        calls=t.calls,
        passed=t.passed,
        reason=played.reason,
        first_called_at=played.first_called_at,
        called_at=t.called_at,
        ended_at=played.ended_at,
    )


def _event(hall: Hall, seq: int, event: Event, ids: dict[int, int]) -> TicketEvent:
    ticket_id = ids[event.ticket] if event.ticket is not None else None
    return TicketEvent(
        hall_id=hall.id,
        seq=seq,
        kind=event.kind,
        at=event.at,
        ticket_id=ticket_id,
        counter_id=event.counter,
        data=dict(event.data),
    )


def _opening(hall: Hall, opens_at: datetime, *, dice: Random) -> None:
    """Let two officers sit down and some people come before the doors open at the demo's hour."""
    start = opens_at - timedelta(minutes=15)
    for number, holder in enumerate(_officers(hall)[:2]):
        counter = Counter.objects.filter(unit_id=hall.unit_id).order_by("number")[number + 2]
        holding = holdings_of(holder.staff_id, at=start, on=start.date())[0]
        actor = actor_of(staff_id=holder.staff_id, name=holder.staff.full_name, holding=holding)
        open_desk(counter_id=counter.id, actor=actor, now=start)
    groups = {g.letter: g for g in HallGroup.objects.filter(hall=hall)}
    for number, letter in enumerate(_WAITING):
        key = uuid.UUID(int=dice.getrandbits(128), version=4)
        ground = "elderly" if number == 4 else ""
        at = start + timedelta(seconds=60 * number + dice.randrange(50))
        take_ticket(hall.id, TicketRequest(key, groups[letter].id, ground=ground), now=at)


def _officers(hall: Hall) -> Sequence[Appointment]:
    """Return officers of the centre whom nobody plays: the last of its counter posts."""
    rows = Appointment.objects.filter(
        post__unit_id=hall.unit_id, post__roles__contains=[Role.COUNTER_OFFICER.value]
    ).exclude(post__roles__contains=[Role.CENTRE_MANAGER.value])
    return list(rows.select_related("staff").order_by("-id"))


def hall_addresses() -> list[str]:
    """Return the lines that tell where kiosk and display of the first ward are."""
    devices = HallDevice.objects.filter(hall__unit__agency__short_name=_WARDS[0]).order_by("-kind")
    return [f"  {d.name}: /hall/{d.token}/{d.kind}" for d in devices]
