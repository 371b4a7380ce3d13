"""Answers how a result is handed over at the counter (trả kết quả) and to whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.core.dossier import FactKind, NationalState
from motcua.core.forms import PartyEntry, check_party
from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied, may_do, require_counter
from motcua.services.dossiers.committing import Done, commit, overtaken
from motcua.services.dossiers.steps import load_for
from motcua.services.offerings import running_offering
from motcua.services.postal.handing import is_under_way
from motcua.services.results.delivering import write_delivery
from motcua.services.times import local_day
from motcua.store.dossiers.receiving import save_party
from motcua.store.results.models import Delivery


def return_result(
    *,
    public_id: UUID,
    collector: PartyEntry,
    authorisation: str,
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> Done:
    """Return the dossier after its result was handed to ``collector``.

    Somebody other than the applicant needs ``authorisation``, the paper that entitles him. A deadline never
    hinders the hand-over. Problems: those of the party, ``return.not_ready``, ``hand_over.under_way``,
    ``return.identity_missing``, ``return.authorisation_missing``, ``step.overtaken``.
    Source: Decree 61/2018/NĐ-CP, arts. 6 and 20; Decree 118/2025/NĐ-CP, art. 22.
    """
    require_counter(actor)
    dossier = load_for(public_id, actor)
    if dossier.version != seen_version:
        raise Refused([overtaken(dossier)])
    running = running_offering(dossier.offering_id)
    task = next((t for t in dossier.tasks if running.net.steps[t.step].kind == "return" and t.is_leading), None)
    if dossier.life.state is not NationalState.DONE or task is None:
        raise Refused([Problem("return.not_ready", values={"code": dossier.code})])
    if not may_do(actor, task):
        raise Denied("only the unit that received hands the result over")
    if is_under_way(dossier.id):
        raise Refused([Problem("hand_over.under_way", values={"code": dossier.code})])
    record = check_party(collector, prefix="collector", on=local_day(now))
    problems = list(record) if isinstance(record, tuple) else []
    if not collector.id_number.strip():
        problems.append(Problem("return.identity_missing", field="collector.id_number"))
    if isinstance(record, PartyRecord) and not problems:
        applicant = _applicant_number(dossier.id)
        if applicant and record.id_number != applicant and not authorisation.strip():
            problems.append(Problem("return.authorisation_missing", field="authorisation"))
    if problems or isinstance(record, tuple):
        raise Refused(problems)
    body: dict[str, Any] = {
        "step": task.step,
        "outcome": 0,
        "collector": save_party(record),
        "is_authorised": bool(authorisation.strip()),
    }
    with transaction.atomic():
        done = commit(dossier, running, FactKind.COMPLETED, body, actor=actor, now=now)
        write_delivery(
            dossier_id=dossier.id, way=Delivery.COUNTER, unit_id=dossier.reception_unit_id,
            collector_id=body["collector"], is_authorised=body["is_authorised"], actor=actor, now=now,
        )  # fmt: skip
    return done


def _applicant_number(dossier_id: int) -> str:
    from motcua.store.dossiers.models import Dossier

    return str(Dossier.objects.values_list("applicant__id_number", flat=True).get(id=dossier_id))
