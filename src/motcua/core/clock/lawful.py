"""Answers whether an act on the clock is lawful; each refusal names its article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from motcua.core.calendar import Calendar
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock.facts import ClockFact, Extended, Received, SupplementAsked
from motcua.core.kernel import LegalRef, Problem
from motcua.core.regimes import Regime


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


def may_open_pause(*, basis: LegalRef | None, regime: Regime) -> tuple[Problem, ...]:
    """Return why the clock may not rest: only a special law lets it. Problem: ``clock.pause_without_basis``."""
    if basis is not None and basis.act.strip():
        return ()
    param = regime.find("pause.needs_legal_basis")
    return (Problem("clock.pause_without_basis", "basis", param.ref if param else None),)


def may_extend(
    facts: Sequence[ClockFact], *, at: datetime, due_at: datetime, new_due_at: datetime, regime: Regime
) -> tuple[Problem, ...]:
    """Return why the answer may not be promised anew; nothing when it may.

    Problems: ``clock.second_extension``, ``clock.extension_late`` (an apology comes at the latest one day
    before), ``clock.extension_backwards``.
    """
    problems = []
    limit = regime.find("extension.count_max")
    if limit is not None and sum(isinstance(f, Extended) for f in facts) >= int(str(limit.value)):
        problems.append(Problem("clock.second_extension", "", limit.ref, {"limit": str(limit.value)}))
    notice = regime.find("extension.notice_days")
    if notice is not None:
        last = due_at.astimezone(VIETNAM).date() - timedelta(days=int(str(notice.value)))
        if at.astimezone(VIETNAM).date() > last:
            values = {"days": str(notice.value), "last": f"{last:%d/%m/%Y}"}
            problems.append(Problem("clock.extension_late", "", notice.ref, values))
    if new_due_at <= due_at:
        problems.append(Problem("clock.extension_backwards", "new_due_at"))
    return tuple(problems)


def may_receive(*, stated_at: datetime, at: datetime, facts: Sequence[ClockFact] = ()) -> tuple[Problem, ...]:
    """Return why a reception may not carry ``stated_at``: the system's own time counts, nothing is back-dated.

    Problems: ``clock.back_dated``, ``clock.received_twice``.
    """
    problems = []
    if stated_at < at - timedelta(minutes=1) or stated_at > at + timedelta(minutes=1):
        problems.append(Problem("clock.back_dated", "received_at"))
    if any(isinstance(f, Received) for f in facts):
        problems.append(Problem("clock.received_twice", "received_at"))
    return tuple(problems)
