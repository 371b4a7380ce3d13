"""Answers what stands on the papers of supervision: an inspection's record, minutes, an urging letter, certificates.

Laid out as Decree 30/2020/NĐ-CP asks of administrative papers: national title, number, place and day, signers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.reports.papers.content import Head


@dataclass(frozen=True, slots=True)
class SampledRow:
    """A dossier of the sample: its place, code and procedure, times, signs, what was found."""

    number: int
    code: str
    matter: str
    due: str
    ended: str
    signs: str
    found: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with its remedy and term."""

    number: int
    text: str
    remedy: str
    term: str


@dataclass(frozen=True, slots=True)
class InspectionRecord:
    """Biên bản kiểm tra việc giải quyết thủ tục hành chính. Nobody but the two who sign is named on it."""

    head: Head
    unit: str
    subject: str
    decision: str
    period: str
    visit: str
    sample: str
    seed: str
    digest: str
    rows: Sequence[SampledRow]
    findings: Sequence[FindingRow]
    conclusion: str
    inspector: str


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point of the conference."""

    agency: str
    place: str
    connection: str
    expected: str
    present: str


@dataclass(frozen=True, slots=True)
class Minutes:
    """Biên bản hội nghị."""

    head: Head
    name: str
    starts_at: datetime
    chair: str
    agenda: str
    points: Sequence[PointRow]
    expected: str
    present: str
    documents: Sequence[str]
    conclusions: Sequence[str]
    maker: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """Something overdue."""

    what: str
    due: str


@dataclass(frozen=True, slots=True)
class UrgingPaper:
    """Công văn đôn đốc with its list."""

    head: Head
    to: str
    day: str
    text: str
    answer_by: str
    items: Sequence[ItemRow]
    signer: str


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """Giấy chứng nhận: whom it names, of which unit, for which session, until when it holds."""

    head: Head
    name: str
    unit: str
    course: str
    held: str
    expires: str


@dataclass(frozen=True, slots=True)
class CertificatesPaper:
    """The certificates of a course, a sheet each."""

    sheets: Sequence[CertificateSheet]
