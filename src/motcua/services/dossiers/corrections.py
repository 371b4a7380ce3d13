"""Answers how a wrong fact is put right: one proposes with the reason, a head approves, everything is derived anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.core.dossier import Fact, FactKind, may_correct, open_proposal
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied
from motcua.services.dossiers.committing import Done, commit, commit_on_clock, overtaken
from motcua.services.dossiers.steps import REASON_LENGTH_MAX, load_for
from motcua.services.offerings import running_offering
from motcua.store.dossiers.writing import Loaded, facts_of
from motcua.store.organisation.roles import Role


def propose_correction(
    *,
    public_id: UUID,
    of: int,
    at: datetime | None,
    is_void: bool,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Done:
    """Return the dossier with the proposal to correct fact ``of``: its right instant, or that it never was.

    Nothing is derived anew before a head approves. Problems: those of ``core.dossier.may_correct``,
    ``correction.reason_missing``, ``correction.waiting`` (another proposal is open), ``step.overtaken``.
    """
    dossier, facts = _open(public_id, seen_version, actor)
    if not may_propose(actor, dossier):
        raise Denied("not of the units of this dossier")
    problems = may_correct(facts, of=of, at=at, is_void=is_void, now=now)
    if not reason.strip() or len(reason) > REASON_LENGTH_MAX:
        problems.append(Problem("correction.reason_missing", "reason", values={"limit": str(REASON_LENGTH_MAX)}))
    if open_proposal(facts) is not None:
        problems.append(Problem("correction.waiting"))
    if problems:
        raise Refused(problems)
    body: dict[str, Any] = {"of": of, "reason": nfc(reason)}
    body |= {"is_void": True} if is_void or at is None else {"at": at.isoformat()}
    running = running_offering(dossier.offering_id)
    return commit(dossier, running, FactKind.CORRECTION_PROPOSED, body, actor=actor, now=now)


def approve_correction(*, public_id: UUID, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier as corrected: state, due instant and steps derived anew from all facts.

    The approver is a head and not who proposed. Problems: ``correction.none``, ``correction.own``, those of
    ``core.dossier.may_correct`` (facts may have come since), ``step.overtaken``.
    """
    dossier, facts, proposal = _proposed(public_id, seen_version, actor)
    if proposal.staff_id == actor.staff_id:
        raise Refused([Problem("correction.own")])
    at = datetime.fromisoformat(proposal.body["at"]) if "at" in proposal.body else None
    is_void = bool(proposal.body.get("is_void"))
    if problems := may_correct(facts, of=int(proposal.body["of"]), at=at, is_void=is_void, now=now):
        raise Refused(problems)
    body = {**proposal.body, "proposal": proposal.seq, "proposed_by": proposal.staff_id}
    running = running_offering(dossier.offering_id)
    return commit_on_clock(dossier, running, facts, FactKind.CORRECTED, body, actor=actor, now=now)


def decline_correction(*, public_id: UUID, reason: str, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier with its proposal declined. Problems: ``correction.none``, ``correction.reason_missing``."""
    dossier, _, proposal = _proposed(public_id, seen_version, actor)
    if not reason.strip() or len(reason) > REASON_LENGTH_MAX:
        raise Refused([Problem("correction.reason_missing", "reason", values={"limit": str(REASON_LENGTH_MAX)})])
    body = {"proposal": proposal.seq, "reason": nfc(reason)}
    running = running_offering(dossier.offering_id)
    return commit(dossier, running, FactKind.CORRECTION_DECLINED, body, actor=actor, now=now)


def may_propose(actor: Actor, dossier: Loaded) -> bool:
    """Return whether the actor may say that a fact is wrong: officers and heads of its units, its agency's head."""
    if actor.has(Role.AGENCY_LEADER) and actor.agency_id == dossier.handling_agency_id:
        return True
    officers = (Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CASE_OFFICER, Role.UNIT_LEADER, Role.CENTRE_MANAGER)
    return actor.unit_id in dossier.unit_ids and actor.has(*officers)


def may_approve(actor: Actor, dossier: Loaded) -> bool:
    """Return whether the actor approves corrections: the head of a unit that handles it, or of its agency."""
    if actor.has(Role.AGENCY_LEADER) and actor.agency_id == dossier.handling_agency_id:
        return True
    return actor.unit_id in dossier.unit_ids and actor.has(Role.UNIT_LEADER, Role.CENTRE_MANAGER)


def _open(public_id: UUID, seen_version: int, actor: Actor) -> tuple[Loaded, tuple[Fact, ...]]:
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    return dossier, facts_of(dossier.id)


def _proposed(public_id: UUID, seen_version: int, actor: Actor) -> tuple[Loaded, tuple[Fact, ...], Fact]:
    dossier, facts = _open(public_id, seen_version, actor)
    if not may_approve(actor, dossier):
        raise Denied("only a head approves")
    proposal = open_proposal(facts)
    if proposal is None:
        raise Refused([Problem("correction.none")])
    return dossier, facts, proposal
