"""Answers what stands on the list that a one-stop unit posts and on a sample dossier; plain frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from motcua.reports.papers.content import Head


@dataclass(frozen=True, slots=True)
class PostedRow:
    """A procedure of the posted list, in words."""

    code: str
    name: str
    term: str
    fee: str
    ways: str


@dataclass(frozen=True, slots=True)
class PostedSector:
    """The procedures of a sector."""

    name: str
    rows: Sequence[PostedRow]


@dataclass(frozen=True, slots=True)
class PostedPaper:
    """Danh mục thủ tục hành chính niêm yết tại Bộ phận Một cửa, with who serves there and whom to call."""

    head: Head
    unit: str
    count: int
    sectors: Sequence[PostedSector]
    chief: str
    officers: Sequence[str]
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A question of the form and how it is answered here."""

    label: str
    answer: str


@dataclass(frozen=True, slots=True)
class SampleTopic:
    """A topic of the form."""

    name: str
    lines: Sequence[SampleLine]


@dataclass(frozen=True, slots=True)
class SampleComponent:
    """A paper of the dossier: how many of each, and whether it is the form above."""

    name: str
    originals: int
    copies: int
    is_filled_here: bool


@dataclass(frozen=True, slots=True)
class SamplePaper:
    """Bộ hồ sơ mẫu of a procedure: a form filled in for nobody, marked «MẪU», and its papers."""

    code: str
    matter: str
    topics: Sequence[SampleTopic]
    components: Sequence[SampleComponent]
    note: str
    form_version: str
    made_on: str
