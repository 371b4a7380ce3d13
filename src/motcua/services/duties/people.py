"""Answers who supervises the reform, who answers for an agency or a unit, and who heads it today."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from motcua.services.actors import Actor, Denied, answers_for_province, require
from motcua.store.organisation.models import Appointment, Staff
from motcua.store.organisation.roles import Role

SUPERVISION = (Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER)
HEADS = (Role.AGENCY_LEADER, Role.CENTRE_MANAGER)
READERS = (*SUPERVISION, *HEADS)


def require_supervising(actor: Actor) -> None:
    if not answers_for_province(actor):
        raise Denied("the province supervises")


def require_reader(actor: Actor) -> None:
    """Raise Denied unless the actor supervises, or heads an agency or a one-stop unit."""
    require(actor, *READERS)
    if not answers_for_province(actor) and not actor.has(*HEADS):
        raise Denied("neither supervises nor heads")


def answers_for(actor: Actor, *, agency_id: int, unit_id: int | None) -> bool:
    """Return whether the actor answers for the agency, or for the unit where one is meant."""
    if actor.agency_id != agency_id:
        return False
    return actor.has(Role.AGENCY_LEADER) or (actor.has(Role.CENTRE_MANAGER) and unit_id in (None, actor.unit_id))


def own(actor: Actor, *, agency: str, unit: str) -> Q:
    """Return the condition for rows that concern the actor; for whoever supervises, all."""
    if answers_for_province(actor):
        return Q()
    mine = Q(**{agency: actor.agency_id})
    if actor.has(Role.AGENCY_LEADER) or not unit:
        return mine
    return mine & (Q(**{unit: actor.unit_id}) | Q(**{f"{unit}__isnull": True}))


def heads_of(agency_ids: Collection[int], *, on: date) -> list[tuple[Staff, int, int, frozenset[str]]]:
    """Return (person, agency, unit, roles) of those who head the agencies and their one-stop units on a day."""
    rows = (
        Appointment.objects.filter(
            Q(to_on__isnull=True) | Q(to_on__gte=on),
            from_on__lte=on,
            post__unit__agency_id__in=agency_ids,
            post__roles__overlap=[r.value for r in (*HEADS, *SUPERVISION)],
            staff__is_active=True,
        )
        .select_related("staff", "post__unit")
        .order_by("staff_id", "post_id")
    )
    return [(r.staff, r.post.unit.agency_id, r.post.unit_id, frozenset(r.post.roles)) for r in rows]
