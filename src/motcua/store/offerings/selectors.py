"""Answers which offerings there are for a unit, and how process versions are listed."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from motcua.store.offerings.models import Offering, ProcessDraft, ProcessVersion
from motcua.store.organisation.models import AgencyLevel, Unit, UnitKind


def current_offerings(on: date) -> QuerySet[Offering]:
    """Return the offerings that are valid on a day."""
    return Offering.objects.filter(Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=on), valid_from_on__lte=on)


def receivable_offerings(unit_id: int, *, on: date, is_boundary_free: bool) -> QuerySet[Offering]:
    """Return the offerings whose dossiers the one-stop unit may receive on that day."""
    current = current_offerings(on)
    if is_boundary_free:
        return current
    agency_id, level, kind = unit_place(unit_id)
    reach = Q(agency_id=agency_id)
    if level == AgencyLevel.PROVINCE and kind == UnitKind.SERVICE_CENTRE:
        reach |= Q(agency__level=AgencyLevel.PROVINCE)
    return current.filter(reach)


@lru_cache(maxsize=5_000)
def unit_place(unit_id: int) -> tuple[int, str, str]:
    """Return the agency, its level and the kind of a unit; none of them changes for a unit."""
    return Unit.objects.values_list("agency_id", "agency__level", "kind").get(id=unit_id)


@lru_cache(maxsize=20_000)
def procedure_id_of(offering_id: int) -> int:
    return int(Offering.objects.values_list("procedure_version__procedure_id", flat=True).get(id=offering_id))


def latest_process_versions() -> QuerySet[ProcessVersion]:
    """Return the newest version of each process, by key."""
    return ProcessVersion.objects.order_by("key", "-number").distinct("key")


def versions_of_process(key: str) -> QuerySet[ProcessVersion]:
    """Return all versions of a process, the newest first, without their content."""
    return ProcessVersion.objects.filter(key=key).order_by("-number").defer("definition", "layout", "report")


def drafts_of_agency(agency_id: int) -> QuerySet[ProcessDraft]:
    """Return the drafts that an agency writes, the one saved last first, without their content."""
    return ProcessDraft.objects.filter(agency_id=agency_id).order_by("-saved_at", "-id").defer("data")
