"""Dossiers by post are submitted when the hand-over is signed; results come back by it with their originals listed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from motcua.core.dossier import FactKind, NationalState
from motcua.core.forms import ComponentCount
from motcua.core.kernel import Refused
from motcua.integrations.post_carrier.adapter import SignedCarrier
from motcua.integrations.post_carrier.simulator import SimulatedCarrier
from motcua.services.actors import Denied
from motcua.services.adapters import put_in
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.steps import complete_step
from motcua.services.offerings import component_rules, running_offering
from motcua.services.postal.handing import Found, Outgoing, hand_over_bag, offer_results, take_bag, take_results
from motcua.services.postal.parcels import parcels_of, take_news
from motcua.services.postal.slips import SlipEntry, give_back, take_slip
from motcua.services.tracking import secret_of, track
from motcua.store.dossiers.models import Dossier, Fact
from motcua.store.dossiers.writing import load
from motcua.store.ledger.models import OutboxMessage
from motcua.store.payments.models import CashReceipt, Charge, Money
from motcua.store.post.models import HandOver, Parcel, ParcelEvent, PostSlip
from motcua.store.results.models import Delivery
from world import AN, BIRTH, MONDAY, PERMIT, Office, World, received

LATER = MONDAY + timedelta(days=1, hours=2)


def entry(office: Office, code: str = PERMIT, **changes: object) -> SlipEntry:
    rules = component_rules(office.offerings[code])
    counts = [ComponentCount(r.key, str(r.originals), str(r.copies)) for r in rules]
    return replace(SlipEntry(uuid.uuid4(), office.offerings[code], AN, counts, is_signed=True), **changes)  # type: ignore[arg-type]


def a_slip(office: Office, code: str = PERMIT, **changes: object) -> PostSlip:
    return take_slip(entry(office, code, **changes), actor=office.postal, now=MONDAY)


def a_bag(office: Office, *slips: PostSlip) -> HandOver:
    return hand_over_bag(slip_ids=[s.public_id for s in slips], actor=office.postal, now=MONDAY + timedelta(hours=8))


def signed(office: Office, bag: HandOver, *said: Found, at: datetime = LATER) -> HandOver:
    items = list(bag.items.order_by("id"))
    found = {i.id: f for i, f in zip(items, said or [Found("taken")] * len(items), strict=True)}
    return take_bag(public_id=bag.public_id, found=found, actor=office.binh, now=at)


@pytest.mark.django_db
def test_what_the_post_took_in_is_submitted_when_the_centre_signs_and_not_before(world: World) -> None:
    office = world.home
    slip = a_slip(office)
    assert not Dossier.objects.exists()
    bag = a_bag(office, slip)
    assert not Dossier.objects.exists()
    signed(office, bag)
    dossier = Dossier.objects.get()
    assert (dossier.received_at, dossier.channel, dossier.fee_vnd) == (LATER, "POST", 75_000)
    fact = Fact.objects.get(dossier_id=dossier.id, kind=FactKind.RECEIVED)
    assert (fact.at, fact.staff_id) == (LATER, office.binh.staff_id)
    slip.refresh_from_db()
    assert (slip.state, slip.dossier_id) == ("received", dossier.id)
    # What was paid at the post was paid for the dossier.
    assert Charge.objects.get().dossier_id == dossier.id
    assert (CashReceipt.objects.get().staff_id, Charge.objects.get().standing) == (office.postal.staff_id, "settled")


@pytest.mark.django_db
def test_the_postal_officer_asks_for_what_the_published_list_has_and_for_the_signature(world: World) -> None:
    with pytest.raises(Refused, match=r"component\.missing") as refused:
        take_slip(entry(world.home, counts=[], is_signed=False), actor=world.home.postal, now=MONDAY)
    codes = {p.code for p in refused.value.problems}
    assert codes == {"component.missing", "slip.not_signed"}
    assert {p.ref.act for p in refused.value.problems if p.ref} == {"45/2016/QĐ-TTg"}
    for actor in (world.home.binh, world.home.chi):
        with pytest.raises(Denied):
            take_slip(entry(world.home), actor=actor, now=MONDAY)


@pytest.mark.django_db
def test_a_second_tap_makes_no_second_slip(world: World) -> None:
    one = entry(world.home)
    slips = [take_slip(one, actor=world.home.postal, now=MONDAY) for _ in range(2)]
    assert slips[0] == slips[1]
    assert CashReceipt.objects.count() == 1


@pytest.mark.django_db
def test_incomplete_refused_and_missing_ones_are_noted_and_are_no_dossiers(world: World) -> None:
    office = world.home
    slips = [a_slip(office) for _ in range(4)]
    bag = a_bag(office, *slips)
    said = (Found("taken"), Found("incomplete", "Thiếu bản vẽ"), Found("refused", "Sai thẩm quyền"), Found("missing", "Không thấy"))  # fmt: skip
    with pytest.raises(Refused, match=r"hand_over\.note_missing"):
        signed(office, bag, Found("taken"), Found("incomplete"), Found("refused", "x"), Found("missing", "x"))
    signed(office, bag, *said)
    states = list(PostSlip.objects.order_by("id").values_list("state", "note"))
    assert states == [
        ("received", ""),
        ("held", "Thiếu bản vẽ"),
        ("refused", "Sai thẩm quyền"),
        ("missing", "Không thấy"),
    ]
    assert Dossier.objects.count() == 1
    # What was paid for the refused one is to be given back.
    assert sorted(Money.objects.values_list("booking", flat=True)) == ["refund_due", "settled", "settled", "settled"]
    give_back(public_id=slips[2].public_id, actor=office.postal, now=LATER)
    again = hand_over_bag(slip_ids=[slips[1].public_id, slips[3].public_id], actor=office.postal, now=LATER)
    complete = LATER + timedelta(hours=3)
    signed(office, again, at=complete)
    # The legal time of the one that was supplemented is that of the second signing.
    assert sorted(Dossier.objects.values_list("received_at", flat=True)) == [LATER, complete, complete]


@pytest.mark.django_db
def test_a_record_is_signed_once_by_another_person_of_the_centre(world: World) -> None:
    office = world.home
    bag = a_bag(office, a_slip(office))
    found = {bag.items.get().id: Found("taken")}
    for actor in (office.postal, office.chi, world.elsewhere.binh):
        with pytest.raises(Denied):
            take_bag(public_id=bag.public_id, found=found, actor=actor, now=LATER)
    both = replace(office.postal, roles=frozenset({"postal_officer", "counter_officer"}))
    with pytest.raises(Refused, match=r"hand_over\.same_person"):
        take_bag(public_id=bag.public_id, found=found, actor=both, now=LATER)
    take_bag(public_id=bag.public_id, found=found, actor=office.binh, now=LATER)
    with pytest.raises(Refused, match=r"hand_over\.signed"):
        take_bag(public_id=bag.public_id, found=found, actor=office.binh, now=LATER)


@pytest.mark.django_db
def test_a_slip_goes_into_one_bag(world: World) -> None:
    slip = a_slip(world.home, BIRTH)
    a_bag(world.home, slip)
    with pytest.raises(Refused, match=r"hand_over\.slip_elsewhere"):
        a_bag(world.home, slip)
    with pytest.raises(Refused, match=r"hand_over\.nothing"):
        a_bag(world.home)


def done(office: Office) -> Dossier:
    """Return a dossier whose result waits."""
    public_id = received(office, PERMIT).public_id
    steps = running_offering(office.offerings[PERMIT]).net.steps
    while (dossier := load(public_id)) and steps[dossier.tasks[0].step].kind != "return":
        task = dossier.tasks[0]
        actor = replace(office.dung, unit_id=task.unit_id, roles=office.dung.roles | {task.role})
        complete_step(
            public_id=public_id, step=task.step, outcome="done", reason="", seen_version=dossier.version, actor=actor,
            now=MONDAY,
        )  # fmt: skip
    return Dossier.objects.get(public_id=public_id)


@pytest.fixture
def carrier() -> SimulatedCarrier:
    return SimulatedCarrier("simulated", "a secret between two")


def sent(office: Office, dossier: Dossier, carrier: SimulatedCarrier) -> Parcel:
    outgoing = Outgoing(dossier.public_id, "Số 1, phường Kinh Bắc", "Giấy chứng nhận quyền sử dụng đất\n")
    bag = offer_results(outgoing=[outgoing], actor=office.binh, now=MONDAY)
    with put_in(post_carrier=SignedCarrier(carrier.name, carrier.secret, carrier.handle)):
        take_results(public_id=bag.public_id, trackings={}, actor=office.postal, now=LATER)
    return Parcel.objects.get(dossier=dossier)


@pytest.mark.django_db
def test_a_result_by_post_is_followed_and_returned_when_it_is_delivered(
    world: World, carrier: SimulatedCarrier
) -> None:
    office, dossier = world.home, done(world.home)
    parcel = sent(office, dossier, carrier)
    wired = SignedCarrier(carrier.name, carrier.secret, carrier.handle)
    assert Dossier.objects.get(id=dossier.id).state == NationalState.DONE
    delivered = carrier.news(parcel.tracking, "delivered", at=LATER + timedelta(hours=20))
    transit = carrier.news(parcel.tracking, "in_transit", at=LATER + timedelta(hours=2))
    # Reordered and doubled: the later step stands.
    verdicts = [take_news(raw, now=LATER, carrier=wired) for raw in (delivered, transit, delivered, transit)]
    assert verdicts == ["booked", "booked", "duplicate", "duplicate"]
    (line,) = parcels_of(dossier.id)
    assert (line.state, line.originals) == ("delivered", ["Giấy chứng nhận quyền sử dụng đất"])
    row = Dossier.objects.get(id=dossier.id)
    assert (row.state, Delivery.objects.get().way) == (NationalState.RETURNED, "post")
    progress = track(code=row.code, secret=secret_of(row.public_id))
    assert progress is not None
    assert [p.tracking for p in progress.parcels] == [parcel.tracking]
    assert ParcelEvent.objects.count() == 2
    assert OutboxMessage.objects.filter(topic="post.moved", key=str(row.public_id)).count() == 2


@pytest.mark.django_db
def test_forged_and_foreign_news_move_nothing(world: World, carrier: SimulatedCarrier) -> None:
    parcel = sent(world.home, done(world.home), carrier)
    wired = SignedCarrier(carrier.name, carrier.secret, carrier.handle)
    news = carrier.news(parcel.tracking, "delivered", at=LATER)
    forged = [news.replace("delivered", "returned"), news[:-3], "{}", "[]", "x", '{"signature": 3}']
    assert {take_news(raw, now=LATER, carrier=wired) for raw in forged} == {"forged"}
    assert take_news(carrier.news("EM000000000VN", "out", at=LATER), now=LATER, carrier=wired) == "unknown"
    parcel.refresh_from_db()
    assert (parcel.state, ParcelEvent.objects.count()) == ("booked", 0)


@pytest.mark.django_db
def test_what_is_with_the_post_is_not_handed_over_at_the_counter_until_it_comes_back(
    world: World, carrier: SimulatedCarrier
) -> None:
    office, dossier = world.home, done(world.home)
    parcel = sent(office, dossier, carrier)

    def hand_over() -> None:
        row = Dossier.objects.get(id=dossier.id)
        return_result(
            public_id=row.public_id, collector=AN, authorisation="", seen_version=row.version, actor=office.binh,
            now=LATER,
        )  # fmt: skip

    with pytest.raises(Refused, match=r"hand_over\.under_way"):
        hand_over()
    with pytest.raises(Refused, match=r"hand_over\.under_way"):
        offer_results(outgoing=[Outgoing(dossier.public_id, "x")], actor=office.binh, now=LATER)
    back = carrier.news(parcel.tracking, "returned", at=LATER)
    take_news(back, now=LATER, carrier=SignedCarrier(carrier.name, carrier.secret, carrier.handle))
    hand_over()
    assert Delivery.objects.get().way == "counter"


@pytest.mark.django_db
def test_without_a_carrier_the_number_on_the_envelope_is_typed(world: World) -> None:
    office, dossier = world.home, done(world.home)
    bag = offer_results(outgoing=[Outgoing(dossier.public_id, "Số 1")], actor=office.binh, now=MONDAY)
    item = bag.items.get().id
    with put_in(post_carrier=None):
        for typed in ("", "x!", "12"):
            with pytest.raises(Refused, match=r"hand_over\.tracking"):
                take_results(public_id=bag.public_id, trackings={item: typed}, actor=office.postal, now=LATER)
        take_results(public_id=bag.public_id, trackings={item: "em 123 456 789 vn"}, actor=office.postal, now=LATER)
    assert Parcel.objects.get().tracking == "EM123456789VN"


@pytest.mark.django_db
def test_only_the_unit_that_received_sends_a_result(world: World) -> None:
    dossier = done(world.home)
    with pytest.raises(Denied):
        offer_results(outgoing=[Outgoing(dossier.public_id, "x")], actor=world.elsewhere.binh, now=MONDAY)
    fresh = received(world.home, PERMIT).public_id
    with pytest.raises(Refused, match=r"return\.not_ready"):
        offer_results(outgoing=[Outgoing(fresh, "x")], actor=world.home.binh, now=MONDAY)
