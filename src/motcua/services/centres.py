"""Answers where a citizen can hand in a dossier: the one-stop units with their addresses; not which counter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Value, When

from motcua.core.kernel import fold
from motcua.store.organisation.models import AgencyLevel, Unit, UnitKind


@dataclass(frozen=True, slots=True)
class Centre:
    """A one-stop unit (Bộ phận Một cửa) as the public sees it; with a hall, its load can be seen from home."""

    unit_id: int
    has_hall: bool
    name: str
    agency: str
    level: str
    address: str
    phone: str


def one_stop_units(text: str, *, limit: int) -> tuple[Centre, ...]:
    """Return the one-stop units whose name, agency or address has all words of ``text``, province first.

    Marks and case do not matter; an empty text fits all. Post office counters are left out: they take in for
    the unit beside them.
    """
    words = fold(text).split()
    order = [When(agency__level=level, then=Value(n)) for n, level in enumerate(AgencyLevel.values)]
    kinds = set(UnitKind.one_stop()) - {UnitKind.POST_OFFICE}
    rows = (
        Unit.objects.filter(kind__in=kinds)
        .order_by(Case(*order, output_field=IntegerField()), "name")
        .values_list(*_COLUMNS)
    )
    found = []
    for row in rows:
        centre = _centre(row)
        searched = fold(f"{centre.name} {centre.agency} {centre.address}").split()
        if all(any(part.startswith(word) for part in searched) for word in words):
            found.append(centre)
    return tuple(found[:limit])


def centre_of(unit_id: int) -> Centre | None:
    """Return a one-stop unit, ``None`` for any other."""
    row = Unit.objects.filter(id=unit_id, kind__in=UnitKind.one_stop()).values_list(*_COLUMNS).first()
    return _centre(row) if row else None


_COLUMNS = (
    *("id", "hall__id", "name", "agency__name", "agency__level", "agency__address", "phone", "agency__phone"),
)


def _centre(row: tuple[Any, ...]) -> Centre:
    unit_id, hall_id, name, agency, level, address, phone, agency_phone = row
    return Centre(unit_id, hall_id is not None, name, agency, level, address, phone or agency_phone)
