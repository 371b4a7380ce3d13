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
    proxy_paper: str = ""


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
class Apology:
    """Phiếu xin lỗi và hẹn lại ngày trả kết quả; in 2025 also the request for extension.

    Signed by the head of the agency, not of the one-stop unit. ``due_at`` is the day first promised.
    Source: Decree 61/2018/NĐ-CP, art. 19(9).
    """

    head: Head
    code: str
    applicant: Person
    agency: str
    matter: str
    received_at: datetime
    due_at: datetime
    new_due_at: datetime
    reason: str
    article: str
    signer: str


@dataclass(frozen=True, slots=True)
class StopNotice:
    """Thông báo dừng giải quyết hồ sơ; only in the set of 2025, most of its fields to be confirmed.

    Made when the applicant asks to stop and nothing has been decided yet (Decree 118/2025/NĐ-CP, art. 21,
    second-hand). ``state`` is what the dossier was found in, ``returned`` the originals given back.
    """

    head: Head
    code: str
    applicant: Person
    matter: str
    requested_at: datetime
    channel: str
    state: str
    reason: str
    returned: Sequence[str]
    refund: str
    article: str
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
    coordinating: Sequence[str] = ()


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
    """Sổ theo dõi hồ sơ: one sector, one period. ``book`` is the number of the paper book, if one is kept."""

    head: Head
    sector: str
    period: str
    rows: Sequence[RegisterRow]
    book: str = ""


@dataclass(frozen=True, slots=True)
class DerivationRow:
    """One day of the derivation sheet; ``number`` is its place in the term, or the hours counted on it."""

    day: str
    weekday: int
    kind: str
    number: str
    why_vi: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was applied, with its source; unconfirmed ones are marked on the sheet."""

    text_vi: str
    text_en: str
    source_vi: str
    source_en: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Derivation:
    """Bảng tính thời hạn: why the answer is owed then. No numbered form of either set; nobody is named on it."""

    head: Head
    code: str
    matter: str
    term_vi: str
    term_en: str
    received_at: datetime
    due_at: datetime | None
    hours: str
    calendar: str
    rows: Sequence[DerivationRow]
    rules: Sequence[Rule]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of an application as its receipt lists it. ``pages`` is 0 where it is not known."""

    name: str
    size: str
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SentPaper:
    """Giấy xác nhận đã nộp hồ sơ trực tuyến: what was sent, so that nobody can say that nothing came."""

    head: Head
    applicant: Person
    matter: str
    sent_at: datetime
    answer_due_at: datetime | None
    answers: int
    form_version: str
    files: Sequence[SentFile]
    digest: str
