"""Measures the engine alone: completions per second in memory, and the bytes of its largest state."""

from __future__ import annotations

import time
from typing import Any

from motcua.core.process import Completed
from motcua.project.bench.other_engine import completions_per_s, named
from motcua.project.bench.parallel_process import LOOP_SHARE, net


def run(*, lives: int = 60_000) -> dict[str, Any]:
    """Return ``completions_per_s``, that of another engine in the same run, and what a completion costs after loops."""
    compiled = net()
    plain = [Completed(i) for i in range(len(compiled.steps))]
    looping = [Completed(0), Completed(1, 1), *plain]
    largest, count, started = 0, 0, time.perf_counter()
    for life in range(lives):
        events = looping if life % LOOP_SHARE == 0 else plain
        state, _ = compiled.start
        for event in events:
            state, _ = compiled.step(state, event)
        count += len(events)
    elapsed = time.perf_counter() - started
    state, _ = compiled.start
    for event in plain:
        state, _ = compiled.step(state, event)
        largest = max(largest, len(state.to_bytes()))
    ours, others = count / elapsed, completions_per_s()
    return {
        "completions_per_s": round(ours),
        **named(),
        "other_completions_per_s": round(others) if others else None,
        "times_the_other": round(ours / others) if others else None,
        "state_bytes": largest,
        "us_per_completion_fresh": _cost_after(0),
        "us_per_completion_after_100_loops": _cost_after(100),
    }


def _cost_after(loops: int) -> float:
    compiled = net()
    state, _ = compiled.start
    for _round in range(loops):
        state, _ = compiled.step(state, Completed(0))
        state, _ = compiled.step(state, Completed(1, 1))
    repeats, started = 20_000, time.perf_counter()
    for _round in range(repeats):
        saved = state.to_bytes()
        compiled.step(type(state).from_bytes(saved), Completed(0))
    return round((time.perf_counter() - started) / repeats * 1e6, 3)
