"""Measures logs of events: graph and paths of a million events, reading XES; another program in the same run if named.

The other program is run by an interpreter of its own (`--oracle PYTHON`) and is no part of the product.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from motcua.core.mining import (
    EventLog,
    LoggedCase,
    LoggedEvent,
    loops,
    performance_graph,
    read_xes,
    variants,
    xes_text,
)

EVENTS, XES_EVENTS, ACTIVITIES, PATHS, SEED = 1_000_000, 257_000, 27, 400, 7
_ROUNDS = 3
_CHUNK = 1 << 20
# What the other program does, each by its own means; the columns are made before the clock runs.
_ORACLE = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
try:
    import numpy as np, pandas as pd, pm4py
except ImportError:
    print(json.dumps({})); sys.exit()
data = np.load(sys.argv[1], allow_pickle=False)
names = np.array([f"Bước {n}" for n in range(100)])
frame = pd.DataFrame({
    "case:concept:name": data["case"].astype(str), "concept:name": names[data["activity"]],
    "time:timestamp": pd.to_datetime(data["at"], unit="us", utc=True)})
def timed(work):
    best = None
    for _ in range(int(sys.argv[3])):
        started = time.perf_counter(); found = work(); took = time.perf_counter() - started
        best = took if best is None else min(best, took)
    return best, found
graph_s, graph = timed(lambda: pm4py.discover_performance_dfg(frame))
variants_s, paths = timed(lambda: pm4py.get_variants(frame))
xes_s, log = timed(lambda: pm4py.read_xes(sys.argv[2]))
print(json.dumps({"version": pm4py.__version__, "graph_s": graph_s, "variants_s": variants_s, "xes_s": xes_s,
    "edges": len(graph[0]), "variants": len(paths), "xes_events": len(log)}))
"""


def run(*, oracle: str | None = None) -> dict[str, Any]:
    """Return seconds of ours, the floor of reading alone, and how many times as fast as the other program."""
    log = made_log(EVENTS)
    graph_s, graph = _best(lambda: performance_graph(log))
    variants_s, found = _best(lambda: variants(log))
    loops_s, _ = _best(lambda: loops(log))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(xes_text(_cases(made_log(XES_EVENTS))))
        xes_s, read = _best(lambda: read_xes(_chunks(path)))
        figures = {
            "events": log.events,
            "cases": len(log.cases),
            "edges": len(graph.edges),
            "variants": len(found),
            "graph_s": round(graph_s, 3),
            "variants_s": round(variants_s, 3),
            "loops_s": round(loops_s, 3),
            "xes_events": read.events,
            "xes_mb": round(path.stat().st_size / 1e6, 1),
            "xes_s": round(xes_s, 3),
            "xes_events_per_s": round(read.events / xes_s),
        }
        other = _measured(oracle, log, path, Path(folder)) if oracle else {}
    if not other:
        return {**figures, "other": None}
    if (other["edges"], other["variants"], other["xes_events"]) != (len(graph.edges), len(found), read.events):
        raise AssertionError(f"the other program counts otherwise: {other}")
    return {
        **figures,
        "other": other["version"],
        "other_graph_s": round(other["graph_s"], 3),
        "other_variants_s": round(other["variants_s"], 3),
        "other_xes_s": round(other["xes_s"], 3),
        "times_the_other_graph_and_variants": round(
            (other["graph_s"] + other["variants_s"]) / (graph_s + variants_s), 1
        ),
        "times_the_other_xes": round(other["xes_s"] / xes_s, 1),
    }


def made_log(events: int) -> EventLog:
    """Return a log of so many events over a few hundred paths, some far more frequent than others; the same each time."""
    random = np.random.default_rng(SEED)
    paths = [random.integers(0, ACTIVITIES, size=int(random.integers(3, 14))).astype(np.int32) for _ in range(PATHS)]
    weights = 1 / np.arange(1, PATHS + 1)
    mean = float(sum(len(p) * w for p, w in zip(paths, weights, strict=True)) / weights.sum())
    chosen = random.choice(PATHS, size=int(events / mean * 1.2) + 1, p=weights / weights.sum())
    lengths = np.array([len(p) for p in paths])[chosen]
    cases = int(np.searchsorted(np.cumsum(lengths), events))
    chosen, lengths = chosen[: cases + 1], lengths[: cases + 1]
    starts = np.minimum(np.concatenate([[0], np.cumsum(lengths)]), events).astype(np.int64)
    activity = np.concatenate([paths[c] for c in chosen])[:events]
    gaps = random.integers(1, 3 * 86_400, size=events).astype(np.int64) * 1_000_000
    at = np.cumsum(gaps)
    # Every case begins in one year: its events keep their gaps.
    begin = 1_767_200_000_000_000 + random.integers(0, 365 * 86_400, size=cases + 1).astype(np.int64) * 1_000_000
    at += np.repeat(begin - at[starts[:-1]], np.diff(starts))
    return EventLog(
        cases=tuple(f"hs-{n}" for n in range(cases + 1)),
        starts=starts,
        activities=tuple(f"Bước {n}" for n in range(ACTIVITIES)),
        activity=activity,
        at=at,
        resources=("Bộ phận Một cửa",),
        resource=np.zeros(events, dtype=np.int32),
    )


def _cases(log: EventLog) -> list[LoggedCase]:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    activity, at, starts = log.activity.tolist(), log.at.tolist(), log.starts.tolist()
    return [
        LoggedCase(
            case,
            tuple(
                LoggedEvent(log.activities[activity[i]], epoch + timedelta(microseconds=at[i]), log.resources[0])
                for i in range(starts[n], starts[n + 1])
            ),
            {"channel": "ONLINE", "procedure": "1.001193"},
        )
        for n, case in enumerate(log.cases)
    ]


def _measured(oracle: str, log: EventLog, xes: Path, folder: Path) -> dict[str, Any]:
    columns = folder / "columns.npz"
    np.savez(columns, case=log.case_of_event, activity=log.activity, at=log.at)
    done = subprocess.run(
        [oracle, "-c", _ORACLE, str(columns), str(xes), str(_ROUNDS)], check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _best(work: Callable[[], Any]) -> tuple[float, Any]:
    times, found = [], None
    for _round in range(_ROUNDS):
        started = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - started)
    return min(times), found


def _chunks(path: Path) -> Any:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
