"""The process that the measurements run: one loop, three parallel branches, nine steps."""

from __future__ import annotations

from motcua.core.process import Definition, End, Flow, Net, Parallel, Step, compile_net

LOOP_SHARE = 5
"""Every fifth dossier is sent back once."""

_STEPS = (
    ("receive", "receive", "reception", "counter_officer", ("done",)),
    ("check", "appraise", "reception", "counter_officer", ("done", "back")),
    ("assign", "appraise", "division", "case_officer", ("done",)),
    ("appraise", "appraise", "division", "case_officer", ("done",)),
    ("consult_b", "consult", "division", "case_officer", ("done",)),
    ("consult_c", "consult", "division", "case_officer", ("done",)),
    ("approve", "approve", "division", "unit_leader", ("done",)),
    ("sign", "sign", "division", "unit_leader", ("done",)),
    ("hand_over", "return", "reception", "counter_officer", ("done",)),
)


def definition() -> Definition:
    return Definition(
        id="bench",
        name="Quy trình đo",
        start="receive",
        steps=tuple(Step(key, key, kind, slot, role, 480, outcomes) for key, kind, slot, role, outcomes in _STEPS),
        parallels=(Parallel("fork"), Parallel("join")),
        ends=(End("end", "returned"),),
        flows=(
            Flow("receive", "check"),
            Flow("check", "assign", "done"),
            Flow("check", "receive", "back"),
            Flow("assign", "fork"),
            *(Flow("fork", key) for key in ("appraise", "consult_b", "consult_c")),
            *(Flow(key, "join") for key in ("appraise", "consult_b", "consult_c")),
            Flow("join", "approve"),
            Flow("approve", "sign"),
            Flow("sign", "hand_over"),
            Flow("hand_over", "end"),
        ),
    )


def net() -> Net:
    compiled = compile_net(definition())
    if not isinstance(compiled, Net):
        raise AssertionError(f"the measured process does not compile: {compiled}")
    return compiled
