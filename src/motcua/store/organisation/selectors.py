"""Answers which posts a person holds at an instant, and what the organisation looks like in lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from motcua.store.organisation.models import Appointment, Post, Staff, Unit


@dataclass(frozen=True, slots=True)
class Holding:
    """A post that somebody may act under now: by appointment, or by delegation from ``delegated_by``."""

    post_id: int
    post_title: str
    unit_id: int
    unit_name: str
    unit_kind: str
    agency_id: int
    agency_level: str
    agency_name: str
    roles: frozenset[str]
    delegated_by: str = ""


_HOLDINGS = """
SELECT p.id, p.title, u.id, u.name, u.kind, a.id, a.level, a.name, p.roles, h.delegated_by
FROM (
  SELECT post_id, '' AS delegated_by FROM organisation_appointment
  WHERE staff_id = %(staff)s AND from_on <= %(on)s AND (to_on IS NULL OR to_on >= %(on)s)
  UNION ALL
  SELECT d.post_id, s.full_name FROM organisation_delegation d JOIN organisation_staff s ON s.id = d.from_staff_id
  WHERE d.to_staff_id = %(staff)s AND d.from_at <= %(at)s AND d.to_at > %(at)s AND d.revoked_at IS NULL
) h JOIN organisation_post p ON p.id = h.post_id JOIN organisation_unit u ON u.id = p.unit_id
JOIN organisation_agency a ON a.id = u.agency_id
ORDER BY h.delegated_by, p.id
"""


def holdings_of(staff_id: int, *, at: datetime, on: date) -> tuple[Holding, ...]:
    """Return the posts that the person may act under at ``at``, own ones first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDINGS, {"staff": staff_id, "at": at, "on": on})
        return tuple(_holding(row) for row in cursor.fetchall())


def _holding(row: Sequence[Any]) -> Holding:
    post, title, unit, name, kind, agency, level, agency_name, roles, by = row
    return Holding(post, title, unit, name, kind, agency, level, agency_name, frozenset(roles), by)


def staff_of_unit(unit_id: int, *, on: date) -> QuerySet[Staff]:
    """Return the people who hold a post in the unit on that day, by name."""
    held = Q(appointments__from_on__lte=on) & (Q(appointments__to_on__isnull=True) | Q(appointments__to_on__gte=on))
    return (
        Staff.objects.filter(held, appointments__post__unit_id=unit_id, is_active=True)
        .distinct()
        .order_by("name_folded", "id")
    )


def names_of_staff(staff_ids: set[int]) -> dict[int, str]:
    """Return the full name of each person; one statement whatever their number."""
    return dict(Staff.objects.filter(id__in=staff_ids).values_list("id", "full_name"))


def names_of_units(unit_ids: set[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(id__in=unit_ids).values_list("id", "name"))


def titles_of_posts(post_ids: set[int]) -> dict[int, str]:
    return dict(Post.objects.filter(id__in=post_ids).values_list("id", "title"))


def appointments_of_unit(unit_id: int) -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(post__unit_id=unit_id)
        .select_related("staff", "post", "sending_agency")
        .order_by("post_id", "-from_on", "id")
    )
