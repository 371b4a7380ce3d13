"""Answers how papers are filled from facts: loads by way of the services, never asks who may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from motcua.core.calendar import parse_term
from motcua.core.clock import timeliness
from motcua.core.dossier import (
    Fact,
    FactKind,
    Life,
    NationalState,
    Stay,
    effective,
    stays_of,
    step_due,
    step_timeliness,
)
from motcua.core.forms.components import Received
from motcua.reports.papers.content import (
    Apology,
    ControlSlip,
    Handover,
    Head,
    Line,
    Person,
    Receipt,
    Refusal,
    Register,
    RegisterRow,
    StopNotice,
    Supplement,
)
from motcua.reports.papers.kinds import Paper
from motcua.services.actors import Actor
from motcua.services.clocks import clock_of, regime_at_reception
from motcua.services.dossier_pages import party_of_slip, slip_for
from motcua.services.dossiers.slips import article_of_slips
from motcua.services.dossiers.steps import load_for
from motcua.services.offerings import Running, running_offering
from motcua.services.registers import book_number
from motcua.services.times import local_day
from motcua.services.tracking import secret_of, tracking_path
from motcua.store.dossiers.models import Dossier, Party, Slip
from motcua.store.dossiers.selectors import register_rows
from motcua.store.dossiers.writing import facts_of
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Staff, Unit
from motcua.store.organisation.selectors import names_of_staff, names_of_units

_MARKS = {
    "receipt": "TNHS",
    "supplement": "PBS",
    "refusal": "PTC",
    "control": "PKS",
    "register": "STD",
    "apology": "PXL",
    "stop": "TBD",
    "cash": "BLTT",
    "day": "BKTT",
    "post_slip": "PGHS",
    "hand_over": "BBGN",
    "delivery": "PBGKQ",
}
# What the stop notice says of how far the handling had come.
_STATES_FOUND = {
    NationalState.ACCEPTED: "đã tiếp nhận, chưa giải quyết",
    NationalState.IN_PROCESS: "đang giải quyết, chưa có kết quả",
    NationalState.SUPPLEMENT_REQUIRED: "đang chờ bổ sung hồ sơ",
    NationalState.FINANCIAL_OBLIGATION: "đang chờ thực hiện nghĩa vụ tài chính",
}
_CHANNELS = {"DIRECT": "Trực tiếp", "POST": "Bưu chính", "ONLINE": "Trực tuyến"}
_OUTCOMES = {
    "early": "Trước hạn",
    "on_time": "Đúng hạn",
    "within": "Trong hạn",
    "late": "Quá hạn",
    "waiting": "",
}


def form_set_of(regime_id: str) -> str:
    return law_book().regime(regime_id).form_set


def receipt_content(public_id: UUID, actor: Actor) -> tuple[Receipt, str]:
    """Return the receipt of a dossier and its form set; Denied unless the actor may read the dossier."""
    loaded = load_for(public_id, actor)
    dossier = Dossier.objects.select_related("applicant", "proxy", "reception_unit__agency__parent").get(id=loaded.id)
    running = running_offering(dossier.offering_id)
    first = facts_of(dossier.id)[0]
    form_set = form_set_of(dossier.regime)
    receipt = Receipt(
        head=head_of(dossier.reception_unit, "receipt", dossier.receipt_number, dossier.received_at),
        code=dossier.code,
        applicant=person_of(dossier.applicant),
        proxy=person_of(dossier.proxy) if dossier.proxy else None,
        matter=dossier.subject or running.procedure_name,
        components=[
            Line(c.name, c.originals, c.copies)
            for c in (Received(**c) for c in dossier.components)
            if c.originals or c.copies
        ],
        sets=1,
        term=parse_term(dossier.term_text).text("vi"),
        received_at=dossier.received_at,
        due_at=_due_at_reception(dossier, first, running),
        return_at=dossier.reception_unit.name,
        register_no=f"{dossier.receipt_number}/{local_day(dossier.received_at).year}",
        officer=names_of_staff({first.staff_id}).get(first.staff_id, ""),
        fee=vnd_of(dossier.fee_paid_vnd) if dossier.fee_paid_vnd else "",
        tracking_url=settings.PUBLIC_URL + tracking_path(public_id=dossier.public_id, code=dossier.code),
        secret=secret_of(dossier.public_id),
    )
    return receipt, form_set


def slip_content(public_id: UUID, actor: Actor) -> tuple[Paper, str]:
    """Return the paper of a slip and its form set; Denied unless the actor may see the slip."""
    slip = slip_for(public_id, actor)
    unit = Unit.objects.select_related("agency__parent").get(id=slip.unit_id)
    # A notice after the applicant's own request from home was given by nobody.
    officer = Staff.objects.filter(id=slip.staff_id).first() or Staff(full_name="")
    head = head_of(unit, slip.form, slip.number, slip.issued_at)
    if slip.form == "apology":
        return _apology(slip, head, officer), form_set_of(slip.regime)
    if slip.form == "stop":
        return _stop_notice(slip, head, officer), form_set_of(slip.regime)
    kind = Supplement if slip.form == "supplement" else Refusal
    article = article_of_slips(local_day(slip.issued_at), is_after_acceptance=slip.dossier_id is not None)
    matter = running_offering(slip.offering_id).procedure_name if slip.offering_id else ""
    paper = kind(
        head=head,
        code=slip.dossier.code if slip.dossier else "",
        applicant=person_of(party_of_slip(slip)),
        matter=matter,
        items=slip.content["items"],
        reason=slip.content["reason"],
        article=article.text("vi") if article else "",
        contact=", ".join(filter(None, (officer.full_name, unit.name, unit.phone))),
        officer=officer.full_name,
    )
    return paper, form_set_of(slip.regime)


def _apology(slip: Slip, head: Head, officer: Staff) -> Apology:
    dossier = Dossier.objects.select_related("handling_agency").get(slips=slip)
    regime = regime_at_reception(dossier.received_at)
    article = regime.param("extension.notice_days").ref
    return Apology(
        head=head,
        code=dossier.code,
        applicant=person_of(party_of_slip(slip)),
        agency=dossier.handling_agency.name,
        matter=dossier.subject or running_offering(dossier.offering_id).procedure_name,
        received_at=dossier.received_at,
        due_at=datetime.fromisoformat(slip.content["due"]),
        new_due_at=datetime.fromisoformat(slip.content["new_due"]),
        reason=slip.content["reason"],
        article=article.text("vi"),
        signer=officer.full_name,
    )


def _stop_notice(slip: Slip, head: Head, officer: Staff) -> StopNotice:
    dossier = Dossier.objects.get(slips=slip)
    param = regime_at_reception(dossier.received_at).param("stop.at_request")
    return StopNotice(
        head=head,
        code=dossier.code,
        applicant=person_of(party_of_slip(slip)),
        matter=dossier.subject or running_offering(dossier.offering_id).procedure_name,
        requested_at=slip.issued_at,
        channel=_CHANNELS[slip.content["channel"]],
        state=_STATES_FOUND[NationalState(slip.content["state"])],
        reason=slip.content["reason"],
        returned=slip.content["returned"],
        refund=slip.content["refund"],
        article=param.ref.text("vi"),
        officer=officer.full_name,
    )


def control_content(public_id: UUID, actor: Actor) -> tuple[ControlSlip, str]:
    """Return the control slip: every hand-over from the facts, the result seen from the receiving side."""
    loaded = load_for(public_id, actor)
    dossier = Dossier.objects.select_related("reception_unit__agency__parent", "handling_agency").get(id=loaded.id)
    running = running_offering(dossier.offering_id)
    facts = facts_of(dossier.id)
    slip = ControlSlip(
        head=head_of(dossier.reception_unit, "control", dossier.receipt_number, dossier.received_at),
        code=dossier.code,
        matter=dossier.subject or running.procedure_name,
        agency=dossier.handling_agency.name,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        rows=_handovers(facts, running, loaded.life),
        coordinating=sorted({str(f.body["of"]) for f in effective(facts) if f.kind is FactKind.CONSULTED}),
    )
    return slip, form_set_of(dossier.regime)


def register_content(*, actor: Actor, sector: str, from_on: date, to_on: date, now: datetime) -> tuple[Register, str]:
    """Return the register of the actor's one-stop unit for a sector and the days ``[from_on, to_on]``."""
    unit = Unit.objects.select_related("agency__parent").get(id=actor.unit_id)
    rows = [
        RegisterRow(
            number=r.receipt_number,
            code=r.code,
            matter=r.procedure_name,
            applicant=r.applicant_name,
            contact=", ".join(filter(None, (r.address, r.phone))),
            agency=r.agency_name,
            received_at=r.received_at,
            due_at=r.due_at,
            returned_at=r.returned_at,
            channel=_CHANNELS[r.channel],
            note=_OUTCOMES[timeliness(due_at=r.due_at, ended_at=r.ended_at, at=now).value] if r.ended_at else "",
        )
        for r in register_rows(unit_id=actor.unit_id, sector=sector, from_on=from_on, to_on=to_on)
    ]
    register = Register(
        head=head_of(unit, "register", None, now),
        sector=sector,
        period=f"từ ngày {from_on:%d/%m/%Y} đến ngày {to_on:%d/%m/%Y}",
        rows=rows,
        book=str(book_number(unit_id=actor.unit_id, sector=sector, year=from_on.year)),
    )
    return register, law_book().regime_on(from_on).form_set


def _due_at_reception(dossier: Dossier, first: Fact, running: Running) -> datetime | None:
    # The receipt is a promise of its day: printed again later, it says what it said.
    from motcua.services.receiving_terms import due_when_received

    promised = first.body.get("due")
    if promised:
        return datetime.fromisoformat(promised)
    return due_when_received(running=running, at=dossier.received_at)


def _handovers(facts: Sequence[Fact], running: Running, life: Life) -> list[Handover]:
    """Return every hand-over; whether a step was in time is told by what it was allowed and took."""
    reasons = {(f.at, f.body["step"]): f.body.get("reason", "") for f in effective(facts) if "outcome" in f.body}
    clock = clock_of(facts, running, life=life)
    done = [s for s in stays_of(facts, running.net) if s.closed_at is not None and s.outcome is not None]
    staff = names_of_staff({s.staff_id for s in done if s.staff_id})
    units = names_of_units({s.unit_id for s in done if s.unit_id})
    rows = []
    for number, stay in enumerate(done):
        step, at = running.net.steps[stay.step], stay.closed_at
        if at is None or stay.outcome is None:
            continue
        outcome = step.outcomes[stay.outcome]
        due_at = step_due(
            opened_at=stay.opened_at,
            minutes=step.minutes or 0,
            intervals=clock.intervals,
            calendar=running.calendar,
            due_at=clock.due_at,
        )
        seen = "within" if step.kind == "return" else step_timeliness(stay, due_at=due_at, at=at).value
        rows.append(
            Handover(
                giver=_who(stay, staff, units),
                receiver=_who(done[number + 1], staff, units) if number + 1 < len(done) else "",
                at=at,
                step=step.name,
                result=_OUTCOMES[seen],
                note={"back": "trả lại: ", "refuse": "từ chối: "}.get(outcome, "") + reasons.get((at, stay.step), ""),
            )
        )
    return rows


def _who(stay: Stay, staff: Mapping[int, str], units: Mapping[int, str]) -> str:
    return f"{staff.get(stay.staff_id or 0, '')}, {units.get(stay.unit_id or 0, '')}"


def head_of(unit: Unit, paper: str, number: int | None, made_at: datetime) -> Head:
    count = "…" if number is None else str(number)
    if paper == "apology":
        # Of the agency and its head, not of the one-stop unit.
        parent = unit.agency.parent.name if unit.agency.parent else ""
        return Head(parent, unit.agency.name, unit.agency.place, f"{count}/{_MARKS[paper]}", made_at)
    mark = f"{count}/{_MARKS[paper]}-{_unit_mark(unit)}"
    return Head(unit.agency.name, unit.name, unit.agency.place, mark, made_at)


def _unit_mark(unit: Unit) -> str:
    return "TTPVHCC" if unit.kind == "SERVICE_CENTRE" else "BPTNTKQ"


def person_of(party: Party) -> Person:
    return Person(party.name, party.id_number, party.address, party.phone, party.email)


def vnd_of(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")
