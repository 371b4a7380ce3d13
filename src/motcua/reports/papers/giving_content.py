"""Answers what stands on the papers of giving and taking: post slips, hand-overs, deliveries, results; plain frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.reports.papers.content import Head, Line, Person
from motcua.reports.papers.money_content import Sum


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
