"""Answers whether the rows that reports count by are what the facts say, and makes them anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.core.dossier import replay
from motcua.services.calendars import calendar_of, look_again
from motcua.services.clocks import clock_of
from motcua.services.offerings import running_offering
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.figures.rebuilding import COUNTED, kept_rows, write_rows

_BATCH = 500


@dataclass(frozen=True, slots=True)
class FiguresUpkeep:
    """How many dossiers were looked at, which rows differ from their facts (by id, with what), how many were written."""

    looked_at: int
    differing: tuple[tuple[int, str], ...]
    written: int


def check_figures() -> FiguresUpkeep:
    """Return which rows differ from what the facts of their dossiers say, or are missing; writes nothing."""
    looked, differing = 0, list[tuple[int, str]]()
    for kept, right in _batches():
        looked += len(right)
        for dossier_id, values in right.items():
            had = kept.get(dossier_id)
            faults = "missing" if had is None else ", ".join(c for c in COUNTED if had[c] != values[c])
            if faults:
                differing.append((dossier_id, faults))
    return FiguresUpkeep(looked, tuple(differing), 0)


def rebuild_figures() -> FiguresUpkeep:
    """Write every row anew from the facts; one batch a transaction, so that it can be stopped and run again."""
    looked, written, differing = 0, 0, list[tuple[int, str]]()
    for kept, right in _batches():
        looked += len(right)
        wrong = [values for dossier_id, values in right.items() if kept.get(dossier_id) != values]
        differing += [(values["dossier_id"], "written") for values in wrong]
        if wrong:
            with transaction.atomic():
                written += write_rows(wrong)
    return FiguresUpkeep(looked, tuple(differing), written)


def _batches() -> Iterator[tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]]:
    look_again()
    after = 0
    while True:
        kept, dossiers = kept_rows(after=after, limit=_BATCH)
        if not dossiers:
            return
        after = dossiers[-1]["dossier_id"]
        facts = facts_of_many([d["dossier_id"] for d in dossiers])
        yield kept, {d["dossier_id"]: _derived(d, facts[d["dossier_id"]]) for d in dossiers}


def _derived(dossier: dict[str, Any], facts: list[Any]) -> dict[str, Any]:
    """Return what the row should be: what never changes of the dossier, the rest from its facts."""
    running = running_offering(dossier["offering_id"])
    life = replay(facts, running.net)
    clock = clock_of(facts, running, life=life, calendar=calendar_of(running.agency_id))
    received_at: datetime | None = life.received_at
    return {
        **{name: value for name, value in dossier.items() if name not in ("offering_id", "seen")},
        "received_at": received_at,
        "due_at": clock.due_at,
        "ended_at": life.ended_at,
        "returned_at": life.returned_at,
        "supplements": life.supplement_count,
        "extensions": clock.extensions,
    }
