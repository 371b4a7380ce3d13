"""Makes what came in online in the last days before the demo opens: twenty applications in every state."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.db import transaction

from motcua.project.demo.life import Life, officers_by_unit
from motcua.project.demo.organisation import Names
from motcua.services.actors import Actor
from motcua.services.applications import answering, drafts, files, sending
from motcua.services.applications.drafts import Office, online_offices
from motcua.services.calendars import fresh_calendar
from motcua.store.applications.models import Application
from motcua.store.citizens.models import Account
from motcua.store.lawfiles import law_book
from motcua.store.organisation.roles import Role

PLACE = "Phường Kinh Bắc"
_BIRTH, _STATUS, _BUSINESS, _PERMIT = "1.001193", "1.004873", "1.001612", "1.013225"
# Procedure, working hours before the demo opens, what became of it.
_PLAN = (
    *((_BIRTH, 30, "accepted"), (_STATUS, 28, "accepted"), (_BUSINESS, 27, "accepted"), (_PERMIT, 26, "accepted")),
    *((_STATUS, 25, "refused"), (_BIRTH, 24, "accepted"), (_PERMIT, 22, "asked"), (_BIRTH, 20, "asked")),
    *((_STATUS, 18, "supplied"), (_BUSINESS, 16, "refused"), (_BIRTH, 14, "accepted"), (_STATUS, 11, "sent")),
    *((_PERMIT, 9, "sent"), (_BIRTH, 7, "sent"), (_BUSINESS, 6, "sent"), (_BIRTH, 4, "sent")),
    *((_STATUS, 3, "sent"), (_BIRTH, 2, "sent"), (_BIRTH, 1, "sent"), (_BIRTH, 1, "draft")),
)
# An of the demo's national identity sees an accepted, a sent and an unsent one among her dossiers.
_OWN_NUMBER, _OWN = "999190000001", (5, 17, 19)
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(slots=True)
class _Making:
    life: Life
    names: Names
    random: Random
    officer: Actor


def make_applications(life: Life, *, opens_at: datetime, seed: str) -> int:
    """Make the applications and return how many; none where nothing is offered online."""
    offices = {code: _office(code, opens_at) for code, _hours, _end in _PLAN}
    if any(office is None for office in offices.values()):
        return 0
    first = offices[_BIRTH]
    assert first is not None
    officer = next(a for a in officers_by_unit()[first.unit_id] if a.has(Role.COUNTER_OFFICER))
    making = _Making(life, life.names, Random(seed), officer)  # noqa: S311 - the demo must be the same at every run
    calendar = law_book().calendar()
    own = Account.objects.filter(id_number=_OWN_NUMBER).first()
    for number, (code, hours, end) in enumerate(_PLAN):
        office = offices[code]
        assert office is not None
        at = opens_at
        # Back by working hours: people send in the evening as well, but the demo's list is to be read easily.
        while calendar.working_minutes_between(at, opens_at) < hours * 60:
            at -= timedelta(minutes=30)
        with transaction.atomic():
            _one(making, code, office, at=at, end=end, account=own if number in _OWN else None)
    return len(_PLAN)


def _office(code: str, now: datetime) -> Office | None:
    offices = online_offices(code, now=now)
    return next(
        (o for o in offices if o.place.lower() == PLACE.lower() or PLACE.lower() in o.agency_name.lower()), None
    )


def _one(making: _Making, code: str, office: Office, *, at: datetime, end: str, account: Account | None) -> None:
    key = uuid.UUID(int=making.random.getrandbits(128), version=4)
    application = drafts.begin(
        key=key,
        procedure_code=code,
        offering_id=office.offering_id,
        answers=_FIRST[code],
        mode="topic",
        language="vi",
        citizen=None,
        now=at,
    )
    # What a demo makes is the same each time, also what otherwise is drawn by lot.
    application.public_id = uuid.uuid5(key, "application")
    application.save(update_fields=["public_id"])
    answers = {**_applicant(making), **_ANSWERS[code]}
    if account is not None:
        Application.objects.filter(id=application.id).update(account=account)
        answers |= {"applicant_name": account.name, "applicant_id": account.id_number}
        answers |= {"applicant_birth": f"{account.birth_on:%d/%m/%Y}"} if account.birth_on else {}
    if code == _BIRTH:
        answers |= _child(making, at)
    drafts.save_answers(
        application, {k: [v] for k, v in answers.items()}, names=list(answers), seen=1, by="demo", now=at
    )
    if end == "draft":
        return
    _attach(application, making, at=at, is_short=end == "asked")
    sent = sending.send(Application.objects.get(id=application.id), None, now=at + timedelta(minutes=10))
    calendar = fresh_calendar(making.officer.agency_id)
    answered = calendar.add_minutes(calendar.opening_at_or_after(sent.sent_at or at), making.random.uniform(40, 300))
    _answer(making, sent, end, at=answered)


def _answer(making: _Making, sent: Application, end: str, *, at: datetime) -> None:
    actor, key = making.officer, sent.public_id
    if end == "accepted":
        receipt = answering.accept(public_id=key, verdicts={}, is_duplicate_accepted=True, actor=actor, now=at)
        making.life.carry_on(receipt.public_id, at)
    elif end == "refused":
        reason = "Nơi cư trú không thuộc địa bàn; đề nghị nộp tại Ủy ban nhân dân phường nơi cư trú"
        answering.refuse(public_id=key, reason=reason, actor=actor, now=at)
    elif end in ("asked", "supplied"):
        items, reason = ["Bản chụp rõ cả bốn góc giấy tờ"], "Ảnh chụp mờ, không đọc được số"
        answering.ask(public_id=key, items=items, reason=reason, verdicts={}, actor=actor, now=at)
        if end == "supplied":
            again = Application.objects.get(public_id=key)
            _attach(again, making, at=at + timedelta(hours=1), is_short=False)
            sending.send_supplement(again, None, note="Đã chụp lại", now=at + timedelta(hours=2))


def _attach(application: Application, making: _Making, *, at: datetime, is_short: bool) -> None:
    application = Application.objects.select_related("form").get(id=application.id)
    with tempfile.TemporaryDirectory() as folder:
        for paper in files.papers_of(application):
            if paper.is_required or not is_short:
                path = Path(folder) / f"{paper.rule.key}.pdf"
                # Each file is its own: a comment at the end makes it so, and is no part of the page.
                path.write_bytes(_PDF + f"% {making.random.getrandbits(64)}\n%%EOF\n".encode())
                name = f"{paper.rule.name.split(';')[0][:40]}.pdf"
                files.add_path(application, component=paper.rule.key, name=name, path=path, now=at)


def _applicant(making: _Making) -> dict[str, str]:
    name, sex = making.names.person()
    number = f"9991{making.random.randrange(70, 99)}{making.random.randrange(10**6):06d}"
    return {
        "applicant_name": name,
        "applicant_id": number,
        "applicant_birth": f"{making.random.randrange(1, 28):02d}/03/19{number[4:6]}",
        "applicant_address": f"Số {making.random.randrange(1, 150)}, phường Kinh Bắc, Bắc Ninh",
        "applicant_phone": f"0900{making.random.randrange(10**6):06d}",
        "applicant_sex": "nu" if sex == "Nữ" else "nam",
    }


def _child(making: _Making, at: datetime) -> dict[str, str]:
    name, sex = making.names.person()
    return {
        "child_name": name,
        "child_birth": f"{at - timedelta(days=making.random.randrange(5, 40)):%d/%m/%Y}",
        "child_sex": "nu" if sex == "Nữ" else "nam",
        "father_name": making.names.person()[0],
    }


_FIRST: dict[str, dict[str, list[str]]] = {
    _BIRTH: {"where": ["trong_nuoc"], "registered": ["chua"]},
    _STATUS: {"place": ["co"]},
    _BUSINESS: {"other": ["khong"]},
    _PERMIT: {"began": ["chua"], "land_right": ["co"]},
}
_ANSWERS: dict[str, dict[str, str]] = {
    _BIRTH: {
        "relation": "me",
        "child_place": "Bệnh viện Sản nhi Bắc Ninh",
        "child_ethnic": "Kinh",
        "child_nation": "Việt Nam",
        "child_home": "Kinh Bắc, Bắc Ninh",
        "proof": "chung_sinh",
        "mother_ethnic": "Kinh",
        "mother_nation": "Việt Nam",
        "father_declared": "co",
        "father_birth": "02/02/1990",
        "father_address": "Phường Kinh Bắc, Bắc Ninh",
        "father_ethnic": "Kinh",
        "father_nation": "Việt Nam",
    },
    _STATUS: {
        "ethnic": "Kinh",
        "nation": "Việt Nam",
        "status": "chua",
        "lived_elsewhere": "khong",
        "purpose": "ket_hon",
        "partner": "Nguyễn Văn Khôi, 1991, Việt Nam",
        "marry_where": "UBND phường Kinh Bắc",
        "copies": "1",
    },
    _BUSINESS: {
        "business_name": "Hộ kinh doanh Bún chả Cổng Ô",
        "business_address": "Số 12, phường Kinh Bắc",
        "trades": "Bán bún, phở",
        "licensed_trade": "khong",
        "capital": "80.000.000",
        "workers": "3",
        "owners": "ca_nhan",
        "tax_way": "kinh_doanh",
    },
    _PERMIT: {
        "builder": "ca_nhan",
        "land_number": "117",
        "land_sheet": "24",
        "land_area": "96",
        "land_address": "Ngõ 5, phường Kinh Bắc",
        "work": "moi",
        "floors": "3",
        "basement": "khong",
        "footprint": "72",
        "floor_area": "216",
        "height": "11",
        "adjoins": "khong",
        "designer": "tu_lam",
        "months": "9",
        "exemption": "none",
    },
}
