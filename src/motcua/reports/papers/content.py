"""Answers what stands on each paper; plain frozen values, filled from facts, no database and no Django.

Source of the fields: Circular 01/2018/TT-VPCP, art. 9 and annex; the 2025 set after a ministry's procedure that
quotes Circular 03/2025/TT-VPCP (to be confirmed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The head of every paper: parent body, one-stop unit, place, number, when it was made."""

    parent: str
    unit: str
    place: str
    number: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A person or organisation as papers name it."""

    name: str
    id_number: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A paper handed in, with counts."""

    name: str
    originals: int
    copies: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Giấy tiếp nhận hồ sơ và hẹn trả kết quả."""

    head: Head
    code: str
    applicant: Person
    proxy: Person | None
    matter: str
    components: Sequence[Line]
    sets: int
    term: str
    received_at: datetime
    due_at: datetime | None
    return_at: str
    register_no: str
    officer: str
    fee: str
    tracking_url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ."""

    head: Head
    code: str
    applicant: Person
    matter: str
    items: Sequence[str]
    reason: str
    article: str
    contact: str
    officer: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Phiếu từ chối tiếp nhận giải quyết hồ sơ."""

    head: Head
    code: str
    applicant: Person
    matter: str
    items: Sequence[str]
    reason: str
    article: str
    contact: str
    officer: str


@dataclass(frozen=True, slots=True)
class Handover:
    """One row of the control slip: who gave, who took, when, with what result."""

    giver: str
    receiver: str
    at: datetime
    step: str
    result: str
    note: str


@dataclass(frozen=True, slots=True)
class ControlSlip:
    """Phiếu kiểm soát quá trình giải quyết hồ sơ."""

    head: Head
    code: str
    matter: str
    agency: str
    received_at: datetime
    due_at: datetime | None
    rows: Sequence[Handover]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register."""

    number: int
    code: str
    matter: str
    applicant: str
    contact: str
    agency: str
    received_at: datetime
    due_at: datetime | None
    returned_at: datetime | None
    channel: str
    note: str


@dataclass(frozen=True, slots=True)
class Register:
    """Sổ theo dõi hồ sơ: one sector, one period."""

    head: Head
    sector: str
    period: str
    rows: Sequence[RegisterRow]


Paper = Receipt | Supplement | Refusal | ControlSlip | Register
