"""Measures the five busiest pages with 100,000 dossiers: requests a second, p95, and how often they ask the database."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from motcua.project.bench.lifecycle import counted_statements
from motcua.project.bench.multiplying import multiplying
from motcua.project.bench.world import World, make_world, scratch_database
from motcua.services.dossiers.steps import complete_step
from motcua.services.times import system_now
from motcua.services.tracking import tracking_path
from motcua.store.dossiers.models import Dossier, Task
from motcua.store.organisation.models import Staff

DOSSIERS = 100_000
REPEATS = 120

# One real dossier is multiplied: rows differ in key, code, name and instant, as they would after years.
_MULTIPLY = multiplying(
    Dossier,
    "dossiers_dossier d, generate_series(1, %s) g WHERE d.id = %s",
    {
        "public_id": "gen_random_uuid()",
        "intake_key": "gen_random_uuid()",
        "code": "'B-' || g",
        "receipt_number": "g",
        "applicant_name": "d.applicant_name || ' ' || g",
        "applicant_folded": "d.applicant_folded || ' ' || g",
        "received_at": "d.received_at - g * interval '5 minutes'",
        "state": "CASE WHEN g %% 20 = 0 THEN 4 ELSE 10 END",
        "due_at": "d.due_at - g * interval '5 minutes'",
        "look_again_at": "NULL",
        "ended_at": "CASE WHEN g %% 20 = 0 THEN NULL ELSE d.received_at + interval '1 hour' END",
        "returned_at": "CASE WHEN g %% 20 = 0 THEN NULL ELSE d.received_at + interval '2 hours' END",
    },
)
_TASKS = multiplying(
    Task,
    "dossiers_dossier o, dossiers_task d WHERE o.state = 4 AND o.code LIKE 'B-%%' AND d.dossier_id = %s",
    {"dossier_id": "o.id", "assignee_id": "NULL", "opened_at": "o.received_at", "due_at": "o.due_at"},
)


def run() -> dict[str, Any]:
    """Return for each page requests per second, p95 in milliseconds and statements; and the worst of them."""
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    with scratch_database():
        world = make_world()
        dossier = _fill(world)
        pages = _pages(dossier)
        figures = {name: _measure(world, username, address) for name, (username, address) in pages.items()}
    return {
        "dossiers": DOSSIERS,
        "pages": figures,
        "p95_ms": max(f["p95_ms"] for f in figures.values()),
        "queries_max": max(f["queries"] for f in figures.values()),
    }


def _fill(world: World, dossiers: int = DOSSIERS) -> Dossier:
    from motcua.project.bench.lifecycle import _receive

    public_id = _receive(world)
    now = system_now()
    for step, version, actor in ((0, 1, world.counter), (1, 2, world.counter)):
        complete_step(
            public_id=public_id, step=step, outcome="done", reason="", seen_version=version, actor=actor, now=now
        )
    dossier = Dossier.objects.get(public_id=public_id)
    with connection.cursor() as cursor:
        cursor.execute(_MULTIPLY, [dossiers - 1, dossier.id])
        cursor.execute(_TASKS, [dossier.id])
        cursor.execute("ANALYZE")
    return dossier


def _pages(dossier: Dossier) -> dict[str, tuple[str, str]]:
    return {
        "counter": ("binh", "/counter"),
        "desk": ("chi", "/desk"),
        "dossiers": ("binh", "/dossiers?state=open"),
        "dossier": ("binh", f"/dossiers/{dossier.public_id}"),
        "tracking": ("", tracking_path(public_id=dossier.public_id, code=dossier.code)),
    }


def _measure(world: World, username: str, address: str) -> dict[str, Any]:
    client = Client()
    if username:
        client.force_login(Staff.objects.get(username=username))
    for _warm in range(5):
        _get(client, address)
    times = []
    for _repeat in range(REPEATS):
        begun = time.perf_counter()
        _get(client, address)
        times.append((time.perf_counter() - begun) * 1000)
    with counted_statements() as counter:
        _get(client, address)
    times.sort()
    return {
        "requests_per_s": round(1000 * len(times) / sum(times), 1),
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
        "queries": counter[0],
    }


def _get(client: Client, address: str) -> None:
    if address.startswith("/track"):
        # What is measured is the page, not how it stops guessing.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_trycount")
    answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")
