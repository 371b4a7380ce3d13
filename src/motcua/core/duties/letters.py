"""Answers where an urging letter stands (công văn đôn đốc): waiting, answered with a promise, kept or broken."""

from __future__ import annotations

from datetime import date
from enum import Enum

from motcua.core.kernel import Problem


class LetterState(Enum):
    """Where a letter stands on a day."""

    WAITING = "waiting"
    SILENT = "silent"
    """The day to answer by has passed."""
    PROMISED = "promised"
    BROKEN = "broken"
    """The day promised has passed and something that was urged is still owed."""
    SETTLED = "settled"
    """Nothing that was urged is owed any more."""


def letter_state(
    *, answer_by: date, answered_on: date | None, promised_on: date | None, still_owed: int, on: date
) -> LetterState:
    """Return where a letter stands on a day, by what of its list is still owed on that day."""
    if still_owed == 0:
        return LetterState.SETTLED
    if answered_on is None:
        return LetterState.SILENT if on > answer_by else LetterState.WAITING
    return LetterState.BROKEN if promised_on is not None and on > promised_on else LetterState.PROMISED


def may_answer(*, answered_on: date | None, promised_on: date | None, on: date) -> tuple[Problem, ...]:
    """Return why a letter may not be answered so. Problems: ``letter.answered``, ``letter.promise``."""
    if answered_on is not None:
        return (Problem("letter.answered"),)
    return (Problem("letter.promise", "promised_on"),) if promised_on is None or promised_on < on else ()
