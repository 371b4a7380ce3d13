"""Answers how procedures come into the catalogue, which version is shown, and what a search finds.

Import never publishes over a version written from the law; an officer does.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.core.catalogue import ProcedureContent
from motcua.core.catalogue.sources import SourceRecord, read_record
from motcua.core.kernel import Problem, fold
from motcua.core.search import Hit, SearchIndex
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.store.catalogue.models import ImportRecord, ImportRun, Procedure, ProcedureVersion
from motcua.store.catalogue.selectors import catalogue_mark, searchable_rows
from motcua.store.lawfiles.lexicon import lexicon
from motcua.store.organisation.roles import Role

OUTCOMES = ("imported", "imported_with_defects", "unchanged", "refused")
_BATCH = 500
_NAME_MAX = 2000


@dataclass(frozen=True, slots=True)
class ImportLine:
    """What became of one source record; ``file`` and ``position`` say which."""

    file: str
    position: int
    code: str
    outcome: str
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "position": self.position,
            "code": self.code,
            "outcome": self.outcome,
            "reasons": [p.to_json() for p in self.problems],
        }


@transaction.atomic
def import_catalogue(
    records: Iterable[tuple[str, int, object]], *, files: Sequence[str], now: datetime
) -> tuple[ImportLine, ...]:
    """Return what became of each record (file, position, JSON value); a Problem in its place is refused as such.

    A record whose content equals the newest imported version of its procedure is unchanged; else it becomes a
    further version. Guarantee: the same records a second time write no version.
    """
    latest = _latest_imported()
    lines: list[ImportLine] = []
    new: list[tuple[SourceRecord, str]] = []
    for file, position, value in records:
        parsed = (value,) if isinstance(value, Problem) else read_record(value)
        if isinstance(parsed, tuple):
            code = str(value.get("code") or value.get("thu_tuc_id") or "")[:60] if isinstance(value, dict) else ""
            lines.append(ImportLine(file, position, code, "refused", parsed))
            continue
        digest, code = content_digest(parsed.content), parsed.content.code
        if latest.get(code) == digest:
            lines.append(ImportLine(file, position, code, "unchanged", ()))
            continue
        latest[code] = digest
        new.append((parsed, digest))
        outcome = "imported_with_defects" if parsed.defects else "imported"
        lines.append(ImportLine(file, position, code, outcome, parsed.defects))
        if len(new) >= _BATCH:
            _write(new, now=now)
            new = []
    _write(new, now=now)
    _record_run(lines, files=files, started_at=now)
    return tuple(lines)


def counts_of(lines: Sequence[ImportLine]) -> dict[str, int]:
    """Return ``records`` and the number of each outcome, which add up to it."""
    counted = Counter(line.outcome for line in lines)
    return {"records": len(lines), **{outcome: counted[outcome] for outcome in OUTCOMES}}


@transaction.atomic
def publish_law_procedures(contents: Sequence[ProcedureContent], *, now: datetime) -> int:
    """Publish the procedures written from the law; return how many versions are new.

    Such a version is the one shown from then on. Guarantee: idempotent.
    """
    codes = [c.code for c in contents]
    newest: dict[str, str] = {}
    rows = ProcedureVersion.objects.filter(procedure__code__in=codes, source="law").order_by("number")
    for code, digest in rows.values_list("procedure__code", "digest"):
        newest[code] = digest
    fresh = [SourceRecord("law", c, ()) for c in contents if newest.get(c.code) != content_digest(c)]
    _write([(r, content_digest(r.content)) for r in fresh], now=now)
    return len(fresh)


def publish_version(*, version_id: int, actor: Actor, now: datetime) -> ProcedureVersion:
    """Make a version the one that is shown; offerings keep theirs. Denied for all but procedure control officers."""
    require(actor, Role.PROCEDURE_OFFICER)
    version = ProcedureVersion.objects.select_related("procedure").filter(id=version_id).first()
    if version is None:
        raise Denied("no such version")
    with transaction.atomic():
        Procedure.objects.filter(id=version.procedure_id).update(current_version=version)
        audit.record("procedure.published", version.procedure.code, actor=actor, now=now, version=version.number)
    return version


def current_procedure(code: str) -> ProcedureContent | None:
    """Return the published record of a procedure by its code, with or without suffixes; ``None`` if unknown."""
    national = ".".join(code.strip().split(".")[:2])
    procedure = Procedure.objects.select_related("current_version").filter(code=national).first()
    if procedure is None or procedure.current_version is None:
        return None
    return ProcedureContent.from_json(procedure.current_version.content)


_index: tuple[tuple[int, int], SearchIndex] | None = None


def search_procedures(text: str, *, limit: int = 10) -> tuple[Hit, ...]:
    """Return the procedures that fit everyday words, best first; nothing when nothing fits.

    The index lies in memory and is made anew when the catalogue has changed.
    """
    return search_index().search(text, limit=limit)


def search_index() -> SearchIndex:
    global _index
    mark = catalogue_mark()
    if _index is None or _index[0] != mark:
        _index = (mark, SearchIndex(searchable_rows(), lexicon()))
    return _index[1]


def content_digest(content: ProcedureContent) -> str:
    text = json.dumps(content.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _latest_imported() -> dict[str, str]:
    rows = ProcedureVersion.objects.exclude(source="law").order_by("number")
    return dict(rows.values_list("procedure__code", "digest"))


def _write(records: Sequence[tuple[SourceRecord, str]], *, now: datetime) -> None:
    if not records:
        return
    codes = {r.content.code for r, _ in records}
    Procedure.objects.bulk_create([Procedure(code=code) for code in sorted(codes)], ignore_conflicts=True)
    procedures = {p.code: p for p in Procedure.objects.filter(code__in=codes)}
    numbers: Counter[str] = Counter()
    shown_is_law = set(
        Procedure.objects.filter(code__in=codes, current_version__source="law").values_list("code", flat=True)
    )
    for code, number in ProcedureVersion.objects.filter(procedure__code__in=codes).values_list(
        "procedure__code", "number"
    ):
        numbers[code] = max(numbers[code], number)
    versions = []
    for record, digest in records:
        numbers[record.content.code] += 1
        versions.append(_version(record, digest, procedures[record.content.code], numbers[record.content.code], now))
    ProcedureVersion.objects.bulk_create(versions, batch_size=200)
    shown = {v.procedure_id: v for v in versions if v.source == "law" or v.procedure.code not in shown_is_law}
    changed = []
    for procedure in procedures.values():
        if procedure.id in shown:
            procedure.current_version = shown[procedure.id]
            changed.append(procedure)
    Procedure.objects.bulk_update(changed, ["current_version"], batch_size=500)


def _version(record: SourceRecord, digest: str, procedure: Procedure, number: int, now: datetime) -> ProcedureVersion:
    content = record.content
    return ProcedureVersion(
        procedure=procedure,
        number=number,
        source=record.source,
        digest=digest,
        name=content.name[:_NAME_MAX],
        name_folded=fold(content.name)[:_NAME_MAX],
        sector=content.sector[:200],
        levels=list(content.levels),
        decision_no=content.decision_no[:120],
        term_text=content.term,
        is_same_day_result=content.term.startswith("same day"),
        content=content.to_json(),
        defects=[d.to_json() for d in record.defects],
        published_at=now,
    )


def _record_run(lines: Sequence[ImportLine], *, files: Sequence[str], started_at: datetime) -> None:
    run = ImportRun.objects.create(
        files=list(files), started_at=started_at, ended_at=started_at, counts=counts_of(lines)
    )
    ImportRecord.objects.bulk_create(
        [
            ImportRecord(
                run=run,
                position=number,
                code=line.code,
                outcome=line.outcome,
                reasons=[p.to_json() for p in line.problems],
            )
            for number, line in enumerate(lines, start=1)
        ],
        batch_size=1000,
    )
