"""What is owed is paid once, whatever becomes of the news of it."""

from __future__ import annotations

import json
import random
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest
from django.db import connections

from motcua.core.dossier import FactKind
from motcua.core.kernel import Refused
from motcua.core.payments import Booking, books_of
from motcua.integrations.asking import over_http
from motcua.integrations.payment_gateway.adapter import SignedGateway, Terms
from motcua.integrations.payment_gateway.simulator import SimulatedBank
from motcua.project.bench.payments import Storm, check
from motcua.services.actors import Denied
from motcua.services.adapters import put_in
from motcua.services.dossiers.clock_acts import PauseEntry, pause_clock
from motcua.services.dossiers.steps import complete_step
from motcua.services.fees import quote_for
from motcua.services.money_ports import GatewayAway, PayOrder, RefundOrder
from motcua.services.payments.cash import CashGiven, cancel_cash, take_cash
from motcua.services.payments.charges import attach_charges, charges_of, is_paid, open_charge, void_charge
from motcua.services.payments.closing import close_day, close_drawer, day_of
from motcua.services.payments.online import ask_refunds, poll_payments, start_payment, take_call_back
from motcua.services.payments.reconciling import (
    open_discrepancies,
    reconcile,
    release_money,
    settle_discrepancy,
)
from motcua.store.dossiers.models import Dossier, Fact
from motcua.store.ledger.models import OutboxMessage
from motcua.store.payments.models import CallBack, CashReceipt, Charge, Money, Payment, Refund
from world import MONDAY, PERMIT, Office, World, received

TERMS = Terms("test", "MOTCUA01", "a secret between two", "https://bank.example/pay")


@pytest.fixture
def bank() -> SimulatedBank:
    return SimulatedBank(TERMS)


@pytest.fixture
def gateway(bank: SimulatedBank) -> SignedGateway:
    return SignedGateway(TERMS, bank.handle)


def a_charge(office: Office, *, at: datetime = MONDAY, channel: str = "ONLINE") -> Charge:
    """Return what a building permit costs, for a dossier received a moment ago."""
    receipt = received(office, PERMIT, at=at, application=uuid.uuid4())
    offering = office.offerings[PERMIT]
    quoted = quote_for(offering, on=at.date(), channel=channel, answers={})
    return open_charge(
        key=uuid.uuid4(), offering_id=offering, unit_id=office.centre.id, quote=quoted, channel=channel, now=at,
        dossier_id=receipt.dossier_id,
    )  # fmt: skip


def order_of(charge: Charge, bank: SimulatedBank, gateway: SignedGateway, *, at: datetime = MONDAY) -> dict[str, str]:
    address = start_payment(charge=charge, return_url="/back", language="vi", now=at, gateway=gateway)
    order = bank.order_of(urlsplit(address).query)
    assert order is not None
    return order


def bookings() -> list[str]:
    return list(Money.objects.order_by("id").values_list("booking", flat=True))


@pytest.mark.django_db
def test_a_payment_called_back_twice_is_booked_once_and_the_dossier_says_so(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    charge = a_charge(world.home)
    notice = bank.pay(order_of(charge, bank, gateway), at=MONDAY)
    assert [take_call_back(notice, now=MONDAY, gateway=gateway) for _ in range(2)] == ["booked", "duplicate"]
    assert bookings() == ["settled"]
    charge.refresh_from_db()
    assert (charge.standing, charge.settled_by, is_paid([charge])) == ("settled", "test", True)
    assert Fact.objects.filter(dossier_id=charge.dossier_id, kind=FactKind.PAID).count() == 1
    assert OutboxMessage.objects.filter(topic="charge.settled", key=str(charge.public_id)).count() == 1
    assert list(CallBack.objects.order_by("id").values_list("verdict", flat=True)) == ["booked", "duplicate"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [("vnp_Amount=", "vnp_Amount=1"), ("=00", "=01"), ("SecureHash=", "SecureHash=0")])
def test_a_forged_call_back_is_kept_and_books_nothing(
    world: World, bank: SimulatedBank, gateway: SignedGateway, change: tuple[str, str]
) -> None:
    notice = bank.pay(order_of(a_charge(world.home), bank, gateway), at=MONDAY)
    assert take_call_back(notice.replace(*change, 1), now=MONDAY, gateway=gateway) == "forged"
    assert bookings() == []
    assert len(CallBack.objects.get().digest) == 64


@pytest.mark.django_db
def test_a_lost_call_back_is_asked_after(world: World, bank: SimulatedBank, gateway: SignedGateway) -> None:
    charge = a_charge(world.home)
    bank.pay(order_of(charge, bank, gateway), at=MONDAY)
    assert poll_payments(now=MONDAY + timedelta(minutes=1), gateway=gateway) == 0
    assert poll_payments(now=MONDAY + timedelta(minutes=4), gateway=gateway) == 1
    assert (bookings(), Money.objects.get().source) == (["settled"], "query")


@pytest.mark.django_db
def test_who_clicks_twice_pays_by_the_same_try(world: World, bank: SimulatedBank, gateway: SignedGateway) -> None:
    charge = a_charge(world.home)
    assert order_of(charge, bank, gateway) == order_of(charge, bank, gateway, at=MONDAY + timedelta(seconds=5))
    assert Payment.objects.count() == 1


@pytest.mark.django_db
def test_money_that_came_twice_is_given_back_and_the_gateway_asked_until_it_is(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    charge = a_charge(world.home)
    order = order_of(charge, bank, gateway)
    take_call_back(bank.pay(order, at=MONDAY), now=MONDAY, gateway=gateway)
    take_call_back(bank.pay(order, at=MONDAY, again=True), now=MONDAY, gateway=gateway)
    assert bookings() == ["settled", "refund_due"]
    assert [ask_refunds(now=MONDAY, gateway=gateway) for _ in range(2)] == [1, 0]
    assert bookings() == ["settled", "refunded"]
    assert sum(t.amount_vnd for t in bank.taken()) == charge.amount_vnd


@pytest.mark.django_db
def test_a_charge_already_paid_cannot_be_paid_again(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    charge = a_charge(world.home)
    take_cash(public_id=charge.public_id, cash=CashGiven(uuid.uuid4()), actor=world.home.binh, now=MONDAY)
    with pytest.raises(Refused, match=r"pay\.settled"):
        start_payment(charge=charge, return_url="/", language="vi", now=MONDAY, gateway=gateway)


@pytest.mark.django_db
def test_money_of_another_amount_waits_for_the_manager_who_gives_it_back(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    charge = a_charge(world.home)
    notice = bank.pay(order_of(charge, bank, gateway), at=MONDAY, amount_vnd=1_000)
    assert take_call_back(notice, now=MONDAY, gateway=gateway) == "mismatch"
    assert bookings() == ["unallocated"]
    money = Money.objects.get()
    with pytest.raises(Denied):
        release_money(money_id=money.id, reason="x", actor=world.home.binh, now=MONDAY)
    with pytest.raises(Denied):
        release_money(money_id=money.id, reason="x", actor=world.elsewhere.manager, now=MONDAY)
    release_money(money_id=money.id, reason="Nộp sai số tiền", actor=world.home.manager, now=MONDAY)
    ask_refunds(now=MONDAY, gateway=gateway)
    assert bookings() == ["refunded"]


@pytest.mark.django_db
def test_money_for_a_try_that_nobody_made_is_kept(world: World, bank: SimulatedBank, gateway: SignedGateway) -> None:
    order = {**order_of(a_charge(world.home), bank, gateway), "vnp_TxnRef": "0" * 32}
    assert take_call_back(bank.pay(order, at=MONDAY), now=MONDAY, gateway=gateway) == "unknown"
    assert bookings() == ["unallocated"]


@pytest.mark.django_db
def test_money_that_came_for_a_dropped_charge_is_given_back(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    charge = a_charge(world.home)
    take_call_back(bank.pay(order_of(charge, bank, gateway), at=MONDAY), now=MONDAY, gateway=gateway)
    with pytest.raises(Denied):
        void_charge(public_id=charge.public_id, reason="x", actor=world.home.binh, now=MONDAY)
    void_charge(public_id=charge.public_id, reason="Được miễn", actor=world.home.manager, now=MONDAY)
    assert (bookings(), Refund.objects.get().state) == (["refund_due"], "due")


@pytest.mark.django_db
def test_the_charge_of_an_application_goes_over_to_its_dossier(world: World) -> None:
    application, offering = uuid.uuid4(), world.home.offerings[PERMIT]
    quoted = quote_for(offering, on=MONDAY.date(), channel="ONLINE", answers={})
    key = uuid.uuid4()
    for _ in range(2):
        open_charge(
            key=key, offering_id=offering, unit_id=world.home.centre.id, quote=quoted, channel="ONLINE", now=MONDAY,
            application=application,
        )  # fmt: skip
    (charge,) = charges_of(application=application)
    assert charge.amount_vnd == 37_500
    dossier = received(world.home, PERMIT, application=application).dossier_id
    assert attach_charges(application=application, dossier_id=dossier) == 0
    assert charges_of(dossier_id=dossier) == [charge]


@pytest.mark.django_db
def test_cash_receipts_are_numbered_without_gaps_and_a_mistake_is_undone_by_a_counter_entry(world: World) -> None:
    charge, binh = a_charge(world.home, channel="DIRECT"), world.home.binh
    key = uuid.uuid4()
    first = [
        take_cash(public_id=charge.public_id, cash=CashGiven(key, "100.000"), actor=binh, now=MONDAY)
        for _ in range(2)
    ]
    assert first[0] == first[1]
    assert (first[0].amount_vnd, first[0].given_vnd - first[0].amount_vnd) == (75_000, 25_000)
    cancel = cancel_cash(
        public_id=first[0].public_id, key=uuid.uuid4(), reason="Thu nhầm người", actor=binh, now=MONDAY
    )
    assert (cancel.amount_vnd, cancel.of_id, CashReceipt.objects.count()) == (-75_000, first[0].id, 2)
    charge.refresh_from_db()
    assert (charge.standing, bookings()) == ("open", ["refunded"])
    again = take_cash(public_id=charge.public_id, cash=CashGiven(uuid.uuid4()), actor=binh, now=MONDAY)
    assert [first[0].number, cancel.number, again.number] == [1, 2, 3]
    with pytest.raises(Refused, match=r"cash\.cancelled"):
        cancel_cash(public_id=first[0].public_id, key=uuid.uuid4(), reason="x", actor=binh, now=MONDAY)


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "code"), [("50.000", "cash.given_less"), ("nhiều", "cash.given_form")])
def test_less_than_what_is_owed_is_refused(world: World, given: str, code: str) -> None:
    charge = a_charge(world.home, channel="DIRECT")
    with pytest.raises(Refused, match=code):
        cash = CashGiven(uuid.uuid4(), given)
        take_cash(public_id=charge.public_id, cash=cash, actor=world.home.binh, now=MONDAY)
    assert not CashReceipt.objects.exists()


@pytest.mark.django_db
def test_only_the_unit_that_is_owed_takes_the_money(world: World) -> None:
    charge = a_charge(world.home, channel="DIRECT")
    for actor in (world.elsewhere.binh, world.home.chi, world.administrator):
        with pytest.raises(Denied):
            take_cash(public_id=charge.public_id, cash=CashGiven(uuid.uuid4()), actor=actor, now=MONDAY)


@pytest.mark.django_db
def test_a_day_is_closed_drawer_by_drawer_and_then_by_the_manager(world: World) -> None:
    office, on = world.home, MONDAY.date()
    for actor in (office.binh, office.postal):
        charge = a_charge(office, channel="DIRECT")
        take_cash(public_id=charge.public_id, cash=CashGiven(uuid.uuid4()), actor=actor, now=MONDAY)
    with pytest.raises(Refused, match=r"closing\.drawers_open"):
        close_day(on=on, counted="150000", note="", actor=office.manager, now=MONDAY)
    with pytest.raises(Refused, match=r"closing\.gap_unexplained"):
        close_drawer(on=on, counted="70.000", note="", actor=office.binh, now=MONDAY)
    closing = close_drawer(on=on, counted="70.000", note="Thiếu 5.000, chưa rõ", actor=office.binh, now=MONDAY)
    assert (closing.expected_vnd, closing.counted_vnd) == (75_000, 70_000)
    later = a_charge(office, channel="DIRECT")
    with pytest.raises(Refused, match=r"cash\.day_closed"):
        take_cash(public_id=later.public_id, cash=CashGiven(uuid.uuid4()), actor=office.binh, now=MONDAY)
    close_drawer(on=on, counted="75000", note="", actor=office.postal, now=MONDAY)
    whole = close_day(on=on, counted="145000", note="Thiếu 5.000 ở quầy 1", actor=office.manager, now=MONDAY)
    assert (whole.expected_vnd, whole.receipts, whole.staff_id) == (150_000, 2, None)
    assert day_of(office.centre.id, on).closing == whole
    with pytest.raises(Refused, match=r"closing\.twice"):
        close_day(on=on, counted="150000", note="x", actor=office.manager, now=MONDAY)


@pytest.mark.django_db
def test_what_the_statement_names_and_we_never_heard_of_is_listed_and_booked_by_the_manager(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    charge = a_charge(world.home)
    order = order_of(charge, bank, gateway)
    bank.pay(order, at=MONDAY)
    bank.pay({**order, "vnp_TxnRef": "0" * 32}, at=MONDAY)
    bank._by_attempt.clear()  # The bank's answers know nothing of it, its statement does.
    result = reconcile(on=MONDAY.date(), now=MONDAY, gateway=gateway)
    assert result is not None
    assert (result.their_count, result.our_count) == (2, 0)
    manager = world.home.manager
    (found,) = open_discrepancies(manager)
    assert (found.kind, found.their_vnd) == ("missing_here", charge.amount_vnd)
    with put_in(payment_gateway=gateway):
        settle_discrepancy(discrepancy_id=found.id, way="book", reason="", actor=manager, now=MONDAY)
    charge.refresh_from_db()
    assert (charge.standing, open_discrepancies(manager)) == ("settled", [])
    with pytest.raises(Refused, match=r"discrepancy\.settled"):
        settle_discrepancy(discrepancy_id=found.id, way="book", reason="", actor=manager, now=MONDAY)


@pytest.mark.django_db
def test_a_call_back_that_comes_after_the_comparison_closes_the_difference(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    notice = bank.pay(order_of(a_charge(world.home), bank, gateway), at=MONDAY)
    kept = dict(bank._by_attempt)
    bank._by_attempt.clear()
    reconcile(on=MONDAY.date(), now=MONDAY, gateway=gateway)
    assert len(open_discrepancies(world.home.manager)) == 1
    bank._by_attempt.update(kept)
    take_call_back(notice, now=MONDAY, gateway=gateway)
    reconcile(on=MONDAY.date(), now=MONDAY, gateway=gateway)
    assert open_discrepancies(world.home.manager) == []


def test_one_call_back_delivered_by_eight_at_once_is_booked_once(
    committed_world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    notice = bank.pay(order_of(a_charge(committed_world.home), bank, gateway), at=MONDAY)
    verdicts = list[str]()

    def call() -> None:
        verdicts.append(take_call_back(notice, now=MONDAY, gateway=gateway))
        connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(verdicts) == ["booked", *["duplicate"] * 7]
    assert bookings() == ["settled"]


@pytest.mark.django_db
def test_through_lost_doubled_late_reordered_and_forged_call_backs_the_books_balance_to_the_dong(
    world: World,
) -> None:
    storm = Storm(world.home.centre.id, world.home.offerings[PERMIT], random.Random(11))
    storm.run(400)
    found = check(storm)
    assert found["received_vnd"] == found["bank_took_vnd"]
    assert found["held_vnd"] == found["bank_holds_vnd"]
    assert found["is_balanced"]
    wrong = ("settled_twice", "settled_without_money", "money_lost", "money_invented", "refund_due_vnd")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
    assert {n for n in found if n.startswith("callbacks_")} >= {
        *("callbacks_booked", "callbacks_duplicate", "callbacks_failed", "callbacks_forged", "callbacks_mismatch")
    }
    assert books_of((m.amount_vnd, Booking(m.booking)) for m in Money.objects.all()).is_balanced


def test_the_gateway_is_told_what_we_made_of_its_call(gateway: SignedGateway) -> None:
    codes = [
        json.loads(gateway.answer(v))["RspCode"] for v in ("booked", "duplicate", "unknown", "mismatch", "forged")
    ]
    assert codes == ["00", "02", "01", "04", "97"]


@pytest.mark.django_db
def test_nothing_owed_is_paid_from_the_start(world: World) -> None:
    offering = world.home.offerings[PERMIT]
    quoted = quote_for(offering, on=MONDAY.date(), channel="DIRECT", answers={"exemptions": ["poor"]})
    charge = open_charge(
        key=uuid.uuid4(), offering_id=offering, unit_id=world.home.centre.id, quote=quoted, channel="DIRECT", now=MONDAY,
    )  # fmt: skip
    assert (charge.amount_vnd, charge.standing) == (0, "settled")
    assert charge.quote["reasons"][0]["evidence"] == "Giấy chứng nhận hộ nghèo"
    assert Dossier.objects.count() == 0


@pytest.mark.django_db
def test_what_is_paid_at_reception_is_receipted_with_it_and_any_other_amount_is_refused(world: World) -> None:
    receipt = received(world.home, PERMIT, fee_paid="75.000")
    (charge,) = charges_of(dossier_id=receipt.dossier_id)
    (paper,) = CashReceipt.objects.all()
    assert (charge.standing, paper.amount_vnd, paper.number) == ("settled", 75_000, 1)
    assert Dossier.objects.get(id=receipt.dossier_id).version == 1
    with pytest.raises(Refused, match=r"intake\.fee_other"):
        received(world.home, PERMIT, fee_paid="50.000")
    later = received(world.home, PERMIT)
    assert [c.standing for c in charges_of(dossier_id=later.dossier_id)] == ["open"]
    free = received(world.home, PERMIT, fee_answers={"exemptions": ["poor"]})
    assert charges_of(dossier_id=free.dossier_id) == []


@pytest.mark.django_db
def test_a_term_that_rests_until_a_charge_is_paid_runs_on_when_it_is(
    world: World, bank: SimulatedBank, gateway: SignedGateway
) -> None:
    charge, office = a_charge(world.home), world.home
    dossier = Dossier.objects.get(id=charge.dossier_id)
    complete_step(
        public_id=dossier.public_id, step=0, outcome="done", reason="", seen_version=1, actor=office.binh, now=MONDAY
    )
    wanted = PauseEntry("financial_obligation", "50/2014/QH13", "art. 95", "Chờ nộp lệ phí", str(charge.public_id))
    for wrong in (replace(wanted, cause="court"), replace(wanted, charge="x")):
        with pytest.raises(Refused, match=r"pause\.charge"):
            pause_clock(public_id=dossier.public_id, entry=wrong, seen_version=2, actor=office.chi, now=MONDAY)
    pause_clock(public_id=dossier.public_id, entry=wanted, seen_version=2, actor=office.chi, now=MONDAY)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.due_at) == (6, None)
    later = MONDAY + timedelta(days=2)
    take_call_back(bank.pay(order_of(charge, bank, gateway, at=later), at=later), now=later, gateway=gateway)
    dossier.refresh_from_db()
    assert (dossier.state, dossier.open_pauses, dossier.due_at is not None) == (4, 0, True)
    kinds = list(Fact.objects.filter(dossier_id=dossier.id).order_by("seq").values_list("kind", flat=True))
    assert kinds[-3:] == [FactKind.PAUSED, FactKind.PAID, FactKind.RESUMED]


@pytest.fixture
def bank_on_the_net(bank: SimulatedBank) -> Iterator[str]:
    """The simulated bank behind an address of its own."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(bank.handle(asked)).encode() if self.path == "/api" else b"<html>"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("digest", ["sha512", "sha256"])
def test_the_gateway_keeps_the_same_contract_in_the_house_and_over_the_net(
    bank: SimulatedBank, bank_on_the_net: str, digest: str
) -> None:
    terms = replace(TERMS, digest=digest)
    bank.terms = terms
    for gateway in (SignedGateway(terms, bank.handle), SignedGateway(terms, over_http(f"{bank_on_the_net}/api"))):
        key = uuid.uuid4()
        assert gateway.query(key, made_at=MONDAY) is None
        order = PayOrder(key, 75_000, "Le phi", "/", MONDAY, MONDAY + timedelta(minutes=15), "vi")
        params = bank.order_of(urlsplit(gateway.address(order)).query)
        assert params is not None
        said = gateway.read(bank.pay(params, at=MONDAY))
        assert said == gateway.query(key, made_at=MONDAY)
        assert said is not None
        assert (said.outcome, said.amount_vnd, said.attempt) == ("paid", 75_000, key.hex)
        back = RefundOrder(uuid.uuid4(), key, said.number, 75_000, MONDAY)
        assert [gateway.refund(back) for _ in range(2)] == ["paid", "paid"]
        assert gateway.refund(replace(back, key=uuid.uuid4())) == "failed"
        lines = [line.amount_vnd for line in gateway.statement(MONDAY.date()) if line.attempt == key.hex]
        assert lines == [75_000, -75_000]
    for broken in (f"{bank_on_the_net}/elsewhere", "http://127.0.0.1:9/api"):
        with pytest.raises(GatewayAway):
            SignedGateway(terms, over_http(broken)).query(uuid.uuid4(), made_at=MONDAY)


@pytest.mark.django_db
def test_nothing_is_taken_for_a_dossier_that_was_withdrawn(world: World, gateway: SignedGateway) -> None:
    charge = a_charge(world.home)
    Dossier.objects.filter(id=charge.dossier_id).update(state=7)
    with pytest.raises(Refused, match=r"pay\.voided"):
        start_payment(charge=charge, return_url="/", language="vi", now=MONDAY, gateway=gateway)
