"""Makes the institutions of the demo: texts that wait for promulgation, decisions and where they are public, lists."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from random import Random

from motcua.core.catalogue.promulgation import DutyState
from motcua.project.demo.measures import procedure_officer
from motcua.services.actors import Actor
from motcua.services.institutions.duties import decision_for
from motcua.services.institutions.lists import ListEntry, record_list
from motcua.services.institutions.recording import (
    DecisionEntry,
    PublicationEntry,
    TextEntry,
    record_decision,
    record_publication,
    record_text,
)
from motcua.services.institutions.samples import SampleEntry, made_up, sample_page, save_sample
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.organisation.models import Agency, AgencyLevel

# Numbers of the demo are made up; days count from the demo's opening.
_TEXTS = (
    ("21/2026/QĐ-UBND", "Quyết định quy định về cấp giấy phép xây dựng nhà ở riêng lẻ", "PROVINCE", 40, -6, False),
    ("22/2026/NQ-HĐND", "Nghị quyết quy định mức thu phí, lệ phí", "PROVINCE", 20, -3, False),
    ("05/2026/QĐ-UBND", "Quyết định về hộ kinh doanh", "PROVINCE", 70, 20, False),
)
_DECISIONS = (
    (
        "1180/QĐ-UBND",
        "Công bố danh mục thủ tục hành chính lĩnh vực hộ tịch",
        26,
        ("1.001193", "1.000894", "1.001022"),
        None,
    ),
    ("1245/QĐ-UBND", "Công bố danh mục thủ tục hành chính lĩnh vực hộ kinh doanh", 22, ("1.001612", "2.000720"), 2),
    ("1302/QĐ-UBND", "Công bố thủ tục hành chính lĩnh vực hoạt động xây dựng", 5, ("1.013225", "1.013228"), None),
)
_SAMPLE = "1.001193"


def make_institutions(*, opens_at: datetime) -> None:
    """Write them through the services, as the office of procedures and the centres would."""
    officer = procedure_officer(opens_at)
    if officer is None:
        return
    dice = Random("demo-institutions")  # noqa: S311
    texts = _make_texts(officer, dice, opens_at)
    for number, title, days, codes, of in _DECISIONS:
        at = opens_at - timedelta(days=days)
        known = set(Procedure.objects.filter(code__in=codes).values_list("code", flat=True))
        rows = [{"code": code, "name": "", "change": "amended"} for code in codes if code in known]
        if not rows:
            continue
        text = texts[of] if of is not None else None
        made = record_decision(
            DecisionEntry(_key(dice), number, title, "PROVINCE", _day(at), text, rows), actor=officer, now=at
        )
        _publish(made.public_id, officer, dice, now=opens_at)
    _make_lists(officer, dice, now=opens_at)
    page = sample_page(_SAMPLE, now=opens_at)
    if page is not None:
        note = "Họ, tên viết bằng chữ in hoa có dấu, đúng như trên thẻ căn cước."
        save_sample(
            _SAMPLE,
            SampleEntry(_key(dice), made_up(page.form, on=local_day(opens_at)), note),
            actor=officer,
            now=opens_at,
        )


def _make_texts(officer: Actor, dice: Random, opens_at: datetime) -> list[uuid.UUID]:
    agency = Agency.objects.filter(level=AgencyLevel.PROVINCE).order_by("id").first()
    if agency is None:
        return []
    made = []
    for number, title, level, issued, effective, is_shortened in _TEXTS:
        entry = TextEntry(
            key=_key(dice),
            number=number,
            title=title,
            level=level,
            issued_on=_day(opens_at - timedelta(days=issued)),
            effective_on=_day(opens_at - timedelta(days=effective)),
            is_shortened=is_shortened,
            agency_id=agency.id,
            procedures=title.removeprefix("Quyết định ").removeprefix("quy định ").capitalize(),
        )
        made.append(record_text(entry, actor=officer, now=opens_at).public_id)
    return made


def _publish(public_id: uuid.UUID, officer: Actor, dice: Random, *, now: datetime) -> None:
    """Most places are done, a few days after the decision; some are forgotten, as it goes."""
    line, _items = decision_for(public_id, officer, now=now)
    for number, place in enumerate(line.places):
        if place.duty.state is DutyState.DONE or number % 6 == 5:
            continue
        done_on = min(line.decision.decided_on + timedelta(days=dice.randint(1, 8)), local_day(now))
        ground = "Ảnh bảng niêm yết" if place.unit else "Trang thủ tục trên Cơ sở dữ liệu quốc gia"
        entry = PublicationEntry(_key(dice), place.unit.id if place.unit else None, f"{done_on:%d/%m/%Y}", ground)
        record_publication(public_id, entry, actor=officer, now=now)


def _make_lists(officer: Actor, dice: Random, *, now: datetime) -> None:
    at = now - timedelta(days=30)
    for level in (AgencyLevel.PROVINCE, AgencyLevel.COMMUNE):
        codes = (
            Procedure.objects.filter(versions__offerings__agency__level=level, versions__offerings__isnull=False)
            .distinct()
            .order_by("code")
            .values_list("code", flat=True)
        )
        if codes:
            entry = ListEntry(_key(dice), level, "98/QĐ-UBND", _day(at), _day(at), "\n".join(codes))
            record_list(entry, actor=officer, now=at)


def _day(at: datetime) -> str:
    return f"{local_day(at):%d/%m/%Y}"


def _key(dice: Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)
