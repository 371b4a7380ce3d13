"""Answers for whom a citizen may act, and what of it: mandates of other citizens, and organisations.

A mandate binds once the other has accepted it, until the end of its last day. What a mandate's giver could not
see, its holder does not see either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from motcua.core.forms import parse_day
from motcua.core.forms.contacts import Contact, parse_contact
from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import Problem, Refused
from motcua.services.citizens import Citizen, note
from motcua.services.ports import Represented
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.citizens.models import Account, Mandate, MemberRole, Membership, Organisation
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.receiving import save_party
from motcua.store.ledger.models import OutboxMessage

YEARS_MAX = 3


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom a citizen acts. ``role`` is ``mandate``, ``representative`` or ``clerk``; ``key`` names the ground.

    ``dossier_id`` or ``procedure_id`` limit a mandate; both are ``None`` when it covers everything.
    """

    key: UUID
    role: str
    party_id: int
    name: str
    dossier_id: int | None = None
    procedure_id: int | None = None

    @property
    def is_organisation(self) -> bool:
        return self.role != "mandate"


def acting_choices(citizen: Citizen, *, on: date) -> tuple[Acting, ...]:
    """Return everyone for whom the citizen may act on that day: organisations first, then mandates, by name."""
    members = (
        Membership.objects.filter(account_id=citizen.account_id, accepted_at__isnull=False, ended_at__isnull=True)
        .select_related("organisation__party")
        .order_by("organisation__party__name", "id")
    )
    mandates = (
        _live_mandates(on)
        .filter(agent_id=citizen.account_id, principal__party__isnull=False)
        .select_related("principal")
        .order_by("principal__name", "id")
    )
    found = [Acting(m.public_id, m.role.lower(), m.organisation.party_id, m.organisation.party.name) for m in members]
    found += [
        Acting(m.public_id, "mandate", m.principal.party_id or 0, m.principal.name, m.dossier_id, m.procedure_id)
        for m in mandates
    ]
    return tuple(found)


def acting_for(citizen: Citizen, *, key: UUID, on: date) -> Acting | None:
    """Return for whom the citizen acts under ``key``, ``None`` when that ground is over or never was."""
    return next((a for a in acting_choices(citizen, on=on) if a.key == key), None)


def may_see_dossier(citizen: Citizen, *, dossier: Dossier, procedure_id: int, on: date) -> bool:
    """Return whether the citizen may see the dossier: as its applicant or proxy, or by whom he may act for."""
    if citizen.party_id is not None and citizen.party_id in (dossier.applicant_id, dossier.proxy_id):
        return True
    return any(
        a.party_id == dossier.applicant_id
        and a.dossier_id in (None, dossier.id)
        and a.procedure_id in (None, procedure_id)
        for a in acting_choices(citizen, on=on)
    )


def _live_mandates(on: date):  # type: ignore[no-untyped-def]
    return Mandate.objects.filter(
        accepted_at__isnull=False,
        ended_at__isnull=True,
        until_on__gte=on,
        principal__deleted_at__isnull=True,
    )


@dataclass(frozen=True, slots=True)
class MandateEntry:
    """A mandate as typed: the other's contact, what it covers (``all``, a dossier or procedure code), its last day."""

    contact: str
    scope: str
    code: str
    until: str


@transaction.atomic
def give_mandate(entry: MandateEntry, *, citizen: Citizen, now: datetime) -> UUID:
    """Give a mandate that the other still has to accept, and return its number.

    Refused: ``mandate.not_identified``, ``contact.form``, ``mandate.nobody`` (no identified account with this
    contact), ``mandate.self``, ``mandate.until``, ``mandate.dossier``, ``mandate.procedure``.
    """
    problems: list[Problem] = []
    if not citizen.is_identified:
        problems.append(Problem("mandate.not_identified"))
    agent = _other(entry.contact, problems)
    if agent is not None and agent.id == citizen.account_id:
        problems.append(Problem("mandate.self", field="contact"))
    today = local_day(now)
    until = parse_day(entry.until)
    if until is None or not today <= until <= today + timedelta(days=366 * YEARS_MAX):
        problems.append(Problem("mandate.until", field="until", values={"years": str(YEARS_MAX)}))
    dossier_id, procedure_id = _scope(entry, citizen, problems)
    if problems or agent is None or until is None:
        raise Refused(problems)
    made = Mandate.objects.create(
        principal_id=citizen.account_id,
        agent=agent,
        dossier_id=dossier_id,
        procedure_id=procedure_id,
        until_on=until,
        made_at=now,
    )
    note(citizen.account_id, "mandate.given", now=now, target=str(made.public_id))
    note(agent.id, "mandate.offered", now=now, by_account_id=citizen.account_id, target=str(made.public_id))
    _tell("mandate.offered", agent, now=now)
    return made.public_id


def _tell(topic: str, account: Account, *, now: datetime) -> None:
    OutboxMessage.objects.create(topic=topic, key=str(account.public_id), body={}, made_at=now, next_attempt_at=now)


def _other(text: str, problems: list[Problem]) -> Account | None:
    contact = parse_contact(text)
    if contact is None:
        problems.append(Problem("contact.form", field="contact", values={"text": text.strip()}))
        return None
    found = _account_of(contact)
    if found is None or not found.id_number:
        # The same answer for an account without identity: who has one is nobody's business.
        problems.append(Problem("mandate.nobody", field="contact"))
        return None
    return found


def _account_of(contact: Contact) -> Account | None:
    return Account.objects.filter(**{contact.kind: contact.value}, deleted_at__isnull=True).first()


def _scope(entry: MandateEntry, citizen: Citizen, problems: list[Problem]) -> tuple[int | None, int | None]:
    code = entry.code.strip().upper()
    if entry.scope == "dossier":
        found = Dossier.objects.filter(code=code, applicant_id=citizen.party_id or 0).values_list("id").first()
        if found is None:
            problems.append(Problem("mandate.dossier", field="code", values={"text": code}))
        return (found[0] if found else None), None
    if entry.scope == "procedure":
        chosen = Procedure.objects.filter(code=code).values_list("id").first()
        if chosen is None:
            problems.append(Problem("mandate.procedure", field="code", values={"text": code}))
        return None, (chosen[0] if chosen else None)
    return None, None


@transaction.atomic
def answer_mandate(public_id: UUID, *, is_accepted: bool, citizen: Citizen, now: datetime) -> bool:
    """Accept or decline a mandate that was offered to the citizen; ``False`` when there is none to answer."""
    open_ones = Mandate.objects.filter(
        public_id=public_id, agent_id=citizen.account_id, accepted_at__isnull=True, ended_at__isnull=True
    )
    done = open_ones.update(accepted_at=now) if is_accepted else open_ones.update(ended_at=now)
    if done:
        _note_both(public_id, "mandate.accepted" if is_accepted else "mandate.declined", citizen, now)
    return bool(done)


@transaction.atomic
def end_mandate(public_id: UUID, *, citizen: Citizen, now: datetime) -> bool:
    """Revoke a mandate that one gave, or lay down one that one holds; ``False`` when there is none."""
    done = (
        Mandate.objects.filter(public_id=public_id, ended_at__isnull=True)
        .filter(Q(principal_id=citizen.account_id) | Q(agent_id=citizen.account_id))
        .update(ended_at=now)
    )
    if done:
        _note_both(public_id, "mandate.ended", citizen, now)
    return bool(done)


def _note_both(public_id: UUID, act: str, citizen: Citizen, now: datetime) -> None:
    mandate = Mandate.objects.get(public_id=public_id)
    for account_id in (mandate.principal_id, mandate.agent_id):
        note(account_id, act, now=now, by_account_id=citizen.account_id, target=str(public_id))


@dataclass(frozen=True, slots=True)
class MandateLine:
    """A mandate as its page shows it. ``state`` is ``offered``, ``live`` or ``over``."""

    public_id: UUID
    other: str
    scope: str
    until_on: date
    state: str


def mandates_of(citizen: Citizen, *, on: date) -> tuple[Sequence[MandateLine], Sequence[MandateLine]]:
    """Return the mandates that the citizen gave and those that he holds or is offered, newest first."""

    def line(m: Mandate, other: Account) -> MandateLine:
        state = "over" if m.ended_at or m.until_on < on else "live" if m.accepted_at else "offered"
        scope = m.dossier.code if m.dossier else m.procedure.code if m.procedure else ""
        return MandateLine(m.public_id, other.name, scope, m.until_on, state)

    rows = Mandate.objects.select_related("principal", "agent", "dossier", "procedure").order_by("-id")
    given = [line(m, m.agent) for m in rows.filter(principal_id=citizen.account_id)[:50]]
    held = [line(m, m.principal) for m in rows.filter(agent_id=citizen.account_id)[:50]]
    return given, held


def follow_representation(account_id: int, represents: Sequence[Represented], *, now: datetime) -> None:
    """Bring the organisations that a person represents by law in line with what the national identity says."""
    kept = set()
    for claimed in represents:
        organisation = organisation_of(claimed, now=now)
        kept.add(organisation.id)
        Membership.objects.update_or_create(
            organisation=organisation,
            account_id=account_id,
            ended_at=None,
            defaults={"role": MemberRole.REPRESENTATIVE, "accepted_at": now},
            create_defaults={"role": MemberRole.REPRESENTATIVE, "accepted_at": now, "made_at": now},
        )
    Membership.objects.filter(account_id=account_id, role=MemberRole.REPRESENTATIVE, ended_at__isnull=True).exclude(
        organisation_id__in=kept
    ).update(ended_at=now)


def organisation_of(claimed: Represented, *, now: datetime) -> Organisation:
    """Return the organisation of a number, made when it is new; its party is the one that counters know."""
    record = PartyRecord("ORGANISATION", claimed.name, claimed.number, "", None, "", "", None, "", "")
    made, _ = Organisation.objects.get_or_create(party_id=save_party(record), defaults={"made_at": now})
    return made


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A person of an organisation as its page shows it."""

    public_id: UUID
    name: str
    role: str
    is_accepted: bool
    is_self: bool


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """An organisation of a citizen; only its representative sees the other members and may change them."""

    public_id: UUID
    membership_id: UUID
    name: str
    number: str
    role: str
    is_accepted: bool
    members: tuple[MemberLine, ...]


def organisations_of(citizen: Citizen) -> tuple[OrganisationPage, ...]:
    """Return the organisations that the citizen acts for or is asked to act for."""
    own = list(
        Membership.objects.filter(account_id=citizen.account_id, ended_at__isnull=True)
        .select_related("organisation__party")
        .order_by("id")
    )
    led = [m.organisation_id for m in own if m.role == MemberRole.REPRESENTATIVE]
    others = list(
        Membership.objects.filter(organisation_id__in=led, ended_at__isnull=True)
        .select_related("account")
        .order_by("role", "id")
    )
    return tuple(
        OrganisationPage(
            m.organisation.public_id, m.public_id, m.organisation.party.name, m.organisation.party.id_number,
            m.role.lower(), m.accepted_at is not None,
            tuple(
                MemberLine(
                    o.public_id, o.account.name, o.role.lower(), o.accepted_at is not None,
                    o.account_id == citizen.account_id,
                )
                for o in others if o.organisation_id == m.organisation_id
            ),
        )
        for m in own
    )  # fmt: skip


@transaction.atomic
def add_clerk(organisation_id: UUID, *, contact: str, citizen: Citizen, now: datetime) -> None:
    """Ask somebody to act for the organisation. Only its representative may.

    Refused: ``contact.form``, ``mandate.nobody``, ``member.known``; ``member.not_representative``.
    """
    lead = Membership.objects.filter(
        organisation__public_id=organisation_id,
        account_id=citizen.account_id,
        role=MemberRole.REPRESENTATIVE,
        accepted_at__isnull=False,
        ended_at__isnull=True,
    ).first()
    if lead is None:
        raise Refused([Problem("member.not_representative")])
    problems: list[Problem] = []
    other = _other(contact, problems)
    if other is None:
        raise Refused(problems)
    try:
        with transaction.atomic():
            Membership.objects.create(
                organisation_id=lead.organisation_id, account=other, role=MemberRole.CLERK, made_at=now
            )
    except IntegrityError as error:
        raise Refused([Problem("member.known", field="contact")]) from error
    note(other.id, "member.asked", now=now, by_account_id=citizen.account_id)
    _tell("mandate.asked", other, now=now)


@transaction.atomic
def answer_membership(public_id: UUID, *, is_accepted: bool, citizen: Citizen, now: datetime) -> bool:
    """Accept or decline to act for an organisation; ``False`` when nobody asked."""
    asked = Membership.objects.filter(
        public_id=public_id, account_id=citizen.account_id, accepted_at__isnull=True, ended_at__isnull=True
    )
    return bool(asked.update(accepted_at=now) if is_accepted else asked.update(ended_at=now))


@transaction.atomic
def end_membership(public_id: UUID, *, citizen: Citizen, now: datetime) -> bool:
    """End a clerk's part: the clerk's own act, or the representative's. ``False`` when there is none."""
    led = Membership.objects.filter(
        account_id=citizen.account_id,
        role=MemberRole.REPRESENTATIVE,
        accepted_at__isnull=False,
        ended_at__isnull=True,
    ).values("organisation_id")
    done = (
        Membership.objects.filter(public_id=public_id, role=MemberRole.CLERK, ended_at__isnull=True)
        .filter(Q(account_id=citizen.account_id) | Q(organisation_id__in=led))
        .update(ended_at=now)
    )
    return bool(done)
