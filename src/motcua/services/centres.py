"""Answers where a citizen can hand in a dossier: the one-stop units with their addresses; not which counter."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Value, When

from motcua.core.kernel import fold
from motcua.store.organisation.models import AgencyLevel, Unit, UnitKind


@dataclass(frozen=True, slots=True)
class Centre:
    """A one-stop unit (Bộ phận Một cửa) as the public sees it."""

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
        .values_list("name", "agency__name", "agency__level", "agency__address", "phone", "agency__phone")
    )
    found = []
    for name, agency, level, address, phone, agency_phone in rows:
        searched = fold(f"{name} {agency} {address}").split()
        if all(any(part.startswith(word) for part in searched) for word in words):
            found.append(Centre(name, agency, level, address, phone or agency_phone))
    return tuple(found[:limit])
