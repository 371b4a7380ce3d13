"""Answers what the QR of a citizen card (căn cước công dân) says.

Form: ``number|old number|name|ddmmyyyy|sex|address|issued``. The picture of a card is never kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcua.core.forms.parties import PartyEntry, parse_day
from motcua.core.kernel import Problem, nfc

_PARTS = 7


@dataclass(frozen=True, slots=True)
class Card:
    """The seven parts of a card's QR, checked; ``as_entry`` makes an applicant of it."""

    number: str
    old_number: str
    name: str
    birth: str
    sex: str
    address: str
    issued: str

    def as_entry(self) -> PartyEntry:
        return PartyEntry(
            kind="PERSON",
            name=self.name,
            id_number=self.number,
            old_id_number=self.old_number,
            birth=self.birth,
            sex=self.sex,
            address=self.address,
            issued=self.issued,
        )


def parse_card(scanned: str) -> Card | tuple[Problem, ...]:
    """Return the card that a scanner typed, or every reason why it cannot be one.

    The old nine-digit number may be empty. A text in decomposed form comes back composed.
    Problems: ``card.empty``, ``card.separators``, ``card.cut``, ``card.too_many``, ``card.number``,
    ``card.old_number``, ``card.name``, ``card.birth``, ``card.issued``.
    """
    text = scanned.strip().lstrip("\ufeff")
    if not text:
        return (Problem("card.empty", field="card"),)
    parts = [nfc(part) for part in text.split("|")]
    if len(parts) == 1:
        return (Problem("card.separators", field="card"),)
    if len(parts) < _PARTS:
        return (Problem("card.cut", field="card", values={"parts": str(len(parts))}),)
    if len(parts) > _PARTS:
        return (Problem("card.too_many", field="card", values={"parts": str(len(parts))}),)
    number, old, name, birth, sex, address, issued = parts
    problems = []
    if not re.fullmatch(r"\d{12}", number):
        problems.append(Problem("card.number", field="card"))
    if old and not re.fullmatch(r"\d{9}", old):
        problems.append(Problem("card.old_number", field="card"))
    if not any(c.isalpha() for c in name):
        problems.append(Problem("card.name", field="card"))
    days = {}
    for code, value in (("card.birth", birth), ("card.issued", issued)):
        day = parse_day(value) if re.fullmatch(r"\d{8}", value) else None
        if day is None:
            problems.append(Problem(code, field="card", values={"text": value}))
        else:
            days[code] = f"{day:%d/%m/%Y}"
    if problems:
        return tuple(problems)
    return Card(number, old, name, days["card.birth"], sex, address, days["card.issued"])
