"""Answers what a source record of a procedure says, in our form, with everything that is wrong with it.

Three forms are known: a record of the national portal (one a line, or many in a JSON array) and a record of
the Ministry of Defence with Vietnamese field names. Nothing is invented: what a record lacks stays empty and
is listed as a defect.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.core.catalogue.content import Component, ComponentGroup, Fee, LegalBasis, Method, ProcedureContent
from motcua.core.kernel import Problem, fold, nfc

CODE = re.compile(r"^\d\.\d{6}$")
_LONG_CODE = re.compile(r"^(\d\.\d{6})(?:\.\d{3}\.\d{2}\.\d{2})?(?:\.H\d{2})?$")
_CHANNELS = {"DIRECT": "DIRECT", "ONLINE": "ONLINE", "POSTAL": "POST"}
_UNITS = {"WORKING_DAY": "working day", "DAY": "calendar day", "HOUR": "working hour", "MONTH": "month"}
_DEFENCE_CHANNELS = {"truc tiep": "DIRECT", "truc tuyen": "ONLINE", "dich vu buu chinh": "POST"}
_DEFENCE_TERM = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(ngay lam viec|ngay|gio|thang)")
_DEFENCE_UNITS = {
    "ngay lam viec": "working day",
    "ngay": "calendar day",
    "gio": "working hour",
    "thang": "month",
}
_DEFENCE_LEVELS = {"cap bo": "MINISTRY", "cap tinh": "PROVINCE", "cap xa": "COMMUNE", "co quan khac": "OTHER"}
_NOTHING = {"khong co thong tin", "khong", ""}
_COUNTS = re.compile(r"ban chinh:\s*(\d+).*?ban sao:\s*(\d+)", re.DOTALL)
_COUNT_MAX = 100


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A record that can be imported: ``source`` is ``portal`` or ``defence``; ``defects`` hinder nothing."""

    source: str
    content: ProcedureContent
    defects: tuple[Problem, ...]


def read_record(record: object) -> SourceRecord | tuple[Problem, ...]:
    """Return the procedure that a source record describes, or why it cannot be imported.

    Refused: ``catalogue.not_object``, ``catalogue.unknown_format``, ``catalogue.code_missing``,
    ``catalogue.code_form``, ``catalogue.name_missing``.
    Defects: ``catalogue.term_missing``, ``catalogue.term_unit_missing``, ``catalogue.term_unreadable``,
    ``catalogue.terms_differ``, ``catalogue.fee_missing``, ``catalogue.fee_by_council``, ``catalogue.fee_unreadable``,
    ``catalogue.components_missing``, ``catalogue.component_zero``, ``catalogue.component_double``,
    ``catalogue.component_form_guessed``, ``catalogue.methods_missing``, ``catalogue.method_double``,
    ``catalogue.parse_flagged``, ``catalogue.mandatory_missing``.
    """
    if not isinstance(record, dict):
        return (Problem("catalogue.not_object"),)
    if "thu_tuc_id" in record and isinstance(record.get("metadata"), dict):
        return _read(record, _defence)
    if "code" in record and "methods" in record:
        return _read(record, _portal)
    return (Problem("catalogue.unknown_format", values={"fields": ", ".join(sorted(map(str, record))[:6])}),)


def is_known_format(record: object) -> bool:
    """Return whether the record is of one of the known forms, whatever else is wrong with it."""
    return isinstance(record, dict) and (
        ("thu_tuc_id" in record and "metadata" in record) or ("code" in record and "methods" in record)
    )


def _read(record: Mapping[str, Any], reader: Any) -> SourceRecord | tuple[Problem, ...]:
    try:
        found: SourceRecord | tuple[Problem, ...] = reader(record)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return (Problem("catalogue.malformed", values={"error": f"{type(error).__name__}: {error}"[:200]}),)
    return found


def _head(code: str, name: str) -> tuple[str, tuple[Problem, ...]]:
    problems = []
    match = _LONG_CODE.match(code)
    if not code:
        problems.append(Problem("catalogue.code_missing", field="code"))
    elif not match:
        problems.append(Problem("catalogue.code_form", field="code", values={"code": code[:60]}))
    if not name:
        problems.append(Problem("catalogue.name_missing", field="name"))
    return (match[1] if match else code), tuple(problems)


def _portal(record: Mapping[str, Any]) -> SourceRecord | tuple[Problem, ...]:
    code, problems = _head(_text(record.get("code")), _text(record.get("name")))
    if problems:
        return problems
    defects: list[Problem] = []
    methods = tuple(_portal_method(m, defects) for m in record["methods"] or ())
    groups = tuple(
        ComponentGroup(_text(g.get("group")), tuple(_portal_component(i, defects) for i in g["items"] or ()))
        for g in record["component_groups"] or ()
    )
    content = ProcedureContent(
        code=code,
        name=_text(record["name"]),
        sector=_text(record.get("sector")),
        levels=tuple(record.get("levels") or ()),
        subjects=tuple(_text(s) for s in record.get("subjects") or ()),
        steps_text=_lines(record.get("steps_text")),
        term=_usual_term(methods),
        methods=methods,
        component_groups=groups,
        results=tuple(_text(r.get("name")) for r in record.get("results") or ()),
        legal_bases=tuple(
            LegalBasis(number=_text(b.get("number")), title=_text(b.get("name")))
            for b in record.get("legal_bases") or ()
        ),
        executing_agency=_text(record.get("executing_agency")),
        competent_agency=_text(record.get("competent_agency")),
        coordinating_agency=_text(record.get("coordinating_agency")),
        receiving_address=_text(record.get("receiving_address")),
        conditions=_lines(record.get("conditions_text")),
        decision_no=_text(record.get("decision_no"))[:120],
        extra={
            "portal_id": _text(record.get("portal_id")),
            "ministry": _text(record.get("publishing_ministry")),
        },
    )
    parse_ok = record.get("parse_ok") or {}
    defects += [
        Problem("catalogue.parse_flagged", field=part, values={"part": part})
        for part, ok in parse_ok.items()
        if not ok
    ]
    return SourceRecord("portal", content, _whole(content, defects))


def _portal_method(data: Mapping[str, Any], defects: list[Problem]) -> Method:
    channel = _CHANNELS.get(_text(data.get("submission_method")), "DIRECT")
    amount, unit = data.get("processing_time"), data.get("processing_time_unit")
    term = ""
    if amount is not None and unit in _UNITS and amount > 0:
        term = _term(float(amount), _UNITS[unit])
    elif amount is not None and unit is None:
        defects.append(
            Problem("catalogue.term_unit_missing", "methods", values={"channel": channel, "amount": str(amount)})
        )
    else:
        defects.append(Problem("catalogue.term_missing", "methods", values={"channel": channel}))
    fees = tuple(_portal_fee(f, channel, defects) for f in data.get("fees") or ())
    if not fees:
        defects.append(Problem("catalogue.fee_missing", "methods", values={"channel": channel}))
    return Method(channel, term, fees, _text(data.get("note")))


def _portal_fee(data: Mapping[str, Any], channel: str, defects: list[Problem]) -> Fee:
    amount, note, raw = data.get("amount"), _text(data.get("note")), _text(data.get("raw"))
    if amount is None:
        defects.append(Problem("catalogue.fee_unreadable", "methods", values={"channel": channel, "text": raw[:80]}))
    elif amount == 0 and re.search(r"hoi dong nhan dan|hdnd|theo quy dinh", fold(note)):
        # "Free" on the portal often stands for "set by the People's Council", which the note says.
        defects.append(Problem("catalogue.fee_by_council", "methods", values={"channel": channel}))
        amount = None
    return Fee("fee", int(amount) if amount is not None else None, note or raw)


def _portal_component(data: Mapping[str, Any], defects: list[Problem]) -> Component:
    name = _text(data.get("name")).lstrip("-*+ ").strip()
    originals, copies = _count(data.get("original_qty")), _count(data.get("copy_qty"))
    if not originals and not copies:
        defects.append(Problem("catalogue.component_zero", "components", values={"name": name[:80]}))
    form = _text(data.get("form_file_guess"))
    if form:
        defects.append(Problem("catalogue.component_form_guessed", "components", values={"form": form[:80]}))
    is_case = fold(name).startswith(("truong hop", "neu ", "doi voi"))
    return Component(name, originals, copies, form, is_required=bool(originals or copies) and not is_case)


def _defence(record: Mapping[str, Any]) -> SourceRecord | tuple[Problem, ...]:
    head, body, tables = record["metadata"], record.get("content") or {}, record.get("tables") or {}
    code, problems = _head(_text(head.get("mã_thủ_tục") or record.get("thu_tuc_id")), _text(head.get("tên_thủ_tục")))
    if problems:
        return problems
    defects: list[Problem] = []
    methods = tuple(_defence_method(m, defects) for m in tables.get("hinh_thuc_nop") or ())
    components = tuple(_defence_component(c, defects) for c in tables.get("thanh_phan_ho_so") or ())
    levels = [_DEFENCE_LEVELS.get(fold(_text(part))) for part in _text(head.get("cấp_thực_hiện")).split(",")]
    content = ProcedureContent(
        code=code,
        name=_text(head["tên_thủ_tục"]),
        sector=_text(head.get("lĩnh_vực")),
        levels=tuple(level for level in levels if level),
        subjects=tuple(_text(s) for s in _said(body, "đối_tượng_thực_hiện").split(", ") if s.strip()),
        steps_text=_lines(body.get("trình_tự_thực_hiện")),
        term=_usual_term(methods),
        methods=methods,
        component_groups=(ComponentGroup("", components),) if components else (),
        results=tuple(r for r in (_said(body, "kết_quả_thực_hiện"),) if r),
        legal_bases=tuple(
            LegalBasis(
                number=_text(b.get("so_ky_hieu")),
                title=_text(b.get("trich_yeu")),
                issued_on=_text(b.get("ngay_ban_hanh")),
                issuer=_text(b.get("co_quan_ban_hanh")),
            )
            for b in tables.get("can_cu_phap_ly") or ()
        ),
        executing_agency=_said(body, "cơ_quan_thực_hiện"),
        competent_agency=_said(body, "cơ_quan_có_thẩm_quyền"),
        coordinating_agency=_said(body, "cơ_quan_phối_hợp"),
        receiving_address=_said(body, "địa_chỉ_tiếp_nhận_hs"),
        conditions=_said(body, "yêu_cầu_điều_kiện_thực_hiện"),
        decision_no=_text(head.get("số_quyết_định"))[:120],
        extra={"source_file": _text(record.get("source_file")), "ministry": "Bộ Quốc phòng"},
    )
    return SourceRecord("defence", content, _whole(content, defects))


def _defence_method(data: Mapping[str, Any], defects: list[Problem]) -> Method:
    channel = _DEFENCE_CHANNELS.get(fold(_text(data.get("hinh_thuc"))), "DIRECT")
    stated = _text(data.get("thoi_han_giai_quyet"))
    term, found = "", _DEFENCE_TERM.match(fold(stated))
    if found and float(found[1].replace(",", ".")) > 0:
        term = _term(float(found[1].replace(",", ".")), _DEFENCE_UNITS[found[2]])
    elif fold(stated) in ("khong quy dinh", ""):
        defects.append(Problem("catalogue.term_missing", "methods", values={"channel": channel}))
    else:
        defects.append(
            Problem("catalogue.term_unreadable", "methods", values={"channel": channel, "text": stated[:60]})
        )
    return Method(
        channel,
        term,
        _defence_fees(_lines(data.get("phi_le_phi")), channel, defects),
        _text(data.get("mo_ta")),
    )


def _defence_fees(text: str, channel: str, defects: list[Problem]) -> tuple[Fee, ...]:
    fees = []
    for line in filter(None, (part.strip() for part in text.splitlines())):
        found = re.match(r"^(?:phi|le phi)\s*:\s*([\d.,]+|khong)\s*dong\b", fold(line))
        if found:
            digits = re.sub(r"\D", "", found[1])
            fees.append(Fee("fee", int(digits) if digits else 0, line))
        else:
            defects.append(
                Problem("catalogue.fee_unreadable", "methods", values={"channel": channel, "text": line[:80]})
            )
            fees.append(Fee("fee", None, line))
    if not fees:
        defects.append(Problem("catalogue.fee_missing", "methods", values={"channel": channel}))
    return tuple(fees)


def _defence_component(data: Mapping[str, Any], defects: list[Problem]) -> Component:
    name = _text(data.get("ten_giay_to"))
    found = _COUNTS.search(fold(_lines(data.get("ghi_chu"))))
    originals, copies = (_count(found[1]), _count(found[2])) if found else (0, 0)
    if not originals and not copies:
        defects.append(Problem("catalogue.component_zero", "components", values={"name": name[:80]}))
    return Component(name, originals, copies, _text(data.get("so_luong")), is_required=bool(originals or copies))


def _whole(content: ProcedureContent, defects: list[Problem]) -> tuple[Problem, ...]:
    """Return the defects of single parts with those of the record as a whole; doubled ones once."""
    found = list(dict.fromkeys((d.code, d.field, tuple(sorted(d.values.items()))) for d in defects))
    problems = [Problem(code, field, None, dict(values)) for code, field, values in found]
    if not content.methods:
        problems.append(Problem("catalogue.methods_missing", "methods"))
    if len({m.channel for m in content.methods}) < len(content.methods):
        problems.append(Problem("catalogue.method_double", "methods"))
    if len({m.term for m in content.methods if m.term}) > 1:
        terms = ", ".join(sorted({m.term for m in content.methods if m.term}))
        problems.append(Problem("catalogue.terms_differ", "methods", values={"terms": terms}))
    names = [c.name for c in content.components]
    if not names:
        problems.append(Problem("catalogue.components_missing", "components"))
    elif len(set(names)) < len(names):
        problems.append(Problem("catalogue.component_double", "components"))
    mandatory = {
        "steps_text": content.steps_text,
        "subjects": content.subjects,
        "competent_agency": content.competent_agency or content.executing_agency,
        "results": content.results,
        "legal_bases": content.legal_bases,
        "levels": content.levels,
    }
    problems += [
        Problem("catalogue.mandatory_missing", name, values={"part": name})
        for name, value in mandatory.items()
        if not value
    ]
    return tuple(problems)


def _usual_term(methods: tuple[Method, ...]) -> str:
    """Return the term at the counter, else the first that is stated."""
    direct = [m.term for m in methods if m.channel == "DIRECT" and m.term]
    return (direct or [m.term for m in methods if m.term] or [""])[0]


def _term(amount: float, unit: str) -> str:
    if unit != "working hour" and amount != int(amount):
        # Half a day is stated in hours of an eight-hour day.
        amount, unit = amount * 8, "working hour"
    return f"{amount:g} {unit}{'' if amount == 1 else 's'}"


def _count(value: object) -> int:
    number = int(str(value)) if value is not None else 0
    return number if 0 <= number <= _COUNT_MAX else 0


def _said(body: Mapping[str, Any], key: str) -> str:
    text = _text(body.get(key))
    return "" if fold(text).rstrip(".") in _NOTHING else text


def _text(value: object) -> str:
    return nfc(str(value)) if value is not None else ""


def _lines(value: object) -> str:
    return "\n".join(filter(None, (nfc(line) for line in str(value or "").splitlines())))
