"""What is urgent, until when to apologise, who is reminded, and how much work is left at least."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import (
    Cutoffs,
    Horizon,
    Level,
    Urgency,
    apology_by,
    cutoffs_of,
    horizon_of,
    levels_told,
    new_day_after,
    urgency,
)
from motcua.core.process import Choice, Definition, End, Flow, Parallel, Step
from motcua.core.process.remaining import least_minutes_after
from motcua.store.lawfiles import law_book

CALENDAR = law_book().calendar()
REGIME = law_book().regime_on(date(2026, 11, 20))
instants = st.datetimes(datetime(2026, 3, 1), datetime(2026, 11, 30), timezones=st.just(VIETNAM))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def test_soon_reaches_over_the_weekend_to_the_second_working_day() -> None:
    friday = horizon_of(CALENDAR, now=at("2026-11-13T09:00"), soon_working_days=2)
    classes = ["2026-11-13T08:59", "2026-11-13T09:00", "2026-11-13T23:00", "2026-11-17T16:00", "2026-11-18T08:00"]
    assert [urgency(at(t), friday) for t in classes] == [
        Urgency.LATE, Urgency.TODAY, Urgency.TODAY, Urgency.SOON, Urgency.LATER,
    ]  # fmt: skip
    assert urgency(None, friday) is Urgency.RESTING


@given(instants, instants, st.integers(0, 5))
def test_what_is_due_later_is_never_more_urgent(one: datetime, other: datetime, days: int) -> None:
    order = [Urgency.LATE, Urgency.TODAY, Urgency.SOON, Urgency.LATER]
    horizon = horizon_of(CALENDAR, now=at("2026-07-15T10:00"), soon_working_days=days)
    first, second = sorted((one, other))
    assert order.index(urgency(first, horizon)) <= order.index(urgency(second, horizon))


def test_an_apology_is_sent_before_closing_on_the_last_working_day_that_is_a_day_before() -> None:
    monday = at("2026-11-16T09:00")
    by = apology_by(monday, regime=REGIME, calendar=CALENDAR)
    assert by == CALENDAR.closing(date(2026, 11, 13)), "the day before is a Sunday: Friday's closing"


@given(instants)
def test_an_apology_sent_in_time_is_lawful(due_at: datetime) -> None:
    by = apology_by(due_at, regime=REGIME, calendar=CALENDAR)
    assert by is not None
    assert by.astimezone(VIETNAM).date() <= due_at.date() - timedelta(days=1)
    assert CALENDAR.is_working(by.astimezone(VIETNAM).date())


@given(instants, instants)
def test_the_day_proposed_is_after_both_and_in_office_hours(expected: datetime, due_at: datetime) -> None:
    new = new_day_after(expected, due_at=due_at, calendar=CALENDAR).astimezone(VIETNAM)
    assert new.date() > max(expected, due_at).date()
    minute = new.hour * 60 + new.minute
    assert any(start <= minute <= end for start, end in CALENDAR.hours_on(new.date()))


def test_the_officer_is_told_first_then_the_head_then_the_leader() -> None:
    borders = cutoffs_of(REGIME, CALENDAR, now=at("2026-11-16T06:30"))
    told = {
        day: levels_told(at(f"2026-11-{day}T10:00"), is_taken=True, cutoffs=borders) for day in (13, 16, 17, 18, 19)
    }
    assert told == {
        13: (Level.OFFICER, Level.HEAD, Level.LEADER),
        16: (Level.OFFICER, Level.HEAD),
        17: (Level.OFFICER, Level.HEAD),
        18: (Level.OFFICER,),
        19: (),
    }
    assert levels_told(at("2026-11-18T10:00"), is_taken=False, cutoffs=borders) == (Level.HEAD,)
    assert levels_told(None, is_taken=True, cutoffs=borders) == ()


@given(instants, instants, st.booleans())
def test_what_is_due_earlier_is_told_to_no_fewer(one: datetime, other: datetime, is_taken: bool) -> None:
    now = at("2026-07-15T06:30")
    borders = cutoffs_of(REGIME, CALENDAR, now=now)
    first, second = sorted((one, other))
    assert set(levels_told(second, is_taken=is_taken, cutoffs=borders)) <= set(
        levels_told(first, is_taken=is_taken, cutoffs=borders)
    )
    assert isinstance(borders, Cutoffs)
    assert borders.leader_until < now < borders.head_until <= borders.officer_until


def test_the_instant_itself_is_not_late() -> None:
    now = at("2026-11-16T09:00")
    assert urgency(now, Horizon(now, now, now)) is Urgency.TODAY


def step(key: str, minutes: int | None, kind: str = "appraise") -> Step:
    return Step(key, key, kind, "division", "case_officer", minutes, ("done", "back") if key == "b" else ("done",))


def test_the_work_left_is_that_of_the_shortest_way_without_the_return() -> None:
    steps = (step("a", 60), step("b", 120), step("short", 30), step("long", 400), step("r", 99, "return"))
    flows = (
        Flow("a", "b"), Flow("b", "a", "back"), Flow("b", "which", "done"), Flow("which", "short"),
        Flow("which", "long"), Flow("short", "r"), Flow("long", "r"), Flow("r", "end"),
    )  # fmt: skip
    found = least_minutes_after(
        Definition("x", "x", "a", steps, flows, choices=(Choice("which"),), ends=(End("end", "done"),))
    )
    assert found == {"a": 150, "b": 30, "short": 0, "long": 0, "r": 0}


def test_of_branches_side_by_side_the_longest_counts() -> None:
    steps = (step("a", 10), step("c", 20), step("d", 300), step("e", 5))
    flows = (
        Flow("a", "fork"), Flow("fork", "c"), Flow("fork", "d"), Flow("c", "join"), Flow("d", "join"),
        Flow("join", "e"), Flow("e", "end"),
    )  # fmt: skip
    definition = Definition(
        "x", "x", "a", steps, flows, parallels=(Parallel("fork"), Parallel("join")), ends=(End("end", "done"),)
    )
    assert least_minutes_after(definition) == {"a": 305, "c": 5, "d": 5, "e": 0}
