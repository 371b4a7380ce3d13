"""The register page refuses what it cannot print and says what to do instead."""

from __future__ import annotations

import pytest
from django.test import Client

from world import PASSWORD, World, received


def test_a_register_too_long_to_print_is_offered_as_a_spreadsheet(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: object, tmp_path: object
) -> None:
    settings.UPLOADS = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr("motcua.reports.views.REGISTER_PRINTED_ROWS_MAX", 1)
    for _ in range(2):
        received(world.home)
    client = Client()
    assert client.login(username="binh", password=PASSWORD)
    query = "/register?sector=H%E1%BB%99+t%E1%BB%8Bch&from_on=16/11/2026&to_on=16/11/2026"
    answer = client.get(query + "&as=pdf")
    assert answer.status_code == 422
    assert "Quá nhiều hồ sơ cho một lần in sổ" in answer.content.decode()
    assert client.get(query + "&as=xlsx").content.startswith(b"PK")
