"""Answers how dossiers and results change hands between post and centre, signed by both; the law counts from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from motcua.core.dossier import FactKind, NationalState
from motcua.core.forms import ComponentCount, PartyEntry
from motcua.core.kernel import Problem, Refused, nfc
from motcua.core.payments import Voided
from motcua.core.post import ParcelState
from motcua.services.actors import Actor, Denied, require
from motcua.services.dossiers.committing import commit
from motcua.services.dossiers.intake import Intake, article_for, receive_dossier
from motcua.services.money_ports import GatewayAway, ParcelOrder, carrier
from motcua.services.offerings import running_offering
from motcua.services.payments.booking import record
from motcua.services.payments.charges import charges_of
from motcua.services.postal.slips import ADDRESS_MAX, POST, centre_of
from motcua.services.results.delivering import return_step
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import load
from motcua.store.ledger.models import OutboxMessage
from motcua.store.ledger.numbers import paper_scope, take_numbers
from motcua.store.organisation.roles import Role
from motcua.store.payments.models import Charge
from motcua.store.post.models import HandOver, HandOverItem, Parcel, PostSlip

BAG_MAX, NOTE_MAX = 60, 300
INCOMPLETE = "incomplete"
OUTCOMES = (HandOverItem.TAKEN, INCOMPLETE, HandOverItem.REFUSED, HandOverItem.MISSING)
# What becomes of a slip whose dossier was not taken.
_SLIP_AFTER = {
    INCOMPLETE: PostSlip.HELD, HandOverItem.REFUSED: PostSlip.REFUSED, HandOverItem.MISSING: PostSlip.MISSING,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What the taker found of one item: ``taken``, ``incomplete``, ``refused`` or ``missing``, and why not taken."""

    outcome: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A result to be sent: of which dossier, to which address, with which originals (one a line)."""

    public_id: UUID
    address: str
    originals: str = ""
    tracking: str = ""


def hand_over_bag(*, slip_ids: Sequence[UUID], actor: Actor, now: datetime) -> HandOver:
    """Return the record by which the postal officer hands dossiers to the centre, signed by him; not yet taken.

    Problems: ``hand_over.nothing``, ``hand_over.many``, ``hand_over.slip_elsewhere``.
    Source: Decision 45/2016/QĐ-TTg, arts. 6 to 10.
    """
    require(actor, Role.POSTAL_OFFICER)
    unit_id = centre_of(actor)
    if problems := _bag_problems(len(slip_ids)):
        raise Refused(problems)
    with transaction.atomic():
        held = (PostSlip.HELD, PostSlip.MISSING)
        slips = list(
            PostSlip.objects.select_for_update().filter(public_id__in=slip_ids, unit_id=unit_id, state__in=held)
        )
        if len(slips) != len(set(slip_ids)):
            raise Refused([Problem("hand_over.slip_elsewhere")])
        record_ = _new(HandOver.IN, unit_id, actor, now)
        HandOverItem.objects.bulk_create(
            HandOverItem(hand_over=record_, slip=s) for s in sorted(slips, key=lambda s: s.number)
        )
        PostSlip.objects.filter(id__in=[s.id for s in slips]).update(state=PostSlip.HANDED)
    return record_


def take_bag(*, public_id: UUID, found: Mapping[int, Found], actor: Actor, now: datetime) -> HandOver:
    """Return the record after the centre signed it: every dossier taken is submitted and received at this instant.

    ``found`` has an answer for each item by its id. All are received or none. Problems: ``hand_over.signed``,
    ``hand_over.same_person``, ``hand_over.unanswered``, ``hand_over.note_missing``, and those of a reception, each
    with its slip. Source: Decision 45/2016/QĐ-TTg, arts. 6 to 10: the time of signing is the time of submission.
    """
    require(actor, Role.COUNTER_OFFICER, Role.CENTRE_MANAGER)
    with transaction.atomic():
        bag = _held(public_id, HandOver.IN, actor)
        items = list(bag.items.select_related("slip").order_by("id"))
        if problems := [*_signing_problems(bag, actor), *_found_problems(items, found)]:
            raise Refused(problems)
        for item in items:
            _settle(item, found[item.id], actor=actor, now=now)
        bag.taker_id, bag.signed_at = actor.staff_id, now
        bag.save(update_fields=["taker_id", "signed_at"])
    return bag


def offer_results(*, outgoing: Sequence[Outgoing], actor: Actor, now: datetime) -> HandOver:
    """Return the record by which the centre gives results to the post; not yet taken by it.

    Problems: ``hand_over.nothing``, ``hand_over.many``, ``return.not_ready``, ``hand_over.under_way``,
    ``hand_over.address``.
    """
    require(actor, Role.COUNTER_OFFICER, Role.CENTRE_MANAGER)
    problems = _bag_problems(len(outgoing))
    found = {d.public_id: d for d in Dossier.objects.filter(public_id__in=[o.public_id for o in outgoing])}
    for one in outgoing:
        dossier = found.get(one.public_id)
        if dossier is None or dossier.reception_unit_id != actor.unit_id:
            raise Denied("dossier of another unit")
        values = {"code": dossier.code}
        if dossier.state != NationalState.DONE:
            problems.append(Problem("return.not_ready", values=values))
        if not one.address.strip() or len(one.address) > ADDRESS_MAX:
            problems.append(Problem("hand_over.address", f"address.{one.public_id}", values=values))
        if is_under_way(dossier.id):
            problems.append(Problem("hand_over.under_way", values=values))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        bag = _new(HandOver.OUT, actor.unit_id, actor, now)
        for one in outgoing:
            originals = [nfc(line) for line in one.originals.splitlines() if line.strip()]
            HandOverItem.objects.create(
                hand_over=bag, dossier=found[one.public_id], note=nfc(one.address), originals=originals
            )
    return bag


def take_results(*, public_id: UUID, trackings: Mapping[int, str], actor: Actor, now: datetime) -> HandOver:
    """Return the record after the postal officer signed it: each result is a parcel on its way with a number.

    Without a carrier that gives numbers, ``trackings`` has those on the envelopes by item. Problems:
    ``hand_over.signed``, ``hand_over.same_person``, ``hand_over.tracking``, ``hand_over.carrier_away``.
    """
    require(actor, Role.POSTAL_OFFICER)
    with transaction.atomic():
        bag = _held(public_id, HandOver.OUT, actor)
        items = list(bag.items.select_related("dossier__applicant").order_by("id"))
        if problems := _signing_problems(bag, actor):
            raise Refused(problems)
        for item in items:
            _send(bag, item, trackings.get(item.id, ""), actor=actor, now=now)
        bag.taker_id, bag.signed_at = actor.staff_id, now
        bag.save(update_fields=["taker_id", "signed_at"])
    return bag


def hand_over_for(public_id: UUID, actor: Actor) -> HandOver:
    """Return a record of the actor's unit, or of the one his post office serves; Denied for others."""
    require(actor, Role.POSTAL_OFFICER, Role.COUNTER_OFFICER, Role.CENTRE_MANAGER)
    rows = HandOver.objects.select_related("unit__agency__parent")
    bag = rows.filter(public_id=public_id, unit_id=centre_of(actor)).first()
    if bag is None:
        raise Denied("record of another unit")
    return bag


def is_under_way(dossier_id: int) -> bool:
    """Return whether the dossier's result is with the post, or waits for it to sign."""
    open_items = HandOverItem.objects.filter(dossier_id=dossier_id, hand_over__signed_at__isnull=True)
    parcels = Parcel.objects.filter(dossier_id=dossier_id).exclude(state=ParcelState.RETURNED.value)
    return open_items.exists() or parcels.exists()


def _new(direction: str, unit_id: int, actor: Actor, now: datetime) -> HandOver:
    year = local_day(now).year
    (number,) = take_numbers(paper_scope(unit_id, "hand_over", year))
    return HandOver.objects.create(
        direction=direction, unit_id=unit_id, year=year, number=number, giver_id=actor.staff_id, given_at=now
    )


def _held(public_id: UUID, direction: str, actor: Actor) -> HandOver:
    rows = HandOver.objects.select_for_update().filter(public_id=public_id, unit_id=centre_of(actor))
    bag = rows.filter(direction=direction).first()
    if bag is None:
        raise Denied("record of another unit")
    return bag


def _bag_problems(count: int) -> list[Problem]:
    if not count:
        return [Problem("hand_over.nothing")]
    return [Problem("hand_over.many", values={"limit": str(BAG_MAX)})] if count > BAG_MAX else []


def _signing_problems(bag: HandOver, actor: Actor) -> list[Problem]:
    if bag.signed_at is not None:
        return [Problem("hand_over.signed")]
    return [Problem("hand_over.same_person")] if bag.giver_id == actor.staff_id else []


def _found_problems(items: Sequence[HandOverItem], found: Mapping[int, Found]) -> list[Problem]:
    problems = []
    for item in items:
        said, name = found.get(item.id), {"slip": _name(item)}
        if said is None or said.outcome not in OUTCOMES:
            problems.append(Problem("hand_over.unanswered", f"outcome.{item.id}", values=name))
        elif said.outcome != HandOverItem.TAKEN and not said.note.strip():
            problems.append(Problem("hand_over.note_missing", f"note.{item.id}", values=name))
        elif len(said.note) > NOTE_MAX:
            values = {"limit": str(NOTE_MAX), **name}
            problems.append(Problem("hand_over.note_long", f"note.{item.id}", values=values))
    return problems


def _settle(item: HandOverItem, said: Found, *, actor: Actor, now: datetime) -> None:
    slip = item.slip
    if slip is None:
        raise AssertionError("an item of a bag without its slip")
    item.is_complete = said.outcome == HandOverItem.TAKEN
    item.outcome = HandOverItem.REFUSED if said.outcome == INCOMPLETE else said.outcome
    item.note = nfc(said.note)
    if item.is_complete:
        slip.dossier_id, slip.state, slip.note = _receive(slip, item, actor=actor, now=now), PostSlip.RECEIVED, ""
        item.dossier_id = slip.dossier_id
    else:
        slip.state, slip.note = _SLIP_AFTER[said.outcome], item.note
        if said.outcome == HandOverItem.REFUSED:
            _drop_charges(slip, item.note, now=now)
    slip.save(update_fields=["state", "note", "dossier_id"])
    item.save(update_fields=["is_complete", "outcome", "note", "dossier_id"])


def _receive(slip: PostSlip, item: HandOverItem, *, actor: Actor, now: datetime) -> int:
    intake = Intake(
        key=uuid5(slip.key, "dossier"),
        offering_id=slip.offering_id,
        applicant=PartyEntry(**slip.entry["applicant"]),
        channel=POST,
        counts=[ComponentCount(**c) for c in slip.entry["counts"]],
        fee_answers=slip.entry["fee_answers"],
        application=slip.public_id,
        # The post took it in days ago: whether it is one too many was not its to say.
        is_duplicate_accepted=True,
    )
    try:
        receipt = receive_dossier(intake, actor=actor, now=now)
    except Refused as refusal:
        ref = article_for("post.submission_time", local_day(now))
        named = {"slip": _name(item)}
        raise Refused(
            [Problem(p.code, f"outcome.{item.id}", p.ref or ref, {**p.values, **named}) for p in refusal.problems]
        ) from None
    return receipt.dossier_id


def _drop_charges(slip: PostSlip, note: str, *, now: datetime) -> None:
    """What was paid for a dossier that is refused is to be given back."""
    for charge in charges_of(application=slip.public_id):
        record(charge.id, Voided(), gateway="", source="", now=now)
        Charge.objects.filter(id=charge.id).update(voided_at=now, void_reason=note)


def _send(bag: HandOver, item: HandOverItem, typed: str, *, actor: Actor, now: datetime) -> None:
    if item.dossier is None:
        raise AssertionError("an item of results without its dossier")
    dossier = load(item.dossier.public_id)
    if dossier is None:
        raise AssertionError("a result of no dossier")
    return_step(dossier)
    wired = carrier()
    tracking = _tracking(bag, item, typed)
    Parcel.objects.create(
        carrier=wired.name if wired else "post",
        tracking=tracking,
        dossier_id=dossier.id,
        hand_over=bag,
        address=item.note,
        originals=item.originals,
        state=ParcelState.BOOKED.value,
        state_at=now,
    )
    running = running_offering(dossier.offering_id)
    commit(dossier, running, FactKind.GIVEN_TO_POST, {"tracking": tracking}, actor=actor, now=now)
    HandOverItem.objects.filter(id=item.id).update(outcome=HandOverItem.TAKEN)
    OutboxMessage.objects.create(
        topic="post.moved", key=str(dossier.public_id), body={"state": "booked"}, made_at=now, next_attempt_at=now
    )


def _tracking(bag: HandOver, item: HandOverItem, typed: str) -> str:
    wired = carrier()
    if wired is not None and item.dossier is not None and not typed.strip():
        party = item.dossier.applicant
        key = uuid5(item.dossier.public_id, f"parcel {bag.number}/{bag.year}")
        order = ParcelOrder(key, party.name, party.phone, item.note)
        try:
            return wired.accept(order)
        except GatewayAway:
            raise Refused([Problem("hand_over.carrier_away")]) from None
    tracking = "".join(typed.split()).upper()
    if not tracking.isalnum() or not 6 <= len(tracking) <= 40:
        raise Refused([Problem("hand_over.tracking", f"tracking.{item.id}")])
    return tracking


def _name(item: HandOverItem) -> str:
    return f"{item.slip.number}/{item.slip.year}" if item.slip else ""
