"""Life events and procedures as data: what a citizen, a search engine and a catalogue find without an account."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.test import Client
from lxml import html

from motcua.portal.views.pages import script_safe
from motcua.services.catalogue import publish_law_procedures
from motcua.store.lawfiles.life_events import check_life_events, life_events
from motcua.store.lawfiles.procedures import law_procedures
from world import BIRTH, MONDAY, World

pytestmark = pytest.mark.django_db


def test_a_life_event_lists_what_is_published_of_it_in_order(world: World) -> None:
    page = html.fromstring(Client().get("/life-events/birth").content)
    links = [a.get("href") for a in page.xpath("//main//ol//a")]
    assert links == [f"/procedures/{BIRTH}"], "what the catalogue does not have is left out"
    assert "trong ngày" in page.text_content()
    assert Client().get("/life-events/nothing").status_code == 404
    home = html.fromstring(Client().get("/").content)
    assert [a.get("href") for a in home.xpath("//ul[@class='events']//a")] == [
        f"/life-events/{e.key}" for e in life_events()
    ]


def test_it_is_told_in_the_readers_language(world: World) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get("/life-events/birth").content.decode()
    assert "A child is born" in page
    assert "Birth only" in page


def test_a_procedure_is_given_as_data_to_catalogues_and_search_engines(world: World) -> None:
    answer = Client().get(f"/procedures/{BIRTH}/data")
    assert answer["Content-Type"].startswith("application/ld+json")
    data = json.loads(answer.content)
    assert data["dct:identifier"] == BIRTH
    assert data["@id"].endswith(f"/procedures/{BIRTH}")
    page = html.fromstring(Client().get(f"/procedures/{BIRTH}").content)
    (script,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(script)["name"] == "Đăng ký khai sinh"
    assert page.xpath("//link[@rel='alternate']/@href") == [f"/procedures/{BIRTH}/data"]
    assert Client().get("/procedures/9.999999/data").status_code == 404


def test_a_hostile_text_stays_data(world: World) -> None:
    assert "<" not in script_safe({"name": "</script><script>alert(1)</script>"})
    content = next(p.content for p in law_procedures() if p.content.code == BIRTH)
    hostile = replace(content, code="9.000009", name="</script><b id=broken>&amp;")
    publish_law_procedures([hostile], now=MONDAY)
    page = html.fromstring(Client().get("/procedures/9.000009").content)
    assert page.xpath("//*[@id='broken']") == []
    (script,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(script)["name"] == "</script><b id=broken>&amp;"


def test_the_events_of_the_law_are_sound_and_faults_are_named(tmp_path: object) -> None:
    from pathlib import Path

    from motcua.store.lawfiles.life_events import FILE

    known = {p.content.code for p in law_procedures()}
    assert check_life_events(known) == []
    broken = Path(str(tmp_path)) / "life_events.toml"
    text = (
        FILE.read_text(encoding="utf-8").replace('"1.000894"', '"9.000000"').replace('key = "death"', 'key = "birth"')
    )
    broken.write_text(text, encoding="utf-8")
    faults = check_life_events(known, broken)
    assert any("9.000000 is not in law/procedures" in f for f in faults)
    assert any("birth twice" in f for f in faults)


def test_a_character_that_no_text_holds_is_refused_and_breaks_nothing(world: World) -> None:
    client = Client()
    assert client.post("/track", {"code": "H05.31-261116-0001\x00", "secret": "x"}).status_code in (200, 400, 404)
    assert client.get("/procedures?q=khai%00sinh").status_code in (200, 400)
    assert client.get("/procedures/1.00%001193").status_code in (200, 400, 404)
