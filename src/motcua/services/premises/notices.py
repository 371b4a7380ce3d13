"""Answers the head's monthly notice to the unit's staff: the month's facts, counted, with the head's remarks.

What is published keeps the figures as they were counted then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from motcua.core.kernel import Problem, Refused, paragraphs
from motcua.core.staffing import add_months
from motcua.core.statistics import Window
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.calendars import calendar_of
from motcua.services.premises.effects import minutes_out
from motcua.services.staffing.places import COUNTER_ROLES, require_head, require_member
from motcua.services.times import VIETNAM, end_of, local_day
from motcua.store.figures.selectors import Filters, counts
from motcua.store.organisation.models import Appointment
from motcua.store.organisation.roles import Role
from motcua.store.premises.models import Fault, MonthlyNotice
from motcua.store.staffing.models import Absence

REMARKS_MAX = 4_000
MONTHS_OFFERED = 6
_FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class NoticePage:
    """The notices of a unit, and for its head the months that have none yet."""

    notices: tuple[MonthlyNotice, ...]
    months: tuple[date, ...]
    may_write: bool


def notice_page(actor: Actor, *, now: datetime) -> NoticePage:
    """Return the unit's notices, the newest first; everybody of the unit reads them."""
    require_member(actor)
    notices = tuple(MonthlyNotice.objects.filter(unit_id=actor.unit_id).order_by("-month")[:36])
    this = local_day(now).replace(day=1)
    offered = [add_months(this, -n) for n in range(MONTHS_OFFERED)]
    known = {n.month for n in notices}
    is_head = actor.has(Role.CENTRE_MANAGER)
    return NoticePage(notices, tuple(m for m in offered if m not in known) if is_head else (), is_head)


def notice_for(public_id: UUID, actor: Actor) -> MonthlyNotice:
    """Return a notice of the actor's unit; Denied for others."""
    require_member(actor)
    found = MonthlyNotice.objects.select_related("unit").filter(public_id=public_id, unit_id=actor.unit_id).first()
    if found is None:
        raise Denied("notice of another unit")
    return found


def month_of(text: str, *, now: datetime) -> date | None:
    """Return the month ``2026-11`` when a notice may be written of it: this one, or one of the last."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    this = local_day(now).replace(day=1)
    return month if add_months(this, 1 - MONTHS_OFFERED) <= month <= this else None


def facts_of_month(actor: Actor, month: date, *, now: datetime) -> dict[str, Any]:
    """Return the month's facts: who came and left, dossiers and how many in time, half-days away, faults.

    Shape: ``{came: [name], left: [name], received, ended, early, on_time, late, percent, half_days, faults: [...]}``;
    ``percent`` is ``None`` when no dossier ended.
    """
    require_head(actor)
    end = add_months(month, 1)
    wanted = Q()
    for role in (*COUNTER_ROLES, Role.CENTRE_MANAGER):
        wanted |= Q(post__roles__contains=[role.value])
    people = Appointment.objects.filter(wanted, post__unit_id=actor.unit_id).order_by("staff__name_folded", "id")
    came = people.filter(from_on__gte=month, from_on__lt=end).values_list("staff__full_name", flat=True)
    left = people.filter(to_on__gte=month, to_on__lt=end).values_list("staff__full_name", flat=True)
    away = Absence.objects.filter(unit_id=actor.unit_id, day__gte=month, day__lt=end)
    return {
        "came": list(came),
        "left": list(left),
        "half_days": away.count(),
        "away_people": away.aggregate(n=Count("staff_id", distinct=True))["n"],
        **_dossiers(actor, month, end, now=now),
        "faults": _faults(actor, month, end, now=now),
    }


def publish_notice(month: date | None, *, remarks: str, actor: Actor, now: datetime) -> MonthlyNotice:
    """Return the month's notice, published to the unit; a month has one, the second try gets the first.

    Problems: ``notice.month``, ``notice.remarks``.
    """
    require_head(actor)
    problems = []
    if month is None:
        problems.append(Problem("notice.month", "month"))
    if len(remarks.strip()) > REMARKS_MAX:
        problems.append(Problem("notice.remarks", "remarks", values={"limit": str(REMARKS_MAX)}))
    if problems or month is None:
        raise Refused(problems)
    kept = MonthlyNotice.objects.filter(unit_id=actor.unit_id, month=month).first()
    if kept is not None:
        return kept
    try:
        with transaction.atomic():
            notice = MonthlyNotice.objects.create(
                unit_id=actor.unit_id,
                month=month,
                facts=facts_of_month(actor, month, now=now),
                remarks=paragraphs(remarks),
                published_by_id=actor.staff_id,
                published_at=now,
            )
            audit.record("notice.published", notice.public_id, actor=actor, now=now)
    except IntegrityError:
        return MonthlyNotice.objects.get(unit_id=actor.unit_id, month=month)
    return notice


def _dossiers(actor: Actor, month: date, end: date, *, now: datetime) -> Mapping[str, Any]:
    window = Window(_start(month), min(end_of(end - timedelta(days=1)), now))
    total = counts(Filters(unit_id=actor.unit_id), window, by="sector").total
    return {
        "received": total.in_period,
        "ended": total.resolved,
        "early": total.early,
        "on_time": total.on_time,
        "late": total.late,
        "percent": round(100 * (total.early + total.on_time) / total.resolved, 1) if total.resolved else None,
    }


def _faults(actor: Actor, month: date, end: date, *, now: datetime) -> list[dict[str, Any]]:
    calendar = calendar_of(actor.agency_id)
    rows = Fault.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=_start(month)),
        unit_id=actor.unit_id,
        since_at__lt=_start(end),
    ).select_related("asset", "counter")
    return [
        {
            "name": f.asset.name,
            "counter": f.counter.number if f.counter is not None else None,
            "since": f.since_at.isoformat(),
            "until": f.closed_at.isoformat() if f.closed_at is not None else None,
            "minutes": round(minutes_out(f, calendar, now=now)),
        }
        for f in rows.order_by("since_at", "id")[:_FAULTS_SHOWN]
    ]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
