"""Ratings: once, by who was served, naming nobody, shown as figures with counts."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from motcua.services.actors import Denied
from motcua.services.ratings import COUNT_MIN, counter_of_token, counter_token, rate_visit, rating_report
from motcua.services.tracking import secret_of
from motcua.store.dossiers.models import Dossier
from motcua.store.organisation.models import Counter
from motcua.store.voices.models import Rating
from world import MONDAY, PASSWORD, World, received


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter.objects.create(unit=world.home.centre, number=1, name="Hộ tịch")


def ended(world: World) -> tuple[Dossier, str]:
    dossier = Dossier.objects.get(public_id=received(world.home).public_id)
    Dossier.objects.filter(id=dossier.id).update(state=10)
    dossier.refresh_from_db()
    return dossier, f"/track/{dossier.code}/{secret_of(dossier.public_id)}"


@pytest.mark.django_db
def test_a_dossier_is_rated_once_after_its_end_by_who_holds_its_receipt(world: World) -> None:
    receipt = received(world.home)
    open_one = f"/track/{receipt.code}/{secret_of(receipt.public_id)}"
    assert Client().get(f"{open_one}/rate").status_code == 404
    dossier, address = ended(world)
    client = Client()
    assert f"{address}/rate" in client.get(address).content.decode()
    assert Client().get(f"/track/{dossier.code}/WRONG/rate").status_code == 404
    assert client.post(f"{address}/rate", {"score": "6"}).status_code == 422
    assert client.post(f"{address}/rate", {"score": "4", "remark": "Nhanh"}).status_code == 302
    assert client.get(f"{address}/rate").status_code == 404
    row = Rating.objects.get()
    assert (row.score, row.text, row.unit_id) == (4, "Nhanh", world.home.centre.id)
    kept = " ".join(str(v) for v in Rating.objects.values_list().get())
    for trace in (str(dossier.public_id), dossier.code, dossier.applicant_name):
        assert trace not in kept


@pytest.mark.django_db
def test_a_tablet_belongs_to_its_counter_and_a_visit_is_rated_once(world: World, counter: Counter) -> None:
    token = counter_token(counter.id)
    assert counter_of_token(token) == counter
    for wrong in (
        token[:-1] + "A" * 2,
        f"{counter.id}-",
        "x",
        "",
        "9" * 30,
        f"{counter.id + 1}{token[len(str(counter.id)) :]}",
    ):
        assert counter_of_token(wrong) is None
    client, visit = Client(), str(uuid.uuid4())
    assert client.get(f"/rate/{token}").status_code == 200
    for _ in range(3):
        answer = client.post(f"/rate/{token}", {"score": "5", "visit": visit})
        assert answer["Location"].endswith("?thanks=1")
    assert Rating.objects.count() == 1
    assert client.post(f"/rate/{token}", {"visit": visit}).status_code == 422
    assert rate_visit(visit="ticket:1", counter_id=counter.id, score=3, text="", now=MONDAY)
    assert not rate_visit(visit="ticket:1", counter_id=counter.id, score=1, text="", now=MONDAY)


@pytest.mark.django_db
def test_figures_and_remarks_of_fewer_than_five_are_not_shown(world: World, counter: Counter) -> None:
    first, last = MONDAY.date(), MONDAY.date() + timedelta(days=1)
    for n in range(COUNT_MIN - 1):
        rate_visit(visit=f"t{n}", counter_id=counter.id, score=5, text=f"Lời {n}", now=MONDAY)
    report = rating_report(world.home.manager, first=first, last=last)
    assert (report.whole.count, report.whole.scores, report.whole.percent_good, report.texts) == (4, (), None, ())
    rate_visit(visit="t9", counter_id=counter.id, score=1, text="Lời 9", now=MONDAY)
    report = rating_report(world.home.manager, first=first, last=last)
    assert (report.whole.scores, report.whole.percent_good) == ((4, 0, 0, 0, 1), 80)
    assert len(report.texts) == 5
    assert rating_report(world.elsewhere.manager, first=first, last=last).whole.count == 0
    assert rating_report(world.home.dung, first=first, last=last).whole.count == 5
    with pytest.raises(Denied):
        rating_report(world.home.chi, first=first, last=last)


@pytest.mark.django_db
def test_the_managers_page_shows_the_tablets_of_his_own_counters(world: World, counter: Counter) -> None:
    client = Client()
    client.login(username="giamdoc", password=PASSWORD)
    assert counter_token(counter.id) in client.get("/ratings").content.decode()
    client.login(username="giamdocxa", password=PASSWORD)
    assert counter_token(counter.id) not in client.get("/ratings?from=01/01/2026&to=x").content.decode()
