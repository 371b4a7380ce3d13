"""Answers what an act's data file says, typed and checked, and what a regime of several acts holds on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from motcua.core.kernel import Confidence, LegalRef

Value = bool | int | float | str | tuple[str, ...]


class ActError(ValueError):
    """A data file of the law is wrong; the message names the act, the parameter and the fault."""


@dataclass(frozen=True, slots=True)
class Param:
    """A legal parameter: its value, the article it stands in, from when to when, in what words."""

    key: str
    value: Value
    ref: LegalRef
    in_force_from: date
    in_force_to: date | None
    text_vi: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Act:
    """An act of law (văn bản quy phạm) with the parameters it sets; ``amends`` names the acts it changes."""

    id: str
    number: str
    title_vi: str
    title_en: str
    issued_on: date
    in_force_from: date
    in_force_to: date | None
    confidence: Confidence
    regime: str
    amends: tuple[str, ...]
    params: tuple[Param, ...]

    def is_in_force(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class Regime:
    """What holds on a day: the one-stop decree with its amendments and circulars (cơ chế một cửa).

    A dossier keeps the regime of its reception day.
    """

    id: str
    on: date
    acts: tuple[Act, ...]
    params: Mapping[str, Param]

    def find(self, key: str) -> Param | None:
        return self.params.get(key)

    def param(self, key: str) -> Param:
        """Return the parameter; KeyError when no act in force sets it, which is an error of the law's data."""
        return self.params[key]

    def number(self, key: str) -> int:
        value = self.param(key).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{key} is no whole number: {value!r}")
        return value

    @property
    def form_set(self) -> str:
        return str(self.param("forms.set").value)

    @property
    def is_boundary_free(self) -> bool:
        return self.param("reception.is_boundary_free").value is True


def parse_act(act_id: str, data: Mapping[str, Any]) -> Act:
    """Return the act that a data file describes. Raises ActError.

    Shape: tables ``act`` (number, title_vi, title_en, issued_on, in_force_from, in_force_to, confidence, regime,
    amends) and ``params.<key>`` (value, article, confidence, text_vi, text_en, in_force_from, in_force_to).
    """
    try:
        head = data["act"]
        confidence = Confidence(head["confidence"])
        number = head["number"]
        start, end = head["in_force_from"], head.get("in_force_to")
        params = tuple(
            _param(key, entry, number=number, start=start, end=end, confidence=confidence)
            for key, entry in _flat(data.get("params", {}))
        )
        act = Act(
            id=act_id,
            number=number,
            title_vi=head["title_vi"],
            title_en=head["title_en"],
            issued_on=head["issued_on"],
            in_force_from=start,
            in_force_to=end,
            confidence=confidence,
            regime=head["regime"],
            amends=tuple(head.get("amends", ())),
            params=params,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ActError(f"{act_id}: {error!r}") from error
    if act.in_force_to is not None and act.in_force_to < act.in_force_from:
        raise ActError(f"{act_id}: ends before it begins")
    return act


def regime_of(acts: Sequence[Act], on: date) -> Regime | None:
    """Return what holds on a day; a later act's parameter replaces an earlier one's. ``None`` before the first."""
    in_force = sorted((a for a in acts if a.is_in_force(on)), key=lambda a: (a.in_force_from, a.issued_on))
    bases = [a for a in in_force if a.regime == a.id]
    if not bases:
        return None
    base = bases[-1]
    own = tuple(a for a in in_force if a.regime in (base.id, "any"))
    params = {
        p.key: p
        for act in own
        for p in act.params
        if p.in_force_from <= on and (p.in_force_to is None or on <= p.in_force_to)
    }
    return Regime(id=base.id, on=on, acts=own, params=params)


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Mapping[str, Any]]]:
    found: list[tuple[str, Mapping[str, Any]]] = []
    for key, entry in table.items():
        if not isinstance(entry, Mapping):
            raise ValueError(f"{prefix}{key} is no table")
        if "value" in entry:
            found.append((prefix + key, entry))
        else:
            found += _flat(entry, f"{prefix}{key}.")
    return found


def _param(
    key: str, entry: Mapping[str, Any], *, number: str, start: date, end: date | None, confidence: Confidence
) -> Param:
    unknown = set(entry) - {
        *("value", "article", "act", "confidence", "text_vi", "text_en", "in_force_from", "in_force_to")
    }
    if unknown:
        raise ValueError(f"{key}: unknown entries {sorted(unknown)}")
    value = entry["value"]
    own = Confidence(entry["confidence"]) if "confidence" in entry else confidence
    return Param(
        key=key,
        value=tuple(value) if isinstance(value, list) else value,
        ref=LegalRef(entry.get("act", number), entry.get("article", ""), own),
        in_force_from=entry.get("in_force_from", start),
        in_force_to=entry.get("in_force_to", end),
        text_vi=entry["text_vi"],
        text_en=entry["text_en"],
    )
