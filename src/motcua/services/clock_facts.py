"""Answers which of a dossier's facts concern the clock, in the clock's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from motcua.core import clock
from motcua.core.dossier import Fact, FactKind

_Made = clock.Received | clock.SupplementAsked | clock.SupplementSupplied | clock.Withdrawn | clock.StoppedClock
_KINDS: dict[FactKind, Callable[[datetime], _Made]] = {
    FactKind.RECEIVED: clock.Received,
    FactKind.SUPPLEMENT_ASKED: clock.SupplementAsked,
    FactKind.SUPPLEMENT_SUPPLIED: clock.SupplementSupplied,
    FactKind.WITHDRAWN: clock.Withdrawn,
    FactKind.STOPPED: clock.StoppedClock,
}


def clock_facts(facts: Iterable[Fact]) -> tuple[clock.ClockFact, ...]:
    """Return the facts that move the due instant, in the order they happened."""
    return tuple(_KINDS[f.kind](f.at) for f in facts if f.kind in _KINDS)
