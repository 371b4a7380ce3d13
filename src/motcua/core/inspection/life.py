"""Answers where an inspection stands and what may follow: planned, drawn, concluded, closed."""

from __future__ import annotations

from enum import IntEnum

from motcua.core.kernel import Problem


class InspectionState(IntEnum):
    """Where an inspection stands. The numbers are stored: never reuse one."""

    PLANNED = 1
    """In the plan; its seed is public, its sample not drawn."""
    DRAWN = 2
    """The sample is drawn and frozen; its dossiers are being looked at (đang kiểm tra)."""
    CONCLUDED = 3
    """The record is made; remedies run (đã lập biên bản)."""
    CLOSED = 4
    """Every remedy was checked again and found fulfilled (đã kết thúc)."""
    CANCELLED = 5
    """Taken out of the plan, with the reason (không thực hiện)."""


class InspectionAct(IntEnum):
    """What is done with an inspection."""

    DRAW = 1
    CONCLUDE = 2
    CLOSE = 3
    CANCEL = 4


AFTER = {
    InspectionAct.DRAW: (InspectionState.PLANNED, InspectionState.DRAWN),
    InspectionAct.CONCLUDE: (InspectionState.DRAWN, InspectionState.CONCLUDED),
    InspectionAct.CLOSE: (InspectionState.CONCLUDED, InspectionState.CLOSED),
    InspectionAct.CANCEL: (InspectionState.PLANNED, InspectionState.CANCELLED),
}


def may_inspect(
    state: InspectionState, act: InspectionAct, *, days_left: int = 0, unchecked: int = 0, open_remedies: int = 0
) -> tuple[Problem, ...]:
    """Return why the act may not follow; nothing when it may.

    Problems: ``inspection.not_now``, ``inspection.period_open`` (while days of the period are left, dossiers come to
    it), ``inspection.unchecked`` (a record says what was found of every dossier drawn),
    ``inspection.remedies_open`` (closed only when everything was put right).
    """
    if AFTER[act][0] is not state:
        return (Problem("inspection.not_now"),)
    if act is InspectionAct.DRAW and days_left > 0:
        return (Problem("inspection.period_open", values={"count": str(days_left)}),)
    if act is InspectionAct.CONCLUDE and unchecked:
        return (Problem("inspection.unchecked", values={"count": str(unchecked)}),)
    if act is InspectionAct.CLOSE and open_remedies:
        return (Problem("inspection.remedies_open", values={"count": str(open_remedies)}),)
    return ()
