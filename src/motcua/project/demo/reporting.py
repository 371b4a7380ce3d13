"""Makes what was kept of reports in the demo: tables under a name, figures published, a question asked and answered."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from random import Random

from motcua.services.actors import Actor, actor_of
from motcua.services.figures.open_data import periods_to_publish, publish
from motcua.services.figures.saved_tables import save_table
from motcua.services.integrity.questions import ask, say
from motcua.services.integrity.signals import signal_report
from motcua.services.times import local_day
from motcua.store.organisation.models import Appointment, Unit
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

_TABLES = (
    (Role.PROVINCE_LEADER, "Quá hạn theo cơ quan", {"rows": "agency", "columns": "numbers", "numbers": "total late overdue"}),
    (Role.PROVINCE_LEADER, "Lĩnh vực theo tình trạng", {"rows": "sector", "columns": "outcome", "number": "total"}),
    (Role.CENTRE_MANAGER, "Hình thức nộp theo tháng", {"rows": "channel", "columns": "month", "number": "in_period"}),
)  # fmt: skip
_ASKED = "Đề nghị cho biết vì sao nhiều hồ sơ của cán bộ này cần thêm thời gian."
_ANSWERED = "Cán bộ này phụ trách các hồ sơ phải xác minh ở nơi khác nên lâu hơn; đơn vị đã phân thêm người cùng làm."


def make_reporting(*, opens_at: datetime) -> None:
    """Write them through the services, as the province's people would."""
    dice = Random("demo-reporting")  # noqa: S311
    at = (opens_at - timedelta(days=3)).replace(hour=10)
    for role, name, asked in _TABLES:
        if (actor := _holder(role, at)) is not None:
            save_table(asked, key=_key(dice), name=name, shares=True, actor=actor, now=at)
    officer = _holder(Role.PROCEDURE_OFFICER, at)
    if officer is None:
        return
    ready = periods_to_publish(officer, now=at)
    if ready:
        publish(ready[0].key, actor=officer, now=at)
    _ask(officer, dice, at)


def _ask(officer: Actor, dice: Random, at: datetime) -> None:
    """Ask about the rarest pattern, if chance left one in the demo, and let the agency answer."""
    days = {"from_on": local_day(at) - timedelta(days=80), "to_on": local_day(at)}
    report = signal_report(actor=officer, now=at, **days)
    if not report.lines:
        return
    line = report.lines[0]
    question = ask(line.digest, text=_ASKED, key=_key(dice), actor=officer, now=at, **days)
    head = _holder(Role.AGENCY_LEADER, at, agency_id=line.signal.agency_id)
    if head is not None and head.staff_id != line.signal.officer_id:
        say(question.public_id, "answer", _ANSWERED, key=_key(dice), actor=head, now=at + timedelta(days=1))


def _holder(role: Role, at: datetime, *, agency_id: int | None = None) -> Actor | None:
    rows = Appointment.objects.filter(post__roles__contains=[role.value]).select_related("staff").order_by("id")
    if agency_id is not None:
        rows = rows.filter(post__unit__in=Unit.objects.filter(agency_id=agency_id))
    row = rows.first()
    if row is None:
        return None
    holding = next(h for h in holdings_of(row.staff_id, at=at, on=local_day(at)) if role.value in h.roles)
    return actor_of(staff_id=row.staff_id, name=row.staff.full_name, holding=holding)


def _key(dice: Random) -> uuid.UUID:
    return uuid.UUID(int=dice.getrandbits(128), version=4)
