"""Answers whether the entry of an applicant, proxy or collector can be right; returns every fault at once."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from motcua.core.kernel import Problem, nfc

_DAY = re.compile(r"^(\d{1,2})[./-]?(\d{2})[./-]?(\d{4})$")
_PERSON_NUMBER = re.compile(r"^(\d{12}|\d{9})$")
_ORGANISATION_NUMBER = re.compile(r"^\d{10}(-?\d{3})?$")
_PHONE = re.compile(r"^0\d{9,10}$")
_EMAIL = re.compile(r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}$")
_NAME_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """A person or organisation as typed or scanned; every text is as entered, nothing is checked yet."""

    kind: str
    name: str
    id_number: str = ""
    old_id_number: str = ""
    birth: str = ""
    sex: str = ""
    address: str = ""
    issued: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """A checked party: texts composed, days as days, numbers without spaces."""

    kind: str
    name: str
    id_number: str
    old_id_number: str
    birth_on: date | None
    sex: str
    address: str
    issued_on: date | None
    phone: str
    email: str


def parse_day(text: str) -> date | None:
    """Return the day that ``dd/mm/yyyy`` (or ``ddmmyyyy``) names; ``None`` when there is no such day."""
    found = _DAY.match(text.strip())
    if not found:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def check_party(entry: PartyEntry, *, prefix: str, on: date) -> PartyRecord | tuple[Problem, ...]:
    """Return the checked party, or every problem of the entry; ``prefix`` names it in the fields (``applicant``).

    Problems: ``party.name_missing``, ``party.name_letters``, ``party.name_long``, ``party.number_form``,
    ``party.number_missing``, ``party.day_impossible``, ``party.day_future``, ``party.phone_form``,
    ``party.email_form``, ``party.kind_unknown``.
    """
    problems: list[Problem] = []

    def wrong(code: str, field: str, **values: str) -> None:
        problems.append(Problem(code, field=f"{prefix}.{field}", values=values))

    name, number = nfc(entry.name), re.sub(r"[\s.]", "", entry.id_number)
    if entry.kind not in ("PERSON", "ORGANISATION"):
        wrong("party.kind_unknown", "kind", text=entry.kind)
    if not name:
        wrong("party.name_missing", "name")
    elif len(name) > _NAME_LENGTH_MAX:
        wrong("party.name_long", "name", length=str(len(name)), limit=str(_NAME_LENGTH_MAX))
    elif any(unicodedata.category(c)[0] == "C" for c in name) or not any(c.isalpha() for c in name):
        wrong("party.name_letters", "name", text=name)
    pattern = _ORGANISATION_NUMBER if entry.kind == "ORGANISATION" else _PERSON_NUMBER
    if number and not pattern.match(number):
        code = "party.organisation_number_form" if entry.kind == "ORGANISATION" else "party.number_form"
        wrong(code, "id_number", text=number)
    if not number and entry.kind == "ORGANISATION":
        wrong("party.number_missing", "id_number")
    days: dict[str, date | None] = {}
    for field, text in (("birth", entry.birth), ("issued", entry.issued)):
        days[field] = parse_day(text) if text.strip() else None
        if text.strip() and days[field] is None:
            wrong("party.day_impossible", field, text=text.strip())
        elif (day := days[field]) is not None and day > on:
            wrong("party.day_future", field, text=text.strip())
    phone = re.sub(r"[\s.()-]", "", entry.phone).replace("+84", "0", 1)
    if phone and not _PHONE.match(phone):
        wrong("party.phone_form", "phone", text=entry.phone.strip())
    email = entry.email.strip()
    if email and not _EMAIL.match(email):
        wrong("party.email_form", "email", text=email)
    if problems:
        return tuple(problems)
    return PartyRecord(
        kind=entry.kind,
        name=name,
        id_number=number,
        old_id_number=re.sub(r"\D", "", entry.old_id_number)[:9],
        birth_on=days["birth"],
        sex=nfc(entry.sex)[:10],
        address=nfc(entry.address)[:300],
        issued_on=days["issued"],
        phone=phone,
        email=email,
    )
