"""Answers which act and article a rule comes from, and how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Confidence(Enum):
    """How sure we are of a rule; anything below ``TEXT`` is shown as "to be confirmed" to administrators."""

    TEXT = "text"
    SECOND_HAND = "2nd"
    KNOWN = "known"
    UNSURE = "unsure"

    @property
    def is_confirmed(self) -> bool:
        return self is Confidence.TEXT


@dataclass(frozen=True, slots=True)
class LegalRef:
    """An act and the place in it, such as ``LegalRef("61/2018/NĐ-CP", "art. 19(4)")``.

    ``act`` is the act's number; ``place`` names article, clause and point in the short form
    ``art. 19(4)(a)`` and may be empty when the whole act is meant.
    """

    act: str
    place: str = ""
    confidence: Confidence = Confidence.TEXT

    def __str__(self) -> str:
        return f"{self.act}, {self.place}" if self.place else self.act
