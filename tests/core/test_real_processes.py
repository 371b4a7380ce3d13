"""The offices' own processes and the house's: loaded, drawn, checked, and walked to the end by every branch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.calendar import parse_term
from motcua.core.process import Completed, Definition, Ended, Fired, Net, Opened, State, compile_net
from motcua.core.process.bpmn import BpmnFile, read_bpmn, write_bpmn
from motcua.core.process.table import Table, TableReport, read_table, table_from_json
from motcua.core.process.written import Written, read_written, write_written
from motcua.core.proving import Legal, prove, stated_term
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.procedures import law_procedures

WALKS = 10_000


@pytest.fixture(scope="module")
def reports(shared_data: Path) -> list[TableReport]:
    tables = [table_from_json(r) for r in json.loads((shared_data / "internal_processes.json").read_text())]
    assert all(isinstance(t, Table) for t in tables)
    return [read_table(t) for t in tables if isinstance(t, Table)]


@pytest.mark.data
def test_only_those_whose_steps_exceed_the_term_are_found_fault_with(reports: list[TableReport]) -> None:
    calendar = law_book().calendar()
    for report in reports:
        assert report.definition is not None
        assert report.stated_days is not None
        legal = Legal(stated_term(report.stated_days), calendar, at_closing=False)
        errors = [f.problem.code for f in prove(report.definition, legal=legal) if f.is_error]
        assert errors == (["proving.time_exceeds"] if report.step_sum_days > report.stated_days else []), report.id


@pytest.mark.data
def test_the_real_processes_are_drawn_and_read_back_the_same(reports: list[TableReport]) -> None:
    assert len(reports) == 14
    for report in reports:
        assert report.definition is not None
        _same_after_writing(report.definition, dict(report.units))


@pytest.mark.data
def test_ten_thousand_walks_by_every_branch_come_to_the_end(reports: list[TableReport]) -> None:
    nets = [_net(r.definition) for r in reports if r.definition is not None]
    _walk_all(nets, WALKS)


def test_the_houses_own_processes_are_sound_drawn_and_walked() -> None:
    calendar = law_book().calendar()
    procedures = law_procedures()
    for procedure in procedures:
        papers = [c.name for c in procedure.content.components]
        legal = Legal(parse_term(procedure.content.term), calendar, at_closing=False)
        assert [f for f in prove(procedure.process, legal=legal, papers=papers) if f.is_error] == []
        _same_after_writing(procedure.process, {})
    _walk_all([_net(p.process) for p in procedures], 8_000)


def _same_after_writing(definition: Definition, units: dict[str, str]) -> None:
    drawn = read_bpmn(write_bpmn(definition, None, units))
    assert isinstance(drawn, BpmnFile)
    assert drawn.definition == definition
    written = read_written(write_written(definition, units, None))
    assert isinstance(written, Written)
    assert written.definition == definition


def _net(definition: Definition) -> Net:
    net = compile_net(definition)
    assert isinstance(net, Net)
    return net


def _walk_all(nets: list[Net], count: int) -> None:
    """Walk at random; each walk ends, and together they take every outcome of every step."""
    taken: dict[int, set[tuple[int, int]]] = {i: set() for i in range(len(nets))}
    walked = 0

    @settings(max_examples=count, deadline=None, database=None)
    @given(st.integers(0, len(nets) - 1), st.integers(0, 2**63 - 1))
    def walk(number: int, way: int) -> None:
        nonlocal walked
        walked += 1
        taken[number] |= set(_walked(nets[number], way))

    walk()
    assert walked >= count
    for number, net in enumerate(nets):
        wanted = {(i, o) for i, step in enumerate(net.steps) for o in range(len(step.outcomes))}
        assert taken[number] == wanted, net.definition.id


def _walked(net: Net, way: int) -> Iterator[tuple[int, int]]:
    """Yield the outcomes on a walk; after sixty steps only the usual ones, so that nobody goes round for ever."""
    state, effects = net.begin({})
    done, chance = 0, Random(way)
    while not state.has_ended:
        assert done < 60 + 3 * len(net.steps), net.definition.id
        choices = [*net.open_numbers(state), *((t, -1) for t in net.waiting(state))]
        assert choices, net.definition.id
        step, instance = chance.choice(choices)
        if instance < 0:
            state, effects = net.step(state, Fired(step), {})
            continue
        outcomes = len(net.steps[step].outcomes)
        is_usual = done >= 60 or chance.random() < 0.7
        outcome = 0 if is_usual else chance.randrange(outcomes)
        yield step, outcome
        state, effects = net.step(state, Completed(step, outcome, instance), {})
        done += 1
        assert all(net.is_open(state, e.step, e.instance) for e in effects if isinstance(e, Opened))
    assert any(isinstance(e, Ended) for e in effects)
    assert state == State(0)
