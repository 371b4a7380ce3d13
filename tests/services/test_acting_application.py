"""Who acts for somebody else sends an application for them: their data are held, and the dossier says who sent it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest

from applying import ANSWERS, FIRST, again, attached, citizen, open_online
from motcua.services.applications import answering, drafts, sending
from motcua.services.citizens import Citizen
from motcua.services.mandates import MandateEntry, acting_choices, answer_mandate, end_mandate, give_mandate
from motcua.store.applications.models import Application
from motcua.store.citizens.models import Account
from motcua.store.dossiers.models import Dossier
from world import BIRTH, MONDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads(settings: object, tmp_path: Path, world: World) -> None:
    settings.UPLOADS = tmp_path / "uploads"  # type: ignore[attr-defined]
    open_online(world.home)


def begun(world: World, who: Citizen, ground: uuid.UUID) -> Application:
    made = drafts.begin(
        key=uuid.uuid4(), procedure_code=BIRTH, offering_id=world.home.offerings[BIRTH], answers=FIRST, mode="topic",
        language="vi", citizen=who, now=MONDAY, ground=ground,
    )  # fmt: skip
    return again(made)


def mandate(principal: Citizen, agent: Citizen, scope: str = "all", code: str = "") -> uuid.UUID:
    Account.objects.filter(id=agent.account_id).update(email="bach@example.vn")
    until = f"{MONDAY.date() + timedelta(days=5):%d/%m/%Y}"
    number = give_mandate(MandateEntry("bach@example.vn", scope, code, until), citizen=principal, now=MONDAY)
    answer_mandate(number, is_accepted=True, citizen=agent, now=MONDAY)
    [choice] = acting_choices(agent, on=MONDAY.date())
    return choice.key


def test_the_dossier_has_the_principal_as_applicant_and_the_holder_as_proxy(world: World, tmp_path: Path) -> None:
    an, bach = citizen(), citizen(number="999185000002", name="Trần Văn Bách")
    made = begun(world, bach, mandate(an, bach))
    held = sending.held_of(made, bach)
    assert held["applicant_name"].text == "Nguyễn Thị An"
    answers = {k: v for k, v in ANSWERS.items() if k not in held}
    drafts.save_answers(made, answers, names=list(answers), seen=made.version, by="x", now=MONDAY)
    attached(made, tmp_path)
    done = again(sending.send(again(made), bach, now=MONDAY))
    receipt = answering.accept(public_id=done.public_id, verdicts={}, is_duplicate_accepted=False, actor=world.home.binh, now=MONDAY)  # fmt: skip
    dossier = Dossier.objects.select_related("applicant", "proxy").get(public_id=receipt.public_id)
    assert dossier.applicant_id == an.party_id
    assert dossier.proxy is not None
    assert dossier.proxy.name == "Trần Văn Bách"


def test_a_ground_that_is_over_or_covers_something_else_holds_nothing_of_the_other(world: World) -> None:
    an, bach = citizen(), citizen(number="999185000002", name="Trần Văn Bách")
    key = mandate(an, bach)
    made = begun(world, bach, key)
    assert end_mandate(key, citizen=an, now=MONDAY)
    assert sending.held_of(made, bach) == {}
    other = mandate(an, bach, "procedure", "1.004873")
    assert sending.held_of(begun(world, bach, other), bach) == {}
    stranger = citizen(number="999185000003", name="Người lạ")
    assert sending.held_of(begun(world, bach, other), stranger) == {}
