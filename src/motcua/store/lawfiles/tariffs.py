"""Answers which tariff each procedure has, as written in ``law/procedures/<code>/tariff.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from motcua.core.fees import Tariff, TariffError, parse_tariff, quote
from motcua.store.lawfiles.book import LAW, LawFilesError

_CHANNELS = {"DIRECT", "ONLINE", "POST"}


@cache
def law_tariffs(folder: Path = LAW / "procedures") -> Mapping[str, Tariff]:
    """Return the tariffs by the procedure's code. Raises LawFilesError."""
    found = {}
    for path in sorted(folder.glob("[0-9]*/tariff.toml")):
        try:
            found[path.parent.name] = parse_tariff(tomllib.loads(path.read_text(encoding="utf-8")))
        except (TariffError, tomllib.TOMLDecodeError) as error:
            raise LawFilesError(f"{path}: {error}") from error
    return found


def check_tariffs(fees: Mapping[str, int], *, on: date, folder: Path = LAW / "procedures") -> list[str]:
    """Return what is wrong with the tariffs: unreadable, of no procedure, or another fee than the procedure says.

    ``fees`` are the amounts that the procedures state for one dossier at the counter.
    """
    faults = []
    for path in sorted(folder.glob("*/tariff.toml")):
        name = path.parent.name
        try:
            tariff = parse_tariff(tomllib.loads(path.read_text(encoding="utf-8")))
        except (TariffError, tomllib.TOMLDecodeError) as error:
            faults.append(f"{name}/tariff.toml: {error}")
            continue
        if unknown := {c for line in tariff.lines for c in line.channels} - _CHANNELS:
            faults.append(f"{name}/tariff.toml: unknown channels {sorted(unknown)}")
        if name.startswith("_"):
            continue
        if name not in fees:
            faults.append(f"{name}/tariff.toml: there is no such procedure")
        elif (total := quote(tariff, on=on, channel="DIRECT").total_vnd) != fees[name]:
            faults.append(f"{name}/tariff.toml: {total} at the counter, the procedure says {fees[name]}")
    return faults
