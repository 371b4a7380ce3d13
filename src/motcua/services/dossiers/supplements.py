"""Answers how missing papers are asked for after acceptance: proposed by the office, issued once, supplied.

A slip given before acceptance stops no clock and is in ``slips``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.clock import may_ask_supplement
from motcua.core.dossier import Fact, FactKind, NationalState
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied, may_do, require_counter
from motcua.services.clocks import clock_facts, regime_of
from motcua.services.dossiers.committing import Done, commit, commit_on_clock, overtaken
from motcua.services.dossiers.numbered import numbered_slip
from motcua.services.dossiers.steps import load_for
from motcua.services.offerings import running_offering
from motcua.store.dossiers.models import Slip
from motcua.store.dossiers.writing import Loaded, facts_of

ITEMS_MAX = 60


def propose_supplement(
    *,
    public_id: UUID,
    step: int,
    items: Sequence[str],
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Done:
    """Return the dossier after the case officer asked the one-stop unit to have papers supplied.

    The office never asks the applicant itself. Problems: ``supplement.items_missing``, ``supplement.reason_missing``,
    ``step.overtaken``, ``step.not_open``, and those of the clock (a second request, too late), each with its article.
    Source: Decree 61/2018/NĐ-CP, arts. 5 and 19(4).
    """
    dossier = load_for(public_id, actor)
    _same_version(dossier, seen_version)
    task = next((t for t in dossier.tasks if t.step == step and t.is_leading), None)
    if task is None:
        raise Refused([Problem("step.not_open", values={"code": dossier.code})])
    if not may_do(actor, task):
        raise Denied("step of another unit, role or officer")
    facts = facts_of(dossier.id)
    problems = [*_item_problems(items, reason), *_clock_problems(dossier, facts, now)]
    if any(f.kind is FactKind.SUPPLEMENT_PROPOSED for f in facts[_last_asked(facts) :]):
        problems.append(Problem("supplement.already_proposed", values={"code": dossier.code}))
    if problems:
        raise Refused(problems)
    body = {"step": step, "items": [nfc(i) for i in items if i.strip()], "reason": nfc(reason)}
    running = running_offering(dossier.offering_id)
    return commit(dossier, running, FactKind.SUPPLEMENT_PROPOSED, body, actor=actor, now=now)


def ask_supplement(
    *, public_id: UUID, items: Sequence[str], reason: str, seen_version: int, actor: Actor, now: datetime
) -> tuple[Done, Slip]:
    """Return the dossier and the numbered slip (phiếu yêu cầu bổ sung, hoàn thiện hồ sơ) that the unit issued.

    All items at once, once only. Problems: as ``propose_supplement``.
    Source: Decree 61/2018/NĐ-CP, art. 19(4); Decree 118/2025/NĐ-CP, art. 11 (one request).
    """
    require_counter(actor)
    dossier = load_for(public_id, actor)
    _same_version(dossier, seen_version)
    if dossier.reception_unit_id != actor.unit_id:
        raise Denied("only the unit that received asks the applicant")
    facts = facts_of(dossier.id)
    problems = [*_item_problems(items, reason), *_clock_problems(dossier, facts, now)]
    if dossier.life.state not in (NationalState.ACCEPTED, NationalState.IN_PROCESS):
        problems.append(Problem("supplement.not_in_process", values={"code": dossier.code}))
    if problems:
        raise Refused(problems)
    running = running_offering(dossier.offering_id)
    clean = [nfc(i) for i in items if i.strip()]
    with transaction.atomic():
        slip = _slip(dossier, items=clean, reason=nfc(reason), actor=actor, now=now)
        body = {"items": clean, "reason": nfc(reason), "slip": slip.number}
        done = commit_on_clock(dossier, running, facts, FactKind.SUPPLEMENT_ASKED, body, actor=actor, now=now)
    return done, slip


def supply_supplement(*, public_id: UUID, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after the applicant supplied all that was asked; its due instant is derived anew.

    Source: Decree 61/2018/NĐ-CP, art. 19(4): the term starts again from zero. Problems:
    ``supplement.not_waiting``, ``step.overtaken``.
    """
    require_counter(actor)
    dossier = load_for(public_id, actor)
    _same_version(dossier, seen_version)
    if dossier.reception_unit_id != actor.unit_id:
        raise Denied("only the unit that received takes the supplement")
    if dossier.life.state is not NationalState.SUPPLEMENT_REQUIRED:
        raise Refused([Problem("supplement.not_waiting", values={"code": dossier.code})])
    running = running_offering(dossier.offering_id)
    facts = facts_of(dossier.id)
    return commit_on_clock(dossier, running, facts, FactKind.SUPPLEMENT_SUPPLIED, {}, actor=actor, now=now)


def proposal_of(facts: Sequence[Fact]) -> Fact | None:
    """Return the office's request that the one-stop unit has not yet acted on."""
    waiting = [f for f in facts[_last_asked(facts) :] if f.kind is FactKind.SUPPLEMENT_PROPOSED]
    return waiting[-1] if waiting else None


def _last_asked(facts: Sequence[Fact]) -> int:
    return max((i for i, f in enumerate(facts) if f.kind is FactKind.SUPPLEMENT_ASKED), default=-1) + 1


def _same_version(dossier: Loaded, seen_version: int) -> None:
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])


def _item_problems(items: Sequence[str], reason: str) -> list[Problem]:
    problems = []
    clean = [i for i in items if i.strip()]
    if not clean:
        problems.append(Problem("supplement.items_missing", field="items"))
    if len(clean) > ITEMS_MAX:
        problems.append(Problem("supplement.items_many", field="items", values={"limit": str(ITEMS_MAX)}))
    if not reason.strip():
        problems.append(Problem("supplement.reason_missing", field="reason"))
    return problems


def _clock_problems(dossier: Loaded, facts: Sequence[Fact], now: datetime) -> tuple[Problem, ...]:
    running = running_offering(dossier.offering_id)
    return may_ask_supplement(clock_facts(facts), at=now, regime=regime_of(dossier), calendar=running.calendar)


def _slip(dossier: Loaded, *, items: list[str], reason: str, actor: Actor, now: datetime) -> Slip:
    return numbered_slip(dossier, "supplement", {"items": items, "reason": reason}, actor=actor, now=now)
