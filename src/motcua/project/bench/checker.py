"""Measures the checker: seconds for processes of sixty steps with parts of four branches, side by side and one long."""

from __future__ import annotations

import time
from typing import Any

from motcua.core.calendar import parse_term
from motcua.core.process import Definition, End, Flow, Net, Parallel, Step, compile_net
from motcua.core.proving import Legal, prove
from motcua.core.proving.exploring import explore
from motcua.store.lawfiles import law_book

ROUNDS = 5
STEPS = 60


def run() -> dict[str, Any]:
    """Return the quickest of a few rounds for each shape, and how many situations there are with and without order.

    Every step of a branch but its first may hand back to the one before it.
    """
    legal = Legal(parse_term("120 working days"), law_book().calendar(), at_closing=False)
    found: dict[str, Any] = {}
    for name, parts, branches, length in (("three_parts_of_4x4", 3, 4, 4), ("one_part_of_4x13", 1, 4, 13)):
        process = _process(parts, branches, length)
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            findings = prove(process, legal=legal)
            times.append(time.perf_counter() - started)
        if findings:
            raise AssertionError(f"the measured process is sound: {findings[0]}")
        found[f"{name}_s"] = round(min(times), 3)
        found[f"{name}_situations"] = len(explore(_net(process)).states)
    started = time.perf_counter()
    whole = explore(_net(_process(1, 4, 13)), is_reduced=False)
    found["one_part_of_4x13_every_mix_s"] = round(time.perf_counter() - started, 3)
    found["one_part_of_4x13_every_mix_situations"] = len(whole.states)
    return found


def _net(process: Definition) -> Net:
    net = compile_net(process)
    if not isinstance(net, Net):
        raise AssertionError(f"the measured process does not compile: {net}")
    return net


def _process(parts: int, branches: int, length: int) -> Definition:
    """Return a process of ``STEPS`` steps: parts of parallel branches, and steps one after the other between them."""
    between = STEPS - parts * branches * length
    steps, flows, parallels = list[Step](), list[Flow](), list[Parallel]()

    def step(key: str, before: str) -> str:
        outcomes = ("done", "back") if before else ("done",)
        steps.append(Step(key, key, "appraise", "division", "case_officer", 240, outcomes))
        if before:
            flows.append(Flow(key, before, "back"))
        return key

    last = step("s0", "")
    for number in range(between - parts - 1):
        key = step(f"s{number + 1}", last)
        flows.append(Flow(last, key, "done"))
        last = key
    for part in range(parts):
        fork, join = Parallel(f"fork{part}"), Parallel(f"join{part}")
        parallels += [fork, join]
        flows.append(Flow(last, fork.key, "done"))
        for branch in range(branches):
            at = fork.key
            for number in range(length):
                key = step(f"p{part}b{branch}s{number}", at if number else "")
                flows.append(Flow(at, key, "done" if number else ""))
                at = key
            flows.append(Flow(at, join.key, "done"))
        last = step(f"after{part}", "")
        flows.append(Flow(join.key, last))
    flows.append(Flow(last, "end", "done"))
    return Definition(
        "checked", "Quy trình đo", "s0", tuple(steps), tuple(flows), tuple(parallels), (End("end", "returned"),)
    )
