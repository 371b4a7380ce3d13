"""Answers which facts of a dossier make it more worth a look (dấu hiệu rủi ro); what each weighs is data, not here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LATE, EXTENDED, SUPPLEMENTED, OVERTAKING, EDGE, PETITION = (
    *("late", "extended", "supplemented", "overtaking", "edge", "petition"),
)
RISKS = (LATE, PETITION, SUPPLEMENTED, EXTENDED, OVERTAKING, EDGE)
"""The signs, the heaviest first."""

_APART = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DossierTraits:
    """What of a dossier the signs are read from. ``matter`` is one number a procedure and office."""

    id: str
    matter: int
    received_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    supplements: int
    extensions: int
    petitions: int


def risks_of(dossier: DossierTraits, *, at: datetime, edge: timedelta, is_overtaking: bool) -> tuple[str, ...]:
    """Return the signs of a dossier as it stood at ``at``, in the order of ``RISKS``.

    Late: ended after it was due, or open and overdue. At the edge: ended in the last ``edge`` before it was due.
    """
    ended_at = dossier.ended_at if dossier.ended_at is not None and dossier.ended_at <= at else None
    left = dossier.due_at - (ended_at or at) if dossier.due_at is not None else None
    found = {
        LATE: left is not None and left < timedelta(0),
        PETITION: dossier.petitions > 0,
        SUPPLEMENTED: dossier.supplements > 1,
        EXTENDED: dossier.extensions > 0,
        OVERTAKING: is_overtaking,
        EDGE: left is not None and ended_at is not None and timedelta(0) <= left <= edge,
    }
    return tuple(risk for risk in RISKS if found[risk])


def overtakers(dossiers: Iterable[DossierTraits]) -> frozenset[str]:
    """Return the ids of dossiers done before one of the same matter received at least a day earlier.

    Those that waited for their applicant or were extended had a reason to be slow; nobody overtakes them.
    """
    by_matter: dict[int, list[DossierTraits]] = {}
    for dossier in dossiers:
        by_matter.setdefault(dossier.matter, []).append(dossier)
    return frozenset(id_ for same in by_matter.values() for id_ in _overtakers(same))


def _overtakers(same: Sequence[DossierTraits]) -> list[str]:
    plain = sorted((d for d in same if not d.supplements and not d.extensions), key=lambda d: d.received_at)
    found, seen, is_one_open = list[str](), 0, False
    slowest: datetime | None = None
    for dossier in sorted(same, key=lambda d: d.received_at):
        while seen < len(plain) and plain[seen].received_at <= dossier.received_at - _APART:
            ended_at = plain[seen].ended_at
            is_one_open = is_one_open or ended_at is None
            if ended_at is not None and (slowest is None or ended_at > slowest):
                slowest = ended_at
            seen += 1
        if dossier.ended_at is not None and (is_one_open or (slowest is not None and slowest > dossier.ended_at)):
            found.append(dossier.id)
    return found
