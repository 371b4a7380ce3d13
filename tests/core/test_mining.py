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
    planned_ends,
    read_xes,
    variants,
    xes_text,
)
from motcua.core.mining.instants import instants_alike
from motcua.core.mining.log import NO_TIME
from motcua.core.mining.xes import _instant
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
    assert log.ended.tolist() == [1_577_836_800_000_000, NO_TIME, NO_TIME]
    assert planned_ends(log) is None, "no end was planned"
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
    known = {
        "cases": 1434,
        "events": 8577,
        "activities": 27,
        "variants": 116,
        "ended": 1329,
        "ended_after_planned": 389,
    }
    assert json.loads(capsys.readouterr().out) == known
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


ODD = st.sampled_from(
    [
        '<string key="concept:name" value="a &amp; &#x1EA1;&#10;b"/>',
        '<string key="concept:name" value="b" />',
        "<string key='concept:name' value='c'/>",
        '<string value="d" key="concept:name"/>',
        '<string key="concept:name" value="e"><string key="concept:name" value="inner"/></string>',
        '<string key="concept:name" value="f">\n</string>',
        '<date key="time:timestamp" value="2026-02-28T23:59:59.5+07:00"/>',
        '<date key="time:timestamp" value="2026-02-30T00:00:00Z"/>',
        '<date key="time:timestamp" value="2026-11-16T08:30:00"/>',
        '<string key="org:resource" value="Bình"/>',
        '<string key="xconcept:name" value=" key=&quot;concept:name&quot; value=&quot;no"/>',
        '<!-- <event> --><int key="n" value="/>"/>',
        "\n  ",
    ]
)
EVENT = st.lists(ODD, max_size=4).map(lambda parts: f"<event>{''.join(parts)}</event>")
PART = st.one_of(ODD, EVENT, EVENT, EVENT)
ENDS = st.lists(
    st.sampled_from(
        [
            '<date key="enddate" value="2026-01-02T00:00:00Z"/>',
            '<date key="enddate_planned" value="2026-01-01T00:00:00Z"/>',
            '<date key="enddate" value="never"/>',
        ]
    ),
    max_size=3,
).map("".join)
TRACE = st.tuples(ENDS, st.lists(PART, max_size=6)).map(lambda part: f"<trace>{part[0]}{''.join(part[1])}</trace>")
LOG = st.lists(st.one_of(TRACE, TRACE, TRACE, ODD, st.just("<!-- <trace></trace> -->")), max_size=5)


@given(LOG, st.sampled_from(["", '<?xml version="1.0" encoding="UTF-8"?>\n<!-- x -->\n']), st.integers(1, 400))
def test_what_is_read_aside_is_what_the_parser_would_read(parts: list[str], head: str, size: int) -> None:
    text = f"{head}<log>{''.join(parts)}</log>"
    data = text.encode()
    # A space in the tag makes every case the parser's.
    slow = read_xes([text.replace("<trace>", "<trace >").replace("<!-- <trace >", "<!-- <trace>").encode()])
    for chunks in ([data], [data[i : i + size] for i in range(0, len(data), size)]):
        quick = read_xes(chunks)
        assert quick.cases == slow.cases
        assert quick.starts.tolist() == slow.starts.tolist()
        assert [quick.activities[a] for a in quick.activity] == [slow.activities[a] for a in slow.activity]
        assert quick.at.tolist() == slow.at.tolist()
        assert (quick.ended.tolist(), quick.planned.tolist()) == (slow.ended.tolist(), slow.planned.tolist())
        assert planned_ends(quick) == planned_ends(slow)
        assert [quick.resources[r] for r in quick.resource if r >= 0] == [
            slow.resources[r] for r in slow.resource if r >= 0
        ]


@pytest.mark.parametrize(
    "inner",
    [
        "<event></trace></event>",
        "<event><event></event>",
        "</event>",
        '<event><string key="a" value="b"></event>',
    ],
)
def test_cases_that_are_not_well_formed_are_refused_with_their_line(inner: str) -> None:
    good = "<trace><event></event></trace>\n" * 3
    with pytest.raises(LogError) as refused:
        read_xes([f"<log>\n{good}".encode(), f"{good}<trace>{inner}</trace></log>".encode()])
    assert refused.value.line == 8


@given(
    st.lists(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), min_size=1),
    st.integers(0, 6),
    st.sampled_from(["Z", "+07:00", "-03:30"]),
)
def test_times_written_alike_are_read_as_one_by_one(times: list[datetime], digits: int, zone: str) -> None:
    texts = [f"{t:%H:%M:%S}.{t.microsecond:06}"[: 8 + (digits and digits + 1)] for t in times]
    texts = [f"{t.year:04}-{t:%m-%d}T{text}{zone}" for t, text in zip(times, texts, strict=True)]
    read = instants_alike(texts, zone)
    assert read is not None
    assert read.tolist() == [_instant(text) for text in texts]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01 00:00:00Z",
        "2026-01-0१T00:00:00Z",
    ],
)
def test_what_is_no_time_is_read_alone(text: str) -> None:
    assert instants_alike(["2026-01-01T00:00:00Z", text], "Z") is None
