"""Receiving without the network: numbers of its own, receipts that verify, home without loss or double."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client

from motcua.core.dossier.offline import parse_receipt
from motcua.core.kernel import Refused
from motcua.services.actors import Denied
from motcua.services.dossiers.intake import receive_dossier
from motcua.services.offerings import running_offering
from motcua.services.offline.merging import held_entries, merge_entries, open_held, settle_held, take_as_same
from motcua.services.offline.packs import make_pack
from motcua.services.offline.receipts import check_receipt
from motcua.services.offline.stations import register_station, revoke_station, station_for
from motcua.services.receiving_terms import due_when_received
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier, IntakeDraft
from motcua.store.dossiers.writing import facts_of
from motcua.store.offline.models import OfflineEntry
from station import CARD, a_machine, a_station, due_of
from world import BIRTH, MONDAY, PASSWORD, PERMIT, STATUS, World, an_intake

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=3)


def states(brought: object) -> list[str]:
    return [b.state for b in brought]  # type: ignore[attr-defined]


def test_the_due_instant_taken_along_is_that_of_the_server_at_every_minute(world: World) -> None:
    machine = a_machine(world.home.binh)
    days = list(machine.pack["numbers"])
    assert days == ["2026-11-16", "2026-11-17"]
    for code in (BIRTH, STATUS, PERMIT):
        offering = next(o for o in machine.pack["offerings"] if o["code"] == code)
        running = running_offering(offering["id"])
        for day in days:
            for minute in range(6 * 60, 20 * 60, 7):
                at = datetime.fromisoformat(day).replace(hour=minute // 60, minute=minute % 60, tzinfo=VIETNAM)
                assert due_of(machine.pack, offering, at) == due_when_received(running=running, at=at), (code, at)


def test_two_machines_never_hold_the_same_number_and_a_machine_keeps_its_own(world: World) -> None:
    one, two = a_machine(world.home.binh, "Quầy 1"), a_machine(world.home.binh, "Quầy 2")
    mine = {c for by_agency in one.pack["numbers"].values() for codes in by_agency.values() for c in codes}
    theirs = {c for by_agency in two.pack["numbers"].values() for codes in by_agency.values() for c in codes}
    assert len(mine) >= 400
    assert not mine & theirs
    again = make_pack(station=one.station, actor=world.home.binh, now=LATER)
    assert again["numbers"] == one.pack["numbers"]


def test_receipts_become_dossiers_with_their_code_hour_and_day(world: World) -> None:
    machine = a_machine(world.home.binh)
    given = [
        machine.give(MONDAY + timedelta(minutes=n), procedure=(BIRTH, STATUS, PERMIT)[n % 3]) for n in range(1, 7)
    ]
    merged = merge_entries(station=machine.station, entries=given, actor=world.home.binh, now=LATER)
    assert states(merged) == ["merged"] * 6
    for entry, brought in zip(given, merged, strict=True):
        receipt = parse_receipt(entry["token"])
        dossier = Dossier.objects.get(code=brought.code)
        assert (dossier.received_at, dossier.due_at) == (receipt.received_at, receipt.due_at)
        fact = facts_of(dossier.id)[0]
        assert fact.at == receipt.received_at
        assert datetime.fromisoformat(fact.body["entered_at"]) == LATER
        assert fact.staff_id == world.home.binh.staff_id
    assert OfflineEntry.objects.filter(payload__isnull=False).count() == 0, "what is home is not kept twice"


def test_sent_again_nothing_is_received_twice(world: World) -> None:
    machine = a_machine(world.home.binh)
    given = [machine.give(MONDAY + timedelta(minutes=n), procedure=STATUS) for n in (1, 2, 3)]
    first = merge_entries(station=machine.station, entries=given[:2], actor=world.home.binh, now=LATER)
    again = merge_entries(station=machine.station, entries=given, actor=world.home.binh, now=LATER)
    assert [b.code for b in again[:2]] == [b.code for b in first]
    assert states(again) == ["merged"] * 3
    assert Dossier.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_bearers_at_once_bring_each_receipt_home_once(committed_world: World) -> None:
    world = committed_world
    machine = a_machine(world.home.binh)
    given = [machine.give(MONDAY + timedelta(minutes=n), procedure=STATUS) for n in range(1, 9)]
    found: list[list[str]] = []

    def bring() -> None:
        try:
            found.append(
                states(merge_entries(station=machine.station, entries=given, actor=world.home.binh, now=LATER))
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=bring) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["merged"] * 8] * 3
    assert Dossier.objects.count() == 8


@pytest.mark.parametrize("fault", ["changed", "left out", "other key", "other number"])
def test_what_was_changed_on_the_machine_is_not_taken_in(world: World, fault: str) -> None:
    machine, other = a_machine(world.home.binh), a_machine(world.home.binh, "Quầy 2")
    given = [machine.give(MONDAY + timedelta(minutes=n), procedure=STATUS) for n in (1, 2, 3)]
    expected = ["merged", "refused"]
    if fault == "changed":
        given[1]["payload"] = given[1]["payload"].replace("Nguyễn Thị An", "Người Khác")
    elif fault == "left out":
        del given[1]
    elif fault == "other key":
        machine.seq, machine.key = 1, other.key
        given[1] = machine.give(MONDAY + timedelta(minutes=2), procedure=STATUS)
    else:
        (theirs,) = [codes[0] for codes in list(other.pack["numbers"]["2026-11-16"].values())[:1]]
        given.append(machine.give(MONDAY + timedelta(minutes=4), procedure=STATUS, code=theirs))
        expected = ["merged", "merged", "merged", "held"]
    brought = merge_entries(station=machine.station, entries=given, actor=world.home.binh, now=LATER)
    assert states(brought) == expected
    assert Dossier.objects.count() == expected.count("merged")


def test_what_cannot_be_a_dossier_is_kept_put_right_and_received_with_its_number(world: World) -> None:
    home = world.home
    machine = a_machine(home.binh)
    bad = machine.give(MONDAY + timedelta(minutes=5), procedure=STATUS, applicant={**CARD, "id_number": "12"})
    good = machine.give(MONDAY + timedelta(minutes=6), procedure=STATUS)
    brought = merge_entries(station=machine.station, entries=[bad, good], actor=home.binh, now=LATER)
    assert states(brought) == ["held", "merged"], "one that waits does not stop those after it"
    assert [p.code for p in brought[0].problems] == ["party.number_form"]
    (held,) = held_entries(home.centre.id)
    with pytest.raises(Denied):
        open_held(entry_id=held.id, actor=world.elsewhere.binh, now=LATER)
    client = Client()
    client.login(username="binh", password=PASSWORD)
    page = client.get("/counter/stations").content.decode()
    assert held.code in page
    assert "Nguyễn" not in page
    answer = client.post("/counter/stations", {"act": "open", "entry": held.id})
    draft = IntakeDraft.objects.get(key=held.key)
    assert answer["Location"].endswith(str(draft.key))
    assert draft.data["offline"] == {"code": held.code, "received_on": "16/11/2026", "received_hour": "08:35"}
    from motcua.backoffice.intake_form import IntakeForm

    form = IntakeForm.from_saved(
        {**draft.data, "applicant": {**draft.data["applicant"], "id_number": "999190000001"}}
    )
    intake = form.intake(key=draft.key, offering_id=draft.offering_id or 0)
    from dataclasses import replace

    receipt = receive_dossier(replace(intake, is_duplicate_accepted=True), actor=home.binh, now=LATER)
    assert receipt.code == held.code
    assert settle_held() == 1
    assert held_entries(home.centre.id) == []
    assert check_receipt(bad["token"]).progress is not None  # type: ignore[union-attr]


def test_what_was_entered_by_hand_meanwhile_is_the_same_dossier(world: World) -> None:
    home = world.home
    machine = a_machine(home.binh)
    entry = machine.give(MONDAY + timedelta(minutes=5), procedure=STATUS)
    code = parse_receipt(entry["token"]).code
    from motcua.services.numbers import Offline

    by_hand = an_intake(home, STATUS, offline=Offline(code, MONDAY + timedelta(minutes=5)))
    receive_dossier(by_hand, actor=home.binh, now=LATER)
    (brought,) = merge_entries(station=machine.station, entries=[entry], actor=home.binh, now=LATER)
    assert brought.state == "held"
    (held,) = held_entries(home.centre.id)
    take_as_same(entry_id=held.id, actor=home.binh)
    assert held_entries(home.centre.id) == []
    assert Dossier.objects.count() == 1


def test_a_receipt_is_checked_by_anyone_before_and_after_it_came_home(world: World) -> None:
    machine = a_machine(world.home.binh)
    entry = machine.give(MONDAY + timedelta(minutes=5), procedure=STATUS)
    client = Client()
    before = client.get(f"/receipts/{entry['token']}")
    assert before.status_code == 200
    assert "chưa được nhập" in before.content.decode()
    merge_entries(station=machine.station, entries=[entry], actor=world.home.binh, now=LATER)
    after = client.get(f"/receipts/{entry['token']}").content.decode()
    assert "/track/" in after
    assert "Nguyễn" not in after
    forged = entry["token"].replace("~1~", "~2~")
    assert client.get(f"/receipts/{forged}").status_code == 404


def test_a_machine_belongs_to_its_unit_and_can_be_taken_out_of_use(world: World) -> None:
    home = world.home
    station = a_station(home.binh)
    with pytest.raises(Denied):
        station_for(station.public_id, world.elsewhere.binh)
    with pytest.raises(Denied):
        register_station(name="x", public_key="", actor=home.chi, now=MONDAY)
    with pytest.raises(Refused) as refusal:
        register_station(name=" ", public_key="AAAA", actor=home.binh, now=MONDAY)
    assert {p.code for p in refusal.value.problems} == {"station.name", "station.key"}
    with pytest.raises(Refused):
        a_station(home.binh)
    machine = a_machine(home.binh, "Quầy 2")
    early = machine.give(MONDAY + timedelta(minutes=1), procedure=STATUS)
    revoke_station(public_id=machine.station.public_id, actor=home.manager, now=MONDAY + timedelta(minutes=2))
    late = machine.give(MONDAY + timedelta(minutes=3), procedure=STATUS)
    machine.station.refresh_from_db()
    brought = merge_entries(station=machine.station, entries=[early, late], actor=home.binh, now=LATER)
    assert states(brought) == ["merged", "refused"]
