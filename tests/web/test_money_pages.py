"""The pages of money, for the counter, the manager and whoever pays."""

from __future__ import annotations

from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.test import Client

from motcua.core.fees import flat_tariff, quote
from motcua.core.kernel import Confidence, LegalRef
from motcua.integrations.payment_gateway.adapter import SignedGateway, Terms
from motcua.integrations.payment_gateway.simulator import SimulatedBank
from motcua.services.adapters import put_in
from motcua.services.tracking import secret_of
from motcua.store.dossiers.models import Dossier
from motcua.store.payments.models import CallBack, CashReceipt, Charge, DailyClosing, Money
from world import MONDAY, PASSWORD, PERMIT, World, received

TERMS = Terms("simulated", "MOTCUA01", "a secret between two", "/simulated-bank/pay")

pytestmark = pytest.mark.django_db


def client_of(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


@pytest.fixture
def charge(world: World) -> Charge:
    return Charge.objects.get(dossier_id=received(world.home, PERMIT).dossier_id)


@pytest.fixture
def bank() -> SimulatedBank:
    return SimulatedBank(TERMS)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", " ")


def test_cash_is_found_by_the_code_taken_printed_and_cancelled(world: World, charge: Charge) -> None:
    binh, code = client_of("binh"), Dossier.objects.get(id=charge.dossier_id).code
    found = binh.get("/cash", {"code": code})
    assert found["Location"] == f"/cash/{charge.public_id}"
    page = binh.get(f"/cash/{charge.public_id}")
    assert "75.000 đ" in page.content.decode()
    short = binh.post(f"/cash/{charge.public_id}", {"act": "take", "key": page_key(page), "given": "50000"})
    assert (short.status_code, CashReceipt.objects.count()) == (422, 0)
    for _ in range(2):
        binh.post(f"/cash/{charge.public_id}", {"act": "take", "key": page_key(page), "given": "100.000"})
    (receipt,) = CashReceipt.objects.all()
    assert "25.000 đ" in binh.get(f"/cash/{charge.public_id}").content.decode()
    said = text_of(binh.get(f"/cash/receipts/{receipt.public_id}.pdf").content)
    assert "BIÊN LAI THU TIỀN" in said
    assert "Bảy mươi lăm nghìn đồng" in said
    binh.post(
        f"/cash/{charge.public_id}",
        {"act": "cancel", "key": page_key(page), "receipt": receipt.public_id, "reason": "Thu nhầm"},
    )
    assert [r.amount_vnd for r in CashReceipt.objects.order_by("number")] == [75_000, -75_000]
    cancelled = CashReceipt.objects.get(of=receipt)
    assert "PHIẾU HỦY BIÊN LAI" in text_of(binh.get(f"/cash/receipts/{cancelled.public_id}.pdf").content)


def page_key(page: object) -> str:
    return str(page.content.decode().split('name="key" value="')[1].split('"')[0])  # type: ignore[attr-defined]


def test_the_day_is_closed_on_its_page_and_leaves_as_spreadsheet_and_paper(world: World) -> None:
    received(world.home, PERMIT, fee_paid="75000")
    binh, manager = client_of("binh"), client_of("giamdoc")
    assert binh.post("/cash/day", {"act": "drawer", "counted": ""}).status_code == 422
    assert binh.post("/cash/day", {"act": "drawer", "counted": "75.000"}).status_code == 302
    assert manager.post("/cash/day", {"act": "unit", "counted": "75.000"}).status_code == 302
    assert DailyClosing.objects.count() == 2
    rows = manager.get("/cash/day", {"as": "csv"}).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert ",75000," in rows[1]
    assert "75.000 đồng" in text_of(manager.get("/cash/day.pdf").content)
    assert client_of("giamdocxa").get("/cash/day", {"as": "csv"}).content.count(b"\n") == 1


def test_a_citizen_pays_from_the_tracking_page_through_the_bank_and_back(
    world: World, charge: Charge, bank: SimulatedBank
) -> None:
    visitor, dossier = Client(), Dossier.objects.get(id=charge.dossier_id)
    page = f"/pay/{charge.public_id}"
    assert page in visitor.get(f"/track/{dossier.code}/{secret_of(dossier.public_id)}").content.decode()
    with put_in(payment_gateway=SignedGateway(TERMS, bank.handle)):
        address = visitor.post(page)["Location"]
        order = bank.order_of(urlsplit(address).query)
        assert order is not None
        notice = bank.pay(order, at=MONDAY)
        back = visitor.get(f"{page}/back?{notice}")
        assert back["Location"] == page
        assert visitor.get(page).content.decode().count("75.000 đ") >= 2
        answers = [visitor.get(f"/pay/callback/simulated?{notice}").json()["RspCode"] for _ in range(2)]
        assert answers == ["02", "02"]
        forged = notice.replace("vnp_Amount=7", "vnp_Amount=9")
        assert visitor.post("/pay/callback/simulated", forged, content_type="text/plain").json()["RspCode"] == "97"
        assert visitor.get("/pay/callback/other").status_code == 404
    assert Money.objects.count() == 1
    assert sorted(CallBack.objects.values_list("verdict", flat=True)) == [
        "booked",
        "duplicate",
        "duplicate",
        "forged",
    ]


def test_a_pay_page_names_nobody_and_without_a_gateway_sends_to_the_counter(world: World, charge: Charge) -> None:
    page = Client().get(f"/pay/{charge.public_id}").content.decode()
    assert "Nguyễn Thị An" not in page
    assert "999190000001" not in page
    with put_in(payment_gateway=None):
        answer = Client().post(f"/pay/{charge.public_id}")
    assert answer.status_code == 422
    assert Client().get("/pay/00000000-0000-4000-8000-000000000000").status_code == 404


def test_a_gateway_elsewhere_is_reached_by_a_link(world: World, charge: Charge) -> None:
    far = Terms("far", "MOTCUA01", "secret", "https://bank.example/pay")
    with put_in(payment_gateway=SignedGateway(far, SimulatedBank(far).handle)):
        page = Client().post(f"/pay/{charge.public_id}").content.decode()
    assert 'href="https://bank.example/pay?' in page


def test_a_long_call_is_turned_away_and_too_many_as_well(world: World, bank: SimulatedBank) -> None:
    with put_in(payment_gateway=SignedGateway(TERMS, bank.handle)):
        answer = Client().post("/pay/callback/simulated", "x" * 5_000, content_type="text/plain")
    assert (answer.status_code, CallBack.objects.count()) == (413, 0)


def test_the_manager_settles_what_differs_on_one_page(world: World, charge: Charge, bank: SimulatedBank) -> None:
    manager, visitor = client_of("giamdoc"), Client()
    with put_in(payment_gateway=SignedGateway(TERMS, bank.handle)):
        order = bank.order_of(urlsplit(visitor.post(f"/pay/{charge.public_id}")["Location"]).query)
        assert order is not None
        bank.pay(order, at=MONDAY)
        bank._by_attempt.clear()
        assert manager.post("/cash/gateway", {"act": "compare", "on": "16/11/2026"}).status_code == 302
        page = manager.get("/cash/gateway").content.decode()
        number = page.split('name="difference" value="')[1].split('"')[0]
        assert manager.post("/cash/gateway", {"act": "explain", "difference": number}).status_code == 422
        assert manager.post("/cash/gateway", {"act": "book", "difference": number}).status_code == 302
    charge.refresh_from_db()
    assert charge.standing == "settled"


def test_a_fee_by_pages_is_worked_out_at_the_counter(world: World) -> None:
    tariff = flat_tariff(1_000, name="x", ref=LegalRef("", "", Confidence.UNSURE))
    assert quote(tariff, on=MONDAY.date(), channel="POST").total_vnd == 1_000
    binh = client_of("binh")
    intake = binh.post("/counter/start", {"offering": world.home.offerings[PERMIT]})["Location"]
    page = binh.get(intake).content.decode()
    assert 'name="fee.exemption"' in page
    saved = binh.post(intake, {"act": "save", "fee.exemption": "poor"}).content.decode()
    assert "0 đ" in saved
