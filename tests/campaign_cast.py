"""An inspection, a conference, a directive, a letter and a course of the province, for tests of their pages."""

from __future__ import annotations

import io
import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile

from motcua.services.directives.conferences import ConferenceEntry, add_conclusion, call_conference
from motcua.services.directives.giving import DirectiveEntry, give_directive
from motcua.services.inspections.planning import PlanEntry, plan_inspections
from motcua.store.directives.models import Conference, Directive
from motcua.store.inspections.models import Inspection
from world import MONDAY, World, received

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


def conference(world: World, *, on: str = "13/11/2026") -> Conference:
    entry = ConferenceEntry(
        key=uuid.uuid4(), title="Hội nghị trực tuyến", chair="Phó Chủ tịch", on=on, hour="08:00", agenda="Khai mạc\nKết luận",
        expected="5", agencies=[str(world.home.agency.id), str(world.elsewhere.agency.id)],
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
