"""Answers which act and article a rule comes from, and how sure we are of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_KINDS = {"NĐ": "Nghị định", "TT": "Thông tư", "QĐ": "Quyết định"}
_PLACE = re.compile(r"^art\. (\d+[a-z]?)(?:\((\d+[a-z]?)\))?(?:\(([a-zđ])\))?$")


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

    def text(self, language: str) -> str:
        """Return the reference as papers and pages cite it: ``điểm a khoản 4 Điều 19 …`` or ``61/2018/NĐ-CP, art. 19``."""
        if language != "vi":
            return str(self)
        kind = _KINDS.get(self.act.rpartition("/")[2].split("-")[0])
        act = f"{kind} {self.act}" if kind else self.act
        found = _PLACE.match(self.place)
        if not found:
            # As an officer wrote it: «khoản 2 Điều 155».
            place = self.place.replace("arts. ", "các điều ")
            return f"{place} {act}".strip() if kind else ", ".join(filter(None, (place, act)))
        article, clause, point = found.groups()
        parts = [f"điểm {point}"] if point else []
        parts += [f"khoản {clause}"] if clause else []
        place = " ".join([*parts, f"Điều {article}"])
        return f"{place} {act}" if kind else f"{place}, {act}"
