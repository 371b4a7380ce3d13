"""Makes what was kept of reports in the demo: tables under a name, figures published, a question asked and answered."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from random import Random

from motcua.project.demo.life import Life
from motcua.services.actors import Actor, actor_of
from motcua.services.figures.open_data import periods_to_publish, publish
from motcua.services.figures.saved_tables import save_table
from motcua.services.integrity.questions import ask, say
from motcua.services.integrity.signals import rules_on, signal_report
from motcua.services.times import VIETNAM, local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.lawfiles import law_book
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Appointment, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of

_TABLES = (
    (Role.PROVINCE_LEADER, "Quá hạn theo cơ quan", {"rows": "agency", "columns": "numbers", "numbers": "total late overdue"}),
    (Role.PROVINCE_LEADER, "Lĩnh vực theo tình trạng", {"rows": "sector", "columns": "outcome", "number": "total"}),
    (Role.CENTRE_MANAGER, "Hình thức nộp theo tháng", {"rows": "channel", "columns": "month", "number": "in_period"}),
)  # fmt: skip
_TERMED = ("1.004873", "1.004194", "2.000635", "1.000894")
_ASKED = "Đề nghị cho biết vì sao nhiều hồ sơ của cán bộ này cần thêm thời gian."
_ANSWERED = "Cán bộ này phụ trách các hồ sơ phải xác minh ở nơi khác nên lâu hơn; đơn vị đã phân thêm người cùng làm."


def make_reporting(life: Life, *, opens_at: datetime) -> None:
    """Write them through the services, as the province's people would. ``life`` is one of its own."""
    _one_who_needs_time(life, opens_at)
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


def _one_who_needs_time(life: Life, opens_at: datetime) -> None:
    """Let one officer of a small office ask for a new day again and again, so that there is something to ask about."""
    dossiers = Dossier.objects.filter(ended_at__isnull=False)
    offerings = Offering.objects.filter(valid_to_on__isnull=True).exclude(
        agency_id__in=Dossier.objects.values("handling_agency_id")
    )
    for code in _TERMED:
        of_code = {"offering__procedure_version__procedure__code": code}
        offering = offerings.filter(procedure_version__procedure__code=code).order_by("id").first()
        if offering is None or dossiers.filter(**of_code).count() < rules_on(local_day(opens_at)).cases_min:
            continue
        unit = Unit.objects.filter(agency_id=offering.agency_id, kind__in=UnitKind.one_stop()).order_by("id").first()
        if unit is None:
            continue
        calendar = law_book().calendar()
        day = local_day(opens_at - timedelta(days=45))
        for _number in range(rules_on(local_day(opens_at)).cases_min):
            day = calendar.add_working_days(day, 1)
            life.receive_and_apologise(offering, unit.id, datetime.combine(day, time(8, 40), VIETNAM))
        return


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
