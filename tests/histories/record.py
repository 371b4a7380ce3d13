"""Records dossier histories of this release: run it on a demo's data folder when a release is made, never to mend a test.

    MOTCUA_VAR=var PYTHONPATH=src:tests python tests/histories/record.py 0.1.0

What it wrote for a release stays as it is: later releases must read it and come to the same states.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from motcua.core.dossier import Fact, FactKind, NationalState, advance, begin
from motcua.core.process import Definition, Fired, Net, compile_net
from motcua.core.process.guards import FieldType, plain_value

FOLDER = Path(__file__).parent
EACH = 3
WALKS = 12


def main(release: str) -> None:
    from motcua.project import setup

    setup.prepare("database")
    from histories.processes import everything

    histories = [*_of_dossiers(), *(h for d in everything() for h in _walks(d))]
    processes: dict[str, Any] = {}
    lines = []
    for definition, facts in histories:
        data = definition.to_json()
        key = f"{definition.id}#{len(json.dumps(data))}"
        processes[key] = data
        lines.append({"process": key, "facts": [_plain(f) for f in facts], "lives": list(lives(definition, facts))})
    path = FOLDER / f"{release}.json"
    if path.exists():
        raise SystemExit(f"{path.name} is recorded already and stays as it is")
    with path.open("w", encoding="utf-8") as out:
        out.write(f'{{"release": {json.dumps(release)},\n"processes": {{\n')
        out.write(",\n".join(f"{json.dumps(k)}: {_line(v)}" for k, v in processes.items()))
        out.write('\n},\n"histories": [\n' + ",\n".join(map(_line, lines)) + "\n]}\n")


def lives(definition: Definition, facts: Iterable[Fact]) -> Iterator[dict[str, Any]]:
    """Yield what a dossier is after each fact: saved process, state, who decided, fields, open steps."""
    net = compile_net(definition)
    assert isinstance(net, Net)
    life = begin()
    for fact in facts:
        life = advance(life, fact, net).life
        yield {
            "process": life.process.to_bytes().hex(),
            "state": int(life.state),
            "decision": life.decision,
            "values": dict(life.values),
            "open": [list(p) for p in net.open_numbers(life.process)],
        }


def _of_dossiers() -> Iterator[tuple[Definition, list[Fact]]]:
    """Yield dossiers of the demo: of each process a few, such that their kinds of fact differ."""
    from motcua.services.offerings import running_offering
    from motcua.store.dossiers.models import Dossier
    from motcua.store.dossiers.writing import facts_of

    seen: dict[tuple[str, frozenset[int]], int] = {}
    for row in Dossier.objects.order_by("id"):
        definition = running_offering(row.offering_id).net.definition
        facts = list(facts_of(row.id))
        mark = (definition.id, frozenset((int(f.kind), f.body.get("outcome", 0)) for f in facts))  # type: ignore[misc]
        seen[mark] = seen.get(mark, 0) + 1
        if seen[mark] <= 1 and sum(n > 0 for (key, _), n in seen.items() if key == definition.id) <= EACH:
            yield definition, facts


def _walks(definition: Definition) -> Iterator[tuple[Definition, list[Fact]]]:
    """Yield lives at random through a process, by the engine of this release."""
    net = compile_net(definition)
    assert isinstance(net, Net), net
    for number in range(WALKS):
        chance = Random(f"{definition.id}-{number}")
        at = datetime(2026, 11, 2, 1, tzinfo=UTC)
        facts = [Fact(1, FactKind.RECEIVED, at, 1, 1, 1, {"values": {}})]
        life = advance(begin(), facts[0], net).life
        while not life.process.has_ended and len(facts) < 60:
            at += timedelta(minutes=chance.randrange(1, 600))
            fact = _next(net, life.process, facts, at, chance)
            life = advance(life, fact, net).life
            facts.append(fact)
            if life.state is NationalState.WITHDRAWN:
                break
        yield definition, facts


def _next(net: Net, process: Any, facts: list[Fact], at: datetime, chance: Random) -> Fact:
    seq = len(facts) + 1
    if chance.random() < 0.02:
        return Fact(seq, FactKind.WITHDRAWN, at, 1, 1, 1, {"reason": "x"})
    choices: list[Any] = [*net.open_numbers(process), *(Fired(t) for t in net.waiting(process))]
    chosen = chance.choice(choices)
    if isinstance(chosen, Fired):
        return Fact(seq, FactKind.FIRED, at, 1, 1, 1, {"trigger": chosen.trigger})
    step, instance = chosen
    rule = net.steps[step]
    outcome = chance.randrange(len(rule.outcomes)) if len(facts) < 40 else 0
    body: dict[str, Any] = {"step": step, "outcome": outcome}
    if instance:
        body["instance"] = instance
    types = net.definition.field_types()
    values = {name: plain_value(_value(types[name], chance)) for name in rule.collects}
    return Fact(seq, FactKind.COMPLETED, at, 1, 1, 1, {**body, **({"values": values} if values else {})})


def _value(field: Any, chance: Random) -> Any:
    kind = field.type
    if kind is FieldType.BOOLEAN:
        return chance.random() < 0.5
    if kind is FieldType.CHOICE:
        return chance.choice(field.choices)
    if kind is FieldType.LIST:
        return tuple("abc"[: chance.randrange(4)])
    return chance.randrange(100)


def _plain(fact: Fact) -> dict[str, Any]:
    body = {k: v for k, v in fact.body.items() if k not in _WORDS}
    return {"seq": fact.seq, "kind": int(fact.kind), "at": fact.at.isoformat(), "body": body}


_WORDS = {"reason", "items", "question", "answer", "note"}
"""What people wrote; the engine does not read it."""


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1])
