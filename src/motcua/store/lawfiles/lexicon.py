"""Answers the lexicon of everyday words from ``law/lexicon``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from motcua.core.search import Entry, Lexicon
from motcua.store.lawfiles.book import LAW, LawFilesError


@cache
def lexicon(folder: Path = LAW / "lexicon") -> Lexicon:
    """Return the lexicon; read once per process. Raises LawFilesError."""
    entries: list[Entry] = []
    stops: list[str] = []
    qualifiers: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            entries += [_entry(e) for e in data.get("entry", ())]
            stops += data.get("stops", ())
            qualifiers += data.get("qualifiers", ())
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise LawFilesError(f"{path}: {error!r}") from error
    return Lexicon(entries, stops, qualifiers)


def _entry(data: dict[str, object]) -> Entry:
    unknown = set(data) - {"says", "means", "unless", "needs", "replaces"}
    if unknown:
        raise KeyError(f"unknown entries {sorted(unknown)}")
    texts = {k: tuple(str(t) for t in v) for k, v in data.items() if isinstance(v, list)}
    return Entry(
        says=texts["says"],
        means=texts["means"],
        unless=texts.get("unless", ()),
        needs=texts.get("needs", ()),
        replaces=data.get("replaces", True) is True,
    )
