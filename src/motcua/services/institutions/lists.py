"""Answers what one-stop units receive by decided list, how what is offered differs, and the list to post on the wall.

Source: Circular 01/2018/TT-VPCP, art. 5 (what a one-stop unit publishes).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from motcua.core.calendar import Term, TermError, parse_term
from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.institutions.duties import READERS, require_writer, sees_all
from motcua.services.institutions.recording import (
    CODE_MAX,
    FIRST_ON,
    NAME_MAX,
    NUMBER_MAX,
    known_procedures,
    national_code,
)
from motcua.services.times import local_day
from motcua.store.institutions.models import OneStopList, OneStopListItem
from motcua.store.offerings.models import Offering, OnSpotDelegation
from motcua.store.offerings.selectors import current_offerings
from motcua.store.organisation.models import Agency, AgencyLevel, Appointment, Unit, UnitKind
from motcua.store.organisation.roles import Role

LINES_MAX, REASON_MAX = 3_000, 300
POSTERS = (*READERS, Role.COUNTER_OFFICER)


@dataclass(frozen=True, slots=True)
class ListEntry:
    """What was typed of a list; ``lines`` is a procedure a line: its code, or ``code; reason`` when not received."""

    key: UUID
    level: str
    decision_no: str
    decided_on: str
    from_on: str
    lines: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A procedure that a list and the offices of its level treat differently."""

    code: str
    name: str
    is_listed: bool
    offices: int


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A procedure on the posted list: what a citizen asks first."""

    code: str
    name: str
    term: Term | None
    fee_vnd: int
    channels: tuple[str, ...]
    is_on_spot: bool


@dataclass(frozen=True, slots=True)
class PostedList:
    """What a one-stop unit posts: its procedures by sector, who heads it, whom to call."""

    unit: Unit
    on: date
    sectors: tuple[tuple[str, tuple[PostedLine, ...]], ...]
    head: str
    officers: tuple[str, ...]

    @property
    def count(self) -> int:
        return sum(len(lines) for _sector, lines in self.sectors)


def lists_of_levels(actor: Actor, *, now: datetime) -> list[tuple[str, list[OneStopList]]]:
    """Return the lists of each level, the newest first, at most the last twelve of each."""
    require(actor, *READERS)
    return [
        (level, list(OneStopList.objects.filter(level=level).order_by("-from_on", "-id")[:12]))
        for level in AgencyLevel.values
    ]


def list_for(public_id: UUID, actor: Actor) -> tuple[OneStopList, list[OneStopListItem]]:
    """Return a list with its procedures. Denied when there is none."""
    require(actor, *READERS)
    found = OneStopList.objects.filter(public_id=public_id).first()
    if found is None:
        raise Denied("no such list")
    return found, list(found.items.order_by("place"))


def record_list(entry: ListEntry, *, actor: Actor, now: datetime) -> OneStopList:
    """Return the list as recorded; once for a key.

    Problems: ``institutions.number``, ``institutions.list_level``, ``institutions.day``, ``institutions.from``,
    ``institutions.no_lines``, ``institutions.many_lines``, ``institutions.line``, ``institutions.twice``.
    """
    require_writer(actor)
    if kept := OneStopList.objects.filter(key=entry.key).first():
        return kept
    problems = list[Problem]()
    if not 0 < len(entry.decision_no.strip()) <= NUMBER_MAX:
        problems.append(Problem("institutions.number", "decision_no", values={"limit": str(NUMBER_MAX)}))
    if entry.level not in AgencyLevel.values:
        problems.append(Problem("institutions.list_level", "level"))
    decided_on, from_on = parse_day(entry.decided_on), parse_day(entry.from_on)
    for field, day in (("decided_on", decided_on), ("from_on", from_on)):
        problems += [Problem("institutions.day", field)] if day is None or day < FIRST_ON else []
    if decided_on and from_on and from_on < decided_on:
        problems.append(Problem("institutions.from", "from_on"))
    items, wrong = read_lines(entry.lines)
    problems += wrong
    if problems or decided_on is None or from_on is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            made = OneStopList.objects.create(
                key=entry.key,
                level=entry.level,
                decision_no=nfc(entry.decision_no).strip(),
                decided_on=decided_on,
                from_on=from_on,
                staff_id=actor.staff_id,
                made_at=now,
            )
            for item in items:
                item.list = made
            OneStopListItem.objects.bulk_create(items, batch_size=500)
            audit.record("one_stop_list.recorded", made.public_id, actor=actor, now=now, procedures=len(items))
            return made
    except IntegrityError as error:
        kept = OneStopList.objects.filter(key=entry.key).first()
        if kept is None:
            raise Refused([Problem("institutions.twice", "decision_no")]) from error
        return kept


def read_lines(text: str) -> tuple[list[OneStopListItem], list[Problem]]:
    """Return the procedures of a list, one a line; a reason after a semicolon says why it is not received."""
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        return [], [Problem("institutions.no_lines", "lines")]
    if len(lines) > LINES_MAX:
        return [], [Problem("institutions.many_lines", "lines", values={"limit": str(LINES_MAX)})]
    known = known_procedures([line.partition(";")[0] for _n, line in lines])
    items, problems, seen = list[OneStopListItem](), list[Problem](), set[str]()
    for number, line in lines:
        typed, _sep, reason = line.partition(";")
        code, reason = national_code(typed), nfc(reason).strip()
        procedure = known.get(code)
        if procedure is None or code in seen or len(code) > CODE_MAX or len(reason) > REASON_MAX:
            problems.append(Problem("institutions.line", "lines", values={"row": str(number), "text": line[:60]}))
            continue
        seen.add(code)
        name = procedure.current_version.name[:NAME_MAX] if procedure.current_version else code
        items.append(
            OneStopListItem(
                place=len(items) + 1, code=code, name=name, is_received=not reason, reason=reason, procedure=procedure
            )
        )
    return items, problems


def differences(found: OneStopList, items: Sequence[OneStopListItem], *, now: datetime) -> list[Difference]:
    """Return where the offices of the list's level do something else than the list says; by code.

    Listed as received and offered by no office, or offered by some and not listed as received.
    """
    offered: dict[str, tuple[str, set[int]]] = {}
    rows = current_offerings(local_day(now)).filter(agency__level=found.level)
    fields = ("procedure_version__procedure__code", "procedure_version__name", "agency_id")
    for code, name, agency_id in rows.values_list(*fields).distinct():
        offered.setdefault(code, (name, set()))[1].add(agency_id)
    listed = {i.code: i.name for i in items if i.is_received}
    missing = [Difference(code, name, True, 0) for code, name in listed.items() if code not in offered]
    extra = [Difference(code, name, False, len(who)) for code, (name, who) in offered.items() if code not in listed]
    return sorted([*missing, *extra], key=lambda d: (not d.is_listed, d.code))


def posted_units(actor: Actor) -> list[Unit]:
    """Return the one-stop units whose list the actor may print: the own one, or all for who answers for all."""
    require(actor, *POSTERS)
    units = Unit.objects.filter(kind__in=UnitKind.one_stop()).select_related("agency").order_by("name", "id")
    if sees_all(actor):
        return list(units)
    return list(units.filter(Q(id=actor.unit_id) if actor.is_at_one_stop else Q(agency_id=actor.agency_id)))


def posted_list(unit_id: int, actor: Actor, *, now: datetime) -> PostedList:
    """Return what the unit posts today: what its agency, or for a provincial centre the province, offers.

    Denied for a unit that is not the actor's. Four statements for any number of procedures.
    """
    unit = next((u for u in posted_units(actor) if u.id == unit_id), None)
    if unit is None:
        raise Denied("list of another unit")
    today = local_day(now)
    reach = Q(agency_id=unit.agency_id)
    if unit.agency.level == AgencyLevel.PROVINCE and unit.kind == UnitKind.SERVICE_CENTRE:
        reach |= Q(agency__level=AgencyLevel.PROVINCE)
    offerings = list(
        current_offerings(today)
        .filter(reach)
        .select_related("procedure_version__procedure")
        .defer("procedure_version__content", "procedure_version__defects")
    )
    on_spot = _on_spot(unit, today)
    by_procedure: dict[str, Offering] = {}
    for offering in sorted(offerings, key=lambda o: (o.procedure_version.number, o.id)):
        by_procedure[offering.procedure_version.procedure.code] = offering
    ordered = sorted(by_procedure.items(), key=lambda pair: (pair[1].procedure_version.sector, pair[0]))
    sectors = [
        (sector, tuple(_posted(code, offering, on_spot) for code, offering in group))
        for sector, group in groupby(ordered, key=lambda pair: pair[1].procedure_version.sector)
    ]
    head, officers = _people(unit, today)
    return PostedList(unit, today, tuple(sectors), head, officers)


def _posted(code: str, offering: Offering, on_spot: Collection[int]) -> PostedLine:
    return PostedLine(
        code=code,
        name=offering.procedure_version.name,
        term=_term(offering.term_text),
        fee_vnd=offering.fee_vnd,
        channels=tuple(sorted(offering.channels)),
        is_on_spot=offering.id in on_spot,
    )


def _term(text: str) -> Term | None:
    try:
        return parse_term(text)
    except TermError:
        return None


def _on_spot(unit: Unit, on: date) -> set[int]:
    rows = OnSpotDelegation.objects.filter(unit=unit, from_on__lte=on).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on)
    )
    return set(rows.values_list("offering_id", flat=True))


def _people(unit: Unit, on: date) -> tuple[str, tuple[str, ...]]:
    rows = Appointment.objects.filter(post__unit=unit, from_on__lte=on, staff__is_active=True)
    rows = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).select_related("staff", "post").order_by("id")
    heads = [a for a in rows if Role.CENTRE_MANAGER in a.post.roles]
    others = [a for a in rows if Role.CENTRE_MANAGER not in a.post.roles]
    return (
        ", ".join(_with_phone(a) for a in heads),
        tuple(_with_phone(a) for a in others),
    )


def _with_phone(appointment: Appointment) -> str:
    staff = appointment.staff
    return f"{staff.full_name} ({staff.phone})" if staff.phone else staff.full_name


def agencies() -> list[Agency]:
    """Return the agencies that may prepare a promulgation decision: those of province and ministry."""
    wanted = (AgencyLevel.PROVINCE, AgencyLevel.MINISTRY)
    return list(Agency.objects.filter(level__in=wanted).order_by("name", "id"))
