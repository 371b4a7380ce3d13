"""Answers conferences: called with their points, who was there, what was laid before them, what was concluded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum

from motcua.core.kernel import Problem, Refused
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.dossiers.documents import Upload
from motcua.services.duties.enclosures import Owner, checked_files, enclose, enclosures_of
from motcua.services.duties.people import require_reader, require_supervising
from motcua.services.entries import Typed
from motcua.services.times import local_day, parse_instant
from motcua.store.directives.models import Conclusion, Conference, ConferencePoint, Connection
from motcua.store.duties.models import Enclosure, EnclosureKind
from motcua.store.ledger.numbers import take_numbers
from motcua.store.organisation.models import Agency

PAGE = 50
AGENCIES_MAX, PEOPLE_MAX, CONCLUSIONS_MAX = 400, 5000, 100


@dataclass(frozen=True, slots=True)
class ConferenceEntry:
    """What was typed to call a conference; ``agencies`` are the points, each expecting ``expected`` people."""

    key: UUID
    title: str
    chair: str
    on: str
    hour: str
    agenda: str
    expected: str
    agencies: Sequence[str]


@dataclass(frozen=True, slots=True)
class ConferencePage:
    """A conference as its page and its minutes show it."""

    conference: Conference
    points: tuple[ConferencePoint, ...]
    files: tuple[Enclosure, ...]
    conclusions: tuple[Conclusion, ...]
    may_run: bool
    expected: int
    present: int
    unnoted: int


def agencies_to_call() -> list[Agency]:
    """Return the agencies of the province, those without one above first, then by level and name."""
    return list(Agency.objects.order_by("-level", "name", "id")[:AGENCIES_MAX])


def call_conference(entry: ConferenceEntry, *, actor: Actor, now: datetime) -> Conference:
    """Return the conference with its points; once for a key. Problems: ``entry.*``, ``conference.when``."""
    require_supervising(actor)
    if (kept := Conference.objects.filter(key=entry.key).first()) is not None:
        return kept
    typed = Typed()
    title, chair = typed.line("title", entry.title), typed.line("chair", entry.chair, limit=120)
    starts_at = parse_instant(entry.on, entry.hour)
    if starts_at is None:
        typed.fault("conference.when", "on")
    agenda = typed.text("agenda", entry.agenda, limit=5000)
    expected = typed.whole("expected", entry.expected, least=1, most=PEOPLE_MAX)
    known = {str(a.id): a for a in agencies_to_call()}
    chosen = typed.some_of("agencies", entry.agencies, known)
    typed.settle()
    if starts_at is None:
        raise AssertionError("refused before")
    try:
        with transaction.atomic():
            year = local_day(starts_at).year
            (number,) = take_numbers(f"conference:{actor.agency_id}:{year}")
            conference = Conference.objects.create(
                key=entry.key,
                agency_id=actor.agency_id,
                number=number,
                year=year,
                title=title,
                chair=chair,
                starts_at=starts_at,
                agenda=agenda,
                staff_id=actor.staff_id,
                made_at=now,
            )
            ConferencePoint.objects.bulk_create(_point(conference, known[c], expected=expected) for c in chosen)
            audit.record("conference.called", conference.public_id, actor=actor, now=now, points=len(chosen))
            return conference
    except IntegrityError:
        return Conference.objects.get(key=entry.key)


def _point(conference: Conference, agency: Agency, *, expected: int) -> ConferencePoint:
    is_host = agency.id == conference.agency_id
    return ConferencePoint(
        conference=conference,
        agency=agency,
        place=agency.address or agency.short_name,
        connection=Connection.HALL if is_host else Connection.VIDEO,
        expected=expected,
    )


def note_points(
    public_id: UUID, typed_points: Mapping[int, Mapping[str, str]], *, actor: Actor, now: datetime
) -> Conference:
    """Return the conference with place, connection and numbers of its points as typed, by the id of the point.

    An empty number present means that it is not noted yet. Problems: ``entry.*``, ``conference.present``.
    """
    typed = Typed()
    with transaction.atomic():
        conference = _locked(public_id, actor)
        points = list(ConferencePoint.objects.filter(conference=conference).order_by("id"))
        for point in points:
            row = typed_points.get(point.id)
            if row is None:
                continue
            at = f"point.{point.id}"
            point.place = typed.line(f"{at}.place", row.get("place", ""))
            point.connection = typed.one_of(f"{at}.connection", row.get("connection", ""), Connection.values)
            point.expected = typed.whole(f"{at}.expected", row.get("expected", ""), least=1, most=PEOPLE_MAX)
            present = row.get("present", "").strip()
            point.present = typed.whole(f"{at}.present", present, least=0, most=PEOPLE_MAX) if present else None
        typed.settle()
        ConferencePoint.objects.bulk_update(points, ["place", "connection", "expected", "present"])
        audit.record("conference.noted", conference.public_id, actor=actor, now=now)
    return conference


def add_documents(
    public_id: UUID, uploads: Sequence[Upload], *, title: str, actor: Actor, now: datetime
) -> Conference:
    """Return the conference with further documents. Problems: ``entry.files_missing``, ``entry.*``, ``scan.*``."""
    typed = Typed()
    name = typed.line_if_any("title", title)
    if not uploads:
        typed.fault("entry.files_missing", "files")
    typed.settle()
    stored = checked_files(uploads)
    with transaction.atomic():
        conference = _locked(public_id, actor)
        enclose(stored, Owner(EnclosureKind.CONFERENCE, conference.public_id, 0, name), actor=actor, now=now)
        audit.record("conference.documented", conference.public_id, actor=actor, now=now, files=len(stored))
    return conference


def add_conclusion(public_id: UUID, *, key: UUID, text: str, actor: Actor, now: datetime) -> Conclusion:
    """Return the conclusion with its number; once for a key. Problems: ``entry.*``, ``conference.not_begun``."""
    typed = Typed()
    clean = typed.text("text", text, limit=3000)
    typed.settle()
    with transaction.atomic():
        conference = _locked(public_id, actor)
        if (kept := Conclusion.objects.filter(key=key).first()) is not None:
            return kept
        if conference.starts_at > now:
            raise Refused([Problem("conference.not_begun", "text")])
        number = Conclusion.objects.filter(conference=conference).count() + 1
        if number > CONCLUSIONS_MAX:
            raise Refused([Problem("entry.many", values={"limit": str(CONCLUSIONS_MAX)})])
        return Conclusion.objects.create(
            key=key, conference=conference, number=number, text=clean, staff_id=actor.staff_id, made_at=now
        )


def conferences_of(actor: Actor, *, after: str = "") -> tuple[Sequence[Conference], str]:
    """Return a page of conferences with the numbers of their points, the latest first, and the next page's key."""
    require_reader(actor)
    rows = (
        Conference.objects.all()
        if answers_for_province(actor)
        else Conference.objects.filter(_takes_part(actor)).distinct()
    )
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    counted = rows.annotate(
        point_count=Count("points"), expected=Sum("points__expected"), present=Sum("points__present")
    )
    page = list(counted.order_by("-id")[: PAGE + 1])
    return page[:PAGE], str(page[PAGE - 1].id) if len(page) > PAGE else ""


def conference_page(public_id: UUID, actor: Actor) -> ConferencePage:
    """Return the conference; Denied unless the actor supervises or his agency takes part."""
    require_reader(actor)
    conference = Conference.objects.select_related("agency__parent").filter(public_id=public_id).first()
    if conference is None:
        raise Denied("no such conference")
    points = list(ConferencePoint.objects.filter(conference=conference).select_related("agency").order_by("id"))
    if not answers_for_province(actor) and actor.agency_id not in {p.agency_id for p in points}:
        raise Denied("conference of others")
    conclusions = Conclusion.objects.filter(conference=conference).prefetch_related("directives").order_by("number")
    return ConferencePage(
        conference=conference,
        points=tuple(points),
        files=tuple(enclosures_of(EnclosureKind.CONFERENCE, [conference.public_id])),
        conclusions=tuple(conclusions),
        may_run=answers_for_province(actor) and actor.agency_id == conference.agency_id,
        expected=sum(p.expected for p in points),
        present=sum(p.present or 0 for p in points),
        unnoted=sum(p.present is None for p in points),
    )


def _takes_part(actor: Actor) -> Q:
    return Q(points__agency_id=actor.agency_id)


def _locked(public_id: UUID, actor: Actor) -> Conference:
    require_supervising(actor)
    conference = Conference.objects.select_for_update().filter(public_id=public_id).first()
    if conference is None or conference.agency_id != actor.agency_id:
        raise Denied("conference of others")
    return conference
