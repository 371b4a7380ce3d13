"""Gives the demo its citizens: accounts with dossiers, notices, a mandate, an organisation, petitions, ratings."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import F

from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import fold
from motcua.integrations.national_id.simulator.persons import PERSONS, DemoPerson
from motcua.services.actors import Actor, actor_of
from motcua.services.adapters import put_in
from motcua.services.citizens import citizen_of_account
from motcua.services.identity import identify
from motcua.services.mandates import MandateEntry, answer_mandate, give_mandate
from motcua.services.notices.making import make_notices
from motcua.services.petitions.handling import HandlingEntry, handle
from motcua.services.petitions.sending import PetitionEntry, confirm_petition, send_petition
from motcua.services.ports import Letter, Person, Represented
from motcua.services.ratings import rate_visit
from motcua.services.times import local_day
from motcua.store.citizens.models import Account
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.receiving import save_party
from motcua.store.ledger.models import OutboxMessage
from motcua.store.organisation.models import Appointment, Counter, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of
from motcua.store.voices.models import Petition

_CONTACTS = {"an": "an@vidu.example", "bach": "0900000002", "dat": "dat@vidu.example"}
_PLACES = ("Phường Kinh Bắc", "Thành phố Bắc Ninh")
_DOSSIERS = 5
_PETITIONS = (
    ("AGENCY", "Quầy hộ tịch chờ lâu buổi sáng", "Tôi chờ gần hai giờ ở quầy hộ tịch sáng thứ Hai. Đề nghị thêm người.",
     "Từ tuần này, buổi sáng thứ Hai có thêm một quầy hộ tịch. Xin lỗi vì đã để người dân chờ lâu."),
    ("PROCEDURE", "Xin nêu rõ giấy tờ khi làm khai sinh muộn", "Trang thủ tục chưa nói mất giấy chứng sinh thì dùng gì thay.",
     "Mất giấy chứng sinh thì dùng văn bản của người làm chứng; trang đã được bổ sung."),
    ("AGENCY", "Bảng chữ ở sảnh quá nhỏ", "Người lớn tuổi không đọc được bảng số ở sảnh.", ""),
    ("CONDUCT", "Thái độ khi trả lời điện thoại", "Tôi gọi hỏi hồ sơ, người nghe máy trả lời gắt.", ""),
)  # fmt: skip
_SCORES = (5, 5, 4, 5, 4, 3, 5, 4, 4, 2, 5, 5, 4, 5, 3, 5, 4, 5, 5, 1)
_REMARKS = (
    "Hướng dẫn dễ hiểu", "Nhanh hơn năm trước", "Chờ hơi lâu", "Cán bộ vui vẻ", "Nên có thêm ghế", "Bảng chữ nhỏ quá",
)  # fmt: skip


class _Nowhere:
    """A courier that sends nothing: codes of the demo's past were typed long ago."""

    def send(self, letter: Letter) -> str:
        return letter.key


def make_citizens(*, opens_at: datetime) -> list[str]:
    """Make all of it and return the lines that tell how to sign in. Deterministic; a few seconds."""
    # The police of a ward receive as well, at a section of their own: the first made is the ward's centre.
    one_stop = Unit.objects.filter(kind__in=UnitKind.one_stop()).order_by("id")
    centre = next((u for place in _PLACES for u in one_stop.filter(name__contains=place[1:])), None)
    nowhere = _Nowhere()
    with transaction.atomic(), put_in(courier_email=nowhere, courier_sms=nowhere, courier_zalo=nowhere):
        accounts = {key: _account(key, now=opens_at - timedelta(days=30)) for key in _CONTACTS}
        if centre is not None:
            _own_dossiers(accounts["an"], centre)
            _petitions(centre, opens_at=opens_at)
            _ratings(centre, opens_at=opens_at)
        _mandate(accounts["an"], accounts["bach"], now=opens_at - timedelta(days=7))
        _notices(opens_at=opens_at)
    return [
        "  Người dân / citizens: /account/sign-in, mã ở / codes at /demo/messages",
        *(f"    {contact:20} {_person(key).name}" for key, contact in _CONTACTS.items()),
    ]


def _person(key: str) -> DemoPerson:
    return next(p for p in PERSONS if p.key == key)


def _account(key: str, *, now: datetime) -> int:
    person, contact = _person(key), _CONTACTS[key]
    field = "email" if "@" in contact else "phone"
    account = Account.objects.create(**{field: contact}, made_at=now)
    claimed = Person(
        id_number=person.id_number,
        name=person.name,
        birth_on=date.fromisoformat(person.birth),
        sex=person.sex,
        address=person.address,
        level=person.level,
        represents=tuple(Represented(number, name) for number, name in person.represents),
    )
    return identify(account_id=account.id, person=claimed, language="vi", now=now)


def _own_dossiers(account_id: int, centre: Unit) -> None:
    """Make some of the centre's latest dossiers those of An; facts name nobody, so none of them changes."""
    person = _person("an")
    party = save_party(
        PartyRecord(
            "PERSON", person.name, person.id_number, "", date.fromisoformat(person.birth), person.sex, person.address,
            None, "0900000001", _CONTACTS["an"],
        )
    )  # fmt: skip
    rows = Dossier.objects.filter(reception_unit=centre, parent__isnull=True, applicant__kind="PERSON")
    chosen = {row.state: row.id for row in rows.order_by("id")[:400]}
    latest = list(rows.order_by("-id").values_list("id", flat=True)[:2])
    Dossier.objects.filter(id__in=[*list(chosen.values())[:_DOSSIERS], *latest]).update(
        applicant_id=party, applicant_name=person.name, applicant_folded=fold(person.name)
    )


def _mandate(principal_id: int, agent_id: int, *, now: datetime) -> None:
    principal, agent = citizen_of_account(principal_id), citizen_of_account(agent_id)
    assert principal is not None
    assert agent is not None
    until = local_day(now) + timedelta(days=90)
    entry = MandateEntry(_CONTACTS["bach"], "procedure", "1.001193", f"{until:%d/%m/%Y}")
    answer_mandate(give_mandate(entry, citizen=principal, now=now), is_accepted=True, citizen=agent, now=now)


def _notices(*, opens_at: datetime) -> None:
    """Let what happened in An's dossiers be told at the opening; everybody else was told in the demo's past."""
    party = Account.objects.get(id_number=_person("an").id_number).party_id
    own = {str(p) for p in Dossier.objects.filter(applicant_id=party).values_list("public_id", flat=True)}
    own |= {str(p) for p in Petition.objects.values_list("public_id", flat=True)}
    for message in OutboxMessage.objects.filter(sent_at__isnull=True, key__in=own).order_by("id"):
        make_notices(message, now=message.made_at)
    due = OutboxMessage.objects.filter(sent_at__isnull=True, next_attempt_at__lt=opens_at)
    due.exclude(topic="process.message").update(sent_at=F("made_at"))


def _officer(centre: Unit, role: Role, *, at: datetime) -> Actor:
    row = (
        Appointment.objects.filter(post__unit__agency_id=centre.agency_id, post__roles__contains=[role.value])
        .select_related("staff")
        .order_by("id")
        .first()
    )
    assert row is not None
    holdings = holdings_of(row.staff_id, at=at, on=local_day(at))
    holding = next(h for h in holdings if role.value in h.roles)
    return actor_of(staff_id=row.staff_id, name=row.staff.full_name, holding=holding)


def _petitions(centre: Unit, *, opens_at: datetime) -> None:
    """Two answered and published, one open, one about conduct, one late; each with its way."""
    dice = Random("demo-petitions")  # noqa: S311
    for number, (about, title, text, answer) in enumerate(_PETITIONS):
        days = (20, 16, 3, 1)[number]
        at = (opens_at - timedelta(days=days)).replace(hour=9, minute=10 + number)
        entry = PetitionEntry(
            key=uuid.UUID(int=dice.getrandbits(128), version=4),
            agency_id=centre.agency_id,
            about=about,
            reference="1.001193" if about == "PROCEDURE" else "",
            title=title,
            text=text,
            name="",
            contact=_CONTACTS["an"],
            may_publish=about != "CONDUCT",
            language="vi",
        )
        sent = send_petition(entry, (), citizen=None, now=at)
        confirm_petition(sent.public_id, contact=_CONTACTS["an"], now=at)
        Petition.objects.filter(public_id=sent.public_id).update(account=Account.objects.get(email=_CONTACTS["an"]))
        if answer:
            _answer(sent.public_id, centre, HandlingEntry(1, answer, 0, title, text, answer, True), at=at)


def _answer(public_id: uuid.UUID, centre: Unit, entry: HandlingEntry, *, at: datetime) -> None:
    manager = _officer(centre, Role.CENTRE_MANAGER, at=at)
    head = _officer(centre, Role.AGENCY_LEADER, at=at)
    steps: Sequence[tuple[str, Actor]] = (("draft", manager), ("approve", head), ("publish", manager))
    for number, (act, actor) in enumerate(steps, start=1):
        values = HandlingEntry(
            number, entry.text, 0, entry.public_title, entry.public_text, entry.public_answer, entry.is_checked
        )
        handle(public_id, act, values, actor=actor, now=at + timedelta(days=2 + number, hours=number))


def _ratings(centre: Unit, *, opens_at: datetime) -> None:
    counters = list(Counter.objects.filter(unit=centre).order_by("number").values_list("id", flat=True))
    for number in range(len(_SCORES) * 2):
        rate_visit(
            visit=f"demo:{number}",
            counter_id=counters[number % max(1, len(counters) // 2)],
            score=_SCORES[number % len(_SCORES)],
            text=_REMARKS[number % len(_REMARKS)] if number % 4 == 0 else "",
            now=opens_at - timedelta(days=number % 30 + 1),
        )
