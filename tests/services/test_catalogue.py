"""The catalogue: import of the three formats, versions, search, on real records."""

from __future__ import annotations

import json
import lzma
import resource
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from motcua.core.catalogue.sources import SourceRecord, read_record
from motcua.services.catalogue import counts_of, import_catalogue, publish_law_procedures, search_procedures
from motcua.services.processes import import_process_tables
from motcua.store.catalogue.models import ImportRecord, Procedure, ProcedureVersion
from motcua.store.lawfiles.procedures import law_procedures
from motcua.store.offerings.models import ProcessVersion

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FILES = ("procedures_portal_2026.jsonl.xz", "procedures_defence_2025.jsonl.xz", "procedures_core.json")


def records_of(folder: Path) -> list[tuple[str, int, object]]:
    found: list[tuple[str, int, object]] = []
    for name in FILES:
        raw = (folder / name).read_bytes()
        text = (lzma.decompress(raw) if name.endswith(".xz") else raw).decode()
        values = (
            json.loads(text) if name.endswith(".json") else [json.loads(line) for line in text.splitlines() if line]
        )
        found += [(name, number, value) for number, value in enumerate(values, 1)]
    return found


@pytest.mark.data
@pytest.mark.django_db
def test_every_real_record_is_accounted_for_twice_over_and_found_in_peoples_words(shared_data: Path) -> None:
    records = records_of(shared_data)
    counts = counts_of(import_catalogue(records, files=FILES, now=NOW))
    assert counts["records"] == 1849 + 146 + 33
    assert counts["unchanged"] == 33
    assert counts["refused"] == 0
    assert counts["imported"] + counts["imported_with_defects"] == 1849 + 146
    assert ImportRecord.objects.count() == 2028
    again = counts_of(import_catalogue(records, files=FILES, now=NOW))
    assert again == {"records": 2028, "imported": 0, "imported_with_defects": 0, "unchanged": 2028, "refused": 0}
    assert ProcedureVersion.objects.count() == 1995
    questions = [json.loads(line) for line in (shared_data / "search_queries.jsonl").read_text().splitlines()]
    answerable = [q for q in questions if q["codes_in_collection"]]
    first = five = 0
    for question in answerable:
        codes = [h.code for h in search_procedures(question["query"], limit=5)]
        first += bool(codes and codes[0] in question["codes_in_collection"])
        five += bool(set(codes) & set(question["codes_in_collection"]))
    assert first / len(answerable) >= 0.60
    assert five / len(answerable) >= 0.85
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 900_000


def a_record(**changes: Any) -> dict[str, Any]:
    record: dict[str, Any] = {
        "code": "1.999001",
        "name": "Thủ tục thử",
        "sector": "Thử",
        "levels": ["COMMUNE"],
        "subjects": ["Công dân Việt Nam"],
        "steps_text": "Bước 1",
        "executing_agency": "UBND xã",
        "results": [{"name": "Giấy"}],
        "methods": [
            {
                "submission_method": "DIRECT",
                "processing_time": 5,
                "processing_time_unit": "WORKING_DAY",
                "fees": [{"raw": "Miễn phí", "amount": 0}],
            }
        ],
        "component_groups": [{"group": "", "items": [{"name": "Đơn", "original_qty": 1, "copy_qty": 0}]}],
        "legal_bases": [{"number": "1/2020", "name": "Luật"}],
        "parse_ok": {},
    }
    return {**record, **changes}


def test_a_clean_record_has_no_defect() -> None:
    found = read_record(a_record())
    assert isinstance(found, SourceRecord)
    assert found.defects == ()
    assert found.content.term == "5 working days"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"methods": []}, "catalogue.methods_missing"),
        (
            {
                "methods": [
                    {"submission_method": "ONLINE", "processing_time": 1, "processing_time_unit": None, "fees": []}
                ]
            },
            "catalogue.term_unit_missing",
        ),
        (
            {"component_groups": [{"group": "", "items": [{"name": "Đơn", "original_qty": 0, "copy_qty": 0}]}]},
            "catalogue.component_zero",
        ),
        ({"component_groups": []}, "catalogue.components_missing"),
        ({"results": []}, "catalogue.mandatory_missing"),
        ({"parse_ok": {"methods": False}}, "catalogue.parse_flagged"),
    ],
    ids=["methods", "unit", "zero", "components", "mandatory", "flagged"],
)
def test_each_known_defect_has_its_name(changes: dict[str, Any], code: str) -> None:
    found = read_record(a_record(**changes))
    assert isinstance(found, SourceRecord)
    assert code in {d.code for d in found.defects}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (7, "catalogue.not_object"),
        ({"x": 1}, "catalogue.unknown_format"),
        (a_record(code=""), "catalogue.code_missing"),
        (a_record(code="abc"), "catalogue.code_form"),
        (a_record(name=" "), "catalogue.name_missing"),
        (a_record(methods=3), "catalogue.malformed"),
    ],
    ids=["number", "format", "no-code", "odd-code", "no-name", "malformed"],
)
def test_what_cannot_be_imported_says_why(record: object, code: str) -> None:
    problems = read_record(record)
    assert isinstance(problems, tuple)
    assert [p.code for p in problems] == [code]


@pytest.mark.django_db
def test_a_changed_record_becomes_a_new_version_and_no_version_ever_changes() -> None:
    import_catalogue([("f", 1, a_record())], files=["f"], now=NOW)
    import_catalogue([("f", 1, a_record(name="Thủ tục thử, sửa đổi"))], files=["f"], now=NOW)
    versions = ProcedureVersion.objects.order_by("number")
    assert [v.number for v in versions] == [1, 2]
    procedure = Procedure.objects.get()
    assert procedure.current_version_id == versions[1].id
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ProcedureVersion.objects.update(name="x")


@pytest.mark.django_db
def test_an_import_does_not_push_aside_what_is_written_from_the_law() -> None:
    ours = next(p.content for p in law_procedures() if p.content.code == "1.001193")
    assert publish_law_procedures([ours], now=NOW) == 1
    assert publish_law_procedures([ours], now=NOW) == 0
    import_catalogue([("f", 1, a_record(code="1.001193.000.00.00.H05"))], files=["f"], now=NOW)
    shown = Procedure.objects.get(code="1.001193").current_version
    assert shown is not None
    assert shown.source == "law"


@pytest.mark.data
@pytest.mark.django_db
def test_the_real_processes_become_versions_once(shared_data: Path) -> None:
    records = json.loads((shared_data / "internal_processes.json").read_text())
    first = import_process_tables(records, source="office", now=NOW)
    assert [r.outcome for r in first] == ["imported"] * 14
    assert {r.outcome for r in import_process_tables(records, source="office", now=NOW)} == {"unchanged"}
    assert ProcessVersion.objects.count() == 14
    assert set(first[0].as_json()) >= {"id", "steps", "stated_days", "step_sum_days", "problems"}
