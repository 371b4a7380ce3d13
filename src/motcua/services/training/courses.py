"""Answers courses with their sessions and lists, who passed, certificates until when, and which units lack them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from motcua.core.kernel import Problem, Refused
from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.duties.people import own, require_reader, require_supervising
from motcua.services.entries import Typed
from motcua.services.times import local_day
from motcua.store.lawfiles import law_book
from motcua.store.ledger.numbers import take_numbers
from motcua.store.organisation.models import Appointment, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import staff_of_unit
from motcua.store.training.models import Attendance, Certificate, Course, Session

PAGE, MONTHS_MAX, LIST_MAX = 50, 120, 500
_FUTURE = timedelta(days=366)
ONE_STOP_ROLES = (Role.COUNTER_OFFICER, Role.CENTRE_MANAGER)


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """What was typed of a course; ``valid_months`` 0 or empty: no certificate is given."""

    key: UUID
    subject: str
    audience: str
    teacher: str
    has_test: str
    valid_months: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session with its list."""

    session: Session
    attendances: tuple[Attendance, ...]
    has_certificates: bool


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course as its page shows it."""

    course: Course
    sessions: tuple[SessionLine, ...]
    certificates: tuple[Certificate, ...]
    may_run: bool
    today: date


@dataclass(frozen=True, slots=True)
class UnitCover:
    """How many of a one-stop unit's officers hold a certificate that is valid today."""

    unit: Unit
    officers: int
    certified: int


def open_course(entry: CourseEntry, *, actor: Actor, now: datetime) -> Course:
    """Return the course; once for a key. Problems: ``entry.*``."""
    require_supervising(actor)
    typed = Typed()
    subject, audience = typed.line("subject", entry.subject), typed.line("audience", entry.audience)
    teacher = typed.line("teacher", entry.teacher)
    months = typed.whole("valid_months", entry.valid_months or "0", least=0, most=MONTHS_MAX)
    typed.settle()
    with transaction.atomic():
        course, is_new = Course.objects.get_or_create(
            key=entry.key,
            defaults={
                "agency_id": actor.agency_id,
                "subject": subject,
                "audience": audience,
                "teacher": teacher,
                "has_test": entry.has_test == "1",
                "valid_months": months,
                "staff_id": actor.staff_id,
                "made_at": now,
            },
        )
        if is_new:
            audit.record("course.opened", course.public_id, actor=actor, now=now)
    return course


def add_session(public_id: UUID, *, key: UUID, on: str, place: str, actor: Actor, now: datetime) -> Session:
    """Return the session; once for a key. Problems: ``entry.*``, ``course.twice``."""
    course = _course(public_id, actor)
    typed, today = Typed(), local_day(now)
    day = typed.day("on", on, first=today - _FUTURE, last=today + _FUTURE)
    where = typed.line("place", place)
    typed.settle()
    if (kept := Session.objects.filter(key=key).first()) is not None:
        return kept
    try:
        with transaction.atomic():
            return Session.objects.create(key=key, course=course, on=day, place=where)
    except IntegrityError:
        if (kept := Session.objects.filter(key=key).first()) is not None:
            return kept
        raise Refused([Problem("course.twice", "on")]) from None


def add_people(public_id: UUID, session_id: int, unit_id: int, *, actor: Actor, now: datetime) -> int:
    """Put everybody who holds a post in the unit on the session's list; return how many are new on it.

    Problems: ``course.unit``, ``entry.many``.
    """
    session = _session(public_id, session_id, actor)
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        raise Refused([Problem("course.unit", "unit")])
    with transaction.atomic():
        Session.objects.select_for_update().get(id=session.id)
        listed = set(Attendance.objects.filter(session=session).values_list("staff_id", flat=True))
        people = [s for s in staff_of_unit(unit.id, on=session.on) if s.id not in listed]
        if len(listed) + len(people) > LIST_MAX:
            raise Refused([Problem("entry.many", "unit", values={"limit": str(LIST_MAX)})])
        Attendance.objects.bulk_create(Attendance(session=session, staff=s, unit=unit) for s in people)
        audit.record("course.listed", public_id, actor=actor, now=now, people=len(people))
    return len(people)


def note_attendance(
    public_id: UUID, session_id: int, noted: Mapping[int, tuple[bool, bool]], *, actor: Actor, now: datetime
) -> int:
    """Note who was there and who passed, by the id of the line; return how many were there.

    Problems: ``course.early`` (the day has not come), ``course.passed_absent``, ``course.certified`` (a list that
    certificates were given by stays as it is).
    """
    session = _session(public_id, session_id, actor)
    if session.on > local_day(now):
        raise Refused([Problem("course.early")])
    with transaction.atomic():
        Session.objects.select_for_update().get(id=session.id)
        if Certificate.objects.filter(session=session).exists():
            raise Refused([Problem("course.certified")])
        rows = list(Attendance.objects.filter(session=session))
        absent = [r for r in rows if noted.get(r.id) == (False, True)]
        if absent:
            raise Refused([Problem("course.passed_absent", f"passed.{absent[0].id}")])
        for row in rows:
            is_present, has_passed = noted.get(row.id, (False, False))
            row.is_present = is_present
            row.has_passed = has_passed if session.course.has_test else None
        Attendance.objects.bulk_update(rows, ["is_present", "has_passed"])
        audit.record("course.noted", public_id, actor=actor, now=now, session=session.id)
    return sum(bool(r.is_present) for r in rows)


def give_certificates(public_id: UUID, session_id: int, *, actor: Actor, now: datetime) -> int:
    """Give certificates to all of the session who were there and, where there is a test, passed; return how many.

    Problems: ``course.no_certificates``, ``course.not_noted``, ``course.certified``.
    """
    session = _session(public_id, session_id, actor)
    if not session.course.valid_months:
        raise Refused([Problem("course.no_certificates")])
    on = local_day(now)
    with transaction.atomic():
        Session.objects.select_for_update().get(id=session.id)
        if Certificate.objects.filter(session=session).exists():
            raise Refused([Problem("course.certified")])
        rows = Attendance.objects.filter(session=session, is_present=True)
        if session.course.has_test:
            rows = rows.filter(has_passed=True)
        earned = list(rows.order_by("id"))
        if not earned:
            raise Refused([Problem("course.not_noted")])
        numbers = [take_numbers(f"certificate:{on.year}")[0] for _row in earned]
        Certificate.objects.bulk_create(
            Certificate(
                course=session.course,
                session=session,
                staff_id=row.staff_id,
                unit_id=row.unit_id,
                number=number,
                year=on.year,
                issued_on=on,
                expires_on=months_after(on, session.course.valid_months),
            )
            for row, number in zip(earned, numbers, strict=True)
        )
        audit.record("course.certified", public_id, actor=actor, now=now, count=len(earned))
    return len(earned)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; where the month has none, its last day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def courses_of(actor: Actor, *, after: str = "") -> tuple[list[Course], str]:
    """Return a page of courses with how many sat in them and were certified, the newest first; and the next page."""
    require_reader(actor)
    rows = Course.objects.all()
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    ids = list(rows.order_by("-id").values_list("id", flat=True)[: PAGE + 1])
    there = Count("sessions__attendances", filter=Q(sessions__attendances__is_present=True), distinct=True)
    counted = Course.objects.filter(id__in=ids[:PAGE]).annotate(
        session_count=Count("sessions", distinct=True),
        present=there,
        certified=Count("certificates", distinct=True),
    )
    return list(counted.order_by("-id")), str(ids[PAGE - 1]) if len(ids) > PAGE else ""


def course_page(public_id: UUID, actor: Actor, *, now: datetime) -> CoursePage:
    """Return the course; whoever does not supervise sees the people of his own agency alone."""
    require_reader(actor)
    course = Course.objects.select_related("agency__parent").filter(public_id=public_id).first()
    if course is None:
        raise Denied("no such course")
    is_shown = own(actor, agency="unit__agency_id", unit="unit_id")
    sessions = list(Session.objects.filter(course=course).order_by("on", "id"))
    people = list(
        Attendance.objects.filter(is_shown, session__in=sessions)
        .select_related("staff", "unit")
        .order_by("unit__name", "staff__name_folded", "id")
    )
    certificates = list(
        Certificate.objects.filter(is_shown, course=course)
        .select_related("staff", "unit", "session")
        .order_by("year", "number")
    )
    certified = set(Certificate.objects.filter(course=course).values_list("session_id", flat=True))
    return CoursePage(
        course=course,
        sessions=tuple(
            SessionLine(s, tuple(p for p in people if p.session_id == s.id), s.id in certified) for s in sessions
        ),
        certificates=tuple(certificates),
        may_run=answers_for_province(actor) and course.agency_id == actor.agency_id,
        today=local_day(now),
    )


def expiring(actor: Actor, *, on: date) -> tuple[list[Certificate], int]:
    """Return the certificates that end within the days of ``supervision.expiring_days`` and have no successor; and the days.

    The earliest first, at most a page of them: who is trained leaves the list, and the next come up.
    """
    require_reader(actor)
    days = law_book().regime_on(on).number("supervision.expiring_days")
    rows = Certificate.objects.filter(
        own(actor, agency="unit__agency_id", unit="unit_id"),
        expires_on__gte=on,
        expires_on__lte=on + timedelta(days=days),
    )
    found = list(rows.select_related("staff", "unit", "course").order_by("expires_on", "id")[:LIST_MAX])
    newer = Certificate.objects.filter(
        staff_id__in=[c.staff_id for c in found], expires_on__gt=on + timedelta(days=days)
    )
    renewed = set(newer.values_list("staff_id", "course_id"))
    return [c for c in found if (c.staff_id, c.course_id) not in renewed][:PAGE], days


def covers(actor: Actor, *, on: date) -> tuple[list[UnitCover], int]:
    """Return the one-stop units in which somebody has no valid certificate, those that lack most first: a page of
    them, and how many more there are.
    """
    require_reader(actor)
    scope = own(actor, agency="post__unit__agency_id", unit="post__unit_id")
    held = Appointment.objects.filter(
        scope,
        Q(to_on__isnull=True) | Q(to_on__gte=on),
        from_on__lte=on,
        post__unit__kind__in=UnitKind.one_stop(),
        post__roles__overlap=[r.value for r in ONE_STOP_ROLES],
        staff__is_active=True,
    )
    pairs = set(held.values_list("post__unit_id", "staff_id"))
    valid = set(Certificate.objects.filter(issued_on__lte=on, expires_on__gte=on).values_list("staff_id", flat=True))
    units = Unit.objects.filter(id__in={unit for unit, _staff in pairs}).select_related("agency").in_bulk()
    counted: dict[int, list[bool]] = {}
    for unit, staff in pairs:
        counted.setdefault(unit, []).append(staff in valid)
    found = [UnitCover(units[u], len(marks), sum(marks)) for u, marks in counted.items() if not all(marks)]
    found.sort(key=lambda c: (c.certified - c.officers, c.unit.name))
    return found[:PAGE], max(0, len(found) - PAGE)


def units_to_train() -> Sequence[Unit]:
    return list(Unit.objects.filter(kind__in=UnitKind.one_stop()).order_by("name", "id")[:LIST_MAX])


def _course(public_id: UUID, actor: Actor) -> Course:
    require_supervising(actor)
    course = Course.objects.filter(public_id=public_id, agency_id=actor.agency_id).first()
    if course is None:
        raise Denied("course of others")
    return course


def _session(public_id: UUID, session_id: int, actor: Actor) -> Session:
    course = _course(public_id, actor)
    session = Session.objects.select_related("course").filter(id=session_id, course=course).first()
    if session is None:
        raise Denied("session of another course")
    return session
