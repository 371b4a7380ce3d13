"""Answers the two schemes of points as the files beside their acts have them: thresholds, weights, caps, bands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from motcua.core.scoring import Band, IndexGroup, IndexItem, IndexScheme, NineScheme
from motcua.store.lawfiles.book import LAW, LawFilesError

NINE, INDEX = Path("acts/tt01-2018/scores.toml"), Path("acts/qd766/index.toml")


@dataclass(frozen=True, slots=True)
class Reading:
    """Something the files state that nobody has confirmed."""

    text_vi: str
    text_en: str


@cache
def nine_scheme(folder: Path = LAW) -> NineScheme:
    """Return the nine indicators. Raises LawFilesError."""
    data = _toml(folder / NINE)
    try:
        return NineScheme(
            version=data["version"],
            decimals=data["decimals"],
            whole_percent=data["whole_percent"],
            petitions_percent=data["petitions_percent"],
            online_procedures_percent=data["online_procedures_percent"],
            online_share_percent=data["online_share_percent"],
            online_share_least_percent=data["online_share_least_percent"],
            unit_bands=_bands(data["unit_bands"]),
            officer_bands=_bands(data["officer_bands"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LawFilesError(f"{folder / NINE}: {error!r}") from error


@cache
def index_scheme(on: date, folder: Path = LAW) -> IndexScheme:
    """Return the index in the version for periods that end on a day. Raises LawFilesError."""
    data = _toml(folder / INDEX)
    try:
        version = [v for v in data["versions"] if v["from"] <= on][-1]
        caps = version["full_percent"]
        groups = tuple(
            IndexGroup(
                g["key"],
                g["name_vi"],
                g["name_en"],
                g["most"],
                tuple(_item(i, caps, version["confidence"]) for i in g["items"]),
            )
            for g in data["groups"]
        )
        return IndexScheme(version["key"], data["decimals"], groups, _bands(data["bands"]))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise LawFilesError(f"{folder / INDEX}: {error!r}") from error


def readings(path: Path, folder: Path = LAW) -> tuple[Reading, ...]:
    """Return what of a scheme nobody has confirmed."""
    return tuple(Reading(u["text_vi"], u["text_en"]) for u in _toml(folder / path).get("unsure", ()))


def check_scores() -> list[str]:
    """Return where the schemes do not add up: groups, the whole of 100, bands in order, caps of unknown components."""
    scheme, data = index_scheme(date(2026, 12, 31)), _toml(LAW / INDEX)
    faults = [
        f"{INDEX}: the components of {g.key} do not add up to {g.most}"
        for g in scheme.groups
        if sum(i.most for i in g.items) != g.most
    ]
    if sum(g.most for g in scheme.groups) != 100:
        faults.append(f"{INDEX}: the groups do not add up to 100")
    keys = {i.key for g in scheme.groups for i in g.items}
    faults += [f"{INDEX}: {k} is no component" for v in data["versions"] for k in v["full_percent"] if k not in keys]
    if [v["from"] for v in data["versions"]] != sorted({v["from"] for v in data["versions"]}):
        faults.append(f"{INDEX}: the versions are not in the order of their days")
    nine = nine_scheme()
    for bands in (scheme.bands, nine.unit_bands, nine.officer_bands):
        if [b.least for b in bands] != sorted({b.least for b in bands}, reverse=True) or bands[-1].least:
            faults.append("scores: bands go down to 0, each below the one before")
    return faults


def _item(entry: Mapping[str, Any], caps: Mapping[str, int], confidence: str) -> IndexItem:
    return IndexItem(
        entry["key"],
        entry["name_vi"],
        entry["name_en"],
        entry["most"],
        caps.get(entry["key"], 100),
        entry.get("confidence", confidence),
    )


def _bands(entries: list[Mapping[str, Any]]) -> tuple[Band, ...]:
    return tuple(
        Band(e["name"], Fraction(e["least_tenths"], 10) if "least_tenths" in e else Fraction(e["least"]))
        for e in entries
    )


@cache
def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LawFilesError(f"{path}: {error}") from error
