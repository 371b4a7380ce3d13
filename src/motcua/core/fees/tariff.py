"""Answers what a tariff of fees says, read and checked from its data file (biểu mức thu phí, lệ phí)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from motcua.core.kernel import Confidence, LegalRef

ONE = 100
"""Percent of the whole amount."""
AMOUNT_MAX_VND = 10_000_000_000


class TariffError(ValueError):
    """A tariff's data is wrong; the message names the line and the fault."""


class FeeKind(StrEnum):
    """What the law calls the money: a fee covers a service's cost, a charge is set for a public act."""

    FEE = "phi"
    CHARGE = "le_phi"


class Per(StrEnum):
    """What one amount is due for."""

    DOSSIER = "dossier"
    COPY = "copy"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What a line costs by one channel: a share of its amount in whole percent, or an amount of its own."""

    percent: int = ONE
    amount_vnd: int | None = None
    ref: LegalRef | None = None


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of a tariff. Unit: whole đồng.

    From ``then_from`` on, each further page or copy costs ``then_vnd``; ``cap_vnd`` is the most for one copy (per
    page) or for the dossier. ``when`` names answers that make the line due; empty: always.
    ``from_on`` and ``to_on`` are the first and last day.
    """

    key: str
    name: str
    kind: FeeKind
    amount_vnd: int
    per: Per
    ref: LegalRef
    from_on: date
    to_on: date | None = None
    channels: Mapping[str, ChannelRule] = field(default_factory=dict, hash=False)
    then_from: int | None = None
    then_vnd: int = 0
    cap_vnd: int | None = None
    when: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def is_valid(self, on: date) -> bool:
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True, slots=True)
class Exemption:
    """Who pays less (miễn, giảm): by how many percent, of which lines (empty: all), shown by what evidence.

    ``when`` names answers that claim it; without one it is claimed by its key.
    """

    key: str
    who: str
    percent: int
    ref: LegalRef
    evidence: str
    from_on: date
    to_on: date | None = None
    lines: tuple[str, ...] = ()
    when: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def is_valid(self, on: date) -> bool:
        return self.from_on <= on and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a procedure costs. ``quantities`` maps ``copies`` and ``pages`` to the answers that hold them."""

    lines: tuple[FeeLine, ...]
    exemptions: tuple[Exemption, ...] = ()
    quantities: Mapping[str, str] = field(default_factory=dict, hash=False)


def flat_tariff(amount_vnd: int, *, name: str, ref: LegalRef) -> Tariff:
    """Return the tariff of a procedure of which only one amount is known, whatever the day and channel."""
    if not amount_vnd:
        return Tariff(())
    return Tariff((FeeLine("fee", name, FeeKind.CHARGE, amount_vnd, Per.DOSSIER, ref, date.min),))


def parse_tariff(data: Mapping[str, Any]) -> Tariff:
    """Return the tariff that a data file describes. Raises TariffError.

    Shape: ``quantities`` (table), ``lines`` and ``exemptions`` (lists of tables); see the example in
    ``law/procedures/_template/tariff.toml``.
    """
    try:
        _only(data, {"quantities", "lines", "exemptions"}, "tariff")
        tariff = Tariff(
            tuple(_line(entry) for entry in data.get("lines", ())),
            tuple(_exemption(entry) for entry in data.get("exemptions", ())),
            dict(data.get("quantities", {})),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TariffError(error.args[0] if isinstance(error, TariffError) else repr(error)) from error
    _check(tariff)
    return tariff


def _line(entry: Mapping[str, Any]) -> FeeLine:
    known = {*("key", "name", "kind", "amount_vnd", "per", "from_on", "to_on", "channels", "then_from", "then_vnd")}
    _only(entry, known | {"cap_vnd", "when", "act", "article", "confidence"}, entry.get("key", "line"))
    ref = _ref(entry)
    return FeeLine(
        key=entry["key"],
        name=entry["name"],
        kind=FeeKind(entry["kind"]),
        amount_vnd=_vnd(entry["amount_vnd"]),
        per=Per(entry["per"]),
        ref=ref,
        from_on=entry["from_on"],
        to_on=entry.get("to_on"),
        channels={name: _channel(rule, ref) for name, rule in entry.get("channels", {}).items()},
        then_from=entry.get("then_from"),
        then_vnd=_vnd(entry.get("then_vnd", 0)),
        cap_vnd=_vnd(entry["cap_vnd"]) if "cap_vnd" in entry else None,
        when=dict(entry.get("when", {})),
    )


def _channel(rule: Mapping[str, Any], ref: LegalRef) -> ChannelRule:
    _only(rule, {"percent", "amount_vnd", "act", "article", "confidence"}, "channel")
    if ("percent" in rule) == ("amount_vnd" in rule):
        raise TariffError("a channel has either percent or amount_vnd")
    own = _ref({"act": ref.act, "confidence": ref.confidence.value, **rule})
    amount = _vnd(rule["amount_vnd"]) if "amount_vnd" in rule else None
    return ChannelRule(_percent(rule.get("percent", ONE)), amount, own)


def _exemption(entry: Mapping[str, Any]) -> Exemption:
    known = {*("key", "who", "percent", "evidence", "from_on", "to_on", "lines", "when")}
    _only(entry, known | {"act", "article", "confidence"}, entry.get("key", "exemption"))
    return Exemption(
        key=entry["key"],
        who=entry["who"],
        percent=_percent(entry["percent"]),
        ref=_ref(entry),
        evidence=entry["evidence"],
        from_on=entry["from_on"],
        to_on=entry.get("to_on"),
        lines=tuple(entry.get("lines", ())),
        when=dict(entry.get("when", {})),
    )


def _check(tariff: Tariff) -> None:
    keys = [line.key for line in tariff.lines]
    claims = [e.key for e in tariff.exemptions]
    if len({*claims}) != len(claims):
        raise TariffError("two exemptions have one key")
    if unknown := {line for e in tariff.exemptions for line in e.lines} - {*keys}:
        raise TariffError(f"an exemption names lines that are not there: {sorted(unknown)}")
    if unknown := set(tariff.quantities) - {"copies", "pages"}:
        raise TariffError(f"unknown quantities: {sorted(unknown)}")
    times = [(p.key, p.from_on, p.to_on) for p in tariff.lines]
    for key, start, end in (*times, *((p.key, p.from_on, p.to_on) for p in tariff.exemptions)):
        if end is not None and end < start:
            raise TariffError(f"{key}: ends before it begins")
    _check_lines(tariff.lines)


def _check_lines(lines: Sequence[FeeLine]) -> None:
    for line in lines:
        if any(r.amount_vnd is not None and r.amount_vnd > line.amount_vnd for r in line.channels.values()):
            raise TariffError(f"{line.key}: a channel costs more than the counter")
        if line.then_from is not None and (line.then_from < 2 or line.per is Per.DOSSIER):
            raise TariffError(f"{line.key}: a further page or copy is counted from 2 on")
        if line.then_vnd > line.amount_vnd:
            raise TariffError(f"{line.key}: a further page costs more than the first")
    for number, line in enumerate(lines):
        for other in lines[number + 1 :]:
            # Two versions of one line follow each other in time.
            if line.key == other.key and _overlap(line, other):
                raise TariffError(f"{line.key}: is there twice on {max(line.from_on, other.from_on)}")


def _overlap(a: FeeLine, b: FeeLine) -> bool:
    return a.from_on <= (b.to_on or date.max) and b.from_on <= (a.to_on or date.max)


def _ref(entry: Mapping[str, Any]) -> LegalRef:
    return LegalRef(entry["act"], entry.get("article", ""), Confidence(entry["confidence"]))


def _vnd(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= AMOUNT_MAX_VND:
        raise TariffError(f"{value!r} is no amount in whole đồng")
    return value


def _percent(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= ONE:
        raise TariffError(f"{value!r} is no whole percentage from 0 to 100")
    return value


def _only(entry: Mapping[str, Any], known: set[str], what: str) -> None:
    if unknown := set(entry) - known:
        raise TariffError(f"{what}: unknown entries {sorted(unknown)}")
