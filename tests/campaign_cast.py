"""An inspection, a conference, a directive, a letter and a course of the province, for tests of their pages."""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.core.kernel import Refused
from motcua.services.directives.conferences import ConferenceEntry, add_conclusion, call_conference
from motcua.services.directives.giving import DirectiveEntry, give_directive
from motcua.services.directives.urging import send_letter
from motcua.services.duties.writing import ActEntry, act_on_duty
from motcua.services.inspections.checking import note_check
from motcua.services.inspections.concluding import conclude
from motcua.services.inspections.drawing import draw_sample
from motcua.services.inspections.planning import PlanEntry, plan_inspections
from motcua.services.training.campaigns import CampaignEntry, open_campaign
from motcua.services.training.courses import (
    CourseEntry,
    add_people,
    add_session,
    give_certificates,
    note_attendance,
    open_course,
)
from motcua.store.directives.models import Conference, Directive
from motcua.store.duties.models import Enclosure
from motcua.store.inspections.models import Inspection
from motcua.store.lawfiles.supervision import supervision_rules
from motcua.store.training.models import Course
from world import MONDAY, PASSWORD, World, received

EARLIER = MONDAY - timedelta(days=14)


def a_file(name: str = "bang-chung.pdf") -> SimpleUploadedFile:
    """Return a whole PDF of one page as a browser sends it."""
    return SimpleUploadedFile(name, pdf(), content_type="application/pdf")


@cache
def pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    stream = io.BytesIO()
    document.save(stream)
    document.close()
    return stream.getvalue()


def plan_entry(world: World, **changes: Any) -> PlanEntry:
    values: dict[str, Any] = {
        "key": uuid.uuid4(), "decision_no": "12/QĐ-UBND", "decided_on": "02/11/2026", "decided_by": "Chủ tịch UBND tỉnh",
        "subject": "Giải quyết hồ sơ", "from_on": "26/10/2026", "to_on": "13/11/2026", "visit_on": "16/11/2026",
        "size": "3", "units": [str(world.home.centre.id)],
    }  # fmt: skip
    return PlanEntry(**{**values, **changes})


def planned(world: World, *, dossiers: int = 6, at: datetime = MONDAY, **changes: Any) -> Inspection:
    """Return an inspection of Bình's centre, which received some dossiers in its period."""
    for number in range(dossiers):
        received(world.home, at=EARLIER + timedelta(hours=number * 2 if number < 3 else 24 + number))
    plan = plan_inspections(plan_entry(world, **changes), actor=world.procedure_officer, now=at)
    return plan.inspections.get()


def conference(world: World, *, on: str = "13/11/2026", agencies: Sequence[str] = ()) -> Conference:
    entry = ConferenceEntry(
        key=uuid.uuid4(), title="Hội nghị trực tuyến", chair="Phó Chủ tịch", on=on, hour="08:00", agenda="Khai mạc\nKết luận",
        expected="5", agencies=agencies or [str(world.home.agency.id), str(world.elsewhere.agency.id)],
    )  # fmt: skip
    return call_conference(entry, actor=world.province_leader, now=MONDAY)


def directive(world: World, **changes: Any) -> Directive:
    values: dict[str, Any] = {
        "key": uuid.uuid4(), "title": "Giải quyết dứt điểm hồ sơ quá hạn", "text": "Rà soát, giải quyết", "days": "10",
        "agencies": [str(world.home.agency.id), str(world.elsewhere.agency.id)],
        "figures": ["late", "on_time_share"],
    }  # fmt: skip
    now = changes.pop("now", MONDAY)
    return give_directive(DirectiveEntry(**{**values, **changes}), actor=world.province_leader, now=now)


def concluded(world: World) -> tuple[Conference, int]:
    held = conference(world)
    text = "Các xã giải quyết dứt điểm hồ sơ quá hạn."
    conclusion = add_conclusion(held.public_id, key=uuid.uuid4(), text=text, actor=world.province_leader, now=MONDAY)
    return held, conclusion.id


@dataclass(frozen=True, slots=True)
class Everything:
    """The public ids of one record of each kind, all of Bình's agency."""

    inspection: uuid.UUID
    conference: uuid.UUID
    directive: uuid.UUID
    duty: uuid.UUID
    enclosure: uuid.UUID
    letter: uuid.UUID
    course: uuid.UUID
    campaign: uuid.UUID


def everything(world: World) -> Everything:
    officer, now = world.procedure_officer, MONDAY
    mine = [str(world.home.agency.id)]
    inspection = planned(world, size="1")
    draw_sample(inspection.public_id, actor=officer, now=now)
    answers = {q.key: ("ok", "") for q in supervision_rules().questions}
    note_check(inspection.public_id, 1, answers, note="", actor=officer, now=now)
    conclude(inspection.public_id, conclusion="Đạt", actor=officer, now=now)
    given = directive(world, agencies=mine, now=MONDAY - timedelta(days=40))
    duty = given.parts.get().duty
    report = ActEntry(uuid.uuid4(), "reported", "Đang làm")
    act_on_duty(duty.public_id, report, uploads=[a_file()], actor=world.home.dung, now=now)
    letter = send_letter(world.home.agency.id, key=uuid.uuid4(), text="", actor=officer, now=now)
    held = conference(world, agencies=mine)
    course = certified_course(world)
    entry = CampaignEntry(uuid.uuid4(), "Đợt", "Người dân", "01/11/2026", "30/11/2026", "100", ["HALL"])
    campaign = open_campaign(entry, actor=officer, now=now)
    return Everything(
        inspection=inspection.public_id,
        conference=held.public_id,
        directive=given.public_id,
        duty=duty.public_id,
        enclosure=Enclosure.objects.get().public_id,
        letter=letter.public_id,
        course=course.public_id,
        campaign=campaign.public_id,
    )


def certified_course(world: World) -> Course:
    """A course in which everybody of Bình's centre sat and was certified."""
    officer, now = world.procedure_officer, MONDAY
    course = open_course(CourseEntry(uuid.uuid4(), "Tập huấn", "Công chức", "Sở", "", "12"), actor=officer, now=now)
    day = f"{now:%d/%m/%Y}"
    held = add_session(course.public_id, key=uuid.uuid4(), on=day, place="Hội trường", actor=officer, now=now)
    add_people(course.public_id, held.id, world.home.centre.id, actor=officer, now=now)
    there = dict.fromkeys(held.attendances.values_list("id", flat=True), (True, False))
    note_attendance(course.public_id, held.id, there, actor=officer, now=now)
    give_certificates(course.public_id, held.id, actor=officer, now=now)
    return course


def signed_in(username: str) -> Client:
    """Return the browser of one of the cast."""
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [p.code for p in refusal.value.problems]
