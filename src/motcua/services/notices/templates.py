"""Answers what a notice says: the texts of each topic in both languages, short for SMS and long for e-mail.

The texts are data (``templates.toml``); a topic that has none is sent to nobody. No text holds a name or what a
dossier is about: a message is read on locked screens and by whoever shares the phone.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("templates.toml")
PART_UNICODE, PART_UNICODE_JOINED, PART_GSM, PART_GSM_JOINED = 70, 67, 160, 153
PARTS_MAX = 3
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in one language. ``short`` is one SMS text, ``long`` the body of an e-mail."""

    subject: str
    short: str
    long: str


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Return all templates by name."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def has_template(name: str) -> bool:
    return name in templates()


def rendered(name: str, language: str, values: Mapping[str, str]) -> Words:
    """Return the notice's words; a value that is not given is empty. KeyError for an unknown template."""
    texts = templates()[name]["en" if language == "en" else "vi"]
    known = defaultdict(str, values)
    return Words(*(texts[part].strip().format_map(known) for part in ("subject", "short", "long")))


def sms_parts(text: str) -> int:
    """Return in how many parts a text leaves by SMS: 160 characters of the GSM alphabet, 70 of any other."""
    is_plain = all(c in _GSM for c in text)
    whole, joined = (PART_GSM, PART_GSM_JOINED) if is_plain else (PART_UNICODE, PART_UNICODE_JOINED)
    return 1 if len(text) <= whole else -(-len(text) // joined)
