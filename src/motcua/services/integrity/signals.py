"""Answers which patterns of handling whoever inspects may ask about, in some days, of what he answers for.

Names no applicant: a pair is an officer and "one applicant"; the dossiers behind it open for whoever may read them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from motcua.core.clock.intervals import IntervalKind
from motcua.core.dossier import replay
from motcua.core.integrity import Rules, Signal, Worked, signals
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied, answers_for_province, may_read, require
from motcua.services.calendars import calendar_of
from motcua.services.clocks import clock_of
from motcua.services.offerings import running_offering
from motcua.services.times import VIETNAM, end_of, local_day
from motcua.store.dossiers.live import DossierHead, heads_of
from motcua.store.dossiers.periods import facts_of_many
from motcua.store.figures.decided import Decided, decided_in, hands_of
from motcua.store.figures.selectors import names_of_procedures
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Agency
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff

READERS = (Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER, Role.AGENCY_LEADER)
DAYS_MAX, DOSSIERS_MAX, EVIDENCE_MAX = 366, 30_000, 100
SHOWN_MAX = 60
_BATCH = 500
_HANDLING = ("appraise", "consult", "inspect")


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A signal in words: who, where, in which procedure. ``digest`` names it in addresses."""

    signal: Signal
    digest: str
    officer: str
    agency: str
    procedure: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A dossier that shows the pattern; ``may_open`` whether the reader may read it."""

    head: DossierHead
    may_open: bool


@dataclass(frozen=True, slots=True)
class SignalReport:
    """What was computed of some days: how many dossiers were compared, the signals found."""

    from_on: date
    to_on: date
    compared: int
    lines: tuple[SignalLine, ...]


def rules_on(on: date) -> Rules:
    """Return what makes a signal. No act says it: parameters of this product, to be confirmed by the province."""
    regime = law_book().regime_on(on)
    return Rules(
        cases_min=regime.number("signal.cases_min"),
        hits_min=regime.number("signal.hits_min"),
        chance_max=Fraction(1, regime.number("signal.chance_one_in")),
        overtaken_by=timedelta(days=regime.number("signal.overtaken_days")),
    )


def signal_report(*, from_on: date, to_on: date, actor: Actor, now: datetime) -> SignalReport:
    """Return the signals of the dossiers received and decided in the days: of all, or of the actor's agency.

    Everybody is compared with the peers of the whole province, whosever signals are shown.
    Problems: ``report.days``, ``signal.many``.
    """
    require(actor, *READERS)
    if not 0 <= (to_on - from_on).days <= DAYS_MAX:
        raise Refused([Problem("report.days", "to_on", values={"limit": str(DAYS_MAX)})])
    worked = list(_worked(from_on, min(end_of(to_on), now)))
    found = [
        s
        for s in signals(worked, rules=rules_on(local_day(now)))
        if answers_for_province(actor) or s.agency_id == actor.agency_id
    ]
    return SignalReport(from_on, to_on, len(worked), _named(found[:SHOWN_MAX], from_on, to_on))


def signal_of(digest: str, *, from_on: date, to_on: date, actor: Actor, now: datetime) -> SignalLine:
    """Return one signal of these days. Denied when the actor has none of this name."""
    report = signal_report(from_on=from_on, to_on=to_on, actor=actor, now=now)
    found = next((line for line in report.lines if line.digest == digest), None)
    if found is None:
        raise Denied("no such signal")
    return found


def evidence_of(dossier_ids: Sequence[int], actor: Actor) -> list[Evidence]:
    """Return the dossiers behind a signal by code, as far as a page holds."""
    heads = heads_of(dossier_ids[:EVIDENCE_MAX])
    found = sorted(heads.values(), key=lambda head: head.code)
    return [Evidence(head, may_read(actor, head)) for head in found]


def digest_of(signal: Signal, from_on: date, to_on: date) -> str:
    """Return the name of a signal: the same for the same computation of the same days, and telling nobody's name."""
    parts = (signal.pattern.value, signal.procedure, signal.agency_id, signal.officer_id, signal.applicant)
    return hashlib.sha256("|".join(map(str, (*parts, from_on, to_on))).encode()).hexdigest()


def computed(signal: Signal, rules: Rules) -> Mapping[str, object]:
    """Return the computation as it is kept with a question: whole numbers and exact fractions, no applicant."""
    return {
        "hits": signal.hits,
        "cases": signal.cases,
        "pool_hits": signal.pool_hits,
        "pool_cases": signal.pool_cases,
        "peers": [str(signal.peers.numerator), str(signal.peers.denominator)],
        "chance": [str(signal.chance.numerator), str(signal.chance.denominator)],
        "comparisons": signal.comparisons,
        "evidence": list(signal.evidence),
        "cases_min": rules.cases_min,
        "hits_min": rules.hits_min,
    }


def _named(found: Sequence[Signal], from_on: date, to_on: date) -> tuple[SignalLine, ...]:
    staff = names_of_staff({s.officer_id for s in found})
    agencies = dict(Agency.objects.filter(id__in={s.agency_id for s in found}).values_list("id", "short_name"))
    procedures = names_of_procedures(sorted({s.procedure for s in found}))
    return tuple(
        SignalLine(
            signal=s,
            digest=digest_of(s, from_on, to_on),
            officer=staff.get(s.officer_id, ""),
            agency=agencies.get(s.agency_id, ""),
            procedure=procedures.get(s.procedure, s.procedure),
        )
        for s in found
    )


def _worked(from_on: date, to_at: datetime) -> Iterator[Worked]:
    begun = datetime.combine(from_on, time(0), VIETNAM)
    rows = decided_in(from_at=begun, to_at=to_at, limit=DOSSIERS_MAX + 1)
    if len(rows) > DOSSIERS_MAX:
        raise Refused([Problem("signal.many", "to_on", values={"limit": str(DOSSIERS_MAX)})])
    for first in range(0, len(rows), _BATCH):
        part = rows[first : first + _BATCH]
        hands = hands_of([row.dossier_id for row in part])
        waits = _waits([row for row in part if not row.is_plain])
        for row in part:
            officer_id = _officer_of(row, hands[row.dossier_id])
            if officer_id is not None:
                yield Worked(
                    dossier_id=row.dossier_id,
                    procedure=running_offering(row.offering_id).procedure_code,
                    agency_id=row.agency_id,
                    officer_id=officer_id,
                    applicant=row.applicant_id,
                    received_at=row.received_at,
                    decided_at=row.ended_at,
                    due_at=row.due_at,
                    waited=waits.get(row.dossier_id, timedelta(0)),
                    extensions=row.extensions,
                )


def _officer_of(row: Decided, hands: Sequence[tuple[int, int]]) -> int | None:
    """Return who handled it: who did the last step of examining it, or the first step that anybody did."""
    steps = running_offering(row.offering_id).net.steps
    examined = [staff for step, staff in hands if step < len(steps) and steps[step].kind in _HANDLING]
    return examined[-1] if examined else hands[0][1] if hands else None


def _waits(rows: Sequence[Decided]) -> dict[int, timedelta]:
    """Return how long each waited for its applicant or was at rest."""
    facts = facts_of_many([row.dossier_id for row in rows]) if rows else {}
    found = {}
    for row in rows:
        running, own = running_offering(row.offering_id), facts[row.dossier_id]
        clock = clock_of(own, running, life=replay(own, running.net), calendar=calendar_of(running.agency_id))
        found[row.dossier_id] = sum(
            (
                (i.end or row.ended_at) - i.start
                for i in clock.intervals
                if i.kind in (IntervalKind.WAITING, IntervalKind.PAUSED)
            ),
            timedelta(0),
        )
    return found
