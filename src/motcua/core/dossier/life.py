"""Answers where a dossier stands, from its facts: national state, open steps, when it ended and was returned.

One function, ``advance``, takes one fact; services store what it returns, and ``replay`` over all facts must
give the same. It reads no clock and decides no permission.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

from motcua.core.clock import Cause
from motcua.core.dossier.corrections import effective
from motcua.core.dossier.facts import Fact, FactKind
from motcua.core.process import Completed, Effect, Ended, Net, Opened, State

_FINANCIAL = Cause.FINANCIAL_OBLIGATION.value


class NationalState(IntEnum):
    """The ten states of the national code list that systems exchange."""

    REGISTERED = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    IN_PROCESS = 4
    SUPPLEMENT_REQUIRED = 5
    FINANCIAL_OBLIGATION = 6
    WITHDRAWN = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10

    @property
    def is_final(self) -> bool:
        return self in (
            NationalState.NOT_ACCEPTED,
            NationalState.WITHDRAWN,
            NationalState.STOPPED,
            NationalState.RETURNED,
        )


@dataclass(frozen=True, slots=True)
class Life:
    """Where a dossier stands. ``ended_at`` is when the work was done, ``returned_at`` when it was collected."""

    state: NationalState
    process: State
    received_at: datetime | None = None
    ended_at: datetime | None = None
    returned_at: datetime | None = None
    supplement_count: int = 0
    decision: str = ""
    open_pauses: int = 0


@dataclass(frozen=True, slots=True)
class Advance:
    """What one fact did: the life after it, and the steps it opened and closed."""

    life: Life
    opened: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


def begin() -> Life:
    """Return the life of a dossier that has no fact yet."""
    return Life(state=NationalState.REGISTERED, process=State(0))


def advance(life: Life, fact: Fact, net: Net) -> Advance:
    """Return what ``fact`` makes of ``life``.

    Raises NotActive when a completed step was not open. Facts that change no state leave the life as it is.
    """
    kind = fact.kind
    if kind is FactKind.COMPLETED:
        return _complete(life, fact, net)
    if kind is FactKind.RECEIVED:
        process, effects = net.start
        after = replace(life, state=NationalState.ACCEPTED, process=process, received_at=fact.at)
        return Advance(after, opened=_opened(effects))
    if kind is FactKind.SUPPLEMENT_ASKED:
        after = replace(life, state=NationalState.SUPPLEMENT_REQUIRED, supplement_count=life.supplement_count + 1)
        return Advance(after)
    if kind is FactKind.SUPPLEMENT_SUPPLIED:
        return Advance(replace(life, state=NationalState.IN_PROCESS))
    if kind is FactKind.PAUSED:
        state = NationalState.FINANCIAL_OBLIGATION if fact.body.get("cause") == _FINANCIAL else life.state
        return Advance(replace(life, state=state, open_pauses=life.open_pauses + 1))
    if kind is FactKind.RESUMED:
        state = NationalState.IN_PROCESS if life.state is NationalState.FINANCIAL_OBLIGATION else life.state
        return Advance(replace(life, state=state, open_pauses=max(0, life.open_pauses - 1)))
    if kind in (FactKind.WITHDRAWN, FactKind.STOPPED):
        state = NationalState.WITHDRAWN if kind is FactKind.WITHDRAWN else NationalState.STOPPED
        closed = tuple(i for i in range(len(net.steps)) if life.process.marking >> i & 1)
        after = replace(life, state=state, process=State(0), ended_at=fact.at, open_pauses=0)
        return Advance(after, closed=closed)
    return Advance(life)


def replay(facts: Iterable[Fact], net: Net) -> Life:
    """Return the life that ``facts`` make as corrected, whatever order they are delivered in."""
    life = begin()
    for fact in effective(facts):
        life = advance(life, fact, net).life
    return life


def _complete(life: Life, fact: Fact, net: Net) -> Advance:
    number, outcome = fact.body["step"], fact.body["outcome"]
    process, effects = net.step(life.process, Completed(number, outcome))
    opened = _opened(effects)
    state, ended_at, returned_at, decision = (
        NationalState.IN_PROCESS,
        life.ended_at,
        life.returned_at,
        life.decision,
    )
    step = net.steps[number]
    if step.kind in ("approve", "sign"):
        decision = {"done": "approved", "refuse": "refused"}.get(step.outcomes[outcome], "")
    if any(isinstance(e, Ended) for e in effects):
        state, returned_at = NationalState.RETURNED, fact.at
        ended_at = ended_at or fact.at
    elif opened and all(net.steps[i].kind == "return" for i in _open(process, net)):
        # Only the hand-over is left: the work is done, and the time until the citizen comes is not the office's.
        state, ended_at = NationalState.DONE, fact.at
    else:
        ended_at = None
    after = Life(
        state=state,
        process=process,
        received_at=life.received_at,
        ended_at=ended_at,
        returned_at=returned_at,
        supplement_count=life.supplement_count,
        decision=decision,
        open_pauses=life.open_pauses,
    )
    return Advance(after, opened=opened, closed=(number,))


def _opened(effects: tuple[Effect, ...]) -> tuple[int, ...]:
    return tuple(e.step for e in effects if isinstance(e, Opened))


def _open(process: State, net: Net) -> tuple[int, ...]:
    return tuple(i for i in range(len(net.steps)) if process.marking >> i & 1)
