"""Logs of events: what is counted, which paths cases take, how long one step waits for the next."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.mining import (
    EventLog,
    LogError,
    LoggedCase,
    LoggedEvent,
    log_of,
    loops,
    performance_graph,
    read_xes,
    variants,
    xes_text,
)
from motcua.core.mining.log import NO_TIME
from motcua.project.commands import log as command

XES = """<?xml version="1.0"?><!-- a log --><log xmlns="http://www.xes-standard.org/" xes.version="1.0">
<global scope="event"><string key="concept:name" value="not an event"/></global>
<string key="concept:name" value="the log's own name"/>
<trace><string key="concept:name" value="A &amp; B"/><date key="enddate" value="2020-01-01T00:00:00Z"/>
 <event><string key="concept:name" value="in"><string key="concept:name" value="nested"/></string>
  <date key="time:timestamp" value="2026-11-23T08:00:00.000+07:00"/><string key="org:resource" value="Bình"/></event>
 <event><date value="2026-11-23T08:30:00+07:00" key="time:timestamp"/><string value="out" key="concept:name"/></event></trace>
<trace></trace>
<trace><string key="concept:name" value="A &amp; B"/><event><string key="concept:name" value="in"/></event></trace></log>"""


def test_a_log_is_read_as_it_stands() -> None:
    log = read_xes([XES.encode()[i : i + 7] for i in range(0, len(XES.encode()), 7)])
    assert log.cases == ("A & B", "", "A & B"), "cases are told apart by their place, not by their name"
    assert log.starts.tolist() == [0, 2, 2, 3]
    assert [log.activities[a] for a in log.activity] == ["in", "out", "in"]
    assert log.at.tolist() == [1_795_395_600_000_000, 1_795_397_400_000_000, NO_TIME]
    assert [log.resources[r] if r >= 0 else None for r in log.resource] == ["Bình", None, None]
    graph = performance_graph(log)
    assert (graph.edges[0, 1].count, graph.edges[0, 1].median) == (1, 1800.0)
    assert {(v.path, v.count) for v in variants(log)} == {((0, 1), 1), ((), 1), ((0,), 1)}


@pytest.mark.parametrize(
    "text", ["", "<log><trace>", "<html></html>", "not xml", '<!DOCTYPE log [<!ENTITY a "b">]><log></log>']
)
def test_what_is_no_log_is_refused(text: str) -> None:
    with pytest.raises(LogError):
        read_xes([text.encode()])


CASES = st.lists(st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 10_000)), max_size=8), max_size=12)


def made(cases: list[list[tuple[int, int | None]]]) -> EventLog:
    rows = [row for case in cases for row in case]
    return EventLog(
        cases=tuple(str(n) for n in range(len(cases))),
        starts=np.cumsum([0, *(len(c) for c in cases)]).astype(np.int64),
        activities=tuple("abcdef"),
        activity=np.array([a for a, _ in rows], dtype=np.int32),
        at=np.array([NO_TIME if t is None else t * 1_000_000 for _, t in rows], dtype=np.int64),
        resources=(),
        resource=np.full(len(rows), -1, dtype=np.int32),
    )


@given(CASES)
def test_the_graph_is_that_of_plain_counting(cases: list[list[tuple[int, int | None]]]) -> None:
    graph = performance_graph(made(cases))
    plain: dict[tuple[int, int], list[int | None]] = {}
    for case in cases:
        for (a, s), (b, t) in pairwise(case):
            plain.setdefault((a, b), []).append(None if s is None or t is None else t - s)
    assert {pair: edge.count for pair, edge in graph.edges.items()} == {p: len(w) for p, w in plain.items()}
    for pair, waits in plain.items():
        known = sorted(w for w in waits if w is not None)
        edge = graph.edges[pair]
        if not known:
            assert edge.mean is None
            continue
        assert edge.mean == pytest.approx(sum(known) / len(known))
        assert edge.median == pytest.approx(np.median(known))
        assert edge.most in known
    for activity, count in graph.counts.items():
        into = sum(e.count for (_, b), e in graph.edges.items() if b == activity)
        assert into + graph.first.get(activity, 0) == count


@given(CASES)
def test_paths_partition_the_cases(cases: list[list[tuple[int, int | None]]]) -> None:
    found = variants(made(cases))
    assert sum(v.count for v in found) == len(cases)
    assert len({v.path for v in found}) == len(found)
    for v in found:
        assert tuple(a for a, _ in cases[v.example]) == v.path
    assert [v.count for v in found] == sorted((v.count for v in found), reverse=True)


@pytest.mark.data
def test_the_published_log_has_its_known_numbers(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    path = shared_data / "events_receipt_permit.xes.gz"
    command.run(argparse.Namespace(act="import", file=path, json=True))
    assert json.loads(capsys.readouterr().out) == {"cases": 1434, "events": 8577, "activities": 27, "variants": 116}
    with gzip.open(path) as file:
        log = read_xes([file.read()])
    assert sum(r != "" for r in log.resources) == 48
    assert log.at.max() // 86_400_000_000 == np.datetime64("2012-01-23").astype(int)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
WHEN = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda d: d.replace(tzinfo=UTC))
LOGGED = st.lists(
    st.builds(
        LoggedCase,
        id=TEXT,
        events=st.lists(st.builds(LoggedEvent, TEXT, WHEN, st.sampled_from(["", "Phòng A", "<B>"])), max_size=6).map(
            tuple
        ),
        attributes=st.just({"channel": "ONLINE"}),
    ),
    max_size=8,
)


@given(LOGGED)
def test_what_is_written_is_read_back(cases: list[LoggedCase]) -> None:
    ours, read = log_of(cases), read_xes([text.encode() for text in xes_text(cases)])
    assert read.cases == ours.cases
    assert read.starts.tolist() == ours.starts.tolist()
    assert [read.activities[a] for a in read.activity] == [ours.activities[a] for a in ours.activity]
    assert read.at.tolist() == ours.at.tolist()
    names = [[log.resources[r] if r >= 0 else "" for r in log.resource] for log in (read, ours)]
    assert names[0] == names[1]


@given(CASES)
def test_going_back_is_counted_as_by_hand(cases: list[list[tuple[int, int | None]]]) -> None:
    found = loops(made(cases))
    repeats, back, with_any = dict[int, int](), dict[tuple[int, int], int](), 0
    for case in cases:
        seen, any_here = set[int](), False
        for place, (a, _at) in enumerate(case):
            if a in seen:
                any_here = True
                repeats[a] = repeats.get(a, 0) + 1
                pair = (case[place - 1][0], a)
                back[pair] = back.get(pair, 0) + 1
            seen.add(a)
        with_any += any_here
    assert found.cases == with_any
    assert {x.activity: x.repeats for x in found.loops} == repeats
    assert {(x.before, x.again): x.count for x in found.back_steps} == back
    for loop in found.loops:
        assert loop.cases == sum([a for a, _ in case].count(loop.activity) > 1 for case in cases)
