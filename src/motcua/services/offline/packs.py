"""Answers what a station takes along for the hours without network: procedures, numbers, due instants, who works.

It is refreshed whenever the line is there; numbers once set aside for a station and day are kept, not taken anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db import transaction

from motcua.core.calendar import Calendar, Term
from motcua.core.clock import Received, derive_clock
from motcua.core.dossier.offline import chain_start
from motcua.core.kernel import fold
from motcua.core.regimes import Regime
from motcua.services.actors import Actor
from motcua.services.calendars import fresh_calendar
from motcua.services.intake_pages import OfferingRow, common_offerings, own_offerings
from motcua.services.numbers import codes_of, owner_on, reserve_block
from motcua.services.offerings import Running, component_rules, running_offering
from motcua.services.times import VIETNAM, local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import NumberBlock
from motcua.store.offline.models import OfflineEntry, Station, StationBlock

OFFERINGS_COMMON = 30
NUMBERS_OWN, NUMBERS_OTHER = 200, 20
FIRST_HOUR, LAST_HOUR = 6, 20
_OFFICER_SALT = "motcua.offline.officer"
_OFFICER_DAYS = 3
_MINUTE = timedelta(minutes=1)

Run = tuple[int, str, int]
"""From this minute of the day on: the due minute in ISO form, and whether it goes on with the minutes (0 or 1)."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Who received at the station, as the pack's token says."""

    staff_id: int
    post_id: int


def make_pack(*, station: Station, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what the station takes along, as plain JSON: for today and the next working day.

    Guarantee: two stations never get the same number; asked again on the same day, a station keeps its numbers.
    Source: Decree 61/2018/NĐ-CP, art. 39 (going on without the system).
    """
    today = local_day(now)
    days = (today, fresh_calendar(actor.agency_id).add_working_days(today, 1))
    offerings = _offerings(actor, now=now)
    running = {row.id: running_offering(row.id) for row in offerings}
    tables = _Tables(days)
    last = OfflineEntry.objects.filter(station=station).order_by("-seq").first()
    return {
        "station": {"id": str(station.public_id), "name": station.name},
        "unit": actor.unit_name,
        "officer": {"name": actor.name, "token": officer_token(actor)},
        "made_at": now.isoformat(),
        "offerings": [_offering(row, running[row.id], tables) for row in offerings],
        "numbers": _numbers(station, {r.agency_id for r in running.values()}, days, actor=actor, now=now),
        "due": tables.made,
        "last": {
            "seq": last.seq if last else 0,
            "chain": (bytes(last.chain) if last else chain_start(station.public_id)).hex(),
        },
    }


def officer_token(actor: Actor) -> str:
    """Return a text that says who works at the station, signed by this installation."""
    return signing.dumps([actor.staff_id, actor.post_id], salt=_OFFICER_SALT)


def officer_of(token: str) -> Officer | None:
    """Return who the token names; ``None`` when it is older than three days or not ours."""
    try:
        staff_id, post_id = signing.loads(token, salt=_OFFICER_SALT, max_age=timedelta(days=_OFFICER_DAYS))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Officer(int(staff_id), int(post_id))


def due_runs(term: Term, *, on: date, calendar: Calendar, regime: Regime) -> list[Run]:
    """Return the due instants of all minutes of a day at which a counter may receive, as runs that are constant or
    go on minute by minute.
    """
    dues = []
    for minute in range(FIRST_HOUR * 60, LAST_HOUR * 60):
        at = datetime.combine(on, time(minute // 60, minute % 60), VIETNAM)
        due = derive_clock((Received(at),), term=term, calendar=calendar, regime=regime).due_at
        if due is None:
            raise AssertionError("what is received is owed an answer")
        dues.append(due.astimezone(VIETNAM))
    runs, first = list[Run](), 0
    while first < len(dues):
        slope, last = 0, first
        if first + 1 < len(dues) and dues[first + 1] - dues[first] == _MINUTE:
            slope = 1
        while last + 1 < len(dues) and dues[last + 1] - dues[last] == slope * _MINUTE:
            last += 1
        runs.append((FIRST_HOUR * 60 + first, dues[first].isoformat(timespec="minutes"), slope))
        first = last + 1
    return runs


class _Tables:
    """The due instants of the pack's terms, each counted once."""

    def __init__(self, days: Sequence[date]) -> None:
        self.days = days
        self.made: list[dict[str, list[Run]]] = []
        self._known: dict[tuple[str, int], int] = {}

    def index_of(self, running: Running) -> int:
        key = (str(running.term), running.agency_id)
        if key not in self._known:
            calendar = fresh_calendar(running.agency_id)
            self._known[key] = len(self.made)
            self.made.append(
                {
                    day.isoformat(): due_runs(
                        running.term, on=day, calendar=calendar, regime=law_book().regime_on(day)
                    )
                    for day in self.days
                }
            )
        return self._known[key]


def _offerings(actor: Actor, *, now: datetime) -> list[OfferingRow]:
    """Return what the unit's own agency offers and what it receives most of others.

    Left out are services whose codes another system gives: their numbers cannot be set aside here.
    """
    regime = law_book().regime_on(local_day(now))
    found = {r.id: r for r in own_offerings(actor, now=now)}
    found |= {r.id: r for r in common_offerings(actor, now=now, limit=OFFERINGS_COMMON) if r.id not in found}
    return [r for r in found.values() if not owner_on(regime, running_offering(r.id))]


def _offering(row: OfferingRow, running: Running, tables: _Tables) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "name": row.name,
        "folded": fold(f"{row.name} {row.code}"),
        "agency": row.agency_name,
        "agency_id": running.agency_id,
        "fee_vnd": running.fee_vnd,
        "due": tables.index_of(running),
        "papers": [
            {
                "key": rule.key,
                "name": rule.name,
                "originals": rule.originals,
                "copies": rule.copies,
                "is_required": rule.is_required,
            }
            for rule in component_rules(row.id)
        ],
    }


@transaction.atomic
def _numbers(
    station: Station, agency_ids: Iterable[int], days: Sequence[date], *, actor: Actor, now: datetime
) -> dict[str, dict[str, list[str]]]:
    """Return the station's free codes by day and handling agency; sets aside what is not there yet."""
    # Two tabs of the same machine must not both set numbers aside.
    Station.objects.select_for_update().get(id=station.id)
    made = StationBlock.objects.filter(station=station, block__on__in=days).select_related("block")
    blocks: dict[tuple[date, int], NumberBlock] = {(b.block.on, b.block.agency_id): b.block for b in made}
    for day in days:
        for agency_id in sorted(agency_ids):
            if (day, agency_id) in blocks:
                continue
            count = NUMBERS_OWN if agency_id == actor.agency_id else NUMBERS_OTHER
            block = reserve_block(agency_id=agency_id, on=day, count=count, actor=actor, now=now)
            StationBlock.objects.create(station=station, block=block)
            blocks[day, agency_id] = block
    codes = {key: codes_of(block) for key, block in blocks.items() if block.closed_at is None}
    every = [code for found in codes.values() for code in found]
    used = set(Dossier.objects.filter(code__in=every).values_list("code", flat=True))
    used |= set(OfflineEntry.objects.filter(code__in=every).values_list("code", flat=True))
    free: dict[str, dict[str, list[str]]] = {day.isoformat(): {} for day in days}
    for (day, agency_id), found in codes.items():
        free[day.isoformat()][str(agency_id)] = [c for c in found if c not in used]
    return free
