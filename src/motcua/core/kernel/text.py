"""Answers how a Vietnamese text is stored (NFC) and how it is compared without marks (folded)."""

from __future__ import annotations

import unicodedata


def nfc(text: str) -> str:
    """Return ``text`` in composed form with white space at the ends and doubled inside removed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def paragraphs(text: str) -> str:
    """Return a text of several lines, each as ``nfc`` makes it; at most one empty line between two others."""
    lines = [nfc(line) for line in text.splitlines()]
    kept = [line for i, line in enumerate(lines) if line or (i and lines[i - 1])]
    return "\n".join(kept).strip()


def fold(text: str) -> str:
    """Return ``text`` in lower case, without tone and vowel marks, đ as d; for search and sorting only."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
