"""Measures and checks receptions at one agency on one day, many at once: codes unique, none lost, order kept."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from django.db import connection, connections

from motcua.core.dossier import parse_dossier_code
from motcua.core.forms import ComponentCount, PartyEntry
from motcua.project.bench.world import World, make_world, scratch_database
from motcua.services.dossiers.intake import Intake, Receipt, receive_dossier

CONCURRENT, DOSSIERS = 64, 10_000


def run(*, concurrent: int = CONCURRENT, dossiers: int = DOSSIERS) -> dict[str, Any]:
    """Return what the receptions gave; every count is of what is stored afterwards."""
    with scratch_database():
        world = make_world()
        started = time.perf_counter()
        receipts = receive_at_once(world, concurrent=concurrent, dossiers=dossiers)
        seconds = time.perf_counter() - started
        return {**check(receipts), "seconds": round(seconds, 1), "per_s": round(dossiers / seconds, 1)}


def receive_at_once(world: World, *, concurrent: int, dossiers: int) -> list[Receipt]:
    """Return the receipts of ``dossiers`` receptions by ``concurrent`` counters, all of one instant's day."""
    now, numbers, receipts = datetime.now(UTC), itertools.count(1), list[Receipt]()
    lock, failures = threading.Lock(), list[BaseException]()

    def counter() -> None:
        try:
            while True:
                with lock:
                    number = next(numbers)
                if number > dossiers:
                    return
                receipts.append(receive_dossier(_intake(world, number), actor=world.counter, now=now))
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=counter) for _ in range(concurrent)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return receipts


def check(receipts: list[Receipt]) -> dict[str, Any]:
    """Return how many dossiers are stored, how many codes differ, the numbers' gaps, and whether order was kept.

    In order: the dossiers sorted by the number in their code have ascending numbers of the unit's receipts.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, receipt_number FROM dossiers_dossier")
        rows = cursor.fetchall()
    numbered = sorted((parse_dossier_code(code).number, receipt) for code, receipt in rows)
    numbers = [number for number, _ in numbered]
    receipt_numbers = [receipt for _, receipt in numbered]
    return {
        "acknowledged": len(receipts),
        "stored": len(rows),
        "lost": len({r.code for r in receipts} - {code for code, _ in rows}),
        "different_codes": len({code for code, _ in rows}),
        "gaps": len(set(range(1, len(rows) + 1)) - set(numbers)),
        "is_in_order": receipt_numbers == sorted(receipt_numbers) and len(set(receipt_numbers)) == len(rows),
        "last_code": max((code for code, _ in rows), key=lambda c: parse_dossier_code(c).number, default=""),
    }


def _intake(world: World, number: int) -> Intake:
    return Intake(
        key=uuid.uuid4(),
        offering_id=world.offering_id,
        applicant=PartyEntry(kind="PERSON", name=f"Người nộp {number}", address="Bắc Ninh"),
        counts=[ComponentCount("c1", "1", "0")],
        is_duplicate_accepted=True,
    )
