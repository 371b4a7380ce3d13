"""Answers whether an act on the clock is lawful; each refusal names its article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from motcua.core.calendar import Calendar
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock.facts import ClockFact, Extended, PauseClosed, PauseOpened, Received, SupplementAsked
from motcua.core.kernel import LegalRef, Problem
from motcua.core.regimes import Param, Regime

_RECEIVED_WITHIN = timedelta(minutes=1)


def may_ask_supplement(
    facts: Sequence[ClockFact], *, at: datetime, regime: Regime, calendar: Calendar
) -> tuple[Problem, ...]:
    """Return why papers may not be asked for at ``at``; nothing when they may.

    Problems: ``clock.second_supplement`` (one request only), ``clock.supplement_late`` (past the days that the
    act gives after reception).
    """
    problems = []
    limit = regime.find("supplement.requests_max")
    asked = sum(isinstance(f, SupplementAsked) for f in facts)
    if limit is not None and asked >= int(str(limit.value)):
        problems.append(Problem("clock.second_supplement", "", limit.ref, {"limit": str(limit.value)}))
    days = regime.find("supplement.notice_working_days")
    received = next((f.at for f in facts if isinstance(f, Received)), None)
    if days is not None and received is not None:
        last = calendar.add_working_days(received.astimezone(VIETNAM).date(), int(str(days.value)))
        if at.astimezone(VIETNAM).date() > last:
            values = {"days": str(days.value), "last": f"{last:%d/%m/%Y}"}
            problems.append(Problem("clock.supplement_late", "", days.ref, values))
    return tuple(problems)


def may_open_pause(*, basis: LegalRef | None, regime: Regime, facts: Sequence[ClockFact] = ()) -> tuple[Problem, ...]:
    """Return why the clock may not rest: only a special law lets it, by act and article.

    Problems: ``clock.pause_without_basis``, ``clock.pause_open`` (it rests already).
    """
    problems = []
    if basis is None or not basis.act.strip() or not basis.place.strip():
        problems.append(Problem("clock.pause_without_basis", "basis", _ref(regime.find("pause.needs_legal_basis"))))
    if open_pauses(facts):
        problems.append(Problem("clock.pause_open"))
    return tuple(problems)


def open_pauses(facts: Sequence[ClockFact]) -> tuple[PauseOpened, ...]:
    """Return the pauses that have not been closed."""
    closed = [(f.key, f.at) for f in facts if isinstance(f, PauseClosed)]
    return tuple(
        f for f in facts if isinstance(f, PauseOpened) and not any(k == f.key and at >= f.at for k, at in closed)
    )


def may_extend(
    facts: Sequence[ClockFact], *, at: datetime, due_at: datetime | None, new_due_at: datetime, regime: Regime
) -> tuple[Problem, ...]:
    """Return why the answer may not be promised anew; nothing when it may.

    Problems: ``clock.second_extension``, ``clock.extension_late`` (an apology comes at the latest one day
    before), ``clock.extension_backwards``, ``clock.extension_not_owed`` (nothing is owed while the term rests).
    """
    problems = []
    limit = regime.find("extension.count_max")
    if limit is not None and sum(isinstance(f, Extended) for f in facts) >= int(str(limit.value)):
        problems.append(Problem("clock.second_extension", "", limit.ref, {"limit": str(limit.value)}))
    notice = regime.find("extension.notice_days")
    if due_at is None:
        return (*problems, Problem("clock.extension_not_owed", "", _ref(notice)))
    if notice is not None:
        last = due_at.astimezone(VIETNAM).date() - timedelta(days=int(str(notice.value)))
        if at.astimezone(VIETNAM).date() > last:
            values = {"days": str(notice.value), "last": f"{last:%d/%m/%Y}"}
            problems.append(Problem("clock.extension_late", "", notice.ref, values))
    if new_due_at <= due_at:
        values = {"due": f"{due_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"}
        problems.append(Problem("clock.extension_backwards", "new_due_at", _ref(notice), values))
    return tuple(problems)


def may_stop(*, is_decided: bool, regime: Regime) -> tuple[Problem, ...]:
    """Return why a dossier may not be stopped at the applicant's request; nothing when it may.

    Problems: ``clock.stop_unknown`` (the act in force at reception has no stop), ``clock.stop_decided``.
    Source: Decree 118/2025/NĐ-CP, art. 21 (second-hand).
    """
    param = regime.find("stop.at_request")
    if param is None or param.value is not True:
        return (Problem("clock.stop_unknown", "", _ref(param)),)
    return (Problem("clock.stop_decided", "", param.ref),) if is_decided else ()


def may_receive(
    *, stated_at: datetime, at: datetime, regime: Regime | None, facts: Sequence[ClockFact] = ()
) -> tuple[Problem, ...]:
    """Return why a reception may not carry ``stated_at``: the system's own time counts, nothing is back-dated.

    Problems: ``clock.back_dated``, ``clock.received_twice``.
    """
    problems = []
    if not at - _RECEIVED_WITHIN <= stated_at <= at + _RECEIVED_WITHIN:
        ref = _ref(regime.find("reception.recorded_at_once")) if regime else None
        values = {"stated": f"{stated_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"}
        problems.append(Problem("clock.back_dated", "received_at", ref, values))
    if any(isinstance(f, Received) for f in facts):
        problems.append(Problem("clock.received_twice", "received_at"))
    return tuple(problems)


def _ref(param: Param | None) -> LegalRef | None:
    return param.ref if param is not None else None
