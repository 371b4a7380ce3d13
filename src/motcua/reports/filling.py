"""Answers how papers are filled from facts: loads by way of the services, never asks who may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from motcua.core.calendar import parse_term
from motcua.core.clock import timeliness
from motcua.core.dossier import Fact, FactKind
from motcua.core.forms.components import Received
from motcua.reports.papers.content import (
    ControlSlip,
    Handover,
    Head,
    Line,
    Person,
    Receipt,
    Refusal,
    Register,
    RegisterRow,
    Supplement,
)
from motcua.services.actors import Actor
from motcua.services.dossier_pages import party_of_slip, slip_for
from motcua.services.dossiers.slips import article_of_slips
from motcua.services.dossiers.steps import load_for
from motcua.services.offerings import Running, running_offering
from motcua.services.times import local_day
from motcua.services.tracking import secret_of, tracking_path
from motcua.store.dossiers.models import Dossier, Party
from motcua.store.dossiers.selectors import register_rows
from motcua.store.dossiers.writing import facts_of
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Staff, Unit
from motcua.store.organisation.selectors import names_of_staff, names_of_units

_MARKS = {"receipt": "TNHS", "supplement": "PBS", "refusal": "PTC", "control": "PKS", "register": "STD"}
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
        head=_head(dossier.reception_unit, "receipt", dossier.receipt_number, dossier.received_at),
        code=dossier.code,
        applicant=_person(dossier.applicant),
        proxy=_person(dossier.proxy) if dossier.proxy else None,
        matter=dossier.subject or running.procedure_name,
        components=[
            Line(c.name, c.originals, c.copies)
            for c in (Received(**c) for c in dossier.components)
            if c.originals or c.copies
        ],
        sets=1,
        term=parse_term(dossier.term_text).text("vi"),
        received_at=dossier.received_at,
        due_at=_due_at_reception(dossier, running),
        return_at=dossier.reception_unit.name,
        register_no=f"{dossier.receipt_number}/{local_day(dossier.received_at).year}",
        officer=names_of_staff({first.staff_id}).get(first.staff_id, ""),
        fee=_vnd(dossier.fee_paid_vnd) if dossier.fee_paid_vnd else "",
        tracking_url=settings.PUBLIC_URL + tracking_path(public_id=dossier.public_id, code=dossier.code),
        secret=secret_of(dossier.public_id),
    )
    return receipt, form_set


def slip_content(public_id: UUID, actor: Actor) -> tuple[Supplement | Refusal, str]:
    """Return the paper of a slip and its form set; Denied unless the actor may see the slip."""
    slip = slip_for(public_id, actor)
    kind = Supplement if slip.form == "supplement" else Refusal
    article = article_of_slips(local_day(slip.issued_at), is_after_acceptance=slip.dossier_id is not None)
    matter = running_offering(slip.offering_id).procedure_name if slip.offering_id else ""
    unit = Unit.objects.select_related("agency__parent").get(id=slip.unit_id)
    officer = Staff.objects.get(id=slip.staff_id)
    paper = kind(
        head=_head(unit, slip.form, slip.number, slip.issued_at),
        code=slip.dossier.code if slip.dossier else "",
        applicant=_person(party_of_slip(slip)),
        matter=matter,
        items=slip.content["items"],
        reason=slip.content["reason"],
        article=article.text("vi") if article else "",
        contact=", ".join(filter(None, (officer.full_name, unit.name, unit.phone))),
        officer=officer.full_name,
    )
    return paper, form_set_of(slip.regime)


def control_content(public_id: UUID, actor: Actor) -> tuple[ControlSlip, str]:
    """Return the control slip: every hand-over from the facts, the result seen from the receiving side."""
    loaded = load_for(public_id, actor)
    dossier = Dossier.objects.select_related("reception_unit__agency__parent", "handling_agency").get(id=loaded.id)
    running = running_offering(dossier.offering_id)
    facts = facts_of(dossier.id)
    slip = ControlSlip(
        head=_head(dossier.reception_unit, "control", dossier.receipt_number, dossier.received_at),
        code=dossier.code,
        matter=dossier.subject or running.procedure_name,
        agency=dossier.handling_agency.name,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        rows=_handovers(facts, running, dossier),
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
        head=_head(unit, "register", None, now),
        sector=sector,
        period=f"từ ngày {from_on:%d/%m/%Y} đến ngày {to_on:%d/%m/%Y}",
        rows=rows,
    )
    return register, law_book().regime_on(from_on).form_set


def _due_at_reception(dossier: Dossier, running: Running) -> datetime | None:
    # The receipt is a promise of its day: printed again later, it says what it said.
    from motcua.services.dossiers.intake import due_when_received

    return due_when_received(running=running, at=dossier.received_at)


def _handovers(facts: Sequence[Fact], running: Running, dossier: Dossier) -> list[Handover]:
    completed = [f for f in facts if f.kind is FactKind.COMPLETED]
    staff = names_of_staff({f.staff_id for f in facts})
    units = names_of_units({f.unit_id for f in facts})
    rows = []
    for number, fact in enumerate(completed):
        step = running.net.steps[fact.body["step"]]
        outcome = step.outcomes[fact.body["outcome"]]
        following = completed[number + 1] if number + 1 < len(completed) else None
        seen = timeliness(due_at=dossier.due_at, ended_at=None, at=fact.at).value
        receiver = f"{staff.get(following.staff_id, '')}, {units.get(following.unit_id, '')}" if following else ""
        rows.append(
            Handover(
                giver=f"{staff.get(fact.staff_id, '')}, {units.get(fact.unit_id, '')}",
                receiver=receiver,
                at=fact.at,
                step=step.name,
                result=_OUTCOMES[seen],
                note={"back": "trả lại: ", "refuse": "từ chối: "}.get(outcome, "") + fact.body.get("reason", ""),
            )
        )
    return rows


def _head(unit: Unit, paper: str, number: int | None, made_at: datetime) -> Head:
    return Head(
        parent=unit.agency.name,
        unit=unit.name,
        place=unit.agency.place,
        number=f"{'…' if number is None else number}/{_MARKS[paper]}-{_unit_mark(unit)}",
        made_at=made_at,
    )


def _unit_mark(unit: Unit) -> str:
    return "TTPVHCC" if unit.kind == "SERVICE_CENTRE" else "BPTNTKQ"


def _person(party: Party) -> Person:
    return Person(party.name, party.id_number, party.address, party.phone, party.email)


def _vnd(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")
