"""Answers whether a text that is to be published may name somebody: numbers, addresses, names that are known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from motcua.core.kernel import fold

_TRACES = (
    re.compile(r"(?<!\d)(?:\+?84|0)(?:[\s.-]?\d){8,10}(?!\d)"),
    re.compile(r"(?<!\d)\d{12}(?!\d)|(?<!\d)\d{9}(?!\d)"),
    re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    re.compile(r"\bH\d{2}(?:\.\d{2})*-\d{6}-\d{4,5}\b", re.IGNORECASE),
    re.compile(r"\b000\.\d{2}\.\d{2}\.H\d{2}-\d{6}-\d{4,5}\b", re.IGNORECASE),
)


def personal_traces(text: str, *, names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what in the text looks like a phone, a personal number, an e-mail address, a dossier code or a name.

    It is a help for who checks, no proof: a text without traces may still let a person be recognised.
    """
    found = [m.group(0).strip() for pattern in _TRACES for m in pattern.finditer(text)]
    plain = f" {' '.join(re.findall(r'[a-z0-9]+', fold(text)))} "
    for name in names:
        words = " ".join(re.findall(r"[a-z0-9]+", fold(name)))
        if words and f" {words} " in plain:
            found.append(name)
    return tuple(dict.fromkeys(found))
