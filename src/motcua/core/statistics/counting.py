"""Answers how many dossiers of a period are in which class, in all and by any dimension, and whether the counts agree.

Every number is counted by a rule of its own, none by taking others away: that is what makes the identities a check.
A dossier is a ``Line``: when it was received, due and ended, as known on the day that the report is of.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum

from motcua.core.clock import Timeliness, timeliness

ONLINE = "ONLINE"


class In(Enum):
    """How a dossier came into the period (tiếp nhận)."""

    ONLINE = "online"
    DIRECT = "direct"
    CARRIED = "carried"


class Out(Enum):
    """Where a dossier stands at the end of the period: resolved (giải quyết) or open (đang giải quyết)."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    WITHIN = "within"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Line:
    """The life line of a dossier as known on a day, and what it can be counted by."""

    dossier_id: int
    agency_id: int
    unit_id: int
    version_id: int
    channel: str
    received_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """The instants ``[from_at, to_at]`` of a period; ``to_at`` is the present while the period runs."""

    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one row of the report (Form II.06). ``total`` is received in the period and carried over."""

    total: int = 0
    in_period: int = 0
    online: int = 0
    direct: int = 0
    carried: int = 0
    resolved: int = 0
    early: int = 0
    on_time: int = 0
    late: int = 0
    open: int = 0
    within: int = 0
    overdue: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, n) + getattr(other, n) for n in NUMBERS))


NUMBERS: tuple[str, ...] = tuple(f.name for f in fields(Counts))
"""The names of the numbers, in the order of the form's columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows by the key of a dimension, and the total, which was counted by itself."""

    rows: Mapping[Hashable, Counts]
    total: Counts


@dataclass(frozen=True, slots=True)
class Failure:
    """An identity that does not hold: of which row (``None`` the total), which, what stands on its two sides."""

    key: Hashable | None
    identity: str
    left: int
    right: int


IDENTITIES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "received": (("in_period", "carried"), ("resolved", "open")),
    "total": (("total",), ("in_period", "carried")),
    "in_period": (("in_period",), ("online", "direct")),
    "resolved": (("resolved",), ("early", "on_time", "late")),
    "open": (("open",), ("within", "overdue")),
}
"""What must hold in every row: the sum of the numbers on the left is that of those on the right."""


def way_in(line: Line, window: Window) -> In | None:
    """Return how the dossier came into the period; ``None`` when it was none of it.

    Carried over: received before it and not ended then. What came after the period, or had ended before, is not of it.
    """
    if line.received_at > window.to_at:
        return None
    if line.received_at >= window.from_at:
        return In.ONLINE if line.channel == ONLINE else In.DIRECT
    return In.CARRIED if line.ended_at is None or line.ended_at >= window.from_at else None


def way_out(line: Line, window: Window) -> Out:
    """Return where the dossier stands at the end of the period.

    By the day on the receipt, or the apology's new one. Nothing owed while the applicant is waited for: within the
    term; ended so, for it was withdrawn or stopped: on time.
    """
    ended_at = line.ended_at if line.ended_at is not None and line.ended_at <= window.to_at else None
    found = timeliness(due_at=line.due_at, ended_at=ended_at, at=window.to_at)
    if ended_at is None:
        return Out.OVERDUE if found is Timeliness.LATE else Out.WITHIN
    return {Timeliness.EARLY: Out.EARLY, Timeliness.LATE: Out.LATE}.get(found, Out.ON_TIME)


def is_in(line: Line, window: Window, number: str) -> bool:
    """Return whether a dossier of the period is one of those that ``number`` counts."""
    came = way_in(line, window)
    return came is not None and _is_counted(line, window, number, came=came, stands=way_out(line, window))


def _is_counted(line: Line, window: Window, number: str, *, came: In, stands: Out) -> bool:
    if number == "total":
        return True
    if number == "in_period":
        return line.received_at >= window.from_at
    if number in ("resolved", "open"):
        return (line.ended_at is not None and line.ended_at <= window.to_at) == (number == "resolved")
    return number in (came.value, stands.value)


def count(lines: Iterable[Line], window: Window, *, by: Callable[[Line], Hashable]) -> Table:
    """Return the counts of the lines by a dimension; the total is counted beside the rows, not summed from them."""
    rows: dict[Hashable, dict[str, int]] = {}
    total = dict.fromkeys(NUMBERS, 0)
    for line in lines:
        came = way_in(line, window)
        if came is None:
            continue
        stands = way_out(line, window)
        row = rows.setdefault(by(line), dict.fromkeys(NUMBERS, 0))
        for number in NUMBERS:
            if _is_counted(line, window, number, came=came, stands=stands):
                row[number] += 1
                total[number] += 1
    return Table({key: Counts(**numbers) for key, numbers in rows.items()}, Counts(**total))


def failures(table: Table) -> tuple[Failure, ...]:
    """Return every identity that does not hold, in any row or between the rows and the total; empty when all hold.

    A report that has one is not printed.
    """
    found = [f for key, counts in table.rows.items() for f in _of_row(key, counts)] + _of_row(None, table.total)
    summed = sum(table.rows.values(), Counts())
    for number in NUMBERS:
        left, right = getattr(table.total, number), getattr(summed, number)
        if left != right:
            found.append(Failure(None, f"rows.{number}", left, right))
    return tuple(found)


def _of_row(key: Hashable | None, counts: Counts) -> list[Failure]:
    found = []
    for name, (left, right) in IDENTITIES.items():
        sums = [sum(getattr(counts, number) for number in side) for side in (left, right)]
        if sums[0] != sums[1]:
            found.append(Failure(key, name, *sums))
    return found
