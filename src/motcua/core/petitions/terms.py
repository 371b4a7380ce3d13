"""Answers until when each thing about a petition is owed, in working days of the agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.core.calendar import Calendar
from motcua.core.calendar.working import VIETNAM
from motcua.core.petitions.life import PetitionLife, PetitionState
from motcua.core.regimes import Regime


@dataclass(frozen=True, slots=True)
class PetitionTerms:
    """Ends of the terms: each the closing of a working day. ``publish_by`` is ``None`` until there is an answer.

    ``next_by`` is what is owed now, ``None`` while the sender has to act or nothing is owed any more.
    """

    refuse_by: datetime
    ask_by: datetime
    answer_by: datetime
    publish_by: datetime | None
    next_by: datetime | None


def terms_of(life: PetitionLife, *, regime: Regime, calendar: Calendar) -> PetitionTerms:
    """Return the terms of a petition; the day of receipt does not count.

    What the sender supplied starts the count anew.
    Source: Decision 766/QĐ-TTg, group of satisfaction: refuse in 2, ask in 5, answer in 15, publish in 2 working days.
    """

    def end(start: datetime, key: str) -> datetime:
        last = calendar.add_working_days(start.astimezone(VIETNAM).date(), regime.number(key))
        return calendar.closing(last)

    answer_by = end(life.counted_from, "petition.answer_working_days")
    publish_by = end(life.answered_at, "petition.publish_working_days") if life.answered_at else None
    owed = {
        PetitionState.OPEN: answer_by,
        PetitionState.BEFORE_HEAD: answer_by,
        PetitionState.ANSWERED: publish_by,
    }
    return PetitionTerms(
        refuse_by=end(life.received_at, "petition.refuse_working_days"),
        ask_by=end(life.received_at, "petition.supplement_working_days"),
        answer_by=answer_by,
        publish_by=publish_by,
        next_by=owed.get(life.state),
    )
