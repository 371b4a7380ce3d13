"""Answers which life events there are and the procedures that each may need, from ``law/life_events.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from motcua.core.kernel import Confidence
from motcua.store.lawfiles.book import LAW, LawFilesError

FILE = LAW / "life_events.toml"
_KEYS = {"key", "name_vi", "name_en", "lead_vi", "lead_en", "confidence", "steps"}
_STEP_KEYS = {"procedure", "vi", "en"}


@dataclass(frozen=True, slots=True)
class EventStep:
    """A procedure that the event may need, in the words of who asks."""

    procedure: str
    vi: str
    en: str

    def text(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """What happens in a life (sự kiện trong đời), and what may have to be done, in order."""

    key: str
    name_vi: str
    name_en: str
    lead_vi: str
    lead_en: str
    confidence: Confidence
    steps: tuple[EventStep, ...]

    def name(self, language: str) -> str:
        return self.name_vi if language == "vi" else self.name_en

    def lead(self, language: str) -> str:
        return self.lead_vi if language == "vi" else self.lead_en


@cache
def life_events(file: Path = FILE) -> tuple[LifeEvent, ...]:
    """Return the life events in the order of the file. Raises LawFilesError."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["event"]
        return tuple(_event(row) for row in rows)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise LawFilesError(f"{file.name}: {error}") from None


def check_life_events(known: set[str], file: Path = FILE) -> list[str]:
    """Return what is wrong: a key twice, a procedure that is not written here or twice in one event, an empty text."""
    events, faults = life_events(file), list[str]()
    keys = [e.key for e in events]
    faults += [f"{file.name}: {key} twice" for key in {k for k in keys if keys.count(k) > 1}]
    for event in events:
        codes = [s.procedure for s in event.steps]
        faults += [f"{file.name}: {event.key}: {c} is not in law/procedures" for c in codes if c not in known]
        faults += [f"{file.name}: {event.key}: {c} twice" for c in {c for c in codes if codes.count(c) > 1}]
        texts = (
            event.name_vi,
            event.name_en,
            event.lead_vi,
            event.lead_en,
            *(t for s in event.steps for t in (s.vi, s.en)),
        )
        if not event.steps or not all(t.strip() for t in texts):
            faults.append(f"{file.name}: {event.key}: without steps or with an empty text")
    return faults


def _event(row: dict[str, object]) -> LifeEvent:
    if unknown := set(row) ^ _KEYS:
        raise ValueError(f"{row.get('key', '?')}: {sorted(unknown)} unknown or missing")
    steps = row["steps"]
    if not isinstance(steps, list) or any(set(s) != _STEP_KEYS for s in steps):
        raise ValueError(f"{row['key']}: a step has {sorted(_STEP_KEYS)}")
    texts = {k: str(row[k]) for k in ("key", "name_vi", "name_en", "lead_vi", "lead_en")}
    return LifeEvent(
        **texts,
        confidence=Confidence(row["confidence"]),
        steps=tuple(EventStep(s["procedure"], s["vi"], s["en"]) for s in steps),
    )
