"""Answers the lists of the catalogue, paged by key, and the rows that the search index is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Max, Sum
from django.db.models.functions import Length

from motcua.core.search import SearchRow
from motcua.store.catalogue.models import ImportRecord, Procedure, ProcedureVersion


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One page of versions; ``after`` is the key of the next page, empty at the end."""

    rows: Sequence[Any]
    after: str


def newest_versions(
    *, codes: Sequence[str] | None, sector: str, level: str, is_defective: bool, after: str, limit: int
) -> VersionPage:
    """Return the shown version of each procedure; ``codes`` keeps these, in their order."""
    rows = (
        Procedure.objects.filter(current_version__isnull=False)
        .select_related("current_version")
        .defer("current_version__content")
    )
    if sector:
        rows = rows.filter(current_version__sector=sector)
    if level:
        rows = rows.filter(current_version__levels__contains=[level])
    if is_defective:
        rows = rows.exclude(current_version__defects=[])
    if codes is not None:
        found = {p.code: p for p in rows.filter(code__in=codes)}
        return VersionPage([found[c] for c in codes if c in found], "")
    if after:
        rows = rows.filter(id__gt=int(after))
    page = list(rows.order_by("id")[: limit + 1])
    return VersionPage(page[:limit], str(page[limit - 1].id) if len(page) > limit else "")


def sectors() -> list[str]:
    """Return the sectors of all versions, by name."""
    rows = ProcedureVersion.objects.annotate(size=Length("sector")).filter(size__gt=0)
    return list(rows.order_by("sector").values_list("sector", flat=True).distinct())


def records_of_run(run_id: int, *, outcome: str, after: int, limit: int) -> VersionPage:
    rows = ImportRecord.objects.filter(run_id=run_id, position__gt=after)
    if outcome:
        rows = rows.filter(outcome=outcome)
    page = list(rows.order_by("position")[: limit + 1])
    return VersionPage(page[:limit], str(page[limit - 1].position) if len(page) > limit else "")


def catalogue_mark() -> tuple[int, int]:
    """Return a mark that changes when the published catalogue does; one cheap statement."""
    newest = Procedure.objects.aggregate(Sum("current_version_id"), Max("id"))
    return newest["current_version_id__sum"] or 0, newest["id__max"] or 0


def searchable_rows() -> list[SearchRow]:
    """Return what the search looks at of each published procedure; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.code, v.name, v.sector, v.levels, v.content->>'everyday_names', v.content->>'results',"
            " v.content->>'subjects', v.source"
            " FROM catalogue_procedure p JOIN catalogue_procedureversion v ON v.id = p.current_version_id"
        )
        return [
            SearchRow(code, name, sector, tuple(levels), _list(everyday), _list(results), _list(subjects), source)
            for code, name, sector, levels, everyday, results, subjects, source in cursor.fetchall()
        ]


@lru_cache(maxsize=65_536)
def _list(text: str | None) -> tuple[str, ...]:
    import json

    return tuple(json.loads(text)) if text else ()
