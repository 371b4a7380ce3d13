"""A million cases against oracles that share nothing with the calendar: numpy, the holidays package, the table of the law.

Every difference that is expected is explained here, and there is none beside those.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path

import businesstimedelta
import holidays
import numpy as np
import numpy.typing as npt
import pytest

from motcua.core.calendar import CalendarTable, Term, TermUnit
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import due_instant
from motcua.store.lawfiles import law_book

MILLION = 1_000_000
FIRST, LAST = date(2018, 1, 1), date(2026, 12, 31)
# Saturdays that were made working days, typed from the published decisions: (worked, for the day off).
MAKE_UP = (
    (date(2019, 1, 5), date(2018, 12, 31)),
    (date(2019, 5, 4), date(2019, 4, 29)),
    (date(2024, 5, 4), date(2024, 4, 29)),
    (date(2025, 4, 26), date(2025, 5, 2)),
    (date(2026, 1, 10), date(2026, 1, 2)),
    (date(2026, 8, 22), date(2026, 8, 31)),
)
# Announced for state offices on 25/12/2025; the package does not have it.
NOT_IN_PACKAGE = {date(2026, 1, 2)}
CALENDAR = law_book().calendar()
TABLE = CalendarTable(CALENDAR)
Days = npt.NDArray[np.datetime64]


def not_worked() -> Days:
    """Return every day that is not worked: weekends and the package's days off, but for the make-up days."""
    theirs = holidays.country_holidays("VN", years=range(FIRST.year, LAST.year + 1), categories=("public",))
    made_up = {worked for worked, _ in MAKE_UP}
    days = (FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1))
    off = [d for d in days if d not in made_up and (d.weekday() >= 5 or d in theirs or d in NOT_IN_PACKAGE)]
    return np.array(off, dtype="datetime64[D]")


OFF = not_worked()
OFFICE = ((7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60))


def random_receptions(seed: int, count: int) -> tuple[Days, npt.NDArray[np.int64]]:
    """Return days and minutes of the day, from 2018 on and early enough for every term to end before 2027."""
    draw = np.random.default_rng(seed)
    days = np.datetime64("2018-01-02") + draw.integers(0, 3000, count)
    return days, draw.integers(0, 1440, count)


def into_hours(minute: int) -> int:
    for start, end in OFFICE:
        if minute <= end:
            return max(minute, start)
    return OFFICE[-1][1]


def test_the_law_s_days_off_are_the_package_s_but_for_the_one_explained() -> None:
    worked = {CALENDAR.spec.known_from + timedelta(days=i) for i, h in enumerate(CALENDAR.hours_of) if h}
    ours = {FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)} - worked
    assert ours == set(OFF.astype(object))


def test_each_make_up_day_makes_up_for_a_day_off() -> None:
    for worked, instead in MAKE_UP:
        assert worked.weekday() == 5
        assert CALENDAR.is_working(worked)
        assert not CALENDAR.is_working(instead)
        assert f"{instead:%d/%m/%Y}" in CALENDAR.spec.make_up_days[worked]
    assert {worked for worked, _ in MAKE_UP} == {d for d in CALENDAR.spec.make_up_days if d <= LAST}


def test_a_million_terms_in_working_days_end_where_numpy_ends_them() -> None:
    days, minutes = random_receptions(1, MILLION)
    amounts = np.random.default_rng(2).integers(1, 41, MILLION)
    # Every day of the week may be worked; what is off stands in the list, and so make-up days are worked.
    before = np.busday_offset(days, 0, roll="backward", weekmask="1111111", holidays=OFF)
    ends = np.busday_offset(before, amounts, weekmask="1111111", holidays=OFF).astype("datetime64[m]")
    snapped = np.array([into_hours(m) for m in range(1440)])[minutes]
    expected = TABLE.instants(ends + snapped - np.timedelta64(7, "h"))
    received = TABLE.instants(days.astype("datetime64[m]") + minutes - np.timedelta64(7, "h"))
    differing = 0
    for amount in range(1, 41):
        chosen = amounts == amount
        found = TABLE.due(Term(amount, TermUnit.WORKING_DAY), received[chosen])
        differing += int((found != expected[chosen]).sum())
    assert differing == 0


def test_a_million_terms_in_hours_end_in_the_minute_a_plain_count_ends_them() -> None:
    days, minutes = random_receptions(3, MILLION)
    amounts = np.random.default_rng(4).integers(1, 4000, MILLION)
    span = np.arange(np.datetime64("2018-01-01"), np.datetime64("2027-01-01"))
    works = np.isin(span, OFF, invert=True)
    minute = np.zeros(1440, dtype=bool)
    for start, end in OFFICE:
        minute[start:end] = True
    worked = np.flatnonzero((works[:, None] & minute[None, :]).ravel())
    at = (days - span[0]).astype(np.int64) * 1440 + minutes
    # The minute used up last is the amount-th worked minute from the reception on; the term ends at its end.
    expected = worked[np.searchsorted(worked, at) + amounts - 1] + 1
    received = TABLE.instants(days.astype("datetime64[m]") + minutes - np.timedelta64(7, "h"))
    origin = int((span[0] - np.datetime64(CALENDAR.spec.known_from)).astype(np.int64)) * 1440
    differing = 0
    for amount in np.unique(amounts):
        chosen = amounts == amount
        found = TABLE.due(Term(int(amount), TermUnit.WORKING_MINUTE), received[chosen]) // 60_000_000
        differing += int((found != expected[chosen] + origin).sum())
    assert differing == 0


def test_one_by_one_gives_the_same_as_all_at_once_for_two_hundred_thousand_of_them() -> None:
    days, minutes = random_receptions(5, 200_000)
    received = TABLE.instants(days.astype("datetime64[m]") + minutes - np.timedelta64(7, "h"))
    terms = [
        Term(5, TermUnit.WORKING_DAY), Term(12, TermUnit.WORKING_HOUR), Term(10, TermUnit.CALENDAR_DAY),
        Term(1, TermUnit.MONTH), Term(2, TermUnit.WEEK), Term(0, TermUnit.SAME_DAY), Term(0, TermUnit.SAME_DAY, 900),
        Term(30, TermUnit.WORKING_MINUTE),
    ]  # fmt: skip
    for number, term in enumerate(terms):
        part = received[number :: len(terms)]
        for us, many in zip(part.tolist(), TABLE.due(term, part).tolist(), strict=True):
            one = due_instant(term, received_at=CALENDAR.instant(us), calendar=CALENDAR)
            assert CALENDAR.us_of(one) == many


def test_a_package_for_business_hours_agrees_on_working_time() -> None:
    days_off = {d: "off" for d in OFF.astype(object) if d.weekday() < 5}
    morning = businesstimedelta.WorkDayRule(time(7, 30), time(11, 30), [0, 1, 2, 3, 4])
    afternoon = businesstimedelta.WorkDayRule(time(13, 30), time(17), [0, 1, 2, 3, 4])
    rules = businesstimedelta.Rules([morning, afternoon, businesstimedelta.HolidayRule(days_off)])
    draw = np.random.default_rng(6)
    for _ in range(300):
        start = datetime(2020, 1, 2) + timedelta(minutes=int(draw.integers(0, 4 * 365 * 1440)))
        end = start + timedelta(minutes=int(draw.integers(0, 20_000)))
        # It knows no make-up days; none lies between 2020 and April 2024.
        theirs = rules.difference(start, end).timedelta.total_seconds() / 60
        ours = CALENDAR.working_minutes_between(start.replace(tzinfo=VIETNAM), end.replace(tzinfo=VIETNAM))
        assert ours == pytest.approx(theirs)


@pytest.mark.data
def test_the_days_off_are_those_of_the_shared_table(shared_data: Path) -> None:
    table = json.loads((shared_data / "holidays_vn_2018_2027.json").read_text(encoding="utf-8"))
    off = {date.fromisoformat(day["date"]) for day in table["holidays"]}
    weekdays = {d for d in off if d.weekday() < 5 and FIRST <= d <= LAST}
    ours = {d for d in OFF.astype(object) if d.weekday() < 5}
    assert weekdays == ours
    made_up = {
        (date.fromisoformat(d["date"]), date.fromisoformat(d["in_place_of"])) for d in table["working_weekend_days"]
    }
    assert made_up == set(MAKE_UP)
