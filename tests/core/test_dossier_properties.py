"""Rebuild equals stored: whatever happens to a dossier, what is written act by act is what a replay of its facts gives."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.core.dossier import (
    Fact,
    FactKind,
    Life,
    NationalState,
    advance,
    begin,
    chain_digest,
    effective,
    known_at,
    may_correct,
    replay,
    stays_of,
)
from motcua.core.dossier.corrections import recorded_at
from motcua.project.bench.parallel_process import net
from motcua.services.times import VIETNAM

NET = net()
START = datetime(2026, 11, 2, 8, 0, tzinfo=VIETNAM)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["complete", "complete", "pause", "resume", "ask", "supply", "extend", "correct", "void"]),
        st.integers(0, 7),
        st.integers(0, 2000),
    ),
    max_size=10,
)
many = settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Stored:
    """A dossier as services store it: the life is carried from act to act, corrections derive it anew."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.life: Life = begin()
        self.now = START

    def add(self, kind: FactKind, body: dict[str, Any], minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        fact = Fact(len(self.facts) + 1, kind, self.now, 1, 1, 1, body)
        if kind is FactKind.CORRECTED:
            self.life = replay((*self.facts, fact), NET)
        else:
            self.life = advance(self.life, fact, NET).life
        self.facts.append(fact)

    def act(self, name: str, choice: int, minutes: int) -> None:
        state = self.life.state
        if state.is_final:
            return
        if name == "complete" and not self.life.open_pauses and state is not NationalState.SUPPLEMENT_REQUIRED:
            steps = [i for i in range(len(NET.steps)) if self.life.process.marking >> i & 1]
            if steps:
                step = steps[choice % len(steps)]
                outcomes = len(NET.steps[step].outcomes)
                self.add(FactKind.COMPLETED, {"step": step, "outcome": choice % outcomes}, minutes)
        elif name == "pause" and not self.life.open_pauses:
            cause = ("court", "financial_obligation")[choice % 2]
            key = f"p{len(self.facts) + 1}"
            self.add(FactKind.PAUSED, {"cause": cause, "act": "x", "article": "y", "key": key}, minutes)
        elif name == "resume" and self.life.open_pauses:
            opened = [f for f in effective(self.facts) if f.kind is FactKind.PAUSED]
            self.add(FactKind.RESUMED, {"key": opened[-1].body["key"]}, minutes)
        elif name == "ask" and state in (NationalState.ACCEPTED, NationalState.IN_PROCESS):
            self.add(FactKind.SUPPLEMENT_ASKED, {"items": ["x"]}, minutes)
        elif name == "supply" and state is NationalState.SUPPLEMENT_REQUIRED:
            self.add(FactKind.SUPPLEMENT_SUPPLIED, {}, minutes)
        elif name == "extend":
            self.add(FactKind.EXTENDED, {"new_due": (self.now + timedelta(days=9)).isoformat()}, minutes)
        elif name in ("correct", "void") and self.facts:
            self.correct(name, choice, minutes)

    def correct(self, name: str, choice: int, minutes: int) -> None:
        of = choice % len(self.facts) + 1
        at = self.facts[of - 1].at + timedelta(minutes=minutes % 90 - 30)
        if may_correct(self.facts, of=of, at=at, is_void=name == "void", now=self.now):
            return
        body = {"of": of, "is_void": True} if name == "void" else {"of": of, "at": at.isoformat()}
        self.add(FactKind.CORRECTED, body, minutes)


def lived(acts: list[tuple[str, int, int]]) -> Stored:
    stored = Stored()
    stored.add(FactKind.RECEIVED, {}, 0)
    for name, choice, minutes in acts:
        stored.act(name, choice, minutes)
    return stored


@many
@given(ACTS, st.integers(0, 2**32))
def test_rebuild_is_stored_in_any_order_of_delivery(acts: list[tuple[str, int, int]], seed: int) -> None:
    stored = lived(acts)
    shuffled = list(stored.facts)
    random.Random(seed).shuffle(shuffled)
    assert replay(shuffled, NET) == stored.life
    assert effective(shuffled) == effective(stored.facts)
    # Steps that are open now are those the state says, and each was opened before it was closed.
    stays = stays_of(shuffled, NET)
    opened = [s.step for s in stays if s.closed_at is None]
    assert sorted(opened) == [i for i in range(len(NET.steps)) if stored.life.process.marking >> i & 1]
    assert all(s.closed_at is None or s.closed_at >= s.opened_at for s in stays)


@settings(max_examples=2000, deadline=None)
@given(ACTS, st.integers(0, 20_000))
def test_what_was_known_then_does_not_change_by_what_is_known_later(
    acts: list[tuple[str, int, int]], minutes: int
) -> None:
    stored = lived(acts)
    at = START + timedelta(minutes=minutes)
    then = known_at(stored.facts, at)
    assert then == tuple(f for f in stored.facts if recorded_at(f) <= at)
    later = Fact(
        len(stored.facts) + 1, FactKind.CORRECTED, max(stored.now, at) + timedelta(days=1), 1, 1, 1, {"of": 1}
    )
    assert known_at([*stored.facts, later], at) == then
    assert replay(then, NET) == replay(known_at([*stored.facts, later], at), NET)


@settings(max_examples=500, deadline=None)
@given(ACTS.filter(len), st.integers(0, 9), st.integers(1, 1000))
def test_a_fact_changed_afterwards_breaks_the_chain(
    acts: list[tuple[str, int, int]], which: int, minutes: int
) -> None:
    facts = lived(acts).facts

    def digests(row: list[Fact]) -> list[bytes]:
        made, before = [], b""
        for fact in row:
            before = chain_digest(before, dossier_key=b"k", fact=fact)
            made.append(before)
        return made

    number = which % len(facts)
    changed = list(facts)
    changed[number] = replace(facts[number], at=facts[number].at + timedelta(minutes=minutes))
    one, two = digests(facts), digests(changed)
    assert one[:number] == two[:number]
    assert all(a != b for a, b in zip(one[number:], two[number:], strict=True))
