"""Answers which calendar an agency has: the law's days off, its hours, and the decisions entered for it.

A calendar is versioned by its decisions; each date can be derived again as it was known on any day before.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from motcua.core.calendar import Calendar, CalendarSpec, DayHours, Season, Weekly, parse_hours
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Agency, CalendarChange, CalendarChangeKind
from motcua.store.organisation.roles import Role

DAYS_MAX = 3 * 366
TEXT_MAX = 200
_STAMP_SECONDS = 5.0
_WEEK = range(7)


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """What an administrator enters; texts as typed, days parsed (``None`` for what is no day)."""

    kind: str
    from_on: date | None
    to_on: date | None
    weekdays: tuple[int, ...] = ()
    hours: str = ""
    reason: str = ""
    decision_no: str = ""
    decided_on: date | None = None
    covers_below: bool = False


class _Kept:
    """Calendars made in this process, and the state of the decisions they were made from."""

    stamp: tuple[int, ...] | None = None
    looked_at = 0.0
    calendars: dict[int, Calendar] = {}
    by_content: dict[tuple[object, ...], Calendar] = {}


def calendar_of(agency_id: int) -> Calendar:
    """Return the agency's calendar; whether decisions have changed is looked at every few seconds."""
    if _Kept.stamp is None or time.monotonic() - _Kept.looked_at > _STAMP_SECONDS:
        look_again()
    return _calendar(agency_id)


def fresh_calendar(agency_id: int) -> Calendar:
    """Return the agency's calendar as committed now; for every act that promises an instant."""
    look_again()
    return _calendar(agency_id)


def calendar_as_known(agency_id: int, *, at: datetime) -> Calendar:
    """Return the agency's calendar as it was known at ``at``: without the decisions entered or revoked since."""
    return _made(agency_id, _changes_over(agency_id, at=at))


def changed_since(at: datetime) -> bool:
    """Return whether a decision on any agency's calendar was entered or revoked after ``at``."""
    return CalendarChange.objects.filter(Q(made_at__gt=at) | Q(revoked_at__gt=at)).exists()


def forget() -> None:
    """Forget what is kept; for tests, whose database goes back."""
    _Kept.stamp = None
    _Kept.calendars.clear()


def calendar_with(agency_id: int, extra: Iterable[CalendarChange]) -> Calendar:
    """Return the agency's calendar with further changes that are not stored; for what-if questions."""
    return _made(agency_id, [*_changes_over(agency_id, at=None), *extra])


def change_calendar(*, agency_id: int, entry: ChangeEntry, actor: Actor, now: datetime) -> CalendarChange:
    """Return the decision entered; live clocks of the agency are derived anew by a job.

    Problems: those of ``check_change``.
    Source: Decision 14/2010/QĐ-TTg (Saturday reception); hours are the provincial People's Committee's.
    """
    agency = _agency_for(agency_id, actor)
    change = checked_change(agency, entry, now=now)
    change.staff_id, change.made_at = actor.staff_id, now
    with transaction.atomic():
        change.save()
        _audit("calendar.changed", change, actor, now)
    look_again()
    return change


def checked_change(agency: Agency, entry: ChangeEntry, *, now: datetime) -> CalendarChange:
    """Return the change, not stored. Problems: ``calendar.kind``, ``calendar.days_missing``, ``calendar.ends_before``,
    ``calendar.long``, ``calendar.past``, ``calendar.beyond``, ``calendar.hours``, ``calendar.weekdays``,
    ``calendar.reason_missing``, ``calendar.decision_missing``.
    """
    problems = []
    first, last = entry.from_on, entry.to_on
    if entry.kind not in CalendarChangeKind.values:
        problems.append(Problem("calendar.kind", "kind"))
    if first is None or last is None:
        problems.append(Problem("calendar.days_missing", "from_on" if first is None else "to_on"))
    elif last < first:
        problems.append(Problem("calendar.ends_before", "to_on"))
    elif (last - first).days > DAYS_MAX:
        problems.append(Problem("calendar.long", "to_on", values={"limit": str(DAYS_MAX)}))
    elif last > (horizon := law_book().calendar().known_until):
        problems.append(Problem("calendar.beyond", "to_on", values={"last": f"{horizon:%d/%m/%Y}"}))
    elif last < local_day(now) - timedelta(days=31):
        problems.append(Problem("calendar.past", "to_on"))
    if entry.kind != CalendarChangeKind.CLOSED:
        try:
            parse_hours(entry.hours)
        except ValueError as error:
            problems.append(Problem("calendar.hours", "hours", values={"fault": str(error)}))
        if not entry.weekdays or not set(entry.weekdays) <= set(range(1, 8)):
            problems.append(Problem("calendar.weekdays", "weekdays"))
    if not entry.reason.strip() or len(entry.reason) > TEXT_MAX:
        problems.append(Problem("calendar.reason_missing", "reason", values={"limit": str(TEXT_MAX)}))
    if not entry.decision_no.strip() or len(entry.decision_no) > 60 or entry.decided_on is None:
        field = "decided_on" if entry.decision_no.strip() else "decision_no"
        problems.append(Problem("calendar.decision_missing", field))
    if problems or first is None or last is None or entry.decided_on is None:
        raise Refused(problems)
    is_closed = entry.kind == CalendarChangeKind.CLOSED
    return CalendarChange(
        agency=agency,
        covers_below=entry.covers_below,
        kind=entry.kind,
        from_on=first,
        to_on=last,
        weekdays=[] if is_closed else sorted(set(entry.weekdays)),
        hours="" if is_closed else entry.hours.replace(" ", ""),
        reason=nfc(entry.reason),
        decision_no=nfc(entry.decision_no),
        decided_on=entry.decided_on,
    )


def revoke_change(*, change_id: int, actor: Actor, now: datetime) -> CalendarChange:
    """Return the decision, revoked; it stays on record. Problem: ``calendar.revoked_already``."""
    change = CalendarChange.objects.select_related("agency").filter(id=change_id).first()
    if change is None:
        raise Denied("no such change")
    _agency_for(change.agency_id, actor)
    with transaction.atomic():
        done = CalendarChange.objects.filter(id=change_id, revoked_at__isnull=True).update(
            revoked_at=now, revoked_by_id=actor.staff_id
        )
        if not done:
            raise Refused([Problem("calendar.revoked_already")])
        _audit("calendar.revoked", change, actor, now)
    look_again()
    return change


def changes_of(agency_id: int) -> list[CalendarChange]:
    """Return the decisions that hold or held for the agency, its own and those from above, newest first."""
    return sorted(_query(_chain(agency_id)), key=lambda c: (c.from_on, c.id), reverse=True)


def may_change_calendar(actor: Actor, agency: Agency) -> bool:
    """Return whether the actor enters decisions for the agency: an administrator, or the head of the agency."""
    return actor.has(Role.ADMINISTRATOR) or (actor.has(Role.AGENCY_LEADER) and actor.agency_id == agency.id)


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day as the calendar's page shows it. ``kind`` is working, make_up, half, off, closed or reception."""

    day: date
    kind: str
    hours: str
    reason: str


def month_of(calendar: Calendar, first: date) -> list[list[CalendarDay | None]]:
    """Return the weeks of a month, Monday first; ``None`` where another month begins or days are unknown."""
    weeks: list[list[CalendarDay | None]] = [[]]
    weeks[0] += [None] * first.weekday()
    day = first
    while day.month == first.month:
        if len(weeks[-1]) == len(_WEEK):
            weeks.append([])
        is_known = calendar.spec.known_from <= day <= calendar.known_until
        weeks[-1].append(_day_of(calendar, day) if is_known else None)
        day += timedelta(days=1)
    weeks[-1] += [None] * (len(_WEEK) - len(weeks[-1]))
    return weeks


def _day_of(calendar: Calendar, day: date) -> CalendarDay:
    spec, hours = calendar.spec, calendar.hours_on(day)
    if hours:
        worked = sum(end - start for start, end in hours)
        kind = "half" if worked <= calendar.full_day_minutes() * 3 // 4 else "working"
        if day in spec.make_up_days:
            kind = "make_up"
        return CalendarDay(day, kind, hours_text(hours), spec.make_up_days.get(day, ""))
    reason = calendar.why_off(day)
    if reception := calendar.reception_hours_on(day):
        return CalendarDay(day, "reception", hours_text(reception), "")
    return CalendarDay(day, "closed" if day in spec.closings else "off", "", "" if reason == "weekend" else reason)


def hours_text(hours: DayHours) -> str:
    """Return office hours as people write them: ``07:30-11:30, 13:30-17:00``."""
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in hours)


def _agency_for(agency_id: int, actor: Actor) -> Agency:
    agency = Agency.objects.filter(id=agency_id).first()
    if agency is None or not may_change_calendar(actor, agency):
        raise Denied("calendar of another agency")
    return agency


def look_again() -> None:
    """See whether decisions have been entered or revoked by whatever process; one small statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0), count(revoked_at) FROM organisation_calendarchange")
        stamp = tuple(cursor.fetchone())
    if stamp != _Kept.stamp:
        _Kept.stamp = stamp
        _Kept.calendars.clear()
    _Kept.looked_at = time.monotonic()


def _calendar(agency_id: int) -> Calendar:
    found = _Kept.calendars.get(agency_id)
    if found is None:
        found = _Kept.calendars[agency_id] = _made(agency_id, _changes_over(agency_id, at=None))
    return found


def _changes_over(agency_id: int, *, at: datetime | None) -> list[CalendarChange]:
    """Return the decisions in force for an agency, in the order they were made, now or as known at ``at``."""
    found = []
    for change in _query(_chain(agency_id)):
        if at is None:
            is_in_force = change.revoked_at is None
        else:
            is_in_force = change.made_at <= at and (change.revoked_at is None or change.revoked_at > at)
        if is_in_force:
            found.append(change)
    return found


def _query(chain: tuple[int, ...]) -> list[CalendarChange]:
    if not chain:
        return []
    rows = CalendarChange.objects.select_related("agency").filter(agency_id__in=chain).order_by("made_at", "id")
    return [c for c in rows if c.agency_id == chain[0] or c.covers_below]


def _chain(agency_id: int) -> tuple[int, ...]:
    """Return the agency and those above it."""
    agency = Agency.objects.select_related("parent__parent").get(id=agency_id)
    chain, above = [agency.id], agency.parent
    while above is not None and above.id not in chain:
        chain.append(above.id)
        above = above.parent
    return tuple(chain)


def _made(agency_id: int, changes: list[CalendarChange]) -> Calendar:
    book = law_book()
    code = Agency.objects.values_list("code", flat=True).get(id=agency_id)
    profile = book.profile_of(code)
    if not changes:
        return book.calendar(code)
    # Agencies under the same decisions share one calendar: a province has hundreds, with one set of hours.
    key = (profile, *((c.id, c.kind, c.from_on, c.to_on, tuple(c.weekdays), c.hours, c.reason) for c in changes))
    if key not in _Kept.by_content:
        if len(_Kept.by_content) > 200:
            _Kept.by_content.clear()
        _Kept.by_content[key] = Calendar(changed_spec(book.spec_of(profile), changes))
    return _Kept.by_content[key]


def changed_spec(spec: CalendarSpec, changes: Iterable[CalendarChange]) -> CalendarSpec:
    """Return the calendar's content with the decisions applied in order; the later wins."""
    seasons, receptions = list[Season](spec.seasons), list[Season](spec.receptions)
    closings, special = dict(spec.closings), dict(spec.special_hours)
    names = []
    for change in changes:
        names.append(str(change.id or "?"))
        days = [change.from_on + timedelta(days=i) for i in range((change.to_on - change.from_on).days + 1)]
        if change.kind == CalendarChangeKind.CLOSED:
            closings |= dict.fromkeys(days, f"{change.reason} ({change.decision_no})")
            continue
        hours = parse_hours(change.hours)
        if change.kind == CalendarChangeKind.RECEPTION:
            receptions.append((change.from_on, change.to_on, Weekly.on(change.weekdays, hours)))
            continue
        for day in days:
            if day.isoweekday() in change.weekdays:
                closings.pop(day, None)
        if len(days) <= len(Weekly.monday_to_friday(()).days):
            special |= {d: hours for d in days if d.isoweekday() in change.weekdays and d not in spec.days_off}
        else:
            seasons.append((change.from_on, change.to_on, Weekly.on(change.weekdays, hours)))
    return replace(
        spec,
        version=f"{spec.version}+{','.join(names)}",
        seasons=tuple(seasons),
        receptions=tuple(receptions),
        closings=closings,
        special_hours=special,
    )


def _audit(act: str, change: CalendarChange, actor: Actor, now: datetime) -> None:
    detail = {"agency": change.agency_id, "kind": change.kind, "from": str(change.from_on), "to": str(change.to_on)}
    audit.record(act, change.id, actor=actor, now=now, **detail)
