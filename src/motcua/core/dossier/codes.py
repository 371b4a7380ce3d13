"""Answers what codes agencies and dossiers have (mã định danh, mã số hồ sơ), in both forms, written and read.

The number in a dossier's code comes from the counter of the day; it is not given out here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

_AGENCY_CODE_MAX = 35
# Always the whole text and digits of ASCII: a line end or a full-width digit makes another code of what looks the same.
_NEW = re.compile(r"[A-Z][0-9]{2}(\.[A-Z0-9]{1,6})*")
_OLD = re.compile(r"([0-9]{3})\.([0-9]{2})\.([0-9]{2})\.([A-Z][0-9]{2})")
_CODE = re.compile(r"([A-Z0-9.]+)-([0-9]{6})-([0-9]{4,})")
_NUMBER_MIN_WIDTH, _NUMBER_MAX_WIDTH = 4, 9
_OWNER = re.compile(r"[0-9]{2}")


class CodeError(ValueError):
    """The text is no such code; the message says what it should look like."""


class AgencyCodeError(CodeError):
    """No agency code of either form."""


class NoOldFormError(AgencyCodeError):
    """An agency code of the new form that the old form has no room for."""


class DossierCodeError(CodeError):
    """No dossier code: its shape, its day or its number."""


class OwnerError(CodeError):
    """The owner of a centralised system is not two digits."""


class CodeForm(Enum):
    """Which agency code stands in front: right to left until 2025-06-30, left to right since."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True, order=True)
class DossierCode:
    """A dossier's code in its parts; ``owner`` is empty but for nationally centralised services.

    Codes are sorted by their parts, never as text: ``-9999`` comes before ``-10000``.
    """

    agency_code: str
    on: date
    number: int
    owner: str = ""

    def __str__(self) -> str:
        return dossier_code(agency_code=self.agency_code, on=self.on, number=self.number, owner=self.owner)


def form_of_agency_code(code: str) -> CodeForm:
    """Return the form an agency code is written in. Raises AgencyCodeError.

    Source: Decision 20/2020/QĐ-TTg, art. 4 (at most 35 of ``A-Z0-9.``, groups by level from left to right);
    QCVN 102:2016 (``V1V2V3.Z1Z2.Y1Y2.MX1X2``, from right to left).
    """
    if _OLD.fullmatch(code):
        return CodeForm.OLD
    if len(code) <= _AGENCY_CODE_MAX and _NEW.fullmatch(code):
        return CodeForm.NEW
    raise AgencyCodeError(f"{code!r} is no agency code; write H05.15.02, or 000.02.15.H05 in the old form")


def new_agency_code(old: str) -> str:
    """Return the left-to-right form of an old code: ``000.00.15.H05`` is ``H05.15``. Raises AgencyCodeError."""
    found = _OLD.fullmatch(old)
    if not found:
        raise AgencyCodeError(f"{old!r} is no code of the old form, such as 000.00.15.H05")
    groups = [found[4], found[3], found[2], found[1]]
    while len(groups) > 1 and not int(groups[-1]):
        groups.pop()
    return ".".join(groups)


def old_agency_code(new: str) -> str:
    """Return the right-to-left form of a code of up to four groups: ``H05.15`` is ``000.00.15.H05``.

    Raises NoOldFormError, AgencyCodeError.
    """
    groups = new.split(".")
    if form_of_agency_code(new) is not CodeForm.NEW or len(groups) > 4:
        raise NoOldFormError(f"{new!r} has no old form")
    padded = [*groups[1:], *["0"] * (4 - len(groups))]
    widths = (2, 2, 3)
    if any(not part.isdecimal() or len(str(int(part))) > width for part, width in zip(padded, widths, strict=True)):
        raise NoOldFormError(f"{new!r} has no old form: its groups are wider than 2, 2 and 3 digits")
    second, third, fourth = (str(int(part)).zfill(width) for part, width in zip(padded, widths, strict=True))
    return f"{fourth}.{third}.{second}.{groups[0]}"


def dossier_code(*, agency_code: str, on: date, number: int, owner: str = "") -> str:
    """Return the dossier code ``agency code-YYMMDD-NNNN``; beyond 9999 the number grows wider.

    ``owner`` is the two-digit owner of a nationally centralised system, put before the number; the agency code is
    then the handling agency's (Circular 03/2025, art. 13(3), as quoted in secondary sources).
    Guarantee: two dossiers never have one code, as long as an agency receives fewer than 100,000 a day.
    Raises DossierCodeError, OwnerError, AgencyCodeError.
    Source: Circular 01/2018/TT-VPCP, art. 19; Circular 03/2025/TT-VPCP, art. 13.
    """
    if number < 1:
        raise DossierCodeError(f"the daily number starts at 1, not {number}")
    if owner and not _OWNER.fullmatch(owner):
        raise OwnerError(f"the owner of a centralised system has two digits, not {owner!r}")
    form_of_agency_code(agency_code)
    return f"{agency_code}-{on:%y%m%d}-{owner}{number:0{_NUMBER_MIN_WIDTH}d}"


def parse_dossier_code(text: str, *, is_centralised: bool = False) -> DossierCode:
    """Return the parts of a dossier code; whether two digits of it name an owner must be known.

    Raises DossierCodeError, AgencyCodeError.
    """
    found = _CODE.fullmatch(text.strip().upper())
    if not found:
        raise DossierCodeError(f"{text!r} is no dossier code, such as H05.15-261123-0001")
    form_of_agency_code(found[1])
    try:
        on = datetime.strptime(found[2], "%y%m%d").date()  # noqa: DTZ007 - a day, not an instant
    except ValueError:
        raise DossierCodeError(f"{text!r}: {found[2]} is no day of the form YYMMDD") from None
    owner, number = (found[3][:2], found[3][2:]) if is_centralised else ("", found[3])
    is_padded = len(number) > _NUMBER_MIN_WIDTH and number.startswith("0")
    if not _NUMBER_MIN_WIDTH <= len(number) <= _NUMBER_MAX_WIDTH or is_padded or not int(number):
        raise DossierCodeError(f"{text!r}: the number of the day starts at 0001 and has no zero in front past 9999")
    return DossierCode(found[1], on, int(number), owner)
