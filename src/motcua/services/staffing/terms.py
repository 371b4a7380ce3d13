"""Answers who sent to a one-stop unit is out of the law's bounds on a day, who soon will be, and how it was before.

Only those sent by an agency have a term; the unit's own staff stay. Source: Decree 61/2018/NĐ-CP, art. 11; Decree
118/2025/NĐ-CP, art. 11 [2nd].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from motcua.core.staffing import Bounds, Service, Spell, breaches_on, coming, spells
from motcua.services.actors import Actor, Denied, require
from motcua.store.lawfiles.premises import StaffLaw, bounds_for, staff_laws
from motcua.store.organisation.models import Appointment, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.staffing.models import OfficerRecord

READERS = (Role.CENTRE_MANAGER, Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER)
WARN_DAYS = 60
PAGE = 50
ALL = "all"
_CHUNK = 300
# The one-stop decrees began in 2018; nobody plans terms beyond the last of these days.
FIRST_DAY, LAST_DAY = date(2018, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class TermLine:
    """A person sent to a unit: out of bounds in what, what comes, and all spells of it."""

    name: str
    post: str
    unit: str
    sender: str
    service: Service
    now: tuple[Spell, ...]
    soon: tuple[Spell, ...]
    past: tuple[Spell, ...]


@dataclass(frozen=True, slots=True)
class TermPage:
    """Who was sent, with those out of bounds on the day; ``law`` is what the act in force that day asks."""

    day: date
    law: StaffLaw | None
    laws: tuple[StaffLaw, ...]
    lines: tuple[TermLine, ...]
    after: str
    out: int
    soon: int


def term_page(actor: Actor, *, day: date, wanted: str, after: str) -> TermPage:
    """Return those sent to the head's unit; for the office of procedures and the province, to all units, by page.

    ``wanted`` is ``all``, else only those out of bounds on the day or soon.
    """
    require(actor, *READERS)
    rows = _sent(day)
    if not actor.has(Role.PROCEDURE_OFFICER, Role.PROVINCE_LEADER):
        if not actor.is_at_one_stop:
            raise Denied("not the head of a one-stop unit")
        rows = rows.filter(post__unit_id=actor.unit_id)
    if after.isascii() and after.isdecimal() and len(after) < 18:
        rows = rows.filter(id__gt=int(after))
    found = _lines(rows, day, wanted)
    shown = found[:PAGE]
    lines = [line for _id, line in shown]
    held = [law for law in staff_laws() if _holds(law.bounds, day)]
    return TermPage(
        day=day,
        law=held[-1] if held else None,
        laws=staff_laws(),
        lines=tuple(lines),
        after=str(shown[-1][0]) if len(found) > PAGE else "",
        out=sum(bool(line.now) for line in lines),
        soon=sum(bool(line.soon) for line in lines),
    )


def service_of(appointment: Appointment, record: OfficerRecord | None, *, on: date) -> Service:
    """Return the service as the rules see it on a day: the planned end counts until somebody stays beyond it."""
    planned = record.term_to_on if record is not None else None
    return Service(
        in_field_since_on=record.in_field_since_on if record is not None else None,
        from_on=appointment.from_on,
        to_on=planned if planned is not None and planned >= on else appointment.to_on,
    )


def _lines(rows: QuerySet[Appointment], day: date, wanted: str) -> list[tuple[int, TermLine]]:
    """Return a page of lines and one more, with the keys they follow; two statements for each so many people."""
    found: list[tuple[int, TermLine]] = []
    last = 0
    while len(found) <= PAGE:
        chunk = list(rows.filter(id__gt=last)[:_CHUNK])
        people = {(a.post.unit_id, a.staff_id) for a in chunk}
        records = {
            (r.unit_id, r.staff_id): r
            for r in OfficerRecord.objects.filter(
                unit_id__in={u for u, _s in people}, staff_id__in={s for _u, s in people}
            )
        }
        for appointment in chunk:
            line = _line(appointment, records.get((appointment.post.unit_id, appointment.staff_id)), day)
            if wanted == ALL or line.now or line.soon:
                found.append((appointment.id, line))
        if len(chunk) < _CHUNK:
            break
        last = chunk[-1].id
    return found


def _sent(day: date) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(
            sending_agency__isnull=False, post__unit__kind__in=UnitKind.one_stop(), from_on__lte=day
        )
        .exclude(to_on__lt=day)
        .select_related("staff", "post__unit__agency", "sending_agency")
        .order_by("id")
    )


def _line(appointment: Appointment, record: OfficerRecord | None, day: date) -> TermLine:
    unit = appointment.post.unit
    bounds: Sequence[Bounds] = bounds_for(unit.agency.level)
    service = service_of(appointment, record, on=day)
    return TermLine(
        name=appointment.staff.full_name,
        post=appointment.post.title,
        unit=unit.name,
        sender=appointment.sending_agency.short_name if appointment.sending_agency else "",
        service=service,
        now=breaches_on(service, bounds, day),
        soon=coming(service, bounds, on=day, days=WARN_DAYS),
        past=tuple(s for s in spells(service, bounds) if s.from_on <= day),
    )


def _holds(bounds: Bounds, day: date) -> bool:
    return bounds.from_on <= day and (bounds.to_on is None or day <= bounds.to_on)
