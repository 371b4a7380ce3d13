"""Answers what in the product depends on each parameter of the law, and whether that is true."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from motcua.store.lawfiles.book import LAW, LawFilesError, law_book

SOURCE = Path(__file__).resolve().parents[2]
_READ = re.compile(r'(?:find|param|number|article_for|_text)\((?:regime, )?"([a-z_]+\.[a-z_]+)"')


@dataclass(frozen=True, slots=True)
class Use:
    """What depends on a parameter; ``place`` is the file that reads it, empty for what is kept as information."""

    key: str
    place: str
    text_vi: str
    text_en: str


@cache
def law_uses(folder: Path = LAW) -> dict[str, Use]:
    """Return the uses by key. Raises LawFilesError."""
    path = folder / "uses.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["uses"]
        return {key: Use(key, e.get("place", ""), e["text_vi"], e["text_en"]) for key, e in entries.items()}
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise LawFilesError(f"{path}: {error!r}") from error


def faults_of_uses() -> list[str]:
    """Return where the list of uses differs from the acts or from the source."""
    uses = law_uses()
    keys = {p.key for act in law_book().acts for p in act.params}
    faults = [f"uses: {key} is in an act and not listed" for key in sorted(keys - set(uses))]
    faults += [f"uses: {key} is in no act" for key in sorted(set(uses) - keys)]
    read = {key: path for path in SOURCE.rglob("*.py") for key in _READ.findall(path.read_text(encoding="utf-8"))}
    faults += [f"uses: {key} is read in {path.name} and in no act" for key, path in read.items() if key not in keys]
    root = SOURCE.parents[1]
    for use in uses.values():
        if use.place:
            if f'"{use.key}"' not in (root / use.place).read_text(encoding="utf-8"):
                faults.append(f"uses: {use.place} does not read {use.key}")
        elif use.key in read:
            faults.append(f"uses: {use.key} is read in {read[use.key].name} and listed without a place")
    return faults
