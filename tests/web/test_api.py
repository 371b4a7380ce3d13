"""The interface for programs keeps its description, whatever it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from motcua.services.offline.merging import merge_entries
from motcua.services.tracking import secret_of
from motcua.store.dossiers.models import Dossier
from station import a_machine
from world import BIRTH, MONDAY, STATUS, World, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unlimited(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "limited" not in request.keywords:
        monkeypatch.setattr("motcua.api.public.is_within_limit", lambda *args, **kwargs: True)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A server closes old connections around each request; here all requests share the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_call_is_answered_as_described(world: World, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", WSGIHandler())
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 6
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and operation.path == "/api/life-events":
            continue  # it takes nothing, so nothing can be wrong

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def ask(case: Any) -> None:
            case.call_and_validate()

        ask()


def test_a_procedure_is_found_and_told(world: World) -> None:
    client = Client()
    found = client.get("/api/procedures?q=giay khai sinh").json()["items"]
    assert found[0]["code"] == BIRTH
    assert found[0]["address"].endswith(f"/procedures/{BIRTH}")
    told = client.get(f"/api/procedures/{BIRTH}").json()
    assert told["papers"][0]["is_required"]
    assert client.get("/api/procedures/9.999999").status_code == 404
    assert client.get("/api/procedures").status_code == 422


def test_a_dossier_is_followed_with_what_stands_on_the_receipt(world: World) -> None:
    receipt = received(world.home)
    client = Client()

    def ask(secret: str) -> Any:
        body = json.dumps({"code": receipt.code, "secret": secret})
        return client.post("/api/track", body, content_type="application/json")

    assert ask(secret_of(receipt.public_id)).json() == {"code": receipt.code, "percent": 0, "state": "received"}
    assert ask("WRONG").status_code == 404
    assert "Nguyễn" not in ask(secret_of(receipt.public_id)).content.decode()


def test_a_receipt_without_network_is_checked(world: World) -> None:
    machine = a_machine(world.home.binh)
    entry = machine.give(MONDAY, procedure=STATUS)
    before = Client().get(f"/api/receipts/{entry['token']}").json()
    assert before["is_in_the_system"] is False
    merge_entries(station=machine.station, entries=[entry], actor=world.home.binh, now=MONDAY)
    assert Client().get(f"/api/receipts/{entry['token']}").json()["is_in_the_system"] is True
    assert Dossier.objects.count() == 1


@pytest.mark.limited
def test_nobody_tries_secrets_for_long(world: World) -> None:
    receipt = received(world.home)
    body = json.dumps({"code": receipt.code, "secret": "WRONG"})
    answers = [Client().post("/api/track", body, content_type="application/json").status_code for _ in range(12)]
    assert answers == [404] * 10 + [429] * 2
