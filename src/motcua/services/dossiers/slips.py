"""Answers what is given at the counter instead of a receipt: a supplement slip or a refusal slip.

Both are numbered per unit and year, list everything at once and name the article. No clock runs: nothing was
received.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from motcua.core.forms import check_components, check_party, missing_components
from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import LegalRef, Problem, Refused, nfc
from motcua.services.actors import Actor, require_counter
from motcua.services.dossiers.intake import Intake
from motcua.services.offerings import component_rules, is_receivable, running_offering
from motcua.services.times import local_day
from motcua.store.dossiers.models import IntakeDraft, Slip
from motcua.store.dossiers.receiving import save_party
from motcua.store.lawfiles import law_book
from motcua.store.ledger.numbers import paper_scope, take_numbers

SUPPLEMENT, REFUSAL = "supplement", "refusal"


@dataclass(frozen=True, slots=True)
class SlipRequest:
    """What the officer entered for a slip: the intake as far as it goes, further items, and the reason."""

    intake: Intake
    items: Sequence[str]
    reason: str


def give_supplement_slip(request: SlipRequest, *, actor: Actor, now: datetime) -> Slip:
    """Return the slip that names every missing paper at once (phiếu yêu cầu bổ sung, hoàn thiện hồ sơ).

    The missing papers of the checklist are on it without being typed. Problems: those of the applicant and the
    counts, ``supplement.items_missing``, ``supplement.reason_missing``.
    Source: Decree 61/2018/NĐ-CP, arts. 15 and 17(1); Decree 118/2025/NĐ-CP, art. 17.
    """
    rules = component_rules(request.intake.offering_id)
    received, problems = check_components(rules, request.intake.counts)
    asked = [r for r in rules if r.key not in request.intake.not_asked]
    items = [*(describe_missing(p) for p in missing_components(asked, received)), *_clean(request.items)]
    found = list(problems)
    if not items:
        found.append(Problem("supplement.items_missing", field="items"))
    if not request.reason.strip():
        found.append(Problem("supplement.reason_missing", field="reason"))
    return _give(SUPPLEMENT, request, items, found, actor=actor, now=now)


def give_refusal_slip(request: SlipRequest, *, actor: Actor, now: datetime) -> Slip:
    """Return the slip that refuses reception with its reason (phiếu từ chối tiếp nhận giải quyết hồ sơ).

    Problems: those of the applicant, ``refusal.reason_missing``.
    Source: Decree 61/2018/NĐ-CP, art. 17(1); Decree 118/2025/NĐ-CP, art. 17.
    """
    found = [] if request.reason.strip() else [Problem("refusal.reason_missing", field="reason")]
    return _give(REFUSAL, request, _clean(request.items), found, actor=actor, now=now)


def describe_missing(problem: Problem) -> str:
    """Return the line of the slip for a missing paper: its name and how many are lacking (Vietnamese)."""
    counts = [
        f"{problem.values[part]} {word}"
        for part, word in (("originals", "bản chính"), ("copies", "bản sao"))
        if problem.values[part] != "0"
    ]
    return f"{problem.values['name']} ({', '.join(counts)})" if counts else problem.values["name"]


def article_of_slips(on: date, *, is_after_acceptance: bool) -> LegalRef | None:
    """Return the article under which a slip is given on that day: at the counter, or after acceptance."""
    regime = law_book().regime_on(on)
    keys = (
        ("supplement.notice_working_days", "supplement.requests_max") if is_after_acceptance else ("reception.slips",)
    )
    refs = [param.ref for key in keys if (param := regime.find(key)) is not None]
    return next((ref for ref in refs if ref.place), refs[0] if refs else None)


def _clean(items: Sequence[str]) -> list[str]:
    return [nfc(i) for i in items if i.strip()]


def _give(
    form: str, request: SlipRequest, items: list[str], problems: list[Problem], *, actor: Actor, now: datetime
) -> Slip:
    require_counter(actor)
    intake, today = request.intake, local_day(now)
    if earlier := Slip.objects.filter(intake_key=intake.key, form=form).first():
        return earlier
    applicant = check_party(intake.applicant, prefix="applicant", on=today)
    problems += applicant if isinstance(applicant, tuple) else ()
    if not is_receivable(intake.offering_id, unit_id=actor.unit_id, on=today) and form == SUPPLEMENT:
        problems.append(Problem("intake.offering_elsewhere", field="offering"))
    if problems or not isinstance(applicant, PartyRecord):
        raise Refused(problems)
    try:
        with transaction.atomic():
            return _write(
                form,
                intake.key,
                intake.offering_id,
                applicant,
                items,
                nfc(request.reason),
                actor=actor,
                now=now,
            )
    except IntegrityError:
        # A second click waited for the first, which has given the slip.
        if earlier := Slip.objects.filter(intake_key=intake.key, form=form).first():
            return earlier
        raise


def _write(
    form: str,
    key: UUID,
    offering_id: int,
    applicant: PartyRecord,
    items: list[str],
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Slip:
    today = local_day(now)
    running = running_offering(offering_id)
    (number,) = take_numbers(paper_scope(actor.unit_id, form, today.year))
    slip = Slip.objects.create(
        public_id=uuid5(key, form),
        unit_id=actor.unit_id,
        form=form,
        year=today.year,
        number=number,
        offering_id=running.id,
        party_id=save_party(applicant),
        regime=law_book().regime_on(today).id,
        issued_at=now,
        staff_id=actor.staff_id,
        intake_key=key,
        content={"items": items, "reason": reason},
    )
    if form == REFUSAL:
        IntakeDraft.objects.filter(key=key).update(closed_at=now, data={})
    return slip
