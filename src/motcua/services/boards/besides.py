"""Answers what a person is reminded of besides dossiers: what is demanded of the office, and what it has to publish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.services.actors import Actor
from motcua.services.duties.reminding import reminder_of
from motcua.services.institutions.duties import owed_by
from motcua.services.times import local_day


@dataclass(frozen=True, slots=True)
class Besides:
    """Numbers of this morning: demanded of the office, waiting for whoever demanded it, to be published; and late."""

    owed: int = 0
    owed_late: int = 0
    awaited: int = 0
    publications: int = 0
    publications_late: int = 0

    @property
    def is_anything(self) -> bool:
        return bool(self.owed or self.awaited or self.publications)


def besides_dossiers(actor: Actor, *, now: datetime) -> Besides:
    """Return what else the actor's office owes; what is demanded as it was told this morning."""
    told = reminder_of(actor.staff_id, on=local_day(now))
    publications, late = owed_by(actor, now=now)
    return Besides(
        owed=told.owed if told else 0,
        owed_late=told.late if told else 0,
        awaited=told.awaited if told else 0,
        publications=publications,
        publications_late=late,
    )
