"""Answers which queue a matter leads to: a procedure found in everyday words, a result to fetch, an appointment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from motcua.core.forms import parse_card
from motcua.core.forms.card import Card
from motcua.core.kernel import Problem, Refused
from motcua.services.catalogue import search_procedures
from motcua.services.floor.halls import group_for_sector, groups_of
from motcua.services.times import local_day
from motcua.services.tracking import Progress, track
from motcua.store.dossiers.models import Dossier
from motcua.store.floor.models import Booking, Hall, HallGroup
from motcua.store.lawfiles import law_book
from motcua.store.offerings.selectors import receivable_offerings

_FOUND_MAX, _SEARCHED, _COMMON_OF_LAST = 6, 40, 500
_RECEIPT = re.compile(r"/track/([^/\s]+)/([A-Za-z0-9-]+)\s*$")
_VISIT = re.compile(r"/visit/([A-Za-z0-9_-]{8,24})\s*$")
_CODE = re.compile(r"^\d{6}$")


@dataclass(frozen=True, slots=True)
class Matter:
    """A procedure that this hall receives, and the group where."""

    code: str
    name: str
    group: HallGroup


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a kiosk's scanner read: exactly one of the three."""

    card: Card | None = None
    progress: Progress | None = None
    booking_code: str = ""


def matters_for(text: str, hall: Hall, *, now: datetime) -> tuple[Matter, ...]:
    """Return the procedures that fit everyday words and are received here, best first."""
    hits = search_procedures(text, limit=_SEARCHED)
    return tuple(_matters([h.code for h in hits], hall, now=now)[:_FOUND_MAX])


def common_matters(hall: Hall, *, now: datetime) -> tuple[Matter, ...]:
    """Return what is received here most, by the last dossiers."""
    newest = Dossier.objects.filter(reception_unit_id=hall.unit_id).order_by("-received_at", "-id")
    last = list(newest.values_list("offering__procedure_version__procedure__code", flat=True)[:_COMMON_OF_LAST])
    often = sorted(set(last), key=lambda code: (-last.count(code), code))
    return tuple(_matters(often[: _FOUND_MAX * 2], hall, now=now)[:_FOUND_MAX])


def scanned(text: str, hall: Hall) -> Scanned:
    """Return what the scanner read. Problems: those of a card, ``floor.scan_unknown``."""
    text = text.strip()
    if "|" in text:
        card = parse_card(text)
        if not isinstance(card, Card):
            raise Refused([Problem("floor.scan_unknown", "scan")])
        return Scanned(card=card)
    if found := _RECEIPT.search(text):
        progress = track(code=found[1], secret=found[2].replace("-", ""))
        if progress is not None:
            return Scanned(progress=progress)
    if found := _VISIT.search(text):
        code = Booking.objects.filter(hall=hall, token=found[1]).values_list("code", flat=True).first()
        if code:
            return Scanned(booking_code=code)
    if _CODE.match(text):
        return Scanned(booking_code=text)
    raise Refused([Problem("floor.scan_unknown", "scan")])


def results_group(hall: Hall) -> HallGroup | None:
    return next((g for g in groups_of(hall) if g.is_results), None)


def _matters(codes: Sequence[str], hall: Hall, *, now: datetime) -> list[Matter]:
    today = local_day(now)
    is_free = law_book().regime_on(today).is_boundary_free
    rows = (
        receivable_offerings(hall.unit_id, on=today, is_boundary_free=is_free)
        .filter(agency_id=hall.unit.agency_id, procedure_version__procedure__code__in=codes)
        .values_list("procedure_version__procedure__code", "procedure_version__name", "procedure_version__sector")
    )
    groups, known = groups_of(hall), {code: (name, sector) for code, name, sector in rows}
    found = []
    for code in codes:
        if code in known:
            name, sector = known[code]
            group = group_for_sector(groups, sector)
            if group is not None:
                found.append(Matter(code, name, group))
    return found
