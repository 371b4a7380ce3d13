"""Answers what of a unit's points hangs on no single dossier: offerings, petitions, ratings, online answers, posting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Q

from motcua.core.petitions import PetitionAct, PetitionFact, PetitionState, life_of, terms_of
from motcua.core.scoring import Online, UnitCase
from motcua.services.calendars import calendar_of
from motcua.services.offerings import ON_SPOT_ROLES, running_offering
from motcua.services.scores.collecting import Period, UnitDossiers
from motcua.services.times import local_day
from motcua.store.applications.models import Application, ApplicationState
from motcua.store.lawfiles import law_book
from motcua.store.measures.models import PostingCheck
from motcua.store.offerings.models import Channel, Offering, OnSpotDelegation
from motcua.store.voices.models import Petition, PetitionEvent, Rating, RatingKind

DISLIKED_MAX = 2
"""A rating of this or less, of five, says that somebody was not content."""


@dataclass(frozen=True, slots=True)
class PetitionCount:
    """Petitions of an agency that the period concerns, those in time, and those open past their day."""

    all: int = 0
    received: int = 0
    in_time: int = 0
    dragging: int = 0


@dataclass(frozen=True, slots=True)
class OfferingFigures:
    """An offering as far as it is counted."""

    id: int
    is_online: bool
    has_fee: bool
    is_full: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found around the dossiers, by agency or by unit."""

    offerings: Mapping[int, Sequence[OfferingFigures]]
    petitions: Mapping[int, PetitionCount]
    disliked_answers: Mapping[int, int]
    disliked: Mapping[int, int]
    late_answers: Mapping[int, int]
    delegated: Mapping[int, frozenset[int]]
    posted: Mapping[int, bool] = field(default_factory=dict)


def surroundings_of(units: Sequence[UnitDossiers], period: Period) -> Surroundings:
    """Return what surrounds these units' dossiers; a fixed number of statements."""
    unit_ids, agency_ids = [u.unit.id for u in units], sorted({u.unit.agency_id for u in units})
    ratings = Rating.objects.filter(on__gte=period.from_on, on__lte=period.to_on, score__lte=DISLIKED_MAX)
    of_units = ratings.filter(unit_id__in=unit_ids, kind=RatingKind.DOSSIER)
    of_agencies = ratings.filter(agency_id__in=agency_ids, kind=RatingKind.PETITION)
    return Surroundings(
        offerings=_offerings(agency_ids, period),
        petitions=_petitions(agency_ids, period),
        disliked_answers=dict(of_agencies.values_list("agency_id").annotate(n=Count("id")).order_by()),
        disliked=dict(of_units.values_list("unit_id").annotate(n=Count("id")).order_by()),
        late_answers=_late_answers(unit_ids, period),
        delegated=_delegated(unit_ids, period),
        posted=_posted(unit_ids, period),
    )


def unit_case_of(unit: UnitDossiers, around: Surroundings) -> UnitCase:
    """Return what is known of the unit as a whole, for the nine indicators."""
    agency_id, unit_id = unit.unit.agency_id, unit.unit.id
    offerings = around.offerings.get(agency_id, ())
    through = [d.went_through for d in unit.dossiers if d.went_through is not None]
    own = around.petitions.get(agency_id, PetitionCount())
    received = [d.flags["3.3"] for d in unit.dossiers if "3.3" in d.flags]
    return UnitCase(
        level=unit.unit.agency.level,
        listed=len(offerings) or None,
        whole=sum(o.id in around.delegated.get(unit_id, frozenset()) for o in offerings),
        eligible=len(through) or None,
        through=sum(through),
        is_posted=around.posted.get(unit_id),
        is_electronic=True if offerings else None,
        petitions=own.all,
        petitions_in_time=own.in_time,
        dragging=own.dragging,
        online=Online(
            eligible=len(offerings),
            offered=sum(o.is_online for o in offerings),
            dossiers=len(received),
            online=sum(received),
            overdue=around.late_answers.get(unit_id, 0)
            + sum(d.is_online and d.flags.get("2.1") is False for d in unit.dossiers),
        ),
    )


def index_counts_of(unit: UnitDossiers, around: Surroundings) -> dict[str, tuple[int, int]]:
    """Return (numerator, denominator) of the index's components that hang on no single dossier."""
    agency_id = unit.unit.agency_id
    offerings = around.offerings.get(agency_id, ())
    online = [o for o in offerings if o.is_online]
    used = {d.offering_id for d in unit.dossiers if d.is_online}
    priced = [o for o in offerings if o.has_fee]
    paid = {d.offering_id for d in unit.dossiers if d.is_paid_online}
    own = around.petitions.get(agency_id, PetitionCount())
    late = sum(d.flags.get("2.1") is False for d in unit.dossiers)
    complained = sum(bool(d.case and d.case.complaints) for d in unit.dossiers)
    judged = sum("2.1" in d.flags for d in unit.dossiers)
    unhappy = late + complained + around.disliked.get(unit.unit.id, 0)
    counts = {
        "1.3": (sum(o.is_full for o in offerings), len(offerings)),
        "3.1": (len(online), len(offerings)),
        "3.2": (sum(o.id in used for o in online), len(online)),
        "3.5b": (sum(o.id in paid for o in priced), len(priced)),
        "5.2": (own.in_time, own.all),
        "5.3": (own.received - around.disliked_answers.get(agency_id, 0) - (own.all - own.in_time), own.received),
        "5.4": (judged - unhappy, judged),
    }
    return {key: (max(0, n), d) for key, (n, d) in counts.items() if d}


def online_offerings(unit: UnitDossiers, around: Surroundings) -> frozenset[int]:
    """Return the offerings that are open online: their dossiers are those of component 3.0."""
    return frozenset(o.id for o in around.offerings.get(unit.unit.agency_id, ()) if o.is_online)


def _offerings(agency_ids: Sequence[int], period: Period) -> dict[int, list[OfferingFigures]]:
    rows = Offering.objects.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=period.to_on),
        agency_id__in=agency_ids,
        valid_from_on__lte=period.to_on,
    ).values_list("id", "agency_id", "channels", "fee_vnd", "procedure_version__defects")
    found = defaultdict[int, list[OfferingFigures]](list)
    for offering_id, agency_id, channels, fee_vnd, defects in rows:
        found[agency_id].append(OfferingFigures(offering_id, Channel.ONLINE in channels, fee_vnd > 0, not defects))
    return found


def _petitions(agency_ids: Sequence[int], period: Period) -> dict[int, PetitionCount]:
    rows = dict(
        Petition.objects.exclude(code="")
        .filter(agency_id__in=agency_ids, received_at__lte=period.at)
        .filter(Q(closed_at__isnull=True) | Q(closed_at__gte=period.begins_at))
        .values_list("id", "agency_id")
    )
    events = defaultdict[int, list[PetitionFact]](list)
    for petition_id, act, at in (
        PetitionEvent.objects.filter(petition_id__in=list(rows), at__lte=period.at)
        .order_by("petition_id", "seq")
        .values_list("petition_id", "act", "at")
    ):
        events[petition_id].append(PetitionFact(PetitionAct(act), at))
    counts = defaultdict[int, Counter[str]](Counter)
    for petition_id, facts in events.items():
        counts[rows[petition_id]].update(_petition_marks(facts, rows[petition_id], period))
    return {
        agency_id: PetitionCount(c["all"], c["received"], c["in_time"], c["dragging"])
        for agency_id, c in counts.items()
    }


def _petition_marks(facts: Sequence[PetitionFact], agency_id: int, period: Period) -> list[str]:
    """Return what one petition counts as, at the period's end; nothing when it was answered before the period."""
    life = life_of(facts)
    done_at = life.answered_at or life.closed_at
    if done_at is not None and done_at < period.begins_at:
        return []
    regime = law_book().regime_on(local_day(life.received_at))
    due = terms_of(life, regime=regime, calendar=calendar_of(agency_id)).answer_by
    marks = ["all"] + (["received"] if life.received_at >= period.begins_at else [])
    if done_at is not None:
        return marks + (["in_time"] if done_at <= due or life.last is PetitionAct.WITHDRAWN else [])
    if life.state is PetitionState.WAITING or due >= period.at:
        return [*marks, "in_time"]
    return [*marks, "dragging"]


def _late_answers(unit_ids: Sequence[int], period: Period) -> dict[int, int]:
    """Return applications whose first answer was owed in the period and came late, or has not come."""
    rows = Application.objects.filter(
        Q(first_answered_at__isnull=True) | Q(first_answered_at__gt=F("due_at")),
        reception_unit_id__in=unit_ids,
        due_at__gte=period.begins_at,
        due_at__lt=period.at,
    ).exclude(state__in=(ApplicationState.DRAFT, ApplicationState.WITHDRAWN))
    return dict(rows.values_list("reception_unit_id").annotate(n=Count("id")).order_by())


def _delegated(unit_ids: Sequence[int], period: Period) -> dict[int, frozenset[int]]:
    """Return the offerings that each unit does from beginning to end: every kind of work in them is delegated to it."""
    rows = OnSpotDelegation.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=period.to_on), unit_id__in=unit_ids, from_on__lte=period.to_on
    ).values_list("unit_id", "offering_id", "kinds")
    found = defaultdict[int, set[int]](set)
    for unit_id, offering_id, kinds in rows:
        needed = {s.kind for s in running_offering(offering_id).net.steps} & set(ON_SPOT_ROLES)
        if needed <= set(kinds):
            found[unit_id].add(offering_id)
    return {unit_id: frozenset(ids) for unit_id, ids in found.items()}


def _posted(unit_ids: Sequence[int], period: Period) -> dict[int, bool]:
    rows = PostingCheck.objects.filter(unit_id__in=unit_ids, on__lte=period.to_on).order_by("on", "id")
    return dict(rows.values_list("unit_id", "is_posted"))
