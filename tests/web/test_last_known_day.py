"""On the last days whose days off are known, and after them, pages still open; what cannot be promised says why."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from test_counter import begin, whole_form

from campaign_cast import signed_in
from motcua.services.actors import Actor
from motcua.services.boards.digests import make_digests
from motcua.services.duties.reminding import remind_owed
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier
from motcua.store.lawfiles import law_book
from motcua.ui.menu import menu
from world import STATUS, World, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def on(settings: object, day: date) -> datetime:
    at = datetime.combine(day, time(9), VIETNAM)
    settings.DEMO_OFFSET = at - datetime.now(UTC)  # type: ignore[attr-defined]
    return at


def people(world: World) -> dict[str, Actor]:
    home = world.home
    return {
        "binh": home.binh,
        "chi": home.chi,
        "dung": home.dung,
        "giamdoc": home.manager,
        "buudien": home.postal,
        "quantri": world.administrator,
        "kiemsoat": world.procedure_officer,
        "lanhdao": world.province_leader,
    }


@pytest.mark.parametrize("days_after", [-1, 0, 1, 40])
def test_the_pages_of_every_menu_open(world: World, settings: object, days_after: int) -> None:
    last = law_book().calendar().known_until
    for n in range(3):
        received(world.home, STATUS, at=datetime.combine(last - timedelta(days=7 * n + 8), time(9), VIETNAM))
    now = on(settings, last + timedelta(days=days_after))
    for username, actor in people(world).items():
        client, groups = signed_in(username), menu(SimpleNamespace(actor=actor, path="/"))
        for address in (item.address for group in groups for item in group.items):
            assert client.get(address, follow=True).status_code == 200, (username, address)
    assert "ngày nghỉ của năm sau" in signed_in("quantri").get("/law").content.decode()
    remind_owed(now=now)
    make_digests(now=now)


def test_a_dossier_whose_day_cannot_be_told_is_not_received_and_the_page_says_why(
    world: World, settings: object
) -> None:
    on(settings, law_book().calendar().known_until - timedelta(days=1))
    client = signed_in("binh")
    answer = client.post(begin(client, world, STATUS), whole_form())
    text = answer.content.decode()
    assert answer.status_code == 503
    assert "Chưa biết ngày nghỉ" in text
    assert f"{law_book().calendar().known_until:%d/%m/%Y}" in text
    assert Dossier.objects.count() == 0
