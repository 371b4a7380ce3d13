"""Measures whole dossier lives through the services against the floor of one UPDATE and one INSERT with a commit."""

from __future__ import annotations

import contextlib
import statistics
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection

from motcua.core.forms import ComponentCount, PartyEntry
from motcua.project.bench.parallel_process import LOOP_SHARE
from motcua.project.bench.world import World, make_world, scratch_database
from motcua.services.dossiers.intake import Intake, receive_dossier
from motcua.services.dossiers.steps import complete_step

_PLAIN = tuple((i, "done") for i in range(9))
_LOOPING = ((0, "done"), (1, "back"), *_PLAIN)
_ROLES = (
    *("counter_officer", "counter_officer", "case_officer", "case_officer", "case_officer", "case_officer"),
    *("unit_leader", "unit_leader", "counter_officer"),
)


def run(*, lives: int = 150, rounds: int = 5) -> dict[str, Any]:
    """Return the medians over interleaved rounds, so that other work on the machine weighs on both alike."""
    with scratch_database():
        world = make_world()
        _lives(world, 10)
        services, floors, times = [], [], []
        for _round in range(rounds):
            floors.append(_floor(lives * 4))
            rate, durations = _lives(world, lives)
            services.append(rate)
            times += durations
        statements = _statements_per_completion(world)
    ratios = [s / f for s, f in zip(services, floors, strict=True)]
    times.sort()
    return {
        "completions_per_s": round(statistics.median(services), 1),
        "floor_per_s": round(statistics.median(floors), 1),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(r, 3) for r in ratios],
        "statements_per_completion": statements,
        "p50_ms": round(times[len(times) // 2] * 1000, 3),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 3),
        "fsync": _setting("fsync"),
        "synchronous_commit": _setting("synchronous_commit"),
    }


def _lives(world: World, count: int) -> tuple[float, list[float]]:
    receipts = [_receive(world) for _life in range(count)]
    durations: list[float] = []
    started = time.perf_counter()
    for number, public_id in enumerate(receipts):
        for version, (step, outcome) in enumerate(_LOOPING if number % LOOP_SHARE == 0 else _PLAIN, start=1):
            begun = time.perf_counter()
            _complete(world, public_id, step, outcome, version)
            durations.append(time.perf_counter() - begun)
    return len(durations) / (time.perf_counter() - started), durations


def _receive(world: World) -> uuid.UUID:
    intake = Intake(
        key=uuid.uuid4(),
        offering_id=world.offering_id,
        applicant=PartyEntry(kind="PERSON", name="Nguyễn Văn Đo"),
        counts=[ComponentCount("c1", "1")],
    )
    return receive_dossier(intake, actor=world.counter, now=datetime.now(UTC)).public_id


def _complete(world: World, public_id: uuid.UUID, step: int, outcome: str, version: int) -> None:
    complete_step(
        public_id=public_id,
        step=step,
        outcome=outcome,
        reason="gửi lại" if outcome == "back" else "",
        seen_version=version,
        actor=world.actor_for(_ROLES[step]),
        now=datetime.now(UTC),
    )


def _floor(count: int) -> float:
    """Return UPDATE + INSERT + commit per second on the same server, one client, through psycopg alone."""
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        host=settings["HOST"] or None,
        password=settings["PASSWORD"] or None,
    ) as floor:
        floor.execute("CREATE TABLE IF NOT EXISTS floor_state (id bigint PRIMARY KEY, version int, state bytea)")
        floor.execute("CREATE TABLE IF NOT EXISTS floor_event (id bigserial PRIMARY KEY, dossier bigint, body text)")
        floor.execute("INSERT INTO floor_state SELECT g, 0, '' FROM generate_series(1, 100) g ON CONFLICT DO NOTHING")
        floor.commit()
        started = time.perf_counter()
        for i in range(count):
            floor.execute(
                "UPDATE floor_state SET version = version + 1, state = %s WHERE id = %s",
                [b"0123456789", i % 100 + 1],
            )
            floor.execute("INSERT INTO floor_event (dossier, body) VALUES (%s, %s)", [i % 100 + 1, "completed"])
            floor.commit()
        return count / (time.perf_counter() - started)


def _statements_per_completion(world: World) -> float:
    public_ids = [_receive(world) for _life in range(20)]
    with counted_statements() as counter:
        for public_id in public_ids:
            for version, (step, outcome) in enumerate(_PLAIN, start=1):
                _complete(world, public_id, step, outcome, version)
    return round(counter[0] / (20 * len(_PLAIN)), 2)


@contextlib.contextmanager
def counted_statements() -> Iterator[list[int]]:
    """Count every statement that any psycopg cursor sends inside the block, Django's own ones among them."""
    counter, original = [0], psycopg.Cursor.execute

    def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
        counter[0] += 1
        return original(self, *args, **kwargs)

    psycopg.Cursor.execute = execute  # type: ignore[method-assign]
    try:
        yield counter
    finally:
        psycopg.Cursor.execute = original  # type: ignore[method-assign]


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])
