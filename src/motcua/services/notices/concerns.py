"""Answers whom a message of the outbox concerns and what its notice may mention.

To add a topic: texts in ``templates.toml``, and a line here if the thing it is about (the part before the first
dot) is new. A resolver is given the message and returns who is told, or ``None`` when nobody is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q

from motcua.services.applications.drafts import code_of
from motcua.services.petitions.sending import petition_path
from motcua.services.times import VIETNAM, local_day
from motcua.services.tracking import tracking_path
from motcua.store.applications.models import Application
from motcua.store.citizens.models import Account
from motcua.store.dossiers.models import Dossier, PartyKind
from motcua.store.floor.models import Booking, BookingState
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import Staff
from motcua.store.payments.models import CASH, Charge, Standing
from motcua.store.results.models import Result
from motcua.store.voices.models import Petition


@dataclass(frozen=True, slots=True)
class Concern:
    """Who is told about something, and what may be said.

    ``values`` fill the template: ``code``, and ``link``, a path before which the host is put when it leaves;
    ``variant`` chooses among the topic's templates. Told are the accounts; else the parties at the contact in the
    dossier; else ``contact``, left for this matter alone.
    """

    values: Mapping[str, str]
    variant: str = ""
    account_ids: tuple[int, ...] = ()
    party_id: int | None = None
    contact: str = ""
    language: str = "vi"
    dossier_id: int | None = None
    unit_id: int | None = None


Resolver = Callable[[OutboxMessage], Concern | None]

_STATES = {
    3: "not_accepted", 5: "supplement", 6: "fee", 7: "withdrawn", 8: "stopped", 9: "ready", 10: "returned",
}  # fmt: skip

_PARCEL_STATES = ("booked", "out", "failed", "returned")


def _number(message: OutboxMessage) -> UUID:
    """Return the number that the message is about; one that is none belongs to nothing."""
    try:
        return UUID(message.key)
    except ValueError:
        return UUID(int=0)


def dossier_concern(message: OutboxMessage) -> Concern | None:
    """Return the applicant of the dossier: the account of the number, the organisation's people, or the contact."""
    dossier = Dossier.objects.select_related("applicant", "proxy").filter(public_id=_number(message)).first()
    # That the day fell away because papers or a fee were asked for is told by the notice that asks.
    if dossier is None or message.body.get("is_told"):
        return None
    concern = _of_dossier(dossier)
    return replace(concern, variant=_STATES.get(message.body.get("state", 0), "")) if concern else None


def _of_dossier(dossier: Dossier) -> Concern | None:
    if dossier.parent_id is not None:
        # A dossier opened for another one is the office's own affair: the applicant has the first one's code.
        return None
    party = dossier.applicant
    if dossier.proxy and not (party.phone or party.email):
        party = dossier.proxy
    return Concern(
        values={
            "code": dossier.code,
            "link": tracking_path(public_id=dossier.public_id, code=dossier.code),
        },
        account_ids=accounts_of_party(dossier.applicant_id, dossier.applicant.kind),
        party_id=party.id,
        dossier_id=dossier.id,
        unit_id=dossier.reception_unit_id,
    )


def application_concern(message: OutboxMessage) -> Concern | None:
    """Return who sent the application or keeps the draft: the account, else the contact left in it.

    Acceptance makes a dossier, whose own notice tells it. The code of a draft goes to the address typed for that.
    """
    found = Application.objects.filter(public_id=_number(message)).first()
    if found is None:
        return None
    code = code_of(found.public_id) if message.topic == "application.kept" else found.number
    return Concern(
        values={"code": code or code_of(found.public_id), "link": f"/apply/{found.public_id}"},
        variant=str(message.body.get("answer", "")),
        account_ids=(found.account_id,) if found.account_id else (),
        contact=found.email if message.topic == "application.kept" else found.phone or found.email,
        language=found.language,
        unit_id=found.reception_unit_id,
    )


def message_concern(message: OutboxMessage) -> Concern | None:
    """Return the applicant to whom the one-stop unit wrote inside the dossier."""
    dossier = Dossier.objects.select_related("applicant", "proxy").filter(public_id=_number(message)).first()
    concern = _of_dossier(dossier) if dossier and message.topic == "message.to_applicant" else None
    if concern is None or dossier is None:
        return None
    return replace(concern, values={**concern.values, "link": f"/my/dossiers/{dossier.public_id}"})


def petition_concern(message: OutboxMessage) -> Concern | None:
    """Return the sender of a petition, at the contact that was confirmed for it."""
    petition = Petition.objects.filter(public_id=_number(message)).exclude(code="").first()
    if petition is None:
        return None
    days = law_book().regime_on(local_day(petition.made_at)).number("petition.answer_working_days")
    return Concern(
        values={"code": petition.code, "link": petition_path(petition), "days": str(days)},
        account_ids=(petition.account_id,) if petition.account_id else (),
        contact=petition.contact,
        language=petition.language,
        unit_id=petition.unit_id,
    )


def charge_concern(message: OutboxMessage) -> Concern | None:
    """Return who owes a fee or gets it back. What was paid over the counter needs no notice: the receipt was given."""
    charge = Charge.objects.select_related("dossier__applicant").filter(public_id=_number(message)).first()
    if charge is None or charge.dossier is None:
        return None
    is_stale = message.topic == "charge.opened" and charge.standing != Standing.OPEN
    if is_stale or (message.topic == "charge.settled" and charge.settled_by == CASH):
        return None
    concern = _of_dossier(charge.dossier)
    if concern is None:
        return None
    return replace(concern, values={**concern.values, "link": f"/pay/{charge.public_id}"}, variant="")


def result_concern(message: OutboxMessage) -> Concern | None:
    """Return whose result was issued or revoked; who has no account is led to the page that names nobody."""
    result = Result.objects.select_related("dossier__applicant").filter(public_id=_number(message)).first()
    concern = _of_dossier(result.dossier) if result is not None and result.dossier is not None else None
    if result is None or concern is None:
        return None
    own = f"/my/results/{result.public_id}"
    link = own if concern.account_ids else f"/check/{result.token}"
    return replace(concern, values={**concern.values, "link": link}, variant="")


def post_concern(message: OutboxMessage) -> Concern | None:
    """Return to whom the post brings a result, at the steps that matter to him; of the last one the dossier tells."""
    state = str(message.body.get("state", ""))
    dossier = Dossier.objects.select_related("applicant", "proxy").filter(public_id=_number(message)).first()
    concern = _of_dossier(dossier) if dossier and state in _PARCEL_STATES else None
    return replace(concern, variant=state) if concern is not None else None


def booking_concern(message: OutboxMessage) -> Concern | None:
    """Return who made an appointment: the account, or the phone that was left for it."""
    booking = Booking.objects.filter(token=message.key).first()
    if booking is None or (message.topic == "booking.reminder" and booking.state != BookingState.BOOKED):
        return None
    at = booking.slot_at.astimezone(VIETNAM)
    return Concern(
        values={
            "code": booking.code,
            "time": f"{at:%H:%M %d/%m/%Y}",
            "link": f"/visit/{booking.token}",
        },
        account_ids=(booking.account_id,) if booking.account_id else (),
        contact=booking.contact,
        language=booking.language,
    )


def mandate_concern(message: OutboxMessage) -> Concern | None:
    """Return who is asked to act for somebody; by whom is told on the page, after signing in."""
    account = Account.objects.filter(public_id=_number(message), deleted_at__isnull=True).first()
    return Concern(values={"link": "/my/mandates"}, account_ids=(account.id,)) if account else None


def owed_concern(message: OutboxMessage) -> Concern | None:
    """Return the officer who is told what his office owes or waits for, at the telephone of his record."""
    number = message.key.partition(":")[0]
    staff = Staff.objects.filter(id=int(number), is_active=True).first() if number.isdecimal() else None
    if staff is None or not staff.phone:
        return None
    values = {name: str(message.body.get(name, 0)) for name in ("owed", "late", "awaited")}
    return Concern(values={**values, "link": "/owed"}, contact=staff.phone, language=staff.language)


def accounts_of_party(party_id: int, kind: str) -> tuple[int, ...]:
    """Return the live accounts behind a party: the person's own, or those of an organisation's people."""
    wanted = Q(party_id=party_id)
    if kind == PartyKind.ORGANISATION:
        wanted = Q(
            memberships__organisation__party_id=party_id,
            memberships__accepted_at__isnull=False,
            memberships__ended_at__isnull=True,
        )
    rows = Account.objects.filter(wanted, deleted_at__isnull=True)
    return tuple(rows.order_by("id").values_list("id", flat=True).distinct()[:20])


RESOLVERS: dict[str, Resolver] = {
    "application": application_concern,
    "booking": booking_concern,
    "charge": charge_concern,
    "dossier": dossier_concern,
    "mandate": mandate_concern,
    "message": message_concern,
    "owed": owed_concern,
    "petition": petition_concern,
    "post": post_concern,
    "result": result_concern,
}


def concern_of(message: OutboxMessage) -> Concern | None:
    """Return whom the message concerns; ``None`` for things that are nobody's outside the office."""
    resolver = RESOLVERS.get(message.topic.partition(".")[0])
    return resolver(message) if resolver else None
