"""Answers which numbers a counter holds for the hours in which the system is down, and who may use one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from motcua.core.clock import may_receive
from motcua.core.dossier import CodeError, CodeForm, DossierCode, dossier_code, old_agency_code, parse_dossier_code
from motcua.core.kernel import LegalRef, Problem, Refused
from motcua.core.regimes import Regime
from motcua.services.actors import Actor, Denied, require
from motcua.services.calendars import fresh_calendar
from motcua.services.offerings import Running
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import NumberBlock
from motcua.store.ledger.numbers import code_scope, take_range
from motcua.store.offerings.selectors import receivable_offerings
from motcua.store.organisation.models import Agency
from motcua.store.organisation.roles import Role

BLOCK_MAX, AHEAD_WORKING_DAYS, ENTRY_WORKING_DAYS = 500, 5, 3


@dataclass(frozen=True, slots=True)
class Offline:
    """A reception on paper that is entered now: the code given then, and when it was."""

    code: str
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfflineNumber:
    """The checked number of a reception on paper."""

    code: DossierCode
    block_id: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A block as its page lists it."""

    block: NumberBlock
    agency_name: str
    first_code: str
    last_code: str
    used: int

    @property
    def count(self) -> int:
        return self.block.last - self.block.first + 1


@lru_cache(maxsize=5_000)
def _codes_of_agency(agency_id: int) -> tuple[str, str, str]:
    agency = Agency.objects.get(id=agency_id)
    return agency.code, agency.code_old, agency.code_new


def agency_code_on(regime: Regime, *, handling_agency_id: int, receiving_agency_id: int) -> str:
    """Return the agency code that stands in dossier codes under a regime.

    Which agency's, and in which form, is the law's (``code.agency``, ``code.form``).
    Source: Circular 01/2018/TT-VPCP, art. 19 (receiving agency, right to left); Circular 03/2025/TT-VPCP, art. 13
    (left to right; whose is to be confirmed).
    """
    whose = regime.find("code.agency")
    is_receiving = whose is not None and whose.value == "receiving"
    code, old, new = _codes_of_agency(receiving_agency_id if is_receiving else handling_agency_id)
    if regime.param("code.form").value == CodeForm.NEW.value:
        return new or code
    if old:
        return old
    try:
        return old_agency_code(new or code)
    except CodeError:
        return code


def owner_on(regime: Regime, running: Running) -> str:
    """Return the owner's digits of a nationally centralised service, where the regime has them."""
    param = regime.find("code.centralised_owner")
    return running.system_owner if param is not None and param.value is True else ""


def reserve_block(*, agency_id: int, on: date | None, count: int, actor: Actor, now: datetime) -> NumberBlock:
    """Return the block of ``count`` numbers set aside for the actor's unit, for dossiers of one agency and day.

    Problems: ``block.agency``, ``block.day``, ``block.count``.
    Source: Decree 61/2018/NĐ-CP, art. 39 (paper register, code and control slip while there is no system).
    """
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER)
    today = local_day(now)
    problems = []
    if agency_id not in agencies_of(actor, on=today):
        problems.append(Problem("block.agency", "agency"))
    last_on = fresh_calendar(actor.agency_id).add_working_days(today, AHEAD_WORKING_DAYS)
    if on is None or not today <= on <= last_on:
        problems.append(Problem("block.day", "on", values={"last": f"{last_on:%d/%m/%Y}"}))
    if not 1 <= count <= BLOCK_MAX:
        problems.append(Problem("block.count", "count", values={"limit": str(BLOCK_MAX)}))
    if problems or on is None:
        raise Refused(problems)
    regime = law_book().regime_on(on)
    code = agency_code_on(regime, handling_agency_id=agency_id, receiving_agency_id=actor.agency_id)
    with transaction.atomic():
        first, last = take_range(code_scope(code, on), count)
        return NumberBlock.objects.create(
            unit_id=actor.unit_id,
            agency_id=agency_id,
            agency_code=code,
            on=on,
            first=first,
            last=last,
            staff_id=actor.staff_id,
            reserved_at=now,
        )


def close_block(*, block_id: int, actor: Actor, now: datetime) -> None:
    """Close a block of the actor's unit: what is not used stays unused for ever."""
    if not NumberBlock.objects.filter(id=block_id, unit_id=actor.unit_id, closed_at__isnull=True).update(
        closed_at=now
    ):
        raise Denied("block of another unit")


def block_for(block_id: int, actor: Actor) -> NumberBlock:
    """Return a block of the actor's unit; Denied for any other."""
    block = NumberBlock.objects.filter(id=block_id, unit_id=actor.unit_id).first()
    if block is None:
        raise Denied("block of another unit")
    return block


def codes_of(block: NumberBlock) -> list[str]:
    """Return the codes of a block in their order."""
    return [
        dossier_code(agency_code=block.agency_code, on=block.on, number=n) for n in range(block.first, block.last + 1)
    ]


def blocks_of_unit(unit_id: int, *, limit: int = 30) -> list[BlockRow]:
    """Return the unit's newest blocks with how many of their numbers are used."""
    blocks = list(NumberBlock.objects.filter(unit_id=unit_id).order_by("-on", "-id")[:limit])
    names = dict(Agency.objects.filter(id__in={b.agency_id for b in blocks}).values_list("id", "short_name"))
    every = {code: b.id for b in blocks for code in codes_of(b)}
    used = list(Dossier.objects.filter(code__in=every).values_list("code", flat=True)) if every else []
    rows = []
    for block in blocks:
        codes = codes_of(block)
        count = sum(every[code] == block.id for code in used)
        rows.append(BlockRow(block, names.get(block.agency_id, ""), codes[0], codes[-1], count))
    return rows


def agencies_of(actor: Actor, *, on: date) -> dict[int, str]:
    """Return the agencies whose procedures the actor's unit may receive, by id."""
    regime = law_book().regime_on(on)
    offered = receivable_offerings(actor.unit_id, on=on, is_boundary_free=regime.is_boundary_free)
    ids = offered.order_by().values_list("agency_id", flat=True).distinct()
    rows = Agency.objects.filter(id__in=ids).order_by("name").values_list("id", "short_name")
    own = [(i, n) for i, n in rows if i == actor.agency_id]
    return dict([*own, *((i, n) for i, n in rows if i != actor.agency_id)])


def checked_offline(
    offline: Offline, running: Running, *, actor: Actor, now: datetime
) -> OfflineNumber | tuple[Problem, ...] | None:
    """Return the number of a reception on paper, or why it is none; ``None`` when nothing of the kind was entered.

    An hour without a number that was set aside before is back-dating. Problems: ``clock.back_dated``,
    ``offline.instant_missing``, ``offline.code_form``, ``offline.no_such_number``, ``offline.used``,
    ``offline.other_agency``, ``offline.day``, ``offline.future``, ``offline.before_block``, ``offline.late``.
    """
    regime = law_book().regime_on(local_day(now))
    param = regime.find("fallback.paper")
    ref = param.ref if param else None
    if not offline.code.strip():
        if offline.received_at is None:
            return None
        problems = may_receive(stated_at=offline.received_at, at=now, regime=regime)
        return tuple(Problem(p.code, "offline.received_on", p.ref, p.values) for p in problems) or None
    try:
        code = parse_dossier_code(offline.code)
    except CodeError:
        return (Problem("offline.code_form", "offline.code", ref),)
    if offline.received_at is None:
        return (Problem("offline.instant_missing", "offline.received_on", ref),)
    block = NumberBlock.objects.filter(
        unit_id=actor.unit_id, agency_code=code.agency_code, on=code.on, first__lte=code.number, last__gte=code.number
    ).first()
    if block is None:
        return (Problem("offline.no_such_number", "offline.code", ref, {"code": str(code)}),)
    problems_found = _faults(block, code, offline.received_at, running, now=now, ref=ref)
    return tuple(problems_found) or OfflineNumber(code, block.id, offline.received_at)


def _faults(
    block: NumberBlock, code: DossierCode, at: datetime, running: Running, *, now: datetime, ref: LegalRef | None
) -> Sequence[Problem]:
    found = []
    if block.agency_id != running.agency_id:
        found.append(Problem("offline.other_agency", "offline.code", ref))
    if block.closed_at is not None or Dossier.objects.filter(code=str(code)).exists():
        found.append(Problem("offline.used", "offline.code", ref, {"code": str(code)}))
    if local_day(at) != block.on:
        found.append(Problem("offline.day", "offline.received_on", ref, {"day": f"{block.on:%d/%m/%Y}"}))
    elif at > now:
        found.append(Problem("offline.future", "offline.received_on", ref))
    # A paper tells the minute, the block the moment.
    elif at < block.reserved_at.replace(second=0, microsecond=0):
        found.append(Problem("offline.before_block", "offline.received_on", ref))
    last = fresh_calendar(running.agency_id).add_working_days(block.on, ENTRY_WORKING_DAYS)
    if local_day(now) > last:
        found.append(Problem("offline.late", "offline.code", ref, {"last": f"{last:%d/%m/%Y}"}))
    return found
