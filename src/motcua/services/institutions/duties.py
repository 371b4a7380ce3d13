"""Answers which promulgations and publications are owed, by when, and how far each is.

Nothing of it is stored: terms come from the dates of texts and decisions by the law of that day.
Source: Decree 63/2010/NĐ-CP, arts. 15-17.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Min, Q

from motcua.core.calendar import CalendarHorizonError
from motcua.core.catalogue.promulgation import (
    Change,
    DutyState,
    IssuerLevel,
    Norm,
    Place,
    duty_state,
    promulgation_due_on,
    publication_due_on,
)
from motcua.services.actors import Actor, Denied, answers_for_province, require
from motcua.services.times import local_day
from motcua.store.institutions.models import (
    LegalText,
    PromulgationDecision,
    PromulgationItem,
    Publication,
)
from motcua.store.lawfiles import law_book
from motcua.store.offerings.models import Offering
from motcua.store.offerings.selectors import current_offerings
from motcua.store.organisation.models import AgencyLevel, Unit, UnitKind
from motcua.store.organisation.roles import Role

WRITERS = (Role.PROCEDURE_OFFICER,)
READERS = (
    *(Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR, Role.PROVINCE_LEADER),
    *(Role.AGENCY_LEADER, Role.CENTRE_MANAGER),
)
PAGE = 30
POSTING_KINDS = tuple(kind for kind in UnitKind.one_stop() if kind != UnitKind.POST_OFFICE)
"""A post office receives for a centre; what it must show is settled with the centre."""
_WATCHED = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something owed until a day. ``due_on`` is ``None`` where the calendar does not reach that far."""

    due_on: date | None
    done_on: date | None
    state: DutyState


@dataclass(frozen=True, slots=True)
class TextLine:
    """A legal text with the promulgation that it asks for."""

    text: LegalText
    duty: Duty


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place where a decision has to be public; ``unit`` is ``None`` for the national database."""

    place: Place
    unit: Unit | None
    duty: Duty
    publication: Publication | None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision with how many of the places it has to be public at are done, open and overdue."""

    decision: PromulgationDecision
    items: int
    places: tuple[PlaceLine, ...]

    @property
    def units(self) -> tuple[PlaceLine, ...]:
        """The one-stop units among the places."""
        return tuple(p for p in self.places if p.unit is not None)

    @property
    def units_done(self) -> int:
        return sum(p.duty.state in (DutyState.DONE, DutyState.DONE_LATE) for p in self.units)

    @property
    def units_overdue(self) -> int:
        return sum(p.duty.state is DutyState.OVERDUE for p in self.units)


@dataclass(frozen=True, slots=True)
class ItemLine:
    """What a decision does with a procedure, and whether what offices offer follows it."""

    item: PromulgationItem
    offices: int
    is_followed: bool


def legal_texts(actor: Actor, *, after: str, now: datetime) -> tuple[list[TextLine], str]:
    """Return the legal texts, those that take effect last first, with what each asks for; and the next page's key."""
    require(actor, *READERS)
    rows = LegalText.objects.select_related("agency").annotate(promulgated_on=Min("decisions__decided_on"))
    rows = rows.order_by("-effective_on", "-id")
    if key := _key(after):
        rows = rows.filter(Q(effective_on__lt=key[0]) | Q(effective_on=key[0], id__lt=key[1]))
    page = list(rows[: PAGE + 1])
    today = local_day(now)
    lines = [TextLine(t, _text_duty(t, t.promulgated_on, today)) for t in page[:PAGE]]
    return lines, _next([(t.effective_on, t.id) for t in page])


def open_texts(actor: Actor, *, now: datetime) -> list[TextLine]:
    """Return the texts of which nothing is promulgated yet, the one due first at the top."""
    require(actor, *READERS)
    today = local_day(now)
    rows = LegalText.objects.select_related("agency").filter(decisions__isnull=True).order_by("effective_on", "id")
    lines = [TextLine(t, _text_duty(t, None, today)) for t in rows[:PAGE]]
    return sorted(lines, key=lambda line: (line.duty.due_on or date.max, line.text.id))


def decision_lines(actor: Actor, *, after: str, now: datetime) -> tuple[list[DecisionLine], str]:
    """Return decisions, the newest first, with where each is public and where not yet; and the next page's key.

    A centre manager and a head of agency see the places of their own office, and the national database.
    """
    require(actor, *READERS)
    rows = PromulgationDecision.objects.select_related("text").order_by("-decided_on", "-id")
    if key := _key(after):
        rows = rows.filter(Q(decided_on__lt=key[0]) | Q(decided_on=key[0], id__lt=key[1]))
    page = list(rows[: PAGE + 1])
    return _lines(page[:PAGE], actor=actor, on=local_day(now)), _next([(d.decided_on, d.id) for d in page])


def decision_for(public_id: UUID, actor: Actor, *, now: datetime) -> tuple[DecisionLine, list[ItemLine]]:
    """Return a decision with its places and its procedures. Denied when there is none."""
    require(actor, *READERS)
    found = PromulgationDecision.objects.select_related("text").filter(public_id=public_id).first()
    if found is None:
        raise Denied("no such decision")
    today = local_day(now)
    items = list(found.items.select_related("procedure").order_by("place"))
    offices: dict[int, int] = defaultdict(int)
    ids = [i.procedure_id for i in items if i.procedure_id is not None]
    current = current_offerings(today).filter(procedure_version__procedure_id__in=ids)
    for procedure_id, _agency in current.values_list("procedure_version__procedure_id", "agency_id").distinct():
        offices[procedure_id] += 1
    lines = []
    for item in items:
        count = offices[item.procedure_id] if item.procedure_id is not None else 0
        is_gone = item.change in (Change.ABOLISHED, Change.REPLACED)
        lines.append(ItemLine(item, count, (count == 0) if is_gone else count > 0))
    return _lines([found], actor=actor, on=today)[0], lines


def owed_by(actor: Actor, *, now: datetime) -> tuple[int, int]:
    """Return how many publications the actor's office still owes, and how many of these are overdue.

    Of the decisions of the last 400 days; for who answers for the province the national database and its
    promulgations as well.
    """
    if not actor.has(*READERS):
        return 0, 0
    today = local_day(now)
    recent = list(
        PromulgationDecision.objects.filter(decided_on__gte=today - _WATCHED).order_by("-decided_on", "-id")[:PAGE]
    )
    lines, is_all = _lines(recent, actor=actor, on=today), sees_all(actor)
    states = [p.duty.state for line in lines for p in (line.places if is_all else line.units)]
    if is_all:
        states += [line.duty.state for line in open_texts(actor, now=now)]
    left = [s for s in states if s not in (DutyState.DONE, DutyState.DONE_LATE)]
    return len(left), sum(s is DutyState.OVERDUE for s in left)


def may_write(actor: Actor) -> bool:
    """Return whether the actor enters decisions, lists and samples: the office of procedures of the province."""
    return actor.has(*WRITERS) and answers_for_province(actor)


def require_writer(actor: Actor) -> None:
    if not may_write(actor):
        raise Denied("the office of procedures of the province")


def may_publish_at(actor: Actor, unit: Unit | None) -> bool:
    """Return whether the actor may say that a decision is public at a place."""
    if may_write(actor):
        return True
    return unit is not None and actor.has(Role.CENTRE_MANAGER) and actor.unit_id == unit.id


def norm_of(text: LegalText) -> Norm:
    return Norm(IssuerLevel(text.level), text.issued_on, text.effective_on, text.is_shortened)


def units_to_post(decisions: Sequence[PromulgationDecision]) -> dict[int, list[Unit]]:
    """Return for each decision the one-stop units where it is to be posted: those whose agencies offer its procedures.

    A provincial service centre posts what any agency of the province offers. What was offered when it was decided
    counts too, so that an abolished procedure is taken down. Three statements for any number of decisions.
    """
    procedures: dict[int, set[int]] = defaultdict(set)
    pairs = PromulgationItem.objects.filter(decision__in=decisions, procedure__isnull=False)
    for decision_id, procedure_id in pairs.values_list("decision_id", "procedure_id"):
        procedures[decision_id].add(procedure_id)
    wanted = set().union(*procedures.values()) if procedures else set()
    offers: dict[int, list[tuple[int, str, date, date | None]]] = defaultdict(list)
    rows = Offering.objects.filter(procedure_version__procedure_id__in=wanted)
    fields = ("procedure_version__procedure_id", "agency_id", "agency__level", "valid_from_on", "valid_to_on")
    for procedure_id, *offer in rows.values_list(*fields).distinct():
        offers[procedure_id].append(tuple(offer))
    units = list(Unit.objects.filter(kind__in=POSTING_KINDS).select_related("agency").order_by("name", "id"))
    found: dict[int, list[Unit]] = {}
    for decision in decisions:
        agencies, has_province = set[int](), False
        for procedure_id in procedures[decision.id]:
            for agency_id, level, _from_on, to_on in offers[procedure_id]:
                if to_on is None or to_on >= decision.decided_on:
                    agencies.add(agency_id)
                    has_province |= level == AgencyLevel.PROVINCE
        found[decision.id] = [u for u in units if u.agency_id in agencies or (has_province and _is_provincial(u))]
    return found


def _lines(decisions: Sequence[PromulgationDecision], *, actor: Actor, on: date) -> list[DecisionLine]:
    published: dict[tuple[int, int | None], Publication] = {}
    for publication in Publication.objects.filter(decision__in=decisions):
        published[publication.decision_id, publication.unit_id] = publication
    counts: dict[int, int] = defaultdict(int)
    for (decision_id,) in PromulgationItem.objects.filter(decision__in=decisions).values_list("decision_id"):
        counts[decision_id] += 1
    units = units_to_post(decisions)
    lines = []
    for decision in decisions:
        own = [u for u in units[decision.id] if sees_all(actor) or u.agency_id == actor.agency_id]
        places = [(Place.NATIONAL_DATABASE, None), *((Place.UNIT, unit) for unit in own)]
        made = [_place(decision, p, u, published.get((decision.id, u.id if u else None)), on) for p, u in places]
        lines.append(DecisionLine(decision, counts[decision.id], tuple(made)))
    return lines


def _place(
    decision: PromulgationDecision, place: Place, unit: Unit | None, publication: Publication | None, on: date
) -> PlaceLine:
    try:
        due_on: date | None = publication_due_on(
            decision.decided_on,
            level=IssuerLevel(decision.level),
            place=place,
            regime=law_book().regime_on(decision.decided_on),
            calendar=law_book().calendar(),
        )
    except CalendarHorizonError:
        due_on = None
    return PlaceLine(place, unit, _duty(due_on, publication.done_on if publication else None, on), publication)


def _text_duty(text: LegalText, done_on: date | None, on: date) -> Duty:
    try:
        due_on: date | None = promulgation_due_on(
            norm_of(text), regime=law_book().regime_on(text.issued_on), calendar=law_book().calendar()
        )
    except CalendarHorizonError:
        due_on = None
    return _duty(due_on, done_on, on)


def _duty(due_on: date | None, done_on: date | None, on: date) -> Duty:
    if due_on is None:
        return Duty(None, done_on, DutyState.DONE if done_on else DutyState.OPEN)
    return Duty(due_on, done_on, duty_state(due_on, done_on=done_on, on=on))


def sees_all(actor: Actor) -> bool:
    """Return whether the actor sees what all offices owe and offer, not the own one's only."""
    return answers_for_province(actor) or actor.has(Role.ADMINISTRATOR)


def _is_provincial(unit: Unit) -> bool:
    return unit.agency.level == AgencyLevel.PROVINCE and unit.kind == UnitKind.SERVICE_CENTRE


def _key(text: str) -> tuple[date, int] | None:
    day, _sep, number = text.partition("_")
    try:
        return date.fromisoformat(day), int(number[:18])
    except ValueError:
        return None


def _next(keys: Iterable[tuple[date, int]]) -> str:
    found = list(keys)
    return f"{found[PAGE - 1][0].isoformat()}_{found[PAGE - 1][1]}" if len(found) > PAGE else ""
