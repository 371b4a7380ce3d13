"""Answers what the applicant himself sees of a dossier and does in it, from home: supply, withdraw, stop.

An act of the applicant is recorded at the unit that received, by staff 0: no officer did it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q, QuerySet

from motcua.core.clock import Explained
from motcua.core.dossier import Fact, FactKind, NationalState, effective
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor
from motcua.services.applications.answering import document_from
from motcua.services.applications.drafts import DRAFT_DAYS, tell
from motcua.services.applications.forms import form_in_force
from motcua.services.applications.sending import receipt_of
from motcua.services.citizens import Citizen
from motcua.services.clocks import explained_of, promised_at
from motcua.services.dossiers.clock_acts import StopEntry, stop_at_request, withdraw
from motcua.services.dossiers.committing import Done
from motcua.services.dossiers.supplements import supply_supplement
from motcua.services.mandates import acting_choices, may_see_dossier
from motcua.services.offerings import Running, running_offering
from motcua.services.ratings import can_rate_dossier
from motcua.services.results.reading import results_of_citizen
from motcua.services.times import local_day
from motcua.services.tracking import Progress, progress_of, tracking_path
from motcua.store.applications.models import Application, ApplicationKind, ApplicationState
from motcua.store.dossiers.models import Dossier, Slip
from motcua.store.dossiers.writing import Loaded, facts_of, load
from motcua.store.offerings.selectors import procedure_id_of
from motcua.store.organisation.models import UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.results.models import Result

PAGE = 30
# Facts that tell the applicant something; how the office hands the work on inside does not.
_TOLD = (
    *(FactKind.RECEIVED, FactKind.SUPPLEMENT_ASKED, FactKind.SUPPLEMENT_SUPPLIED, FactKind.EXTENDED),
    *(FactKind.PAUSED, FactKind.RESUMED, FactKind.WITHDRAWN, FactKind.STOPPED, FactKind.CONSULTED),
    *(FactKind.ANSWERED, FactKind.LINKED, FactKind.PAID),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as the applicant is told it; ``by_applicant`` says that he did it himself, from home."""

    kind: FactKind
    at: datetime
    body: dict[str, Any]
    by_applicant: bool


@dataclass(frozen=True, slots=True)
class CitizenDossier:
    """A dossier as its applicant sees it.

    ``progress`` holds what is still to be paid and what the post brings; ``results`` are those issued to him;
    ``rating_path`` is where
    the service can be rated, empty while it cannot be.
    """

    dossier: Dossier
    running: Running
    told: tuple[Told, ...]
    explained: Explained
    promised_at: datetime | None
    asked: Slip | None
    slips: tuple[Slip, ...]
    application: Application | None
    is_supplying: Application | None
    may_supply: bool
    may_end: bool
    is_done: bool
    progress: Progress
    results: tuple[Result, ...]
    rating_path: str


def may_see(citizen: Citizen, dossier: Dossier, *, on: date) -> bool:
    """Return whether the citizen may open the dossier: sent from the account, his own by identity, or by mandate."""
    if dossier.applications.filter(account_id=citizen.account_id).exists():
        return True
    procedure_id = procedure_id_of(dossier.offering_id)
    return citizen.is_identified and may_see_dossier(citizen, dossier=dossier, procedure_id=procedure_id, on=on)


def dossiers_of(citizen: Citizen, *, on: date, after: str, limit: int = PAGE) -> tuple[list[Dossier], str]:
    """Return the citizen's dossiers, the newest first, and the key of the next page (empty at the end)."""
    rows = (
        _seen_by(citizen, on)
        .select_related("offering__procedure_version", "reception_unit")
        .defer("form", "components")
    )
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    page = list(rows.order_by("-id")[: limit + 1])
    return page[:limit], str(page[limit - 1].id) if len(page) > limit else ""


def citizen_dossier(public_id: UUID, citizen: Citizen, *, on: date) -> CitizenDossier | None:
    """Return the dossier for its applicant; ``None`` for everybody else and for an unknown one alike."""
    row = Dossier.objects.select_related(
        "offering__procedure_version", "reception_unit__agency", "handling_agency", "applicant"
    ).filter(public_id=public_id)
    dossier = row.first()
    if dossier is None or not may_see(citizen, dossier, on=on):
        return None
    loaded = _loaded(public_id)
    running, facts = running_offering(dossier.offering_id), facts_of(dossier.id)
    slips = tuple(dossier.slips.order_by("id"))
    state = loaded.life.state
    own = list(dossier.applications.filter(account_id=citizen.account_id).order_by("id"))
    return CitizenDossier(
        dossier=dossier,
        running=running,
        told=_told(facts, dossier),
        explained=explained_of(facts, running, life=loaded.life),
        promised_at=promised_at(facts),
        asked=next((s for s in reversed(slips) if s.form == "supplement"), None),
        slips=slips,
        application=next((a for a in own if a.kind == ApplicationKind.NEW), None),
        is_supplying=next(
            (a for a in own if a.kind == ApplicationKind.SUPPLY and a.state == ApplicationState.DRAFT), None
        ),
        may_supply=state is NationalState.SUPPLEMENT_REQUIRED,
        may_end=not state.is_final and state is not NationalState.DONE and not loaded.life.decision,
        is_done=state in (NationalState.DONE, NationalState.RETURNED),
        progress=progress_of(dossier),
        results=tuple(results_of_citizen(citizen, dossier_id=dossier.id)),
        rating_path=f"{tracking_path(public_id=public_id, code=dossier.code)}/rate"
        if can_rate_dossier(dossier)
        else "",
    )


def begin_supply(public_id: UUID, citizen: Citizen, *, now: datetime) -> Application:
    """Return the draft in which the citizen puts together what was asked; one at a time.

    Problems: ``supplement.not_waiting``.
    """
    found = _required(public_id, citizen, now)
    if not found.may_supply:
        raise Refused([Problem("supplement.not_waiting", values={"code": found.dossier.code})])
    if found.is_supplying is not None:
        return found.is_supplying
    dossier = found.dossier
    return Application.objects.create(
        public_id=uuid4(),
        kind=ApplicationKind.SUPPLY,
        account_id=citizen.account_id,
        offering_id=dossier.offering_id,
        form=found.application.form if found.application else form_in_force(found.running.procedure_code, now=now),
        reception_unit_id=dossier.reception_unit_id,
        dossier=dossier,
        language=citizen.language,
        made_at=now,
        saved_at=now,
        expires_at=now + timedelta(days=DRAFT_DAYS),
    )


def asked_of(application: Application) -> tuple[Sequence[str], str]:
    """Return what the papers are asked for while they are put together: the items and the reason; else nothing."""
    if application.kind == ApplicationKind.SUPPLY and application.dossier is not None:
        slip = application.dossier.slips.filter(form="supplement").order_by("-id").first()
        return (slip.content["items"], slip.content["reason"]) if slip else ((), "")
    if application.state == ApplicationState.ASKED:
        return application.notice["items"], application.notice["reason"]
    return (), ""


def send_supply(application: Application, citizen: Citizen | None, *, now: datetime) -> Application:
    """Return the papers as sent: they are the dossier's from now, and its term runs again as the law says.

    Problems: ``application.nothing_supplied``, ``supplement.not_waiting``, ``application.no_account``.
    """
    if citizen is None or application.dossier is None:
        raise Refused([Problem("application.no_account")])
    found = _required(application.dossier.public_id, citizen, now)
    with transaction.atomic():
        row = Application.objects.select_for_update(of=("self",)).select_related("form").get(id=application.id)
        if row.state != ApplicationState.DRAFT:
            return row
        files = list(row.files.order_by("id"))
        if not files:
            raise Refused([Problem("application.nothing_supplied")])
        loaded = _loaded(found.dossier.public_id)
        for file in files:
            document_from(file, loaded.id, staff_id=0)
        supply_supplement(
            public_id=loaded.public_id, seen_version=loaded.version, actor=applicant_actor(found, citizen), now=now
        )
        row.number = f"{found.dossier.code}/BS-{loaded.version + 1}"
        row.state, row.sent_at, row.saved_at, row.closed_at = ApplicationState.ACCEPTED, now, now, now
        row.applicant_name = found.dossier.applicant_name
        row.receipt = receipt_of(row, now=now)
        row.save()
        tell("application.supplied", row, now=now)
    return row


def withdraw_online(public_id: UUID, citizen: Citizen, *, reason: str, seen_version: int, now: datetime) -> Done:
    """Return the dossier that its applicant took back. Problems: those of ``clock_acts.withdraw``."""
    found = _required(public_id, citizen, now)
    actor = applicant_actor(found, citizen)
    return withdraw(public_id=public_id, reason=reason, seen_version=seen_version, actor=actor, now=now)


def stop_online(public_id: UUID, citizen: Citizen, *, reason: str, seen_version: int, now: datetime) -> Done:
    """Return the dossier stopped at its applicant's request, where the law knows it. Problems: of ``stop_at_request``."""
    found = _required(public_id, citizen, now)
    entry, actor = StopEntry(reason, "ONLINE"), applicant_actor(found, citizen)
    done, _slip = stop_at_request(public_id=public_id, entry=entry, seen_version=seen_version, actor=actor, now=now)
    return done


def applicant_actor(found: CitizenDossier, citizen: Citizen) -> Actor:
    """Return who is recorded for an act of the applicant: nobody of the staff, at the unit that received."""
    unit = found.dossier.reception_unit
    return Actor(
        staff_id=0,
        name=citizen.name,
        post_id=0,
        post_title="",
        unit_id=unit.id,
        unit_name=unit.name,
        unit_kind=UnitKind.SERVICE_CENTRE,
        agency_id=unit.agency_id,
        agency_level=unit.agency.level,
        roles=frozenset({Role.COUNTER_OFFICER.value}),
    )


def _seen_by(citizen: Citizen, on: date) -> QuerySet[Dossier]:
    seen = Q(applications__account_id=citizen.account_id)
    if citizen.is_identified and citizen.party_id is not None:
        seen |= Q(applicant_id=citizen.party_id) | Q(proxy_id=citizen.party_id)
        for acting in acting_choices(citizen, on=on):
            given = Q(applicant_id=acting.party_id)
            given &= Q(id=acting.dossier_id) if acting.dossier_id else Q()
            if acting.procedure_id:
                given &= Q(offering__procedure_version__procedure_id=acting.procedure_id)
            seen |= given
    # What another agency does for a dossier is told in that dossier.
    return Dossier.objects.filter(id__in=Dossier.objects.filter(seen).values("id"), parent__isnull=True)


def _required(public_id: UUID, citizen: Citizen, now: datetime) -> CitizenDossier:
    found = citizen_dossier(public_id, citizen, on=local_day(now))
    if found is None:
        raise Refused([Problem("application.no_account")])
    return found


def _told(facts: Sequence[Fact], dossier: Dossier) -> tuple[Told, ...]:
    told = [
        Told(f.kind, f.at, dict(f.body), f.staff_id == 0 and f.unit_id != 0)
        for f in effective(facts)
        if f.kind in _TOLD
    ]
    # Decision and hand-over are steps like others in the facts; which of them it was the dossier's row knows.
    if dossier.ended_at is not None and dossier.state in (NationalState.DONE, NationalState.RETURNED):
        told.append(Told(FactKind.DECIDED, dossier.ended_at, {}, by_applicant=False))
    if dossier.returned_at is not None:
        told.append(Told(FactKind.RETURNED, dossier.returned_at, {}, by_applicant=False))
    return tuple(sorted(told, key=lambda t: t.at))


def _loaded(public_id: UUID) -> Loaded:
    loaded = load(public_id)
    if loaded is None:
        raise AssertionError("a dossier that was found is there")
    return loaded
