"""Applications of the fixed cast: An's birth registration, as far as a test wants it."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from motcua.services.applications import drafts, files, sending
from motcua.services.citizens import Citizen, citizen_of_account
from motcua.store.applications.models import Application
from motcua.store.citizens.models import Account, Assurance
from motcua.store.dossiers.models import Party
from motcua.store.offerings.models import Offering
from world import BIRTH, MONDAY, Office

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
FIRST = {"where": ["trong_nuoc"], "registered": ["chua"]}
ANSWERS: dict[str, list[str]] = {
    "applicant_name": ["Nguyễn Thị An"],
    "applicant_id": ["999190000001"],
    "applicant_birth": ["01/02/1990"],
    "applicant_address": ["Số 1, phường Kinh Bắc"],
    "relation": ["me"],
    "applicant_phone": ["0900000001"],
    "child_name": ["Lê Minh Khang"],
    "child_birth": ["05/11/2026"],
    "child_sex": ["nam"],
    "child_place": ["Bệnh viện Sản nhi"],
    "child_ethnic": ["Kinh"],
    "child_nation": ["Việt Nam"],
    "child_home": ["Bắc Ninh"],
    "proof": ["chung_sinh"],
    "mother_ethnic": ["Kinh"],
    "mother_nation": ["Việt Nam"],
    "father_declared": ["khong"],
}


def open_online(office: Office, *codes: str) -> None:
    Offering.objects.filter(id__in=[office.offerings[c] for c in codes or (BIRTH,)]).update(
        channels=["DIRECT", "ONLINE"]
    )


def citizen(*, identified: bool = True, number: str = "999190000001", name: str = "Nguyễn Thị An") -> Citizen:
    party = Party.objects.filter(id_number=number).first() if identified else None
    if identified and party is None:
        party = Party.objects.create(
            kind="PERSON", name=name, name_folded="x", id_number=number, address="Số 1, phường Kinh Bắc", sex="Nữ"
        )
    account = Account.objects.create(
        name=name,
        party=party,
        id_number=number if identified else "",
        birth_on=datetime(1990, 2, 1).date() if identified else None,
        phone="" if identified else "0900000009",
        assurance=Assurance.IDENTITY if identified else Assurance.CONTACT,
        made_at=MONDAY,
    )
    found = citizen_of_account(account.id)
    assert found is not None
    return found


def begun(office: Office, *, who: Citizen | None = None, at: datetime = MONDAY, code: str = BIRTH) -> Application:
    made = drafts.begin(
        key=uuid.uuid4(), procedure_code=code, offering_id=office.offerings[code], answers=FIRST, mode="topic",
        language="vi", citizen=who, now=at,
    )  # fmt: skip
    return again(made)


def again(application: Application) -> Application:
    return Application.objects.select_related("form", "offering", "reception_unit__agency", "dossier").get(
        id=application.id
    )


def filled(application: Application, *, at: datetime = MONDAY, **changes: list[str]) -> Application:
    answers = {**ANSWERS, **changes}
    drafts.save_answers(
        application, answers, names=list(answers), seen=application.version, by=uuid.uuid4().hex, now=at
    )
    return again(application)


def attached(application: Application, folder: Path, *, component: str = "c2", at: datetime = MONDAY) -> Any:
    path = folder / f"{uuid.uuid4()}.pdf"
    path.write_bytes(PDF + uuid.uuid4().hex.encode())
    return files.add_path(application, component=component, name="giấy chứng sinh.pdf", path=path, now=at)


def sent(office: Office, folder: Path, *, who: Citizen | None = None, at: datetime = MONDAY) -> Application:
    made = filled(begun(office, who=who, at=at), at=at)
    attached(made, folder, at=at)
    return again(sending.send(made, who, now=at))
