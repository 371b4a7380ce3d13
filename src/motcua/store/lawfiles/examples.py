"""Answers which worked examples stand beside the acts, what each says follows, and whether it does.

An example is written for a jurist: a story, the day it leads to, the article, and the count in words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from motcua.core.calendar import TermError, parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import (
    Cause,
    ClockFact,
    ConsultationAnswered,
    ConsultationAsked,
    Ended,
    Extended,
    PauseClosed,
    PauseOpened,
    Received,
    SupplementAsked,
    SupplementSupplied,
    Withdrawn,
    derive_clock,
    due_instant,
    index_timeliness,
    may_ask_supplement,
    may_extend,
    may_open_pause,
    may_receive,
    may_stop,
    timeliness,
)
from motcua.core.kernel import Confidence, LegalRef, Problem
from motcua.core.regimes import Regime
from motcua.store.lawfiles.book import LAW, LawFilesError, law_book

_KEYS = frozenset(
    ("id", "title_vi", "title_en", "act", "article", "confidence", "received", "term", "events", "seen_at", "regime")
) | {"form_set", "timeliness", "index", "due", "refused", "why_vi", "why_en"}
_NEEDED = ("id", "title_vi", "title_en", "received", "term", "due", "why_vi", "why_en")


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something tried in an example: ``code`` is the refusal, empty where it is allowed; ``article`` where it stands."""

    what: str
    at: datetime
    code: str
    article: str
    new_due_at: datetime | None = None
    stated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example. ``due_at`` is ``None`` where nothing is owed; empty texts are not asserted."""

    act_id: str
    id: str
    title_vi: str
    title_en: str
    ref: LegalRef
    received_at: datetime
    term: str
    facts: tuple[ClockFact, ...]
    due_at: datetime | None
    why_vi: str
    why_en: str
    regime: str = ""
    form_set: str = ""
    timeliness: str = ""
    index: str = ""
    seen_at: datetime | None = None
    refused: Attempt | None = None


@cache
def law_examples(folder: Path = LAW) -> tuple[Example, ...]:
    """Return all examples, by act. Raises LawFilesError with file and entry."""
    acts = {a.id: a for a in law_book(folder).acts}
    found: list[Example] = []
    for path in sorted((folder / "acts").glob("*/examples.toml")):
        act = acts[path.parent.name]
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8"))["examples"]
        except (tomllib.TOMLDecodeError, KeyError) as error:
            raise LawFilesError(f"{path}: {error!r}") from error
        for entry in entries:
            try:
                found.append(_example(act.id, act.number, act.confidence, entry))
            except (KeyError, ValueError, TypeError, TermError) as error:
                raise LawFilesError(f"{path}: {entry.get('id', '?')}: {error!r}") from error
    keys = [(e.act_id, e.id) for e in found]
    if doubled := {k for k in keys if keys.count(k) > 1}:
        raise LawFilesError(f"examples: {sorted(doubled)} stand twice")
    return tuple(found)


def faults_of(example: Example) -> list[str]:
    """Return where the product does not give what the example says; nothing when it does."""
    book = law_book()
    calendar, term = book.calendar(), parse_term(example.term)
    regime = book.regime_on(example.received_at.date())
    clock = derive_clock(example.facts, term=term, calendar=calendar, regime=regime)
    faults = []
    if clock.due_at != example.due_at:
        faults.append(f"due {clock.due_at} instead of {example.due_at}")
    for name, wanted, given in (
        ("regime", example.regime, regime.id),
        ("form_set", example.form_set, regime.form_set),
    ):
        if wanted and wanted != given:
            faults.append(f"{name} {given} instead of {wanted}")
    ended = next((f.at for f in example.facts if isinstance(f, Ended)), None)
    seen_at = example.seen_at or ended or example.received_at
    if example.timeliness:
        given = timeliness(due_at=clock.due_at, ended_at=ended, at=seen_at).value
        if given != example.timeliness:
            faults.append(f"timeliness {given} instead of {example.timeliness}")
    if example.index:
        promised = due_instant(term, received_at=example.received_at, calendar=calendar)
        index = index_timeliness(
            example.facts, promised_at=promised, ended_at=ended, period_end=seen_at, term=term, calendar=calendar
        )
        given = index.timeliness.value if index else "none"
        if given != example.index:
            faults.append(f"index {given} instead of {example.index}")
    if example.refused is not None:
        faults += _refusal_faults(example, example.refused, regime, clock.due_at)
    return [f"{example.act_id}/{example.id}: {fault}" for fault in faults]


def _refusal_faults(example: Example, tried: Attempt, regime: Regime, due_at: datetime | None) -> list[str]:
    problems = _tried(example, tried, regime, due_at)
    if not tried.code:
        return [f"{tried.what} is refused: {p.code}" for p in problems]
    found = next((p for p in problems if p.code == tried.code), None)
    if found is None:
        return [f"{tried.what} is not refused with {tried.code}"]
    place = found.ref.place if found.ref else ""
    if tried.article and place != tried.article:
        return [f"{tried.code} names {place!r} instead of {tried.article!r}"]
    return [] if found.ref is not None else [f"{tried.code} names no act"]


def _tried(example: Example, tried: Attempt, regime: Regime, due_at: datetime | None) -> Sequence[Problem]:
    facts, calendar = example.facts, law_book().calendar()
    if tried.what == "ask_supplement":
        return may_ask_supplement(facts, at=tried.at, regime=regime, calendar=calendar)
    if tried.what == "extend" and tried.new_due_at is not None:
        return may_extend(facts, at=tried.at, due_at=due_at, new_due_at=tried.new_due_at, regime=regime)
    if tried.what == "pause":
        return may_open_pause(basis=None, regime=regime, facts=facts)
    if tried.what == "receive" and tried.stated_at is not None:
        return may_receive(stated_at=tried.stated_at, at=tried.at, regime=regime)
    if tried.what in ("stop", "stop_decided"):
        return may_stop(is_decided=tried.what == "stop_decided", regime=regime)
    raise LawFilesError(f"{example.act_id}/{example.id}: unknown attempt {tried.what!r}")


def _example(act_id: str, number: str, confidence: Confidence, entry: Mapping[str, Any]) -> Example:
    if unknown := set(entry) - _KEYS:
        raise ValueError(f"unknown entries {sorted(unknown)}")
    for key in _NEEDED:
        if not entry[key]:
            raise ValueError(f"{key} is empty")
    parse_term(entry["term"])
    received_at = _at(entry["received"])
    own = Confidence(entry["confidence"]) if "confidence" in entry else confidence
    return Example(
        act_id=act_id,
        id=entry["id"],
        title_vi=entry["title_vi"],
        title_en=entry["title_en"],
        ref=LegalRef(entry.get("act", number), entry.get("article", ""), own),
        received_at=received_at,
        term=entry["term"],
        facts=(Received(received_at), *(_fact(e) for e in entry.get("events", ()))),
        due_at=None if entry["due"] == "none" else _at(entry["due"]),
        why_vi=entry["why_vi"],
        why_en=entry["why_en"],
        regime=entry.get("regime", ""),
        form_set=entry.get("form_set", ""),
        timeliness=entry.get("timeliness", ""),
        index=entry.get("index", ""),
        seen_at=_at(entry["seen_at"]) if "seen_at" in entry else None,
        refused=_attempt(entry["refused"]) if "refused" in entry else None,
    )


def _attempt(entry: Mapping[str, str]) -> Attempt:
    return Attempt(
        what=entry["what"],
        at=_at(entry["at"]),
        code=entry["code"],
        article=entry["article"],
        new_due_at=_at(entry["new_due"]) if "new_due" in entry else None,
        stated_at=_at(entry["stated"]) if "stated" in entry else None,
    )


def _fact(entry: Mapping[str, str]) -> ClockFact:
    at, what, key = _at(entry["at"]), entry["what"], entry.get("key", "")
    plain: dict[str, Callable[[datetime], ClockFact]] = {
        "supplement_asked": SupplementAsked,
        "supplement_supplied": SupplementSupplied,
        "withdrawn": Withdrawn,
        "done": Ended,
    }
    if what in plain:
        return plain[what](at)
    if what == "pause":
        return PauseOpened(at, LegalRef(entry["law"], entry["law_article"]), Cause(entry["cause"]), key)
    if what == "resume":
        return PauseClosed(at, key)
    if what == "opinion_asked":
        return ConsultationAsked(at, entry["of"], key)
    if what == "opinion_given":
        return ConsultationAnswered(at, key)
    if what == "extended":
        return Extended(at, _at(entry["new_due"]))
    raise ValueError(f"unknown event {what!r}")


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
