"""Answers what a procedure asks, costs, takes and gives (bộ phận tạo thành thủ tục hành chính), as one typed record.

Source: Decree 63/2010/NĐ-CP, art. 8(2): name, order of steps, way of doing, documents, term, who applies, who decides;
and where they exist forms, result, conditions, fees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Component:
    """A paper of the dossier (thành phần hồ sơ). ``form`` names the form to fill, if any."""

    name: str
    originals: int
    copies: int
    form: str = ""
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class ComponentGroup:
    """Papers that belong to one case of the procedure; ``name`` is empty for those always asked."""

    name: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount in whole đồng; ``None`` where the source gives none. ``note`` as the source says it."""

    kind: str
    amount_vnd: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """A way of handing in: channel ``DIRECT``, ``ONLINE`` or ``POST`` with term, fees and remarks."""

    channel: str
    term: str
    fees: tuple[Fee, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """An act that the procedure rests on, as published."""

    number: str
    title: str = ""
    issued_on: str = ""
    issuer: str = ""
    confidence: str = "text"


@dataclass(frozen=True, slots=True)
class ProcedureContent:
    """A procedure as published; texts in Vietnamese. ``term`` is the usual term, such as ``5 working days``."""

    code: str
    name: str
    sector: str
    levels: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    steps_text: str = ""
    term: str = ""
    methods: tuple[Method, ...] = ()
    component_groups: tuple[ComponentGroup, ...] = ()
    results: tuple[str, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    executing_agency: str = ""
    competent_agency: str = ""
    coordinating_agency: str = ""
    receiving_address: str = ""
    conditions: str = ""
    decision_no: str = ""
    everyday_names: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def components(self) -> tuple[Component, ...]:
        return tuple(c for group in self.component_groups for c in group.components)

    @property
    def fee_vnd(self) -> int:
        """Return the fee at the counter, 0 where none is stated."""
        fees = [f for m in self.methods if m.channel == "DIRECT" for f in m.fees if f.amount_vnd is not None]
        return fees[0].amount_vnd or 0 if fees else 0

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "extra": dict(self.extra)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ProcedureContent:
        """Return the record that ``to_json`` wrote."""
        values = dict(data)
        values["methods"] = tuple(
            Method(**{**m, "fees": tuple(Fee(**f) for f in m["fees"])}) for m in data.get("methods", ())
        )
        values["component_groups"] = tuple(
            ComponentGroup(g["name"], tuple(Component(**c) for c in g["components"]))
            for g in data.get("component_groups", ())
        )
        values["legal_bases"] = tuple(LegalBasis(**b) for b in data.get("legal_bases", ()))
        for name in ("levels", "subjects", "results", "everyday_names"):
            values[name] = tuple(data.get(name, ()))
        return cls(**values)


def with_online(content: ProcedureContent) -> ProcedureContent:
    """Return the procedure with the way online, for where an office here takes it so though its text does not list it.

    Its term is that of the counter; no fee stands with it, for what is owed online is worked out from the answers.
    """
    if any(m.channel == "ONLINE" for m in content.methods):
        return content
    term = next((m.term for m in content.methods if m.channel == "DIRECT"), content.term)
    return replace(content, methods=(*content.methods, Method("ONLINE", term)))
