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
class Sum:
    """A line of money: what for, how much as printed."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class CashPaper:
    """Biên lai thu tiền phí, lệ phí, or the counter-entry that cancels one. In no numbered set of forms."""

    head: Head
    code: str
    payer: str
    matter: str
    lines: Sequence[Sum]
    total: str
    words: str
    cancels: str
    reason: str
    officer: str
    pay_url: str = ""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line of the day's money."""

    number: str
    way: str
    code: str
    matter: str
    amount: str
    officer: str


@dataclass(frozen=True, slots=True)
class DaySheet:
    """Bảng kê thu phí, lệ phí of a unit and a day."""

    head: Head
    day: str
    rows: Sequence[DayRow]
    cash: str
    online: str
    total: str
    counted: str
    note: str
    officer: str


@dataclass(frozen=True, slots=True)
class PostSlipPaper:
    """Phiếu gửi hồ sơ: what a sender gave to the post (Decision 45/2016/QĐ-TTg, arts. 6 to 10)."""

    head: Head
    applicant: Person
    agency: str
    matter: str
    components: Sequence[Line]
    fee: str
    return_address: str
    officer: str


@dataclass(frozen=True, slots=True)
class HandOverRow:
    """A dossier or result that changes hands."""

    slip: str
    code: str
    name: str
    matter: str
    papers: str
    outcome: str


@dataclass(frozen=True, slots=True)
class HandOverPaper:
    """Biên bản giao nhận hồ sơ between the post and the one-stop unit, signed by both sides."""

    head: Head
    direction: str
    giver: str
    giver_side: str
    taker: str
    taker_side: str
    given_at: datetime
    signed_at: datetime | None
    rows: Sequence[HandOverRow]


@dataclass(frozen=True, slots=True)
class DeliveryPaper:
    """Phiếu bàn giao kết quả: who took what, when, by what proof."""

    head: Head
    code: str
    applicant: Person
    collector: Person
    matter: str
    results: Sequence[str]
    originals: Sequence[str]
    way: str
    delivered_at: datetime
    officer: str


@dataclass(frozen=True, slots=True)
class ResultPaper:
    """A result as it is signed: what is granted, to whom, until when; with the QR of its check page."""

    head: Head
    title: str
    code: str
    holder: Person
    birth: str
    statement: str
    fields: Sequence[Sum]
    legal: Sequence[str]
    valid_to: str
    signer: str
    signer_title: str
    check_url: str


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


Paper = (
    SentPaper
    | CashPaper
    | DaySheet
    | PostSlipPaper
    | HandOverPaper
    | DeliveryPaper
    | ResultPaper
    | Receipt
    | Supplement
    | Refusal
    | Apology
    | StopNotice
    | ControlSlip
    | Register
    | Derivation
)
