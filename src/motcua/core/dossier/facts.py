"""Answers which facts a dossier can have and how each is chained to the one before it.

A fact is what happened, when, by whom; it never changes. A wrong fact is corrected by a later one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any


class FactKind(IntEnum):
    """What happened. The numbers are stored: never reuse one."""

    RECEIVED = 1
    """Accepted at the counter, online or by post (tiếp nhận)."""
    COMPLETED = 2
    """A step of the process was done with one of its outcomes."""
    TAKEN = 3
    """An officer took an open step upon himself."""
    ASSIGNED = 4
    """A leader gave an open step to an officer (phân công)."""
    SUPPLEMENT_PROPOSED = 5
    """The handling office asks the one-stop unit to have papers supplied."""
    SUPPLEMENT_ASKED = 6
    """The one-stop unit issued the supplement slip (phiếu yêu cầu bổ sung)."""
    SUPPLEMENT_SUPPLIED = 7
    """The applicant supplied everything that was asked."""
    EXTENDED = 9
    """Apology with a new day (phiếu xin lỗi và hẹn lại)."""
    PAUSED = 10
    """A special law lets the term rest; the act and article are in the fact (tạm dừng tính thời hạn)."""
    RESUMED = 11
    WITHDRAWN = 12
    """The applicant took the dossier back (rút hồ sơ)."""
    STOPPED = 13
    """Stopped at the applicant's request or by law (dừng giải quyết)."""
    DECIDED = 14
    """The competent person decided: approved or refused."""
    PAID = 16
    RETURNED = 17
    """The result was handed over (trả kết quả), with the collector's identity."""
    CORRECTED = 18
    """An earlier fact was wrong: its right instant, or that it never was; with reason, proposed by one, approved by another."""
    NOTED = 20
    CORRECTION_PROPOSED = 21
    """Somebody says that a fact is wrong; nothing changes until a head approves it."""
    CORRECTION_DECLINED = 22
    CONSULTED = 23
    """Another office was asked for its opinion (lấy ý kiến)."""
    ANSWERED = 24
    """The office asked has answered."""
    FIRED = 25
    """A time in the process has come, or a message that it waited for."""
    ESCALATED = 26
    """Brought before the head, by a person or because an agency asked stays silent (báo cáo, đôn đốc)."""
    RECALLED = 27
    """A hand-over that nobody had taken yet was taken back (thu hồi bước chuyển)."""
    CONSULTATION_REVOKED = 28
    """The question to another office was withdrawn."""
    LINKED = 29
    """A dossier of its own was opened at another agency for a step (hồ sơ liên thông)."""
    MOVED = 30
    """It goes on under another version of its process; the map of its steps is in the fact (chuyển phiên bản)."""
    RESULT_ISSUED = 40
    """Its result was signed and entered in the store of results (phát hành kết quả)."""
    RESULT_REVOKED = 41
    """A result of it was revoked or replaced, by decision (thu hồi, thay thế kết quả)."""
    GIVEN_TO_POST = 42
    """Its result was handed to the post, to be brought to the applicant (giao bưu chính)."""
    DELIVERED_BY_POST = 43
    """The post says that the addressee has it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to a dossier. ``body`` holds plain JSON values, never personal data."""

    seq: int
    kind: FactKind
    at: datetime
    staff_id: int
    post_id: int
    unit_id: int
    body: Mapping[str, Any] = field(default_factory=dict, hash=False)


def body_text(body: Mapping[str, Any]) -> str:
    """Return ``body`` in the one form that is hashed and stored: sorted keys, no spaces."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chain_digest(before: bytes, *, dossier_key: bytes, fact: Fact) -> bytes:
    """Return the SHA-256 over the digest before, the dossier and the fact; 32 bytes.

    Guarantee: any change of a fact, of its place in the row or of the row's dossier changes all digests after it.
    """
    head = (
        f"{fact.seq}|{int(fact.kind)}|{fact.at.astimezone(UTC).isoformat(timespec='microseconds')}"
        f"|{fact.staff_id}|{fact.post_id}|{fact.unit_id}|"
    )
    return hashlib.sha256(before + dossier_key + head.encode() + body_text(fact.body).encode()).digest()
