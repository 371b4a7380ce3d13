"""Answers how petitions of a period count under Form II.05 (tiếp nhận, xử lý phản ánh, kiến nghị).

What a petition went through comes as instants; when its answer is owed was worked out before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from motcua.core.statistics.counting import Window
from motcua.core.statistics.numbering import Form

PETITIONS = Form(
    numbers=(
        *("total", "in_period", "carried", "handled", "in_time", "late", "refused", "withdrawn"),
        *("open", "within", "overdue"),
    ),
    identities={
        "received": (("in_period", "carried"), ("handled", "open")),
        "total": (("total",), ("in_period", "carried")),
        "handled": (("handled",), ("in_time", "late", "refused", "withdrawn")),
        "open": (("open",), ("within", "overdue")),
    },
)
ACTS, RULES = "acts", "rules"
"""What the form tells apart: how administration acts (hành vi hành chính), what its rules say (quy định hành chính)."""


@dataclass(frozen=True, slots=True)
class PetitionLine:
    """A petition as known on a day. ``answer_by`` is when its answer is owed, ``None`` while its sender has to act.

    It is handled by an answer, a refusal or its withdrawal; at most one of the three is set.
    """

    petition_id: int
    agency_id: int
    about: str
    received_at: datetime
    answer_by: datetime | None
    answered_at: datetime | None = None
    refused_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def handled_at(self) -> datetime | None:
        return self.answered_at or self.refused_at or self.withdrawn_at


def group_of(about: str) -> str:
    """Return which of the form's two groups a petition belongs to; one about a procedure is about rules."""
    return RULES if about == "PROCEDURE" else ACTS


def petition_classes(line: PetitionLine, window: Window) -> Collection[str]:
    """Return the numbers that count the petition; none when it is not of the period."""
    handled_at = line.handled_at
    if line.received_at > window.to_at:
        return ()
    is_new = line.received_at >= window.from_at
    if not is_new and handled_at is not None and handled_at < window.from_at:
        return ()
    return ("total", "in_period" if is_new else "carried", *_end(line, window))


def _end(line: PetitionLine, window: Window) -> tuple[str, str]:
    handled_at = line.handled_at
    if handled_at is None or handled_at > window.to_at:
        is_overdue = line.answer_by is not None and line.answer_by < window.to_at
        return "open", "overdue" if is_overdue else "within"
    if line.answered_at is not None:
        is_late = line.answer_by is not None and line.answered_at > line.answer_by
        return "handled", "late" if is_late else "in_time"
    return "handled", "refused" if line.refused_at is not None else "withdrawn"
