"""Answers the procedures written from the law, in ``law/procedures``: content, level by decree, internal process."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from motcua.core.calendar import TermError, parse_term
from motcua.core.catalogue import Component, ComponentGroup, Fee, LegalBasis, Method, ProcedureContent
from motcua.core.catalogue.sources import CODE
from motcua.core.kernel import Confidence
from motcua.core.process import Definition, Step
from motcua.core.process.table import linear, outcomes_of
from motcua.core.process.written import Written, read_written
from motcua.core.proving import Legal, prove
from motcua.store.lawfiles.book import LAW, LawFilesError, law_book

_KINDS = {
    "receive": "counter_officer",
    "appraise": "case_officer",
    "approve": "unit_leader",
    "sign": "agency_leader",
    "return": "counter_officer",
}
_LEVELS = ("PROVINCE", "DISTRICT", "COMMUNE")
_CHANNELS = ("DIRECT", "POST")


@dataclass(frozen=True, slots=True)
class LawProcedure:
    """A procedure written from the law. ``levels`` maps a regime to the level that handles it."""

    content: ProcedureContent
    levels: Mapping[str, str]
    process: Definition
    slots: tuple[str, ...]
    units: Mapping[str, str]


SLOT_NAMES = {
    "reception": "Bộ phận Một cửa",
    "justice": "Tư pháp - Hộ tịch",
    "economy": "Kinh tế",
    "building": "Xây dựng, đô thị",
    "land": "Đất đai",
    "police": "Công an",
    "insurance": "Bảo hiểm xã hội",
    "leadership": "Lãnh đạo cơ quan",
}
"""What the slots of our own processes are called where the process does not say it."""


@cache
def law_procedures(folder: Path = LAW / "procedures") -> tuple[LawProcedure, ...]:
    """Return all procedures by code; folders that begin with ``_`` are examples. Raises LawFilesError."""
    found = []
    for path in sorted(folder.glob("[0-9]*/procedure.toml")):
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            found.append(_procedure(data, path.parent.name, _own_process(path)))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            raise LawFilesError(f"{path}: {error!r}") from error
    return tuple(found)


def check_procedures(folder: Path = LAW / "procedures") -> list[str]:
    """Return what is wrong with the procedures, each named by its file; nothing when all is right."""
    faults = []
    for path in sorted(folder.glob("*/procedure.toml")):
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            procedure = _procedure(data, data["code"], _own_process(path))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
            faults.append(f"{path.parent.name}: {error!r}")
            continue
        if not path.parent.name.startswith("_") and path.parent.name != procedure.content.code:
            faults.append(f"{path.parent.name}: the folder is not named by its code {procedure.content.code}")
        faults += [f"{path.parent.name}: {fault}" for fault in _faults(data, procedure)]
    return faults


def _faults(data: Mapping[str, Any], procedure: LawProcedure) -> list[str]:
    faults = []
    if not CODE.match(procedure.content.code):
        faults.append(f"code {procedure.content.code!r} is not of the form 1.001193")
    faults += [
        f"process: {f.problem.code} {dict(f.problem.values)} at {' → '.join(f.path)}"
        for f in prove(
            procedure.process,
            legal=_legal(procedure.content.term),
            papers=[c.name for c in procedure.content.components],
        )
        if f.is_error
    ]
    kinds = [s.kind for s in procedure.process.steps]
    if kinds[0] != "receive" or kinds[-1] != "return":
        faults.append("the first step receives and the last returns")
    if not any(k in ("approve", "sign") for k in kinds):
        faults.append("nobody decides")
    if not procedure.content.results:
        faults.append("no result is named")
    if not procedure.content.legal_bases:
        faults.append("no legal basis is named")
    return faults


def _legal(term: str) -> Legal:
    """Return the term as it runs by the calendar of the whole country."""
    return Legal(parse_term(term), law_book().calendar(), at_closing=False)


def _own_process(path: Path) -> Written | None:
    """Return the process written beside the procedure; None where the procedure lists its steps itself."""
    beside = path.with_name("process.toml")
    if not beside.exists():
        return None
    read = read_written(beside.read_text(encoding="utf-8"))
    if isinstance(read, Written):
        return read
    raise ValueError("; ".join(f"process.toml {p.field or ''}: {p.code} {dict(p.values)}" for p in read))


def _procedure(data: Mapping[str, Any], code: str, own: Written | None) -> LawProcedure:
    known = {
        *("code", "name", "sector", "term", "fee_vnd", "fee_note", "subjects", "results", "everyday_names"),
        *("confidence", "level_nd61", "level_nd118", "components", "legal_bases", "steps"),
    }
    if unknown := set(data) - known:
        raise ValueError(f"unknown entries {sorted(unknown)}")
    if data["code"] != code:
        raise ValueError(f"code {data['code']} in the folder {code}")
    try:
        term = str(parse_term(data["term"]))
    except TermError as error:
        raise ValueError(str(error)) from error
    levels = {"nd61": data["level_nd61"], "nd118": data["level_nd118"]}
    if any(level not in _LEVELS for level in levels.values()):
        raise ValueError(f"a level is one of {_LEVELS}")
    if ("steps" in data) == (own is not None):
        raise ValueError("steps stand either in procedure.toml or in process.toml")
    process = own.definition if own else linear(f"law-{code}", data["name"], _steps(data["steps"]))
    slots = tuple(dict.fromkeys(slot for s in process.steps for slot in (s.slot, *s.co_slots, *s.watch_slots)))
    return LawProcedure(
        content=_content(data, term, tuple(dict.fromkeys(levels.values()))),
        levels=levels,
        process=process,
        slots=slots,
        units=own.units if own else {slot: SLOT_NAMES.get(slot, slot) for slot in slots},
    )


def _content(data: Mapping[str, Any], term: str, levels: tuple[str, ...]) -> ProcedureContent:
    fee = Fee("fee", data["fee_vnd"], data.get("fee_note", ""))
    components = tuple(
        Component(c["name"], c["originals"], c["copies"], c.get("form", ""), c.get("required", True))
        for c in data.get("components", ())
    )
    return ProcedureContent(
        code=data["code"],
        name=data["name"],
        sector=data["sector"],
        levels=levels,
        subjects=tuple(data["subjects"]),
        term=term,
        methods=tuple(Method(channel, term, (fee,)) for channel in _CHANNELS),
        component_groups=(ComponentGroup("", components),) if components else (),
        results=tuple(data["results"]),
        legal_bases=tuple(
            LegalBasis(b["number"], b["title"], confidence=Confidence(b["confidence"]).value)
            for b in data["legal_bases"]
        ),
        executing_agency="Ủy ban nhân dân cấp xã" if "COMMUNE" in levels else "Cơ quan chuyên môn cấp tỉnh",
        everyday_names=tuple(data.get("everyday_names", ())),
        extra={"confidence": Confidence(data["confidence"]).value},
    )


def _steps(rows: list[Mapping[str, Any]]) -> list[Step]:
    return [
        Step(
            key=f"s{number}",
            name=row["name"],
            kind=row["kind"],
            slot=row["slot"],
            role=_KINDS[row["kind"]],
            minutes=round(row["hours"] * 60) or None,
            outcomes=outcomes_of(row["kind"], is_first=number == 1, is_last=number == len(rows)),
        )
        for number, row in enumerate(rows, start=1)
    ]
