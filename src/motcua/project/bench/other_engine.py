"""Runs the measured process on SpiffWorkflow, a well-known BPMN engine in Python, for comparison only."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from xml.sax.saxutils import quoteattr

from motcua.core.process import Definition, Parallel
from motcua.project.bench.parallel_process import LOOP_SHARE, definition

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:bench">'
)


def completions_per_s(*, lives: int = 40) -> float | None:
    """Return how many steps a second the other engine completes in the same process; None where it is not installed."""
    try:
        from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
        from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
        from SpiffWorkflow.util.task import TaskState
    except ImportError:
        return None
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(_bpmn(definition()).encode()))
    spec = parser.get_spec("bench")

    def live(*, is_sent_back: bool) -> int:
        workflow, count, is_to_send_back = BpmnWorkflow(spec), 0, is_sent_back
        workflow.do_engine_steps()
        while not workflow.is_completed():
            for task in workflow.get_tasks(state=TaskState.READY, manual=True):
                task.data["outcome"] = "back" if is_to_send_back and task.task_spec.name == "check" else "done"
                is_to_send_back = is_to_send_back and task.task_spec.name != "check"
                task.run()
                count += 1
            workflow.do_engine_steps()
        return count

    live(is_sent_back=True)
    kinds = cycle(i == 0 for i in range(LOOP_SHARE))
    started = time.perf_counter()
    count = sum(live(is_sent_back=next(kinds)) for _ in range(lives))
    return count / (time.perf_counter() - started)


def _bpmn(process: Definition) -> str:
    """Return the process in plain BPMN: an outcome is a condition of a gateway after its step."""
    parts = [_HEAD, f'<process id={quoteattr(process.id)} isExecutable="true">', '<startEvent id="begin"/>']
    parts += [_element("userTask", s.key) for s in process.steps]
    parts += [_element("exclusiveGateway", f"{s.key}_out") for s in process.steps if len(s.outcomes) > 1]
    parts += [_element("parallelGateway", p.key) for p in process.parallels if isinstance(p, Parallel)]
    parts += [_element("endEvent", e.key) for e in process.ends]
    parts += _flows(process)
    return "".join((*parts, "</process></definitions>"))


def _flows(process: Definition) -> Iterator[str]:
    deciding = {s.key for s in process.steps if len(s.outcomes) > 1}
    yield _flow("f_begin", "begin", process.start, "")
    for key in sorted(deciding):
        yield _flow(f"f_{key}_out", key, f"{key}_out", "")
    for number, flow in enumerate(process.flows):
        source, condition = flow.source, ""
        if flow.source in deciding:
            source, condition = f"{flow.source}_out", f"outcome == '{flow.outcome or 'done'}'"
        yield _flow(f"f_{number}", source, flow.target, condition)


def _element(kind: str, key: str) -> str:
    return f"<{kind} id={quoteattr(key)}/>"


def _flow(key: str, source: str, target: str, condition: str) -> str:
    inner = (
        f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    )
    return (
        f"<sequenceFlow id={quoteattr(key)} sourceRef={quoteattr(source)} targetRef={quoteattr(target)}>"
        f"{inner}</sequenceFlow>"
    )


def named() -> dict[str, Any]:
    """Return which engine is compared with."""
    try:
        from importlib.metadata import version

        return {"other": f"SpiffWorkflow {version('SpiffWorkflow')}"}
    except ImportError:
        return {"other": "SpiffWorkflow is not installed: pip install '.[test]'"}
