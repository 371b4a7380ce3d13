"""Answers which results an officer or a holder may see, the lists of them, and their files."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import F, Q, QuerySet

from motcua.core.kernel import Problem, Refused, fold
from motcua.services.actors import Actor, Denied
from motcua.services.citizens import Citizen
from motcua.services.dossiers.documents import path_of
from motcua.store.organisation.roles import Role
from motcua.store.results.models import Result, ResultShare

PAGE = 40
SHARE_DAYS = (1, 7, 30)
SHARES_MAX = 20
READERS = (
    *(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER),
    *(Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.PROVINCE_LEADER),
)


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """What to look for; empty fields keep everything."""

    number: str = ""
    holder: str = ""
    kind: str = ""
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results; ``after`` is the key of the next, empty at the end."""

    rows: Sequence[Result]
    after: str


def results_for(actor: Actor, wanted: ResultFilter, *, after: str) -> ResultPage:
    """Return the results that the actor may see, newest first: those handed in at his unit, or of his agency."""
    rows = _scope(actor).select_related("agency", "holder", "dossier")
    if wanted.number.strip():
        rows = rows.filter(number=wanted.number.strip())
    if wanted.holder.strip():
        rows = rows.filter(holder_folded__contains=fold(wanted.holder.strip()))
    if wanted.kind.strip():
        rows = rows.filter(kind__icontains=wanted.kind.strip())
    if wanted.from_on:
        rows = rows.filter(issued_on__gte=wanted.from_on)
    if wanted.to_on:
        rows = rows.filter(issued_on__lte=wanted.to_on)
    key = _key(after)
    if key is not None:
        rows = rows.filter(Q(issued_on__lt=key[0]) | Q(issued_on=key[0], id__lt=key[1]))
    page = list(rows.order_by("-issued_on", "-id")[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return ResultPage(page[:PAGE], f"{last.issued_on:%Y-%m-%d}~{last.id}" if last else "")


def result_for(public_id: UUID, actor: Actor) -> Result:
    """Return a result that the actor may see; Denied for any other."""
    rows = _scope(actor).select_related("agency", "holder", "dossier", "replaced_by", "unit")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Denied("result of another unit")
    return found


def file_of(result: Result) -> Path:
    """Return where the signed file lies."""
    return path_of(result.sha256)


def results_of_citizen(citizen: Citizen, *, dossier_id: int | None = None) -> Sequence[Result]:
    """Return what was issued to the signed-in citizen, newest first; nothing before the identity is confirmed.

    With ``dossier_id`` only what came of that dossier.
    """
    if citizen.party_id is None or not citizen.is_identified:
        return []
    rows = Result.objects.filter(holder_id=citizen.party_id).select_related("agency", "dossier")
    if dossier_id is not None:
        rows = rows.filter(dossier_id=dossier_id)
    return list(rows.order_by("-issued_on", "-id")[:200])


def own_result(public_id: UUID, citizen: Citizen) -> Result | None:
    """Return a result of the citizen, ``None`` for anybody else's."""
    if citizen.party_id is None or not citizen.is_identified:
        return None
    rows = Result.objects.filter(public_id=public_id, holder_id=citizen.party_id)
    return rows.select_related("agency", "dossier", "holder").first()


def share_result(*, public_id: UUID, days: int, citizen: Citizen, now: datetime) -> ResultShare:
    """Return a link by which others see the result until it runs out. Problems: ``share.days``, ``share.many``."""
    result = own_result(public_id, citizen)
    if result is None:
        raise Denied("result of another holder")
    if days not in SHARE_DAYS:
        raise Refused([Problem("share.days", "days")])
    if len(shares_of(result, now=now)) >= SHARES_MAX:
        raise Refused([Problem("share.many", values={"limit": str(SHARES_MAX)})])
    return ResultShare.objects.create(
        token=base64.b32encode(secrets.token_bytes(16)).decode().rstrip("="),
        result=result,
        account_id=citizen.account_id,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )


def end_share(*, share_id: int, public_id: UUID, citizen: Citizen, now: datetime) -> None:
    """End a link of the citizen's own before its time."""
    result = own_result(public_id, citizen)
    if result is None:
        raise Denied("result of another holder")
    ResultShare.objects.filter(id=share_id, result=result, ended_at__isnull=True).update(ended_at=now)


def shares_of(result: Result, *, now: datetime) -> Sequence[ResultShare]:
    """Return the links that still work, newest first."""
    return list(result.shares.filter(ended_at__isnull=True, expires_at__gt=now).order_by("-id"))


def shared_result(token: str, *, now: datetime) -> Result | None:
    """Return the result that a link shows, ``None`` once it has run out or was ended; counts who opened it."""
    rows = ResultShare.objects.filter(token=token.upper()[:26], ended_at__isnull=True, expires_at__gt=now)
    share = rows.select_related("result__agency", "result__holder").first()
    if share is None:
        return None
    ResultShare.objects.filter(id=share.id).update(opened=F("opened") + 1)
    return share.result


def _scope(actor: Actor) -> QuerySet[Result]:
    if actor.is_at_one_stop and actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER):
        return Result.objects.filter(unit_id=actor.unit_id)
    if actor.has(Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER):
        return Result.objects.filter(agency_id=actor.agency_id)
    if actor.has(Role.PROVINCE_LEADER):
        return Result.objects.all()
    raise Denied("no reader of results")


def _key(after: str) -> tuple[date, int] | None:
    day, _sep, number = after.partition("~")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
