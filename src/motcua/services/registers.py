"""Answers when a year's registers are closed and whether a closed one still holds what it held."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction

from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, require
from motcua.services.times import local_day
from motcua.store.dossiers.selectors import RegisterEntry, register_rows, sectors_of_unit
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import RegisterBook
from motcua.store.organisation.models import Unit, UnitKind
from motcua.store.organisation.roles import Role

_ENTRY_WORKING_DAYS = 4
"""The job closes a year when what was received on paper on its last days can no longer be entered."""


def close_unit_registers(*, year: int, actor: Actor, now: datetime) -> int:
    """Return how many books of the manager's unit were closed for ``year``. Problem: ``register.year_open``.

    Source: Circular 01/2018/TT-VPCP, art. 9 (one book a year, closed at its end, numbers going on).
    """
    require(actor, Role.CENTRE_MANAGER)
    if year >= local_day(now).year:
        raise Refused([Problem("register.year_open", "year", values={"year": str(year)})])
    return _close(actor.unit_id, year, now=now, staff_id=actor.staff_id)


def close_past_registers(*, now: datetime) -> int:
    """Close every book of last year that is still open, from the fourth working day of January on; safe to repeat."""
    today = local_day(now)
    first = law_book().calendar().add_working_days(date(today.year, 1, 1), _ENTRY_WORKING_DAYS)
    if today < first:
        return 0
    units = Unit.objects.filter(kind__in=UnitKind.one_stop()).order_by("id").values_list("id", flat=True)
    return sum(_close(unit_id, today.year - 1, now=now, staff_id=None) for unit_id in units)


def is_closed(*, unit_id: int, sector: str, year: int) -> bool:
    return RegisterBook.objects.filter(unit_id=unit_id, sector=sector, year=year).exists()


def book_number(*, unit_id: int, sector: str, year: int) -> int:
    """Return the number of the book of a year: of a closed one its own, of an open one the next."""
    books = RegisterBook.objects.filter(unit_id=unit_id, sector=sector)
    closed = books.filter(year=year).values_list("number", flat=True).first()
    return closed if closed is not None else books.filter(year__lt=year).count() + 1


def books_of_unit(unit_id: int) -> list[tuple[RegisterBook, bool]]:
    """Return the closed books, newest first, each with whether its rows still give the digest."""
    books = RegisterBook.objects.filter(unit_id=unit_id).order_by("-year", "sector")
    return [(book, _digest(_rows(unit_id, book.sector, book.year)) == book.digest) for book in books]


def _close(unit_id: int, year: int, *, now: datetime, staff_id: int | None) -> int:
    closed = 0
    for sector in sectors_of_unit(unit_id):
        rows = _rows(unit_id, sector, year)
        if not rows or is_closed(unit_id=unit_id, sector=sector, year=year):
            continue
        with transaction.atomic():
            RegisterBook.objects.create(
                unit_id=unit_id,
                sector=sector,
                year=year,
                number=book_number(unit_id=unit_id, sector=sector, year=year),
                first=min(r.receipt_number for r in rows),
                last=max(r.receipt_number for r in rows),
                count=len(rows),
                digest=_digest(rows),
                closed_at=now,
                closed_by_id=staff_id,
            )
        closed += 1
    return closed


def _rows(unit_id: int, sector: str, year: int) -> list[RegisterEntry]:
    return register_rows(unit_id=unit_id, sector=sector, from_on=date(year, 1, 1), to_on=date(year, 12, 31))


def _digest(rows: list[RegisterEntry]) -> str:
    """Return the SHA-256 over what a row can no longer change: number, code, procedure, who, channel."""
    text = "\n".join(f"{r.receipt_number}|{r.code}|{r.procedure_name}|{r.applicant_name}|{r.channel}" for r in rows)
    return hashlib.sha256(text.encode()).hexdigest()
