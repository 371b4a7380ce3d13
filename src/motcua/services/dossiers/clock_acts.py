"""Answers what officers do to a dossier's clock: let it rest by a special law, go on, promise anew, stop, withdraw.

Asking for papers is in ``supplements``, putting a wrong fact right in ``corrections``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.core.calendar import Calendar, CalendarHorizonError
from motcua.core.clock import PAUSE_CAUSES, may_extend, may_open_pause, may_stop, open_pauses
from motcua.core.clock.facts import Cause
from motcua.core.dossier import Fact, FactKind, NationalState
from motcua.core.kernel import LegalRef, Problem, Refused, nfc
from motcua.core.statistics import TELLABLE
from motcua.services.actors import Actor, Denied, may_assign, may_do, require_counter
from motcua.services.calendars import fresh_calendar
from motcua.services.clocks import clock_facts, regime_of
from motcua.services.dossiers.committing import Done, commit_on_clock, overtaken
from motcua.services.dossiers.numbered import numbered_slip
from motcua.services.dossiers.steps import REASON_LENGTH_MAX, load_for
from motcua.services.offerings import running_offering
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Slip
from motcua.store.dossiers.writing import Loaded, facts_of
from motcua.store.organisation.roles import Role
from motcua.store.payments.models import Charge, Standing

TEXT_MAX = 200
_ALIVE = (
    *(NationalState.ACCEPTED, NationalState.IN_PROCESS),
    *(NationalState.SUPPLEMENT_REQUIRED, NationalState.FINANCIAL_OBLIGATION),
)


@dataclass(frozen=True, slots=True)
class PauseEntry:
    """Why a term is to rest: the cause, the special law by act and article, and the reason in words.

    ``charge`` is the public id of the charge whose payment ends it; empty when a person ends it.
    """

    cause: str
    act: str
    article: str
    reason: str
    charge: str = ""


@dataclass(frozen=True, slots=True)
class StopEntry:
    """An applicant's request to stop: why, how it came, what he gets back."""

    reason: str
    channel: str
    returned: Sequence[str] = ()
    refund: str = ""


def pause_clock(*, public_id: UUID, entry: PauseEntry, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier whose term rests from now, by a special law (tạm dừng tính thời hạn).

    The officer of an open step does it, or his head. Problems: ``clock.pause_without_basis``, ``clock.pause_open``,
    ``pause.cause_unknown``, ``pause.reason_missing``, ``pause.text_long``, ``clock.not_alive``, ``pause.charge``,
    ``step.overtaken``.
    Source: neither one-stop decree has a general pause; each rests on the special law named.
    """
    dossier, facts = for_office(public_id, seen_version, actor)
    basis = LegalRef(nfc(entry.act), nfc(entry.article))
    problems = list(may_open_pause(basis=basis, regime=regime_of(dossier), facts=clock_facts(facts)))
    problems += alive(dossier)
    if entry.cause not in {c.value for c in PAUSE_CAUSES}:
        problems.append(Problem("pause.cause_unknown", "cause"))
    problems += reasoned(entry.reason, "pause.reason_missing")
    problems += short_enough(act=entry.act, article=entry.article)
    charge = _charge_of(dossier, entry)
    if entry.charge and charge is None:
        problems.append(Problem("pause.charge", "charge"))
    if problems:
        raise Refused(problems)
    body = {
        "cause": entry.cause,
        "act": basis.act,
        "article": basis.place,
        "reason": nfc(entry.reason),
        "key": f"p{dossier.version + 1}",
    }
    running = running_offering(dossier.offering_id)
    with transaction.atomic():
        done = commit_on_clock(dossier, running, facts, FactKind.PAUSED, body, actor=actor, now=now)
        if charge is not None:
            Charge.objects.filter(id=charge.id).update(pause_key=body["key"])
    return done


def _charge_of(dossier: Loaded, entry: PauseEntry) -> Charge | None:
    """Return the open charge of the dossier that the pause waits for."""
    if not entry.charge or entry.cause != Cause.FINANCIAL_OBLIGATION.value:
        return None
    open_charges = Charge.objects.filter(dossier_id=dossier.id, standing=Standing.OPEN)
    return next((c for c in open_charges if str(c.public_id) == entry.charge), None)


def resume_clock(*, public_id: UUID, reason: str, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier whose term runs again; the one-stop unit may do it too when the applicant has paid.

    Problems: ``clock.not_resting``, ``pause.reason_missing``, ``step.overtaken``.
    """
    dossier = load_for(public_id, actor)
    _same_version(dossier, seen_version)
    is_paid = dossier.life.state is NationalState.FINANCIAL_OBLIGATION and _is_at_reception(actor, dossier)
    if not is_paid and not _is_office(actor, dossier):
        raise Denied("step of another unit")
    facts = facts_of(dossier.id)
    resting = open_pauses(clock_facts(facts))
    problems = [] if resting else [Problem("clock.not_resting")]
    problems += reasoned(reason, "pause.reason_missing")
    if problems:
        raise Refused(problems)
    running = running_offering(dossier.offering_id)
    body = {"key": resting[0].key, "reason": nfc(reason)}
    return commit_on_clock(dossier, running, facts, FactKind.RESUMED, body, actor=actor, now=now)


def extend_due(
    *,
    public_id: UUID,
    new_due_at: datetime | None,
    reason: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
    cause: str = "",
) -> tuple[Done, Slip]:
    """Return the dossier and the apology with the new day (phiếu xin lỗi và hẹn lại ngày trả kết quả).

    Signed by the head of the agency, at the latest one day before the day promised, once. ``cause`` is what the head
    names as the cause of the delay, for the report of causes; left empty it is not told. Problems:
    ``extension.cause``, ``clock.second_extension``, ``clock.extension_late``, ``clock.extension_backwards``,
    ``clock.extension_not_owed``, ``extension.day_missing``, ``extension.closed``, ``extension.beyond``,
    ``extension.reason_missing``, ``clock.not_alive``, ``step.overtaken``.
    Source: Decree 61/2018/NĐ-CP, art. 19(9); kept under Decree 118/2025/NĐ-CP.
    """
    dossier = load_for(public_id, actor)
    _same_version(dossier, seen_version)
    if not may_apologise(actor, dossier):
        raise Denied("only the head of the agency apologises")
    facts = facts_of(dossier.id)
    running = running_offering(dossier.offering_id)
    problems = [*alive(dossier), *reasoned(reason, "extension.reason_missing")]
    if cause and cause not in {c.value for c in TELLABLE}:
        problems.append(Problem("extension.cause", "cause"))
    if new_due_at is None:
        problems.append(Problem("extension.day_missing", "new_due_at"))
    else:
        problems += _opening(fresh_calendar(running.agency_id), new_due_at)
    problems += may_extend(
        clock_facts(facts),
        at=now,
        due_at=dossier.due_at,
        new_due_at=new_due_at or datetime.max.replace(tzinfo=VIETNAM),
        regime=regime_of(dossier),
    )
    if problems or new_due_at is None or dossier.due_at is None:
        raise Refused(problems)
    with transaction.atomic():
        content = {"reason": nfc(reason), "due": dossier.due_at.isoformat(), "new_due": new_due_at.isoformat()}
        slip = numbered_slip(dossier, "apology", content, actor=actor, now=now)
        body = {"new_due": new_due_at.isoformat(), "reason": nfc(reason), "slip": slip.number}
        body |= {"cause": cause} if cause else {}
        done = commit_on_clock(dossier, running, facts, FactKind.EXTENDED, body, actor=actor, now=now)
    return done, slip


def stop_at_request(
    *, public_id: UUID, entry: StopEntry, seen_version: int, actor: Actor, now: datetime
) -> tuple[Done, Slip]:
    """Return the dossier, stopped at the applicant's request, and the notice of it (thông báo dừng giải quyết).

    Only while nothing has been decided. Problems: ``clock.stop_unknown``, ``clock.stop_decided``,
    ``stop.reason_missing``, ``stop.channel_unknown``, ``clock.not_alive``, ``step.overtaken``.
    Source: Decree 118/2025/NĐ-CP, art. 21; form 05 of Circular 03/2025/TT-VPCP (second-hand).
    """
    dossier = _at_reception(public_id, seen_version, actor)
    problems = list(may_stop(is_decided=_is_decided(dossier), regime=regime_of(dossier)))
    problems += alive(dossier) if not problems else []
    problems += reasoned(entry.reason, "stop.reason_missing")
    problems += short_enough(refund=entry.refund)
    if entry.channel not in ("DIRECT", "POST", "ONLINE"):
        problems.append(Problem("stop.channel_unknown", "channel"))
    if problems:
        raise Refused(problems)
    running, facts = running_offering(dossier.offering_id), facts_of(dossier.id)
    with transaction.atomic():
        content = {
            "reason": nfc(entry.reason),
            "channel": entry.channel,
            "returned": [nfc(r)[:TEXT_MAX] for r in entry.returned if r.strip()],
            "refund": nfc(entry.refund),
            "state": int(dossier.life.state),
        }
        slip = numbered_slip(dossier, "stop", content, actor=actor, now=now)
        body = {"reason": content["reason"], "slip": slip.number, "channel": entry.channel}
        done = commit_on_clock(dossier, running, facts, FactKind.STOPPED, body, actor=actor, now=now)
    return done, slip


def withdraw(*, public_id: UUID, reason: str, seen_version: int, actor: Actor, now: datetime) -> Done:
    """Return the dossier after the applicant took it back (rút hồ sơ). No paper is prescribed for it.

    Problems: ``clock.withdraw_decided``, ``stop.reason_missing``, ``clock.not_alive``, ``step.overtaken``.
    """
    dossier = _at_reception(public_id, seen_version, actor)
    problems = [Problem("clock.withdraw_decided")] if _is_decided(dossier) else alive(dossier)
    problems += reasoned(reason, "stop.reason_missing")
    if problems:
        raise Refused(problems)
    running, facts = running_offering(dossier.offering_id), facts_of(dossier.id)
    return commit_on_clock(dossier, running, facts, FactKind.WITHDRAWN, {"reason": nfc(reason)}, actor=actor, now=now)


def may_apologise(actor: Actor, dossier: Loaded) -> bool:
    """Return whether the actor signs apologies for the dossier: the head of the agency that handles it."""
    return actor.has(Role.AGENCY_LEADER) and actor.agency_id == dossier.handling_agency_id


def may_rest(actor: Actor, dossier: Loaded) -> bool:
    """Return whether the actor may let the clock rest or run: who has an open step, or its head."""
    return _is_office(actor, dossier)


def for_office(public_id: UUID, seen_version: int, actor: Actor) -> tuple[Loaded, tuple[Fact, ...]]:
    dossier = load_for(public_id, actor)
    _same_version(dossier, seen_version)
    if not _is_office(actor, dossier):
        raise Denied("step of another unit")
    return dossier, facts_of(dossier.id)


def _is_office(actor: Actor, dossier: Loaded) -> bool:
    # What is delegated to the centre's own staff is the office's work, done at the centre.
    is_doing = not actor.is_at_one_stop or bool(dossier.on_spot)
    return any(may_assign(actor, t) or (may_do(actor, t) and is_doing) for t in dossier.tasks)


def _at_reception(public_id: UUID, seen_version: int, actor: Actor) -> Loaded:
    require_counter(actor)
    dossier = load_for(public_id, actor)
    _same_version(dossier, seen_version)
    if not _is_at_reception(actor, dossier):
        raise Denied("only the unit that received")
    return dossier


def _is_at_reception(actor: Actor, dossier: Loaded) -> bool:
    return actor.unit_id == dossier.reception_unit_id and actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)


def _is_decided(dossier: Loaded) -> bool:
    return bool(dossier.life.decision) or dossier.life.state in (NationalState.DONE, NationalState.RETURNED)


def alive(dossier: Loaded) -> list[Problem]:
    return [] if dossier.life.state in _ALIVE else [Problem("clock.not_alive", values={"code": dossier.code})]


def _opening(calendar: Calendar, at: datetime) -> list[Problem]:
    try:
        opening = calendar.opening_at_or_after(at)
    except CalendarHorizonError:
        return [Problem("extension.beyond", "new_due_at", values={"last": f"{calendar.known_until:%d/%m/%Y}"})]
    day = at.astimezone(VIETNAM).date()
    minute = at.astimezone(VIETNAM).hour * 60 + at.astimezone(VIETNAM).minute
    if any(start <= minute <= end for start, end in calendar.hours_on(day)):
        return []
    values = {"why": calendar.why_off(day), "next": f"{opening.astimezone(VIETNAM):%H:%M %d/%m/%Y}"}
    return [Problem("extension.closed", "new_due_at", values=values)]


def reasoned(text: str, code: str, field: str = "reason") -> list[Problem]:
    if not text.strip():
        return [Problem(code, field)]
    if len(text) > REASON_LENGTH_MAX:
        return [Problem("step.reason_long", field, values={"limit": str(REASON_LENGTH_MAX)})]
    return []


def short_enough(**texts: str) -> list[Problem]:
    return [
        Problem("pause.text_long", field, values={"limit": str(TEXT_MAX)})
        for field, text in texts.items()
        if len(text) > TEXT_MAX
    ]


def _same_version(dossier: Loaded, seen_version: int) -> None:
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
