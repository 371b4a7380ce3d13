"""Hours, seasons and receptions of an agency as the files state them."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from motcua.core.calendar import parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import Received, derive_clock
from motcua.store.lawfiles.book import LAW, LawBook, LawFilesError, law_book

HOURS = """
[profiles.office]
weekly = "07:30-11:30,13:30-17:00"

[profiles.summer]
weekly = "07:30-11:30,13:30-17:00"
saturday = "07:30-11:30"
day_ends_at = "closing"

[[profiles.summer.seasons]]
from = "04-16"
to = "10-15"
hours = "07:00-11:00,14:00-17:30"

[[profiles.summer.receptions]]
from = 2026-01-01
to = 2026-12-31
weekday = 7
hours = "08:00-10:00"

[agencies]
"H05.45" = "summer"
"""


def book_with(folder: Path, hours: str) -> LawBook:
    shutil.copytree(LAW, folder / "law")
    (folder / "law" / "calendars" / "hours.toml").write_text(hours, encoding="utf-8")
    return law_book(folder / "law")


def test_an_agency_has_its_own_hours_seasons_and_receptions(tmp_path: Path) -> None:
    book = book_with(tmp_path, HOURS)
    own, other = book.calendar("H05.45"), book.calendar("H05.46")
    assert own.hours_on(date(2026, 7, 1)) == ((420, 660), (840, 1050))
    assert own.hours_on(date(2026, 3, 4)) == other.hours_on(date(2026, 7, 1)) == ((450, 690), (810, 1020))
    assert own.is_working(date(2026, 3, 7))
    assert not other.is_working(date(2026, 3, 7))
    assert own.reception_hours_on(date(2026, 3, 8)) == ((480, 600),)
    assert not own.is_working(date(2026, 3, 8))


def test_whether_a_term_in_days_ends_at_closing_is_also_the_agency_s(tmp_path: Path) -> None:
    book = book_with(tmp_path, HOURS)
    received, term = Received(datetime(2026, 3, 2, 9, 10, tzinfo=VIETNAM)), parse_term("2 working days")
    regime = book.regime_on(date(2026, 3, 2))
    due = [
        derive_clock((received,), term=term, calendar=book.calendar(code), regime=regime).due_at
        for code in ("H05.45", "H05.46")
    ]
    assert [f"{d:%d %H:%M}" for d in due if d] == ["04 17:00", "04 09:10"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('weekly = "7-11"', "HH:MM"),
        ('weekly = "07:30-11:30"\ndays = "always"', "monday-friday"),
        ('weekly = "07:30-11:30"\nday_ends_at = "noon"', "closing"),
        (
            'weekly = "07:30-11:30"\n[[profiles.x.seasons]]\nfrom = "02-30"\nto = "03-01"\nhours = "07:30-11:30"',
            "day",
        ),
    ],
)
def test_wrong_hours_are_refused_with_the_file(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(LawFilesError, match=said) as error:
        book_with(tmp_path, f"[profiles.x]\n{wrong}\n")
    assert "hours.toml" in str(error.value)
