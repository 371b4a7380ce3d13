"""Makes what people found and counted in the demo: a look at what is posted, a costing and a proposal to cut it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from random import Random

from motcua.services.actors import Actor, actor_of
from motcua.services.costs import CostEntry, income_for, save_costing
from motcua.services.scores.sheets import record_posting
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.organisation.models import Appointment, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

_CODE = "1.004873"
_POSTED_UNITS = 12
_BEFORE = (
    ("prepare", "Tìm mẫu tờ khai, điền tờ khai", "2", "", "10.000"),
    ("prepare", "Xin bản sao giấy tờ kèm theo", "4", "", "60.000"),
    ("submit", "Đến Trung tâm nộp hồ sơ", "3", "", "40.000"),
    ("receive", "Đến Trung tâm nhận kết quả", "3", "", "40.000"),
)
_AFTER = (
    ("prepare", "Điền tờ khai trên mạng, thông tin đã có sẵn", "0,5", "", ""),
    ("submit", "Nộp trực tuyến", "0,25", "", ""),
    ("receive", "Nhận bản điện tử", "0,25", "", ""),
)


def make_measures(*, opens_at: datetime) -> None:
    """Write them through the services, as the office of procedures would."""
    officer = procedure_officer(opens_at)
    if officer is None:
        return
    dice = Random("demo-measures")  # noqa: S311
    at = (opens_at - timedelta(days=9)).replace(hour=15)
    units = Unit.objects.filter(kind__in=UnitKind.one_stop()).order_by("id")[:_POSTED_UNITS]
    for number, unit in enumerate(units):
        record_posting(
            unit_id=unit.id,
            is_posted=number % 5 != 4,
            on=local_day(at),
            ground=f"Biên bản kiểm tra số {number + 1}",
            key=_key(dice),
            actor=officer,
            now=at,
        )
    procedure = Procedure.objects.filter(code=_CODE, current_version__isnull=False).first()
    if procedure is None:
        return
    for name, lines, before in (("Hiện hành", _BEFORE, None), ("Bỏ bản sao giấy tờ, nộp trực tuyến", _AFTER, 1)):
        save_costing(procedure.id, _entry(_key(dice), name, lines, before=before, now=at), actor=officer, now=at)


def _entry(
    key: uuid.UUID, name: str, lines: tuple[tuple[str, ...], ...], *, before: int | None, now: datetime
) -> CostEntry:
    rows = [dict(zip(("step", "name", "hours", "hired", "other"), line, strict=True)) for line in lines]
    hourly = str(income_for(now).hourly_vnd)
    return CostEntry(key, name, rows, fees="", times="1", subjects="3.500", hourly=hourly, before=before)


def procedure_officer(at: datetime) -> Actor | None:
    row = (
        Appointment.objects.filter(post__roles__contains=[Role.PROCEDURE_OFFICER.value])
        .select_related("staff")
        .order_by("id")
        .first()
    )
    if row is None:
        return None
    holdings = holdings_of(row.staff_id, at=at, on=local_day(at))
    holding = next(h for h in holdings if Role.PROCEDURE_OFFICER.value in h.roles)
    return actor_of(staff_id=row.staff_id, name=row.staff.full_name, holding=holding)


def _key(dice: Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)
