"""Answers the ranking: words and pairs of words weighed by how rare they are, fields by how telling they are."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from motcua.core.search.lexicon import Lexicon, Reading, words_of

_CODE = re.compile(r"\d\.\d{3,6}(?:\.\d+)*(?:\.h\d+)?")
_FIELD = {"name": 1.0, "everyday": 1.1, "results": 0.35, "sector": 0.3}
_PAIR = 1.3
_PHRASE = 1.6
_MISSING_QUALIFIER = 0.62
_LEAST = 0.24
_COMMUNE, _LAW, _PERSON = 1.12, 1.3, 1.06
_FUZZY = 0.75


@dataclass(frozen=True, slots=True)
class SearchRow:
    """What is looked at of a procedure."""

    code: str
    name: str
    sector: str
    levels: tuple[str, ...]
    everyday_names: tuple[str, ...]
    results: tuple[str, ...]
    subjects: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure that fits; ``score`` is 0 to about 2, comparable within one search only."""

    code: str
    name: str
    score: float


class SearchIndex:
    """An index in memory; immutable after it is made."""

    def __init__(self, rows: Sequence[SearchRow], lexicon: Lexicon) -> None:
        self._rows = tuple(rows)
        self._lexicon = lexicon
        self._codes = {row.code: i for i, row in enumerate(rows)}
        self._postings: dict[str, dict[int, float]] = defaultdict(dict)
        self._pairs: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._names = [words_of(row.name) for row in rows]
        self._joined = [" " + " ".join(words) + " " for words in self._names]
        for i, row in enumerate(rows):
            self._add(i, row)
        count = max(len(rows), 1)
        self._idf = {w: math.log(1 + (count - len(p) + 0.5) / (len(p) + 0.5)) for w, p in self._postings.items()}
        self._usual = math.log(1 + count)
        self._prior = [_prior(row) for row in rows]
        self._qualifiers = [
            [q for q in lexicon.qualifiers if " " + " ".join(q) + " " in joined] for joined in self._joined
        ]
        self._name_weight = [sum(self._idf[w] for w in set(words)) or 1.0 for words in self._names]
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._postings:
            if len(word) > 2 and not word.isdecimal():
                self._by_length[len(word)].append(word)

    def search(self, text: str, *, limit: int = 10) -> tuple[Hit, ...]:
        """Return what fits, best first; empty when nothing does."""
        folded = text.lower().strip()
        if found := self._by_code(folded):
            return found[:limit]
        reading = self._lexicon.read(text[:400])
        weights = self._corrected(reading)
        asked = sum(self._idf.get(w, self._usual) * weight for w, weight in weights.items())
        if not asked:
            return ()
        scores: dict[int, float] = defaultdict(float)
        for word, weight in weights.items():
            for i, field in self._postings.get(word, {}).items():
                scores[i] += weight * field * self._idf[word]
        self._add_pairs(scores, reading, weights)
        joined = " " + " ".join((*reading.words, *(w for p in reading.phrases for w in p))) + " "
        hits = []
        for i, score in scores.items():
            covered = sum(self._idf[w] for w in set(self._names[i]) if w in weights) / self._name_weight[i]
            whole = score / asked * (0.45 + 0.55 * covered) * self._prior[i]
            for qualifier in self._qualifiers[i]:
                if " " + " ".join(qualifier) + " " not in joined:
                    whole *= _MISSING_QUALIFIER
            if score / asked >= _LEAST:
                hits.append((whole, i))
        hits.sort(key=lambda h: (-h[0], self._rows[h[1]].code))
        return tuple(Hit(self._rows[i].code, self._rows[i].name, round(s, 4)) for s, i in hits[:limit] if s > 0.05)

    def _add(self, i: int, row: SearchRow) -> None:
        fields = (
            ("name", row.name),
            *(("everyday", name) for name in row.everyday_names),
            ("results", " ".join(row.results)[:300]),
            ("sector", row.sector),
        )
        for field, text in fields:
            words = words_of(text)
            # A word said twice tells little more than once.
            for word in Counter(words):
                here = self._postings[word]
                here[i] = max(here.get(i, 0.0), _FIELD[field])
            if field in ("name", "everyday"):
                for pair in pairwise(words):
                    self._pairs[pair].add(i)

    def _by_code(self, text: str) -> tuple[Hit, ...]:
        found = _CODE.search(text)
        if not found:
            return ()
        code = ".".join(found[0].split(".")[:2])
        exact = [self._codes[code]] if code in self._codes else []
        starts = [i for c, i in self._codes.items() if c.startswith(code) and c != code]
        return tuple(Hit(self._rows[i].code, self._rows[i].name, 2.0) for i in (*exact, *starts))

    def _add_pairs(self, scores: dict[int, float], reading: Reading, weights: dict[str, float]) -> None:
        pairs = dict.fromkeys(pairwise(reading.words), _PAIR)
        for phrase in reading.phrases:
            pairs |= dict.fromkeys(pairwise(phrase), _PHRASE)
        for pair, bonus in pairs.items():
            if pair[0] not in weights or pair[1] not in weights:
                continue
            value = bonus * 0.25 * (self._idf.get(pair[0], 0) + self._idf.get(pair[1], 0))
            for i in self._pairs.get(pair, ()):
                scores[i] += value

    def _corrected(self, reading: Reading) -> dict[str, float]:
        """Return the weights with words that nobody wrote replaced by the nearest that stand in the index."""
        weights: dict[str, float] = {}
        for word, weight in reading.weights.items():
            if word in self._postings or len(word) < 3 or word.isdecimal():
                weights[word] = max(weights.get(word, 0.0), weight)
                continue
            near = self._nearest(word)
            if near:
                for other in near:
                    weights[other] = max(weights.get(other, 0.0), weight * _FUZZY / len(near))
            else:
                weights[word] = weight * 0.5
        return weights

    def _nearest(self, word: str) -> list[str]:
        found = [
            other
            for length in range(len(word) - 1, len(word) + 2)
            for other in self._by_length.get(length, ())
            if _is_one_edit(word, other)
        ]
        return sorted(found, key=lambda w: -len(self._postings[w]))[:3]


def _prior(row: SearchRow) -> float:
    prior = _COMMUNE if "COMMUNE" in row.levels else 1.0
    prior *= _LAW if row.source == "law" else 1.0
    return prior * (_PERSON if any("ông dân" in s or "á nhân" in s for s in row.subjects) else 1.0)


def _is_one_edit(a: str, b: str) -> bool:
    """Return whether one letter changed, added, left out or swapped makes ``b`` of ``a``."""
    if a == b:
        return True
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a[1:] == rest_b
        or rest_a == rest_b[1:]
        or (
            len(rest_a) > 1
            and len(rest_b) > 1
            and rest_a[0] == rest_b[1]
            and rest_a[1] == rest_b[0]
            and rest_a[2:] == rest_b[2:]
        )
    )
