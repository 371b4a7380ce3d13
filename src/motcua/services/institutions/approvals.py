"""Answers which internal processes are in use without a decision that approves them.

Source: Circular 01/2018/TT-VPCP, art. 8: the chair approves the internal process of each procedure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from motcua.services.actors import Actor, require
from motcua.services.institutions.duties import READERS, sees_all
from motcua.services.times import local_day
from motcua.store.offerings.selectors import current_offerings

PAGE = 50


@dataclass(frozen=True, slots=True)
class Unapproved:
    """A process in use that no decision approves, and by how many offices."""

    version_id: int
    key: str
    number: int
    name: str
    offices: int


@dataclass(frozen=True, slots=True)
class Approvals:
    """How many procedures of offices run by an approved process and how many do not, and a page of the latter."""

    approved: int
    lacking: int
    page: tuple[Unapproved, ...]
    after: str


def approvals(actor: Actor, *, after: str, now: datetime) -> Approvals:
    """Return the processes in use that no decision approves, of the actor's office or of all; three statements."""
    require(actor, *READERS)
    rows = current_offerings(local_day(now))
    if not sees_all(actor):
        rows = rows.filter(agency_id=actor.agency_id)
    lacking = rows.filter(process_version__decision_no="")
    fields = ("process_version_id", "process_version__key", "process_version__number", "process_version__name")
    groups = lacking.values_list(*fields).annotate(offices=Count("agency_id", distinct=True))
    groups = groups.order_by("process_version__key", "process_version_id")
    key, _sep, number = after.rpartition("_")
    if key and number.isascii() and number.isdecimal() and len(number) < 19:
        groups = groups.filter(process_version__key__gte=key).exclude(
            process_version__key=key, process_version_id__lte=int(number)
        )
    page = [Unapproved(*row) for row in groups[: PAGE + 1]]
    counted = rows.aggregate(all=Count("id"))["all"]
    without = lacking.aggregate(all=Count("id"))["all"]
    last = page[PAGE - 1] if len(page) > PAGE else None
    return Approvals(
        approved=counted - without,
        lacking=without,
        page=tuple(page[:PAGE]),
        after=f"{last.key}_{last.version_id}" if last else "",
    )
