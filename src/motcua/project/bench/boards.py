"""Measures today's boards over a province's dossiers: each page as its reader gets it, asked by many people in turn.

What is open is given steps, officers, late ones and visitors, as a province has them on a busy morning.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from motcua.project.bench.lifecycle import counted_statements
from motcua.services.boards.digests import make_digests
from motcua.store.floor.models import Hall, HallGroup, Ticket
from motcua.store.organisation.models import Agency, Appointment, Post, Staff, Unit
from motcua.store.organisation.roles import Role
from motcua.store.voices.models import Rating

ASKS = 60
OFFICERS, TICKETS, RATINGS = 6, 150, 120
_DIVISION_STEP = 2

# One of sixty of the last four months' stands open, and is late.
_REOPEN = """
WITH d AS (UPDATE dossiers_dossier SET ended_at = NULL, state = 4 WHERE received_at > %(since)s AND id %% 60 = 0
  AND ended_at IS NOT NULL RETURNING id)
UPDATE figures_dossierfigure f SET ended_at = NULL FROM d WHERE f.dossier_id = d.id
"""
# Each open one has a step, two of three in an officer's hand, one of five still at the centre.
_TASKS = """
INSERT INTO dossiers_task (dossier_id, step, instance, part, unit_id, role, assignee_id, opened_at, due_at)
SELECT d.id, %(step)s, 0, 0, CASE WHEN d.id %% 5 = 0 THEN d.reception_unit_id ELSE u.id END, 'case_officer',
  CASE WHEN d.id %% 3 > 0 THEN (s.ids)[1 + d.id %% array_length(s.ids, 1)] END,
  d.received_at + interval '1 day', d.due_at - interval '1 day'
FROM dossiers_dossier d JOIN organisation_unit u ON u.agency_id = d.handling_agency_id AND u.key = 'division'
JOIN (SELECT p.unit_id, array_agg(a.staff_id ORDER BY a.staff_id) AS ids FROM organisation_appointment a
  JOIN organisation_post p ON p.id = a.post_id WHERE 'case_officer' = ANY(p.roles) GROUP BY p.unit_id) s
  ON s.unit_id = u.id
WHERE d.ended_at IS NULL AND d.code LIKE 'B-%%'
"""
# The steps that were done lately, by the people of the divisions.
_DONE = """
INSERT INTO dossiers_fact (dossier_id, seq, kind, at, staff_id, post_id, unit_id, body, digest)
SELECT d.id, 100, 2, d.received_at + interval '3 hours', (s.ids)[1 + d.id %% array_length(s.ids, 1)], 1, s.unit_id,
  '{"step": 1, "outcome": 0}', ''
FROM dossiers_dossier d JOIN organisation_unit u ON u.agency_id = d.handling_agency_id AND u.key = 'division'
JOIN (SELECT p.unit_id, array_agg(a.staff_id ORDER BY a.staff_id) AS ids FROM organisation_appointment a
  JOIN organisation_post p ON p.id = a.post_id WHERE 'case_officer' = ANY(p.roles) GROUP BY p.unit_id) s
  ON s.unit_id = u.id
WHERE d.received_at > %(since)s AND d.code LIKE 'B-%%'
"""


@dataclass(frozen=True, slots=True)
class _People:
    """Who asks for which board."""

    mine: Sequence[Staff]
    unit: Sequence[Staff]
    centre: Sequence[Staff]
    agency: Sequence[Staff]
    province: Sequence[Staff]


def boards(now: datetime) -> dict[str, Any]:
    """Return milliseconds of each board (middle, 95th of a hundred, slowest), its statements, and the morning's digests."""
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DEMO_OFFSET = now - datetime.now(UTC)
    people = _fill(now)
    begun = time.perf_counter()
    told = make_digests(now=now)
    found: dict[str, Any] = {"digests": {"people": told, "s": round(time.perf_counter() - begun, 1)}}
    for kind in ("mine", "unit", "centre", "agency", "province"):
        found[f"board_{kind}"] = _measured(getattr(people, kind), f"/board/{kind}")
    found["board_province_now"] = _measured(people.province, "/board/province/now")
    found["board_province_late"] = _measured(people.province, "/board/province/dossiers?number=late")
    found["board_province_cause"] = _measured(people.province, "/board/province/dossiers?number=late&cause=handling")
    found["board_p95_ms"] = max(f["p95_ms"] for name, f in found.items() if name.startswith("board_"))
    return found


def _measured(people: Sequence[Staff], address: str) -> dict[str, Any]:
    clients = []
    for staff in people:
        client = Client()
        client.force_login(staff)
        clients.append(client)
    times = []
    for number in range(ASKS):
        begun = time.perf_counter()
        _get(clients[number % len(clients)], address)
        times.append((time.perf_counter() - begun) * 1000)
    with counted_statements() as counter:
        _get(clients[0], address)
    times.sort()
    return {
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "max_ms": round(times[-1], 1),
        "queries": counter[0],
    }


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answered {answer.status_code}")


def _fill(now: datetime) -> _People:
    people = _make_people()
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, {"since": now - timedelta(days=120)})
        cursor.execute(_TASKS, {"step": _DIVISION_STEP})
        cursor.execute(_DONE, {"since": now - timedelta(days=90)})
    _make_halls(now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return people


def _make_people() -> _People:
    lead = Agency.objects.create(
        code="H05", kind="PROVINCE_PC", level="PROVINCE", name="UBND tỉnh", short_name="UBND tỉnh", place="Bắc Ninh"
    )
    chair = Unit.objects.create(agency=lead, key="leadership", kind="LEADERSHIP", name="Lãnh đạo tỉnh")
    wanted: list[tuple[str, Unit, Role]] = [("province", chair, Role.PROVINCE_LEADER)] * 3
    units = Unit.objects.filter(agency__code__startswith="H05.1", agency__code__gt="H05.1").select_related("agency")
    for unit in units.order_by("id"):
        if unit.key == "division":
            wanted += [("mine", unit, Role.CASE_OFFICER)] * OFFICERS
            wanted += [("unit", unit, Role.UNIT_LEADER), ("agency", unit, Role.AGENCY_LEADER)]
        else:
            wanted.append(("centre", unit, Role.CENTRE_MANAGER))
    staff = Staff.objects.bulk_create(
        Staff(username=f"do{n}", full_name=f"Cán bộ đo {n}", name_folded=f"can bo do {n}") for n in range(len(wanted))
    )
    posts = Post.objects.bulk_create(
        Post(unit=unit, title=role.value, roles=[role.value]) for _kind, unit, role in wanted
    )
    Appointment.objects.bulk_create(
        Appointment(staff=person, post=post, from_on=date(2018, 1, 1))
        for person, post in zip(staff, posts, strict=True)
    )
    by_kind: dict[str, list[Staff]] = {}
    for person, (kind, _unit, _role) in zip(staff, wanted, strict=True):
        by_kind.setdefault(kind, []).append(person)
    # Spread over the agencies: sixty asks reach sixty offices.
    return _People(**{kind: found[:: max(1, len(found) // ASKS)][:ASKS] for kind, found in by_kind.items()})


def _make_halls(now: datetime) -> None:
    """Give every centre a hall with a morning's visitors, and the ratings of a month."""
    day = now.date()
    for unit in Unit.objects.filter(key="centre"):
        hall = Hall.objects.create(unit=unit)
        group = HallGroup.objects.create(hall=hall, letter="A", name_vi="Nhóm", name_en="Group")
        Ticket.objects.bulk_create(
            Ticket(
                hall=hall, day=day, letter="A", number=n, group=group, token=f"{hall.id}-{n}", key=uuid4(),
                place_at=now - timedelta(minutes=n), state=1 if n < 10 else 4,
                first_called_at=None if n < 10 else now - timedelta(minutes=n) + timedelta(minutes=n % 30),
            )
            for n in range(1, TICKETS + 1)
        )  # fmt: skip
        Rating.objects.bulk_create(
            Rating(
                kind="VISIT", once_key=f"{unit.id}-{n}", unit_id=unit.id, agency_id=unit.agency_id,
                score=1 + n % 5, on=day - timedelta(days=n % 40),
            )
            for n in range(RATINGS)
        )  # fmt: skip
