"""Answers the head's quarterly meetings with the sending agencies: who came, what was concluded, what is still to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from motcua.core.kernel import Problem, Refused, nfc, paragraphs
from motcua.core.regimes import Param
from motcua.core.staffing import add_months
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.staffing.places import require_head
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book
from motcua.store.premises.models import HeadsMeeting, MeetingConclusion

TEXT_MAX = 4_000
LINE_MAX = 300
LINES_MAX = 30
PAGE = 20


@dataclass(frozen=True, slots=True)
class MeetingEntry:
    """What was typed. ``rows`` are the conclusions: text, who, and ``due_on`` parsed (``None``) with its text."""

    key: UUID
    on: date | None
    attendees: str
    matters: str
    rows: Sequence[Mapping[str, str]]
    due: Sequence[date | None]


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in the list, with how many of its conclusions are still to be done."""

    meeting: HeadsMeeting
    conclusions: int
    open: int


@dataclass(frozen=True, slots=True)
class MeetingList:
    """The newest meetings; ``next_by`` is until when the law wants the next, ``param`` the rule."""

    lines: tuple[MeetingLine, ...]
    next_by: date | None
    is_late: bool
    param: Param | None
    after: str


def meeting_list(actor: Actor, *, after: str, now: datetime) -> MeetingList:
    """Return the unit's meetings, the newest first, by page."""
    require_head(actor)
    rows = HeadsMeeting.objects.filter(unit_id=actor.unit_id).order_by("-on", "-id").prefetch_related("conclusions")
    newest = rows.first()
    day, _sep, number = after.partition(".")
    if number.isdecimal() and len(number) < 18 and (start := _iso(day)) is not None:
        rows = rows.filter(Q(on__lt=start) | Q(on=start, id__lt=int(number)))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    param = law_book().regime_on(local_day(now)).find("head.meeting_months")
    next_by = None
    if newest is not None and param is not None and isinstance(param.value, int):
        next_by = add_months(newest.on, param.value)
    lines = []
    for meeting in shown:
        conclusions = list(meeting.conclusions.all())
        lines.append(MeetingLine(meeting, len(conclusions), sum(c.done_on is None for c in conclusions)))
    last = shown[-1] if len(found) > PAGE else None
    return MeetingList(
        lines=tuple(lines),
        next_by=next_by,
        is_late=next_by is not None and next_by < local_day(now),
        param=param,
        after=f"{last.on}.{last.id}" if last is not None else "",
    )


def meeting_for(public_id: UUID, actor: Actor) -> tuple[HeadsMeeting, list[MeetingConclusion]]:
    """Return a meeting of the head's unit with its conclusions; Denied for others."""
    require_head(actor)
    found = HeadsMeeting.objects.select_related("unit").filter(public_id=public_id, unit_id=actor.unit_id).first()
    if found is None:
        raise Denied("meeting of another unit")
    return found, list(found.conclusions.order_by("number"))


def save_meeting(entry: MeetingEntry, *, actor: Actor, now: datetime) -> HeadsMeeting:
    """Return the meeting written down with its conclusions; once for a key.

    Problems: ``meeting.day``, ``meeting.attendees``, ``meeting.matters``, ``meeting.text``, ``meeting.who``,
    ``meeting.due``.
    """
    require_head(actor)
    kept = HeadsMeeting.objects.filter(key=entry.key).first()
    if kept is not None:
        return kept
    rows = [(i, r) for i, r in enumerate(entry.rows[:LINES_MAX]) if any(v.strip() for v in r.values())]
    problems = _problems(entry, rows, now=now)
    if problems or entry.on is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            meeting = HeadsMeeting.objects.create(
                key=entry.key,
                unit_id=actor.unit_id,
                on=entry.on,
                attendees=paragraphs(entry.attendees),
                matters=paragraphs(entry.matters),
                made_by_id=actor.staff_id,
                made_at=now,
            )
            MeetingConclusion.objects.bulk_create(
                MeetingConclusion(
                    meeting=meeting, number=n, text=nfc(r["text"]), who=nfc(r["who"]), due_on=entry.due[i]
                )
                for n, (i, r) in enumerate(rows, start=1)
            )
            audit.record("meeting.written", meeting.public_id, actor=actor, now=now, conclusions=len(rows))
    except IntegrityError:
        return HeadsMeeting.objects.get(key=entry.key)
    return meeting


def conclusion_done(public_id: UUID, *, number: int, actor: Actor, now: datetime) -> None:
    """Write down that a conclusion was done today; one that was done already stays as it is."""
    meeting, _lines = meeting_for(public_id, actor)
    rows = MeetingConclusion.objects.filter(meeting=meeting, number=number, done_on__isnull=True)
    if rows.update(done_on=local_day(now), done_by_id=actor.staff_id):
        audit.record("meeting.done", meeting.public_id, actor=actor, now=now, number=number)


def _problems(entry: MeetingEntry, rows: Sequence[tuple[int, Mapping[str, str]]], *, now: datetime) -> list[Problem]:
    problems = []
    if entry.on is None or entry.on > local_day(now):
        problems.append(Problem("meeting.day", "on"))
    if not 0 < len(entry.attendees.strip()) <= TEXT_MAX:
        problems.append(Problem("meeting.attendees", "attendees", values={"limit": str(TEXT_MAX)}))
    if not 0 < len(entry.matters.strip()) <= TEXT_MAX:
        problems.append(Problem("meeting.matters", "matters", values={"limit": str(TEXT_MAX)}))
    for i, row in rows:
        at = f"row.{i + 1}"
        if not 0 < len(nfc(row["text"])) <= LINE_MAX:
            problems.append(Problem("meeting.text", f"{at}.text", values={"limit": str(LINE_MAX)}))
        if not 0 < len(nfc(row["who"])) <= 120:
            problems.append(Problem("meeting.who", f"{at}.who"))
        if row["due"].strip() and (entry.due[i] is None or (entry.on and entry.due[i] < entry.on)):  # type: ignore[operator]
            problems.append(Problem("meeting.due", f"{at}.due"))
    return problems


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
