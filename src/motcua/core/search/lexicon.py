"""Answers what everyday words mean in the words of the law, and which words of a question say nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.core.kernel import fold

_WORD = re.compile(r"[0-9a-z]+")


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text."""
    return tuple(_WORD.findall(fold(text)))


@dataclass(frozen=True, slots=True)
class Entry:
    """Everyday phrases that mean the same, and the legal phrases they stand for.

    With ``unless`` the entry is left aside when one of those phrases stands in the question too; with ``needs``
    one of those must stand there. ``replaces`` tells that the everyday words themselves are not looked for.
    """

    says: tuple[str, ...]
    means: tuple[str, ...]
    unless: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    replaces: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as read: words to look for with their weights, legal phrases meant, all its folded words."""

    weights: dict[str, float]
    phrases: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    marks: str
    entry: int


class Lexicon:
    """Entries, stop phrases and qualifiers, ready to read questions; immutable."""

    def __init__(self, entries: Sequence[Entry], stops: Sequence[str], qualifiers: Sequence[str]) -> None:
        self._entries = tuple(entries)
        self._by_first: dict[str, list[_Phrase]] = {}
        for number, entry in enumerate(entries):
            for says in entry.says:
                words = words_of(says)
                phrase = _Phrase(words, _marked(says), number)
                self._by_first.setdefault(words[0], []).append(phrase)
        for phrases in self._by_first.values():
            phrases.sort(key=lambda p: -len(p.words))
        self._stops = {words for s in stops if (words := words_of(s))}
        self._stop_length = max((len(s) for s in self._stops), default=0)
        self.qualifiers = tuple(words_of(q) for q in qualifiers)

    def read(self, text: str) -> Reading:
        """Return the question as legal words: phrases found longest first, stop phrases dropped."""
        words = words_of(text)
        marked = re.findall(r"\w+", text.lower())
        marked = marked if len(marked) == len(words) else list(words)
        joined = " " + " ".join(words) + " "
        weights: dict[str, float] = {}
        phrases: list[tuple[str, ...]] = []
        i = 0
        while i < len(words):
            found = self._phrase_at(words, marked, i, joined)
            if found is not None:
                entry = self._entries[found.entry]
                for means in entry.means:
                    legal = words_of(means)
                    phrases.append(legal)
                    for word in legal:
                        weights[word] = max(weights.get(word, 0.0), 1.0)
                if not entry.replaces:
                    for word in found.words:
                        weights[word] = max(weights.get(word, 0.0), 0.6)
                i += len(found.words)
                continue
            length = self._stop_at(words, i)
            if length:
                i += length
                continue
            weights[words[i]] = max(weights.get(words[i], 0.0), 0.8)
            i += 1
        return Reading(weights, tuple(phrases), words)

    def _phrase_at(self, words: Sequence[str], marked: Sequence[str], i: int, joined: str) -> _Phrase | None:
        for phrase in self._by_first.get(words[i], ()):
            length = len(phrase.words)
            if tuple(words[i : i + length]) != phrase.words:
                continue
            # Typed with marks, the marks must agree: "mất" is not "mặt". Typed without, anything may be meant.
            typed = " ".join(marked[i : i + length])
            if typed != " ".join(phrase.words) and phrase.marks and not _agrees(typed, phrase.marks):
                continue
            entry = self._entries[phrase.entry]
            if any(" " + " ".join(words_of(u)) + " " in joined for u in entry.unless):
                continue
            if entry.needs and not any(" " + " ".join(words_of(n)) + " " in joined for n in entry.needs):
                continue
            return phrase
        return None

    def _stop_at(self, words: Sequence[str], i: int) -> int:
        for length in range(min(self._stop_length, len(words) - i), 0, -1):
            if tuple(words[i : i + length]) in self._stops:
                return length
        return 0


def _marked(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _agrees(typed: str, meant: str) -> bool:
    """Return whether each word is typed as meant or without any marks."""
    return all(t in (m, fold(m)) or fold(t) != fold(m) for t, m in zip(typed.split(), meant.split(), strict=False))
