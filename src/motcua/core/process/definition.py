"""Answers what an internal process (quy trình nội bộ) consists of: steps, gateways, waits, sub-processes, ends, flows.

It says nothing of how a dossier moves; that is the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeAlias, TypeVar

from motcua.core.process.decisions import DecisionTable
from motcua.core.process.guards import Expr, Field, FieldType, parse_guard, text_of

AUTOMATIC, CALL = "automatic", "call"
"""Kinds of step that no officer does: the system at once, another process (at another agency) in its own time."""

TIMER, MESSAGE = "timer", "message"


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of work at one unit.

    ``slot`` names the kind of unit (``reception``, ``division``, ``leadership`` …) that each office fills
    with a unit of its own; ``role`` the role that may do it; ``minutes`` its share of the term in working
    minutes (``None`` when the office gave none); ``outcomes`` what may come of it, the usual one first;
    ``kind`` what sort of act it is: receive, appraise, consult, approve, sign, return, automatic, call.

    ``co_slots`` and ``watch_slots`` are units that help and that look on (phối hợp, theo dõi). ``collects`` are the
    fields entered, ``reads`` the papers read here (``*`` all). ``each`` names the field that tells how often the step
    is done side by side, or one after the other when ``in_turn``: the offices of a list, or a number of times.
    ``calls`` is the procedure or process that a step of the kind ``call`` starts as a dossier of its own.
    ``slot_table`` and ``minutes_table`` name decision tables that give the slot and the minutes.
    """

    key: str
    name: str
    kind: str
    slot: str
    role: str
    minutes: int | None
    outcomes: tuple[str, ...] = ("done",)
    co_slots: tuple[str, ...] = ()
    watch_slots: tuple[str, ...] = ()
    collects: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    each: str = ""
    in_turn: bool = False
    calls: str = ""
    slot_table: str = ""
    minutes_table: str = ""


@dataclass(frozen=True, slots=True)
class Parallel:
    """A fork, a join, or both: goes on when every incoming flow has arrived, then along all outgoing ones."""

    key: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An exclusive gateway: the first outgoing flow whose guard holds, or else the one marked so."""

    key: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Inclusive:
    """An inclusive gateway: every outgoing flow whose guard holds; joins when nothing more can arrive."""

    key: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A place where the process waits: for a time (``timer``), a ``message``, or the first of several (``event``).

    ``spec`` is the time, as a term (``2 working days``) or in ISO 8601 (``PT8H``, an instant), or the message's name.
    """

    key: str
    kind: str
    spec: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Boundary:
    """What happens while a step or sub-process (``host``) is open: a time that passes or a message that comes.

    An interrupting one ends the host; another starts its flow beside it: a time once, a message whenever it comes.
    """

    key: str
    host: str
    kind: str
    spec: str
    is_interrupting: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Throw:
    """A message that leaves when the process comes by."""

    key: str
    message: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SubProcess:
    """A part with a start and ends of its own; it is over when nothing in it is left. ``members`` are keys within."""

    key: str
    name: str
    start: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """An end; ``result`` tells what became of the dossier. A terminating one ends everything else around it."""

    key: str
    result: str
    is_terminating: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """From a node to the next; ``outcome`` tells which outcome of a step takes it, ``guard`` when a gateway does."""

    source: str
    target: str
    outcome: str = ""
    guard: Expr | None = None
    is_default: bool = False


Node: TypeAlias = Step | Parallel | Choice | Inclusive | Wait | Boundary | Throw | SubProcess | End
_GROUPS: dict[str, type[Any]] = {
    "choices": Choice,
    "inclusives": Inclusive,
    "waits": Wait,
    "boundaries": Boundary,
    "throws": Throw,
    "subprocesses": SubProcess,
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole process; ``start`` is the key of the first node."""

    id: str
    name: str
    start: str
    steps: tuple[Step, ...]
    flows: tuple[Flow, ...]
    parallels: tuple[Parallel, ...] = ()
    ends: tuple[End, ...] = (End("end", "done"),)
    choices: tuple[Choice, ...] = ()
    inclusives: tuple[Inclusive, ...] = ()
    waits: tuple[Wait, ...] = ()
    boundaries: tuple[Boundary, ...] = ()
    throws: tuple[Throw, ...] = ()
    subprocesses: tuple[SubProcess, ...] = ()
    fields: tuple[Field, ...] = ()
    tables: tuple[DecisionTable, ...] = ()

    def nodes(self) -> tuple[Node, ...]:
        """Return every node, in the order of the definition."""
        return (
            *self.steps, *self.parallels, *self.choices, *self.inclusives, *self.waits, *self.boundaries,
            *self.throws, *self.subprocesses, *self.ends,
        )  # fmt: skip

    def field_types(self) -> dict[str, Field]:
        """Return what guards may read by name: the fields, and the tables computed from them."""
        return {f.name: f for f in (*self.fields, *(t.field() for t in self.tables))}

    def to_json(self) -> dict[str, Any]:
        """Return the definition as plain JSON values; ``from_json`` gives the same definition back.

        What is not used is not written, so that a definition keeps its digest when a release adds a kind of node.
        """
        made: dict[str, Any] = {
            "id": self.id,
            "name": self.name,
            "start": self.start,
            "steps": [_plain(s) for s in self.steps],
            "parallels": [p.key for p in self.parallels],
            "ends": [[e.key, e.result, *([True] if e.is_terminating else [])] for e in self.ends],
            "flows": [_flow_json(f) for f in self.flows],
        }
        made |= {name: [_plain(n) for n in getattr(self, name)] for name in _GROUPS if getattr(self, name)}
        if self.fields:
            made["fields"] = [[f.name, f.type.value, f.label, list(f.choices)] for f in self.fields]
        if self.tables:
            made["tables"] = [t.to_json() for t in self.tables]
        return made

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Definition:
        """Return the definition that ``to_json`` wrote; KeyError, TypeError or ValueError where it is not of that form."""
        groups = {name: tuple(_made(kind, n) for n in data.get(name, ())) for name, kind in _GROUPS.items()}
        return cls(
            id=data["id"],
            name=data["name"],
            start=data["start"],
            steps=tuple(_made(Step, s) for s in data["steps"]),
            parallels=tuple(Parallel(key) for key in data["parallels"]),
            ends=tuple(End(*end) for end in data["ends"]),
            flows=tuple(_flow(*flow) for flow in data["flows"]),
            fields=tuple(Field(n, FieldType(t), label, tuple(c)) for n, t, label, c in data.get("fields", ())),
            tables=tuple(DecisionTable.from_json(t) for t in data.get("tables", ())),
            **groups,
        )


_ALWAYS = frozenset({"key", "name", "kind", "slot", "role", "minutes", "outcomes"})
_T = TypeVar("_T")


def _plain(node: Any) -> dict[str, Any]:
    """Return the node as a JSON object without what has its default."""
    made = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if field.default is MISSING or value != field.default or (isinstance(node, Step) and field.name in _ALWAYS):
            made[field.name] = list(value) if isinstance(value, tuple) else value
    return made


def _made(kind: type[_T], data: Mapping[str, Any]) -> _T:
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()})


def _flow_json(flow: Flow) -> list[Any]:
    made: list[Any] = [flow.source, flow.target, flow.outcome]
    if flow.guard is not None or flow.is_default:
        made += [text_of(flow.guard) if flow.guard is not None else "", *([True] if flow.is_default else [])]
    return made


def _flow(source: str, target: str, outcome: str = "", guard: str = "", is_default: bool = False) -> Flow:
    return Flow(source, target, outcome, parse_guard(guard) if guard else None, is_default)
