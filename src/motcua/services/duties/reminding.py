"""Answers who is told today what is owed: heads before and after a term, whoever gave it after; once a day a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from motcua.core.clock import ahead_on
from motcua.core.duties import DutyState
from motcua.services.calendars import fresh_calendar
from motcua.services.duties.people import HEADS, SUPERVISION, heads_of
from motcua.services.times import local_day
from motcua.store.directives.models import UrgingLetter
from motcua.store.duties.models import Duty, Reminder
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import Agency, Staff
from motcua.store.organisation.roles import Role

TOPIC = "owed.daily"


@dataclass(frozen=True, slots=True)
class Counted:
    """What is to be told of: near or past its term (``owed``, of these ``late``), by agency and unit; and by issuer."""

    owed: Counter[tuple[int, int | None]]
    late: Counter[tuple[int, int | None]]
    awaited: Counter[int]


def owed_of(*, on: date, until: date) -> Counted:
    """Return what is due by ``until`` or past it, over all agencies; two statements.

    What was reported as done waits for whoever gave it: it is told to nobody else.
    """
    found = Counted(Counter(), Counter(), Counter())
    duties = Duty.objects.filter(Q(state=DutyState.OPEN, due_on__lte=until) | Q(state=DutyState.BEFORE_ISSUER))
    for agency, unit, issuer, due_on, state in duties.values_list(
        "agency_id", "unit_id", "issuer_agency_id", "due_on", "state"
    ):
        if state == DutyState.BEFORE_ISSUER:
            found.awaited[issuer] += 1
        else:
            _count(found, agency, unit, issuer, is_late=due_on < on)
    letters = UrgingLetter.objects.filter(answered_at__isnull=True)
    for agency, issuer, answer_by in letters.values_list("to_agency_id", "agency_id", "answer_by"):
        _count(found, agency, None, issuer, is_late=answer_by < on)
    return found


def _count(found: Counted, agency: int, unit: int | None, issuer: int, *, is_late: bool) -> None:
    found.owed[(agency, unit)] += 1
    if is_late:
        found.late[(agency, unit)] += 1
        found.awaited[issuer] += 1


def remind_owed(*, now: datetime) -> int:
    """Tell everybody concerned, in one message each, at most once a day; return how many were told.

    The message is the line on the page of what is owed; who left a telephone number is written to as well.
    """
    on = local_day(now)
    counted = owed_of(on=on, until=_until(on))
    agencies = {agency for agency, _unit in counted.owed} | set(counted.awaited)
    told: dict[int, tuple[Staff, Counter[str]]] = {}
    for staff, agency, unit, roles in heads_of(agencies, on=on):
        mine = told.setdefault(staff.id, (staff, Counter()))[1]
        mine.update(_of_post(counted, agency, unit, roles))
    rows = [(staff, numbers) for staff, numbers in told.values() if numbers["owed"] or numbers["awaited"]]
    return _write(rows, on=on, now=now)


def _until(on: date) -> date:
    """Return the last day that is told of ahead, by the calendar of the province."""
    province = Agency.objects.filter(parent__isnull=True).order_by("id").values_list("id", flat=True).first()
    if province is None:
        return on
    days = law_book().regime_on(on).number("supervision.remind_working_days")
    return ahead_on(fresh_calendar(province), on, days)


def _of_post(counted: Counted, agency: int, unit: int, roles: frozenset[str]) -> Counter[str]:
    """Return what concerns the holder of a post: a head the whole agency, a manager his unit and the agency's own."""
    found = Counter[str]()
    if roles & {r.value for r in SUPERVISION}:
        found["awaited"] = counted.awaited[agency]
    if not roles & {r.value for r in HEADS}:
        return found
    is_head = Role.AGENCY_LEADER.value in roles
    for (of_agency, of_unit), number in counted.owed.items():
        if of_agency == agency and (is_head or of_unit in (None, unit)):
            found["owed"] += number
            found["late"] += counted.late[(of_agency, of_unit)]
    return found


@transaction.atomic
def _write(rows: Iterable[tuple[Staff, Counter[str]]], *, on: date, now: datetime) -> int:
    rows = list(rows)
    known = set(Reminder.objects.filter(on=on, staff__in=[s for s, _n in rows]).values_list("staff_id", flat=True))
    fresh = [(staff, numbers) for staff, numbers in rows if staff.id not in known]
    made = Reminder.objects.bulk_create(
        [
            Reminder(
                staff=staff,
                on=on,
                owed=numbers["owed"],
                late=numbers["late"],
                awaited=numbers["awaited"],
                made_at=now,
            )
            for staff, numbers in fresh
        ],
        ignore_conflicts=True,
    )
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic=TOPIC, key=f"{staff.id}:{on}", body=dict(numbers), made_at=now, next_attempt_at=now)
        for staff, numbers in fresh
        if staff.phone
    )
    return len(made)


def reminder_of(staff_id: int, *, on: date) -> Reminder | None:
    """Return what the person was told today, if anything."""
    return Reminder.objects.filter(staff_id=staff_id, on=on).first()
