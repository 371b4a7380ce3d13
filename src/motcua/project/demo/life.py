"""Makes two months of dossiers through the real services, the same at every run with the same seed."""

from __future__ import annotations

import contextlib
import heapq
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import connection, transaction

from motcua.core.dossier import FactKind
from motcua.core.forms import ComponentCount, PartyEntry
from motcua.core.kernel import Refused
from motcua.core.process.definition import CALL
from motcua.core.process.table import BACK, DONE, REFUSE
from motcua.project.demo.bank import pay_by_bank
from motcua.project.demo.organisation import Names
from motcua.services.actors import Actor, actor_of
from motcua.services.calendars import ChangeEntry, change_calendar
from motcua.services.clock_upkeep import apply_calendar_changes
from motcua.services.dossiers.clock_acts import (
    PauseEntry,
    extend_due,
    pause_clock,
    resume_clock,
    withdraw,
)
from motcua.services.dossiers.consultations import Question, ask_opinion, record_answer
from motcua.services.dossiers.intake import Intake, receive_dossier
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.slips import SlipRequest, give_refusal_slip, give_supplement_slip
from motcua.services.dossiers.steps import complete_step, take_step
from motcua.services.dossiers.supplements import ask_supplement, propose_supplement, supply_supplement
from motcua.services.offerings import component_rules, content_of_offering, running_offering
from motcua.services.payments.charges import charges_of
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import Loaded, facts_of, load
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Appointment, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import Holding

# How often people come for a procedure, relative to each other; what is not named counts 2.
_OFTEN = {
    "2.000815": 30,
    "2.000884": 12,
    "1.001193": 12,
    "2.000635": 9,
    "1.004873": 8,
    "1.004222": 7,
    "1.004194": 7,
    "1.000894": 5,
    "1.000656": 5,
    "1.001612": 5,
    "1.013225": 4,
    "1.013978": 4,
    "1.012786": 4,
    "2.000986": 5,
}
_PAYS_LATER, _PAYS_ONLINE = 0.12, 0.7
_LATE, _BACK, _REFUSED, _SUPPLEMENT, _SLIP = 0.06, 0.05, 0.02, 0.05, 0.02
_APOLOGY, _MONEY, _OPINION, _WITHDRAWN = 0.6, 0.5, 0.1, 0.006
_LAND = "Đất đai"
_TOLD = ("handling", "other_agency", "supplement", "")
"""What heads name as the cause in an apology; some name none."""


@dataclass(order=True, slots=True)
class _Event:
    at: datetime
    number: int
    act: Callable[[datetime], None] = field(compare=False)


class Life:
    """The demo's life: an agenda of acts in the order of time, each done by the officer whose it is."""

    def __init__(self, spec: dict[str, Any], names: Names, seed: str) -> None:
        self.random = Random(seed)  # noqa: S311 - the demo must be the same at every run
        # Who pays later is drawn apart, so that it changes nothing else of the life.
        self.later = Random(f"{seed}-money")  # noqa: S311
        self.names, self.spec = names, spec
        self.agenda: list[_Event] = []
        self.count = 0
        self.received = 0
        self.officers = officers_by_unit()
        self.units = {u.id: u for u in Unit.objects.select_related("agency")}
        everybody = [a for unit_id in sorted(self.officers) for a in self.officers[unit_id]]
        self.administrator = next(a for a in everybody if a.has(Role.ADMINISTRATOR))
        self.heads = {a.agency_id: a for a in reversed(everybody) if a.has(Role.AGENCY_LEADER)}

    def run(self, *, dossiers: int, progress: Callable[[int, int], None]) -> int:
        """Receive ``dossiers`` and carry each on until the last day; return how many were received."""
        for change in self.spec.get("calendar_changes", ()):
            at = datetime.combine(change["decided_on"], time(7, 40), VIETNAM)
            self._plan(at, partial(self._change_calendar, change))
        for at, offering, unit_id in self._arrivals(dossiers):
            self._plan(at, partial(self._receive, offering, unit_id))
        done = 0
        total = len(self.agenda)
        while self.agenda:
            # Many acts in one transaction: each is still the service's own, and the demo loads in a minute.
            with transaction.atomic():
                for _ in range(min(400, len(self.agenda))):
                    event = heapq.heappop(self.agenda)
                    event.act(event.at)
                    done += 1
            progress(self.received, dossiers)
        return max(self.received, total and self.received)

    def carry_on(self, public_id: uuid.UUID, now: datetime) -> None:
        """Have the offices go on with a dossier that was received at ``now``, until the demo's last day."""
        self._next(public_id, now, is_slow=False)
        while self.agenda:
            event = heapq.heappop(self.agenda)
            event.act(event.at)

    def receive_and_apologise(self, offering: Offering, unit_id: int, now: datetime) -> None:
        """Receive a dossier for which its office needs more time: a new day is given first, then it is done."""
        counts = [ComponentCount(r.key, str(r.originals), str(r.copies)) for r in component_rules(offering.id)]
        intake = Intake(
            key=uuid.UUID(int=self.random.getrandbits(128), version=4),
            offering_id=offering.id,
            applicant=self.applicant(offering),
            counts=counts,
            fee_paid=str(offering.fee_vnd) if offering.fee_vnd else "",
            is_duplicate_accepted=True,
        )
        receipt = receive_dossier(intake, actor=self.officer(unit_id, "counter_officer"), now=now)
        if receipt.due_at is None:
            return
        at = (receipt.due_at - timedelta(days=1)).astimezone(VIETNAM).replace(hour=10, minute=10, second=0)
        self._apologise(receipt.public_id, at)
        self.carry_on(receipt.public_id, at)

    def _plan(self, at: datetime, act: Callable[[datetime], None]) -> None:
        if at.date() <= self.spec["to_on"]:
            self.count += 1
            heapq.heappush(self.agenda, _Event(at, self.count, act))

    def _arrivals(self, dossiers: int) -> list[tuple[datetime, Offering, int]]:
        offerings = list(
            Offering.objects.filter(valid_to_on__isnull=True)
            .select_related("procedure_version__procedure", "agency")
            .order_by("id")
        )
        centres = {u.agency_id: u.id for u in self.units.values() if u.kind in UnitKind.one_stop()}
        province = next(
            u.id for u in self.units.values() if u.kind == UnitKind.SERVICE_CENTRE and u.agency.parent_id is None
        )
        busy = {"Phường Kinh Bắc": 30, "Thành phố Bắc Ninh": 12}
        weights = [
            _OFTEN.get(o.procedure_version.procedure.code, 2)
            * next((w for name, w in busy.items() if o.agency.name.lower().endswith(name.lower())), 1)
            * (12 if o.agency.level == "PROVINCE" else 1)
            for o in offerings
        ]
        days = _working_days(self.spec["from_on"], self.spec["to_on"])
        chosen = self.random.choices(offerings, weights, k=dossiers)
        arrivals = []
        for number, offering in enumerate(chosen):
            day = days[number * len(days) // dossiers]
            unit_id = centres.get(offering.agency_id, province)
            arrivals.append((self._hour(day), offering, unit_id))
        return arrivals

    def _hour(self, day: date) -> datetime:
        minute = self.random.choice((*range(450, 690, 3), *range(810, 1005, 3)))
        return datetime(
            day.year, day.month, day.day, minute // 60, minute % 60, self.random.randrange(60), tzinfo=VIETNAM
        )

    def _receive(self, offering: Offering, unit_id: int, now: datetime) -> None:
        actor = self.officer(unit_id, "counter_officer")
        rules = component_rules(offering.id)
        pays_later = bool(offering.fee_vnd) and self.later.random() < _PAYS_LATER
        is_short = any(r.is_required for r in rules) and self.random.random() < _SLIP
        counts = [ComponentCount(r.key, str(r.originals), str(r.copies)) for r in rules if r.is_required]
        intake = Intake(
            key=uuid.UUID(int=self.random.getrandbits(128), version=4),
            offering_id=offering.id,
            applicant=self.applicant(offering),
            channel="POST" if self.random.random() < 0.06 else "DIRECT",
            counts=[] if is_short else counts,
            fee_paid=str(offering.fee_vnd) if offering.fee_vnd and not pays_later else "",
            is_duplicate_accepted=True,
        )
        if is_short:
            give_supplement_slip(SlipRequest(intake, (), "Thành phần hồ sơ chưa đầy đủ"), actor=actor, now=now)
            return
        if self.random.random() < _REFUSED / 2:
            reason = "Nội dung đề nghị không thuộc phạm vi giải quyết của cơ quan"
            give_refusal_slip(SlipRequest(intake, (), reason), actor=actor, now=now)
            return
        receipt = receive_dossier(intake, actor=actor, now=now)
        self.received += 1
        if pays_later and self.later.random() < _PAYS_ONLINE:
            at = now + timedelta(minutes=self.later.randrange(30, 2_000))
            self._plan(at, partial(self._pay, receipt.dossier_id))
        is_slow = self.random.random() < _LATE
        if is_slow and receipt.due_at is not None and self.random.random() < _APOLOGY:
            last = (receipt.due_at - timedelta(days=1)).astimezone(VIETNAM).replace(hour=15, minute=10, second=0)
            if last > now:
                self._plan(last, partial(self._apologise, receipt.public_id))
        if self.random.random() < _WITHDRAWN:
            self._plan(now + timedelta(minutes=90), partial(self._withdraw, receipt.public_id))
        self._next(receipt.public_id, now, is_slow=is_slow)

    def _pay(self, dossier_id: int, now: datetime) -> None:
        """Pay what is owed through the simulated bank; one in five call-backs is lost, and asked after."""
        for charge in charges_of(dossier_id=dossier_id):
            # Who has taken the dossier back meanwhile owes nothing more.
            if charge.standing == "open":
                with contextlib.suppress(Refused):
                    pay_by_bank(charge, is_lost=self.later.random() < 0.2, now=now)

    def _next(self, public_id: uuid.UUID, now: datetime, *, is_slow: bool) -> None:
        """Plan the next act on the dossier's first open step."""
        dossier = _loaded(public_id)
        if not dossier.tasks:
            return
        task = dossier.tasks[0]
        running = running_offering(dossier.offering_id)
        step = running.net.steps[task.step]
        share = self.random.uniform(0.15, 0.85) * (self.random.uniform(2.2, 5.0) if is_slow else 1.0)
        minutes = max(4.0, (step.minutes or 120) * share)
        if step.kind == "return":
            minutes = self.random.uniform(20, 1400)
        at = running.calendar.add_minutes(running.calendar.opening_at_or_after(now), minutes)
        self._plan(at, lambda when: self._act(public_id, when, is_slow=is_slow))

    def _act(self, public_id: uuid.UUID, now: datetime, *, is_slow: bool) -> None:
        dossier = _loaded(public_id)
        if not dossier.tasks or dossier.life.open_pauses:
            return
        task = dossier.tasks[0]
        step = running_offering(dossier.offering_id).net.steps[task.step]
        actor = self.officer(task.unit_id, task.role)
        if step.kind == "return":
            self._return(dossier, actor, now)
            return
        may_ask = step.kind == "appraise" and dossier.life.supplement_count == 0
        if may_ask and self.random.random() < _SUPPLEMENT and self._supplement(dossier, task.step, actor, now):
            return
        if step.kind == "appraise" and self._rest(dossier, actor, now):
            return
        version = _loaded(public_id).version if step.kind == "appraise" else dossier.version
        if step.kind == "appraise" and task.assignee_id is None:
            version = take_step(
                public_id=public_id, step=task.step, seen_version=version, actor=actor, now=now
            ).version
        outcome, reason = self._outcome(step.outcomes)
        complete_step(
            public_id=public_id,
            step=task.step,
            outcome=outcome,
            reason=reason,
            seen_version=version,
            actor=actor,
            now=now,
        )
        self._next(public_id, now, is_slow=is_slow)
        self._follow_links(dossier, now, is_slow=is_slow)

    def _follow_links(self, dossier: Loaded, now: datetime, *, is_slow: bool) -> None:
        """Plan what other agencies do now: in dossiers opened by this step, or in the one that waited for this one."""
        if dossier.parent_id is not None:
            parent = Dossier.objects.values_list("public_id", flat=True).get(id=dossier.parent_id)
            self._next(parent, now, is_slow=is_slow)
        net = running_offering(dossier.offering_id).net
        if any(s.kind == CALL for s in net.steps):
            opened = Dossier.objects.filter(parent_id=dossier.id, received_at=now).order_by("id")
            for number, public_id in enumerate(opened.values_list("public_id", flat=True)):
                # The last of the agencies asked is the one that keeps the others waiting.
                self._next(public_id, now, is_slow=is_slow and number == len(opened) - 1)

    def _outcome(self, outcomes: tuple[str, ...]) -> tuple[str, str]:
        if BACK in outcomes and self.random.random() < _BACK:
            return BACK, "Đề nghị làm rõ căn cứ và hoàn thiện dự thảo"
        if REFUSE in outcomes and self.random.random() < _REFUSED:
            return REFUSE, "Hồ sơ không đủ điều kiện theo quy định"
        return DONE, ""

    def _supplement(self, dossier: Loaded, step: int, actor: Actor, now: datetime) -> bool:
        items = ["Giấy tờ chứng minh nhân thân còn giá trị sử dụng"]
        reason = "Giấy tờ đã nộp chưa đủ căn cứ giải quyết"
        try:
            done = propose_supplement(
                public_id=dossier.public_id,
                step=step,
                items=items,
                reason=reason,
                seen_version=dossier.version,
                actor=actor,
                now=now,
            )
            counter = self.officer(dossier.reception_unit_id, "counter_officer")
            ask_supplement(
                public_id=dossier.public_id,
                items=items,
                reason=reason,
                seen_version=done.version,
                actor=counter,
                now=now + timedelta(minutes=5),
            )
        except Refused:
            # The days in which papers may be asked for have passed: the office decides with what it has.
            return False
        calendar = running_offering(dossier.offering_id).calendar
        at = calendar.add_minutes(calendar.opening_at_or_after(now), self.random.uniform(300, 3000))
        self._plan(at, lambda when: self._supply(dossier.public_id, when))
        return True

    def _rest(self, dossier: Loaded, actor: Actor, now: datetime) -> bool:
        """Let a land dossier rest until the applicant has paid; ask another office of some. Return whether it rests."""
        is_first = not any(k in _RESTING for k in _kinds(dossier))
        if not is_first:
            return False
        version, public_id = dossier.version, dossier.public_id
        by = now + timedelta(days=1)
        is_asked = self.random.random() < _OPINION
        if is_asked and dossier.due_at is not None and by <= dossier.due_at:
            question = Question("Đề nghị xác nhận nơi thường trú", by, of="Công an cấp xã")
            done = ask_opinion(public_id=public_id, entry=question, seen_version=version, actor=actor, now=now)
            version = done.version
            answered = now + timedelta(minutes=self.random.randrange(200, 1500))
            self._plan(answered, partial(self._answer, public_id, f"c{version}"))
        is_land = content_of_offering(dossier.offering_id).sector == _LAND
        if not is_land or self.random.random() > _MONEY:
            return False
        entry = PauseEntry(
            "financial_obligation", "31/2024/QH15", "chưa đối chiếu", "Chờ người sử dụng đất nộp nghĩa vụ tài chính"
        )
        pause_clock(public_id=public_id, entry=entry, seen_version=version, actor=actor, now=now)
        calendar = running_offering(dossier.offering_id).calendar
        paid = calendar.add_minutes(calendar.opening_at_or_after(now), self.random.uniform(600, 3200))
        self._plan(paid, partial(self._go_on, public_id))
        return True

    def _go_on(self, public_id: uuid.UUID, now: datetime) -> None:
        dossier = _loaded(public_id)
        actor = self.officer(dossier.tasks[0].unit_id, dossier.tasks[0].role)
        reason = "Đã có xác nhận hoàn thành nghĩa vụ tài chính"
        resume_clock(public_id=public_id, reason=reason, seen_version=dossier.version, actor=actor, now=now)
        self._next(public_id, now, is_slow=False)

    def _answer(self, public_id: uuid.UUID, key: str, now: datetime) -> None:
        dossier = _loaded(public_id)
        task = next((t for t in dossier.tasks if not self.units[t.unit_id].is_one_stop), None)
        if task is None or dossier.life.state.is_final:
            return
        actor = self.officer(task.unit_id, task.role)
        record_answer(
            public_id=public_id, key=key, answer="Xác nhận đúng", seen_version=dossier.version, actor=actor, now=now
        )

    def _apologise(self, public_id: uuid.UUID, now: datetime) -> None:
        """The head of the agency apologises a day before, where the dossier is not yet done."""
        dossier = _loaded(public_id)
        head = self.heads.get(dossier.handling_agency_id)
        if head is None or dossier.due_at is None or dossier.life.ended_at or dossier.life.state.is_final:
            return
        calendar = running_offering(dossier.offering_id).calendar
        new = calendar.add_working_days(dossier.due_at.astimezone(VIETNAM).date(), self.random.randrange(2, 5))
        closing = calendar.closing(new)
        with contextlib.suppress(Refused):
            # A dossier that rested meanwhile is due later: its day is then no day before.
            extend_due(
                public_id=public_id, new_due_at=closing, reason="Cần thêm thời gian xác minh hồ sơ",
                cause=_TOLD[dossier.id % len(_TOLD)], seen_version=dossier.version, actor=head, now=now,
            )  # fmt: skip

    def _withdraw(self, public_id: uuid.UUID, now: datetime) -> None:
        dossier = _loaded(public_id)
        actor = self.officer(dossier.reception_unit_id, "counter_officer")
        with contextlib.suppress(Refused):
            # Decided in the meantime: then it can no longer be withdrawn.
            withdraw(
                public_id=public_id, reason="Người nộp không còn nhu cầu", seen_version=dossier.version,
                actor=actor, now=now,
            )  # fmt: skip

    def _change_calendar(self, change: dict[str, Any], now: datetime) -> None:
        entry = ChangeEntry(
            kind=change["kind"],
            from_on=change["from_on"],
            to_on=change["to_on"],
            weekdays=tuple(change.get("weekdays", ())),
            hours=change.get("hours", ""),
            reason=change["reason"],
            decision_no=change["decision_no"],
            decided_on=change["decided_on"],
            covers_below=change.get("covers_below", False),
        )
        root = next(u.agency_id for u in self.units.values() if u.agency.parent_id is None)
        change_calendar(agency_id=root, entry=entry, actor=self.administrator, now=now)
        apply_calendar_changes(now=now)

    def _supply(self, public_id: uuid.UUID, now: datetime) -> None:
        dossier = _loaded(public_id)
        actor = self.officer(dossier.reception_unit_id, "counter_officer")
        supply_supplement(public_id=public_id, seen_version=dossier.version, actor=actor, now=now)
        self._next(public_id, now, is_slow=False)

    def _return(self, dossier: Loaded, actor: Actor, now: datetime) -> None:
        party = Dossier.objects.select_related("applicant").get(id=dossier.id).applicant
        collector = PartyEntry(kind=party.kind, name=party.name, id_number=party.id_number)
        return_result(
            public_id=dossier.public_id,
            collector=collector,
            authorisation="",
            seen_version=dossier.version,
            actor=actor,
            now=now,
        )

    def applicant(self, offering: Offering) -> PartyEntry:
        """Return an invented person or company such as can apply for the procedure."""
        subjects = content_of_offering(offering.id).subjects
        if "Công dân Việt Nam" not in subjects:
            name = f"Công ty cổ phần {self.names.random.choice(self.names.data['streets'])}"
            return PartyEntry(kind="ORGANISATION", name=name, id_number=f"00{self.random.randrange(10**8):08d}")
        name, sex = self.names.person()
        birth = date(1950, 1, 1) + timedelta(days=self.random.randrange(20_000))
        # 999 is no province's number, so that no card of a living person can be met.
        mark = (0 if sex == "Nam" else 1) + (2 if birth.year >= 2000 else 0)
        number = f"999{mark}{birth:%y}{self.random.randrange(10**6):06d}"
        street = self.random.choice(self.names.data["streets"])
        return PartyEntry(
            kind="PERSON",
            name=name,
            id_number=number,
            birth=f"{birth:%d/%m/%Y}",
            sex=sex,
            address=f"Số {self.random.randrange(1, 200)}, đường {street}, {offering.agency.place}, Bắc Ninh",
            phone=f"0900{self.random.randrange(10**6):06d}",
        )

    def officer(self, unit_id: int, role: str) -> Actor:
        """Return the officer of the unit who takes such a step; who comes first depends on the seed."""
        able = [a for a in self.officers[unit_id] if role in a.roles] or self.officers[unit_id]
        return able[self.random.randrange(len(able))] if role == "counter_officer" else able[0]


def officers_by_unit() -> dict[int, list[Actor]]:
    rows = Appointment.objects.select_related("staff", "post__unit__agency").order_by("post_id", "id")
    found: dict[int, list[Actor]] = {}
    for row in rows:
        unit = row.post.unit
        holding = Holding(
            row.post_id,
            row.post.title,
            unit.id,
            unit.name,
            unit.kind,
            unit.agency_id,
            unit.agency.level,
            unit.agency.name,
            frozenset(row.post.roles),
        )
        found.setdefault(unit.id, []).append(
            actor_of(staff_id=row.staff_id, name=row.staff.full_name, holding=holding)
        )
    return found


_RESTING = (FactKind.PAUSED, FactKind.CONSULTED)


def _kinds(dossier: Loaded) -> set[FactKind]:
    return {f.kind for f in facts_of(dossier.id)}


def _loaded(public_id: uuid.UUID) -> Loaded:
    dossier = load(public_id)
    if dossier is None:
        raise AssertionError("a dossier just received is not there")
    return dossier


def _working_days(first: date, last: date) -> list[date]:
    from motcua.store.lawfiles import law_book

    calendar = law_book().calendar()
    days = ((first + timedelta(days=i)) for i in range((last - first).days + 1))
    return [d for d in days if calendar.is_working(d)]


def relax_commits() -> None:
    """Let the demo's own connection commit without waiting for the disk; what people do later waits."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
