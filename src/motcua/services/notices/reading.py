"""Answers what was told to whom, when, by which channel, and whether it arrived. Addresses are shown masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.services.notices.templates import rendered
from motcua.store.citizens.models import Notice, NoticeState

PAGE = 30


@dataclass(frozen=True, slots=True)
class Trace:
    """One try to deliver a notice."""

    at: datetime
    channel: str
    address: str
    state: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with its tries, oldest first. ``state`` is a ``NoticeState``."""

    id: int
    public_id: UUID
    made_at: datetime
    next_at: datetime
    subject: str
    text: str
    link: str
    state: str
    is_new: bool
    tries: tuple[Trace, ...]


def notices_of_dossier(dossier_id: int, *, language: str) -> Sequence[NoticeLine]:
    """Return the notices about a dossier, newest first, fifty at most."""
    rows = Notice.objects.filter(dossier_id=dossier_id).prefetch_related("deliveries").order_by("-id")[:50]
    return [_line(n, language) for n in rows]


def notices_of_account(account_id: int, *, language: str, before: int | None = None) -> Sequence[NoticeLine]:
    """Return a page of an account's notices, newest first, from below ``before``; one more when there are more."""
    rows = Notice.objects.filter(account_id=account_id).prefetch_related("deliveries").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_line(n, language) for n in rows[: PAGE + 1]]


def unread_count(account_id: int) -> int:
    return Notice.objects.filter(account_id=account_id, read_at__isnull=True).count()


def mark_read(account_id: int, *, now: datetime) -> None:
    Notice.objects.filter(account_id=account_id, read_at__isnull=True).update(read_at=now)


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody whom no channel reached: the office has to tell them itself."""

    public_id: UUID
    code: str
    dossier_public_id: UUID | None
    line: NoticeLine


def unreached_of_unit(unit_id: int, *, language: str) -> Sequence[Unreached]:
    """Return the notices of a unit's matters that reached nobody, newest first, a hundred at most."""
    rows = (
        Notice.objects.filter(unit_id=unit_id, state=NoticeState.UNREACHED)
        .select_related("dossier")
        .prefetch_related("deliveries")
        .order_by("-id")[:100]
    )
    return [
        Unreached(
            n.public_id, str(n.values.get("code", "")), n.dossier.public_id if n.dossier else None, _line(n, language)
        )
        for n in rows
    ]


def _line(notice: Notice, language: str) -> NoticeLine:
    words = rendered(notice.template, language, notice.values)
    tries = sorted(notice.deliveries.all(), key=lambda d: d.id)
    return NoticeLine(
        id=notice.id,
        public_id=notice.public_id,
        made_at=notice.made_at,
        next_at=notice.next_at,
        subject=words.subject,
        text=words.short,
        link=str(notice.values.get("link", "")),
        state=notice.state,
        is_new=notice.read_at is None,
        tries=tuple(Trace(d.at, d.channel, d.address, d.state, d.told_at) for d in tries),
    )
