"""Answers what happens to dossiers without anybody's click: times that come, messages that arrive, agencies that stay silent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from motcua.core.dossier import FactKind, waits_of
from motcua.core.kernel import Refused
from motcua.services.dossiers.committing import commit
from motcua.services.dossiers.linking import SYSTEM
from motcua.services.dossiers.steps import AGENCY_HEAD
from motcua.services.offerings import running_offering
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import Loaded, facts_of, load

_TRIES = 5


def fire_due_timers(*, now: datetime, limit: int = 500) -> int:
    """Let every time of a process that has come be a fact; return how many. What is overtaken comes next time."""
    due = Dossier.objects.filter(timer_at__lte=now).order_by("timer_at").values_list("public_id", flat=True)[:limit]
    return sum(_fire_times(public_id, now=now) for public_id in list(due))


def deliver_message(*, sender: UUID, name: str, now: datetime) -> int:
    """Bring a message to the dossiers linked with its sender that wait for it; return how many took it."""
    row = Dossier.objects.filter(public_id=sender).values("id", "parent_id").first()
    if row is None:
        return 0
    near = Q(id=row["id"]) | Q(parent_id=row["id"])
    if row["parent_id"]:
        near |= Q(id=row["parent_id"]) | Q(parent_id=row["parent_id"])
    linked = Dossier.objects.filter(near, state__in=(2, 4, 5, 6)).order_by("id").values_list("public_id", flat=True)
    return sum(_take_message(public_id, name, now=now) for public_id in list(linked))


def tell_heads_of_silent_agencies(*, now: datetime, limit: int = 500) -> int:
    """Bring before its head every dossier that another agency asked for and that is late, once; return how many.

    Source: Decree 61/2018/NĐ-CP, art. 19(5): an agency that does not answer in time answers for it.
    """
    late = Dossier.objects.filter(
        parent__isnull=False, due_at__lte=now, ended_at__isnull=True, escalation__lt=AGENCY_HEAD,
        state__in=(2, 4, 5, 6),
    ).order_by("due_at").values_list("public_id", flat=True)  # fmt: skip
    told = 0
    for public_id in list(late[:limit]):
        dossier = load(public_id)
        if dossier is None or dossier.escalation >= AGENCY_HEAD:
            continue
        body = {"level": AGENCY_HEAD, "reason": "", "automatic": True}
        told += _commit(dossier, FactKind.ESCALATED, body, now=now, escalation=AGENCY_HEAD)
    return told


def _fire_times(public_id: UUID, *, now: datetime) -> int:
    fired = 0
    for _try in range(_TRIES):
        dossier = load(public_id)
        if dossier is None or dossier.timer_at is None or dossier.timer_at > now:
            break
        running = running_offering(dossier.offering_id)
        waits = waits_of(facts_of(dossier.id), running.net, running.calendar)
        due = sorted((w.due_at, w.trigger) for w in waits if w.due_at is not None and w.due_at <= now)
        if not due:
            _look_later(dossier, (w.due_at for w in waits))
            break
        fired += _commit(dossier, FactKind.FIRED, {"trigger": due[0][1]}, now=now)
    return fired


def _take_message(public_id: UUID, name: str, *, now: datetime) -> int:
    for _try in range(_TRIES):
        dossier = load(public_id)
        if dossier is None:
            return 0
        net = running_offering(dossier.offering_id).net
        waiting = [
            t for t in net.waiting(dossier.life.process) if net.triggers[t].kind == "message" and net.triggers[t].spec == name
        ]  # fmt: skip
        if not waiting:
            return 0
        if _commit(dossier, FactKind.FIRED, {"trigger": waiting[0], "message": name}, now=now):
            return 1
    return 0


def _commit(
    dossier: Loaded, kind: FactKind, body: dict[str, object], *, now: datetime, escalation: int | None = None
) -> int:
    running = running_offering(dossier.offering_id)
    try:
        commit(dossier, running, kind, body, actor=SYSTEM, now=now, escalation=escalation)
    except Refused:
        # Somebody acted at the same moment: what he did decides whether it is still to be done.
        return 0
    return 1


def _look_later(dossier: Loaded, times: Iterable[datetime | None]) -> None:
    """Put the stored time right where a decision on the calendar has moved it."""
    following = min((t for t in times if t is not None), default=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dossiers_dossier SET timer_at = %s WHERE id = %s AND version = %s",
            [following, dossier.id, dossier.version],
        )
