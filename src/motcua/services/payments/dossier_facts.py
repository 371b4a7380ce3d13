"""Answers what a dossier is told when a charge of it is paid: a fact, and the end of the pause that waited for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from motcua.core.clock import open_pauses
from motcua.core.dossier import FactKind
from motcua.core.kernel import Refused
from motcua.services.clocks import clock_facts
from motcua.services.dossiers.committing import commit, commit_on_clock
from motcua.services.dossiers.linking import SYSTEM
from motcua.services.offerings import running_offering
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import facts_of, load
from motcua.store.payments.models import Charge

_TRIES = 5


def tell_dossier(charge: Charge, *, by: str, now: datetime) -> None:
    """Write that the charge was paid; a pause that waits for this charge ends, and the term runs on.

    Raises Refused when others acted on the dossier at every try: the money is then not booked either, and whoever
    brought the news of it brings it again.
    """
    public_id = _dossier_of(charge)
    body = {"charge": str(charge.public_id), "amount_vnd": charge.amount_vnd, "by": by}
    for attempt in range(_TRIES):
        try:
            dossier = load(public_id)
            if dossier is None:
                raise AssertionError("a charge of no dossier")
            commit(dossier, running_offering(dossier.offering_id), FactKind.PAID, body, actor=SYSTEM, now=now)
            break
        except Refused:
            if attempt == _TRIES - 1:
                raise
    if charge.pause_key:
        _resume(charge, now=now)


def _resume(charge: Charge, *, now: datetime) -> None:
    dossier = load(_dossier_of(charge))
    if dossier is None:
        return
    facts = facts_of(dossier.id)
    if charge.pause_key not in {p.key for p in open_pauses(clock_facts(facts))}:
        return
    running = running_offering(dossier.offering_id)
    body = {"key": charge.pause_key, "reason": "Đã nộp phí, lệ phí", "charge": str(charge.public_id)}
    commit_on_clock(dossier, running, facts, FactKind.RESUMED, body, actor=SYSTEM, now=now)


def _dossier_of(charge: Charge) -> UUID:
    return Dossier.objects.values_list("public_id", flat=True).get(id=charge.dossier_id or 0)
