"""Answers which officers, in which procedure, show a pattern more often than chance among their peers would give.

Four patterns: handled out of order, the same applicant again and again, done at the very end of the term, a new day
asked for. A dossier is compared only with those of the same procedure, so what a procedure brings with it is no signal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from fractions import Fraction

from motcua.core.calendar.working import VIETNAM
from motcua.core.integrity.chance import at_least


class Pattern(Enum):
    """What may be asked about."""

    OFF_ORDER = "off_order"
    """A dossier was decided before earlier ones of the same office (giải quyết không theo thứ tự)."""
    SAME_PAIR = "same_pair"
    """One officer and one applicant meet again and again."""
    LAST_DAY = "last_day"
    """Done on the very last day of the term."""
    NEW_DAY = "new_day"
    """An apology with a new day was given (xin lỗi, hẹn lại)."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A dossier that was decided. ``waited`` is the time that was not the office's: the applicant's, or at rest.

    ``applicant`` is a number that tells applicants apart and nothing else; 0 where none is known.
    """

    dossier_id: int
    procedure: str
    agency_id: int
    officer_id: int
    applicant: int
    received_at: datetime
    decided_at: datetime
    due_at: datetime | None
    waited: timedelta
    extensions: int

    @property
    def ready_at(self) -> datetime:
        """Return when it would have come if it had not waited: by this its turn is told."""
        return self.received_at + self.waited


@dataclass(frozen=True, slots=True)
class Rules:
    """What makes a signal: parameters of this product, to be confirmed.

    ``cases_min``: fewer dossiers of the officer, or fewer of peers, tell nothing. ``hits_min``: fewer with the pattern
    are not asked about. ``chance_max``: for all comparisons together, so that more comparisons do not give more false
    ones. ``overtaken_by``: one decided less than so much later was not overtaken, but done with it.
    """

    cases_min: int
    hits_min: int
    chance_max: Fraction
    overtaken_by: timedelta


@dataclass(frozen=True, slots=True)
class Signal:
    """A pattern with how it was computed.

    ``hits`` of the officer's ``cases`` show it; of all ``pool_cases`` of the procedure that are compared, ``pool_hits``
    do. ``chance`` is that of at least as many when the pool's hits fall on its dossiers at random; ``comparisons`` how
    many were made of this pattern. ``evidence`` are the dossiers that show it. ``applicant`` is set for pairs alone.
    """

    pattern: Pattern
    procedure: str
    agency_id: int
    officer_id: int
    hits: int
    cases: int
    pool_hits: int
    pool_cases: int
    chance: Fraction
    comparisons: int
    evidence: tuple[int, ...]
    applicant: int = 0

    @property
    def share(self) -> Fraction:
        return Fraction(self.hits, self.cases)

    @property
    def peers(self) -> Fraction:
        """Return the share among the others that it is compared with."""
        return Fraction(self.pool_hits - self.hits, self.pool_cases - self.cases)


def signals(worked: Iterable[Worked], *, rules: Rules) -> tuple[Signal, ...]:
    """Return the signals, the rarest by chance first.

    Guarantee: the order of the input changes nothing; other numbers for officers and applicants change only these;
    none below the minimum numbers.
    """
    given = sorted(worked, key=lambda w: w.dossier_id)
    overtaking = _overtaking(given, rules.overtaken_by)
    found = [
        *_shares(Pattern.OFF_ORDER, given, overtaking, rules),
        *_shares(Pattern.LAST_DAY, given, {w.dossier_id for w in given if _is_last_day(w)}, rules),
        *_shares(Pattern.NEW_DAY, given, {w.dossier_id for w in given if w.extensions}, rules),
        *_pairs(given, rules),
    ]
    return tuple(sorted(found, key=lambda s: (s.chance, s.pattern.value, s.procedure, s.evidence)))


def _is_last_day(worked: Worked) -> bool:
    """Return whether it was done in time and on the day that its term ends."""
    if worked.due_at is None or worked.decided_at > worked.due_at:
        return False
    return worked.decided_at.astimezone(VIETNAM).date() == worked.due_at.astimezone(VIETNAM).date()


def _overtaking(worked: Sequence[Worked], by: timedelta) -> set[int]:
    """Return the dossiers decided before one of the same procedure and agency whose turn was earlier.

    Its turn was earlier by so much, and it was decided later by so much: those of one batch overtake nobody.
    """
    queues: dict[tuple[str, int], list[Worked]] = defaultdict(list)
    for w in worked:
        queues[w.procedure, w.agency_id].append(w)
    found = set()
    for queue in queues.values():
        queue.sort(key=lambda w: w.ready_at)
        latest, place = None, 0
        for w in queue:
            # The latest decision among those whose turn was earlier by that much.
            while queue[place].ready_at <= w.ready_at - by:
                decided_at = queue[place].decided_at
                latest = decided_at if latest is None else max(latest, decided_at)
                place += 1
            if latest is not None and latest >= w.decided_at + by:
                found.add(w.dossier_id)
    return found


@dataclass(frozen=True, slots=True)
class _Compared:
    """A comparison: of the officer's ``cases`` ``shown`` show the pattern, of all ``of`` compared ``marked`` do."""

    procedure: str
    agency_id: int
    officer_id: int
    shown: tuple[int, ...]
    cases: int
    marked: int
    of: int
    applicant: int = 0


def _shares(pattern: Pattern, worked: Sequence[Worked], hits: set[int], rules: Rules) -> list[Signal]:
    """Return the officers with the pattern more often than the others of the same procedure, in whichever agency."""
    pools: dict[str, list[Worked]] = defaultdict(list)
    for w in worked:
        pools[w.procedure].append(w)
    found = []
    for procedure, pool in pools.items():
        marked = sum(w.dossier_id in hits for w in pool)
        for (agency_id, officer_id), own in _by_officer(pool).items():
            if min(len(own), len(pool) - len(own)) >= rules.cases_min:
                shown = tuple(w.dossier_id for w in own if w.dossier_id in hits)
                found.append(_Compared(procedure, agency_id, officer_id, shown, len(own), marked, len(pool)))
    return _rare(pattern, found, rules)


def _pairs(worked: Sequence[Worked], rules: Rules) -> list[Signal]:
    """Return the pairs of officer and applicant that meet more often than chance gives, within one office.

    The pool are the dossiers of one procedure at one agency: who has it to himself there meets all, and is compared
    with nobody.
    """
    pools: dict[tuple[str, int], list[Worked]] = defaultdict(list)
    for w in worked:
        pools[w.procedure, w.agency_id].append(w)
    found = []
    for (procedure, agency_id), pool in pools.items():
        of_applicant: dict[int, list[int]] = defaultdict(list)
        for w in pool:
            if w.applicant:
                of_applicant[w.applicant].append(w.dossier_id)
        often = {applicant: theirs for applicant, theirs in of_applicant.items() if len(theirs) >= rules.hits_min}
        for (_agency, officer_id), own in _by_officer(pool).items():
            if min(len(own), len(pool) - len(own)) < rules.cases_min:
                continue
            mine = {w.dossier_id for w in own}
            for applicant, theirs in often.items():
                met = tuple(n for n in theirs if n in mine)
                sizes = (len(own), len(theirs), len(pool))
                found.append(_Compared(procedure, agency_id, officer_id, met, *sizes, applicant))
    return _rare(Pattern.SAME_PAIR, found, rules)


def _by_officer(pool: Sequence[Worked]) -> Mapping[tuple[int, int], list[Worked]]:
    found: dict[tuple[int, int], list[Worked]] = defaultdict(list)
    for w in pool:
        found[w.agency_id, w.officer_id].append(w)
    return found


def _rare(pattern: Pattern, compared: Sequence[_Compared], rules: Rules) -> list[Signal]:
    """Return the signals among the comparisons of a pattern.

    Who shows it no more often than all that are compared is not asked, so his chance is not worked out.
    """
    found = []
    for c in compared:
        if len(c.shown) < rules.hits_min or len(c.shown) * c.of <= c.cases * c.marked:
            continue
        chance = at_least(len(c.shown), drawn=c.cases, marked=c.marked, of=c.of)
        if chance * len(compared) <= rules.chance_max:
            who = (pattern, c.procedure, c.agency_id, c.officer_id)
            numbers = (len(c.shown), c.cases, c.marked, c.of)
            found.append(Signal(*who, *numbers, chance, len(compared), c.shown, c.applicant))
    return found
