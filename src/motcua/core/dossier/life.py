"""Answers where a dossier stands, from its facts: national state, open steps, when it ended and was returned.

One function, ``advance``, takes one fact; services store what it returns, and ``replay`` over all facts must
give the same. It reads no clock and decides no permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from motcua.core.clock import Cause
from motcua.core.dossier.corrections import effective
from motcua.core.dossier.facts import Fact, FactKind
from motcua.core.process import Cancelled, Completed, Effect, Ended, Fired, Net, Opened, Sent, State

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
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The fields that reception and steps have collected, as plain JSON values."""


Place = tuple[int, int]
"""A step by its number, and which of several offices does it (0 where one does)."""


@dataclass(frozen=True, slots=True)
class Advance:
    """What one fact did: the life after it, the steps it opened and closed, the messages that leave."""

    life: Life
    opened: tuple[Place, ...] = ()
    closed: tuple[Place, ...] = ()
    sent: tuple[str, ...] = ()


_APPLICANTS_TURN = (NationalState.SUPPLEMENT_REQUIRED, NationalState.FINANCIAL_OBLIGATION)


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
    if kind is FactKind.FIRED:
        process, effects = net.step(life.process, Fired(fact.body["trigger"]), net.typed(life.values))
        return _moved(life, process, effects, net, at=fact.at, decision=life.decision)
    if kind is FactKind.RECEIVED:
        values = {**life.values, **fact.body.get("values", {})}
        process, effects = net.begin(net.typed(values))
        after = replace(life, state=NationalState.ACCEPTED, process=process, received_at=fact.at, values=values)
        return Advance(after, _opened(effects), (), _sent(effects))
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
        closed = tuple(net.open_numbers(life.process))
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
    number, outcome, instance = fact.body["step"], fact.body["outcome"], fact.body.get("instance", 0)
    collected = fact.body.get("values")
    if collected:
        life = replace(life, values={**life.values, **collected})
    process, effects = net.step(life.process, Completed(number, outcome, instance), net.typed(life.values))
    step, decision = net.steps[number], life.decision
    if step.kind in ("approve", "sign"):
        decision = {"done": "approved", "refuse": "refused"}.get(step.outcomes[outcome], "")
    return _moved(life, process, effects, net, at=fact.at, decision=decision, closed=((number, instance),))


def _moved(
    life: Life,
    process: State,
    effects: tuple[Effect, ...],
    net: Net,
    *,
    at: datetime,
    decision: str,
    closed: tuple[Place, ...] = (),
) -> Advance:
    """Return the life after the process has moved on."""
    # Whoever moves inside the office, the applicant still owes what he was asked for.
    state = life.state if life.state in _APPLICANTS_TURN else NationalState.IN_PROCESS
    ended_at, returned_at = None, life.returned_at
    if effects and effects[-1].__class__ is Ended:
        state, returned_at = NationalState.RETURNED, at
        ended_at = life.ended_at or at
    elif _only_return_is_left(process, net):
        # Only the hand-over is left: the work is done, and the time until the citizen comes is not the office's.
        state = NationalState.DONE
        ended_at = life.ended_at if life.state is NationalState.DONE else at
    after = Life(
        state=state,
        process=process,
        received_at=life.received_at,
        ended_at=ended_at,
        returned_at=returned_at,
        supplement_count=life.supplement_count,
        decision=decision,
        open_pauses=life.open_pauses,
        values=life.values,
    )
    cancelled = tuple((e.step, e.instance) for e in effects if isinstance(e, Cancelled))
    return Advance(after, _opened(effects), closed + cancelled, _sent(effects))


def _only_return_is_left(process: State, net: Net) -> bool:
    is_open = False
    for number, _ in net.open_numbers(process):
        if net.steps[number].kind != "return":
            return False
        is_open = True
    return is_open and not net.waiting(process)


def _opened(effects: tuple[Effect, ...]) -> tuple[Place, ...]:
    return tuple((e.step, e.instance) for e in effects if isinstance(e, Opened))


def _sent(effects: tuple[Effect, ...]) -> tuple[str, ...]:
    return tuple(e.message for e in effects if isinstance(e, Sent))
