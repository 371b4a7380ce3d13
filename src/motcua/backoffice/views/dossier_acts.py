"""Answers each act on a dossier that a form of its page can ask for: reads the form, calls the one service.

The fields of an act carry its name before the dot, for a page shows several of these forms at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from motcua.core.forms import PartyEntry, parse_day
from motcua.services.dossiers.clock_acts import (
    PauseEntry,
    StopEntry,
    extend_due,
    pause_clock,
    resume_clock,
    stop_at_request,
    withdraw,
)
from motcua.services.dossiers.consultations import Question, ask_opinion, record_answer, remind, revoke_question
from motcua.services.dossiers.corrections import approve_correction, decline_correction, propose_correction
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.steps import (
    assign_step,
    complete_step,
    escalate,
    give_opinion,
    recall_step,
    settle_escalation,
    take_step,
)
from motcua.services.dossiers.supplements import ask_supplement, propose_supplement, supply_supplement
from motcua.services.results.issuing import ResultEntry, issue_result
from motcua.services.times import local_day, parse_instant, system_now
from motcua.store.dossiers.writing import load
from motcua.store.organisation.selectors import staff_of_unit
from motcua.ui.officers import OfficerRequest

Act = Callable[[OfficerRequest, uuid.UUID], str]


def _common(request: OfficerRequest, public_id: uuid.UUID) -> dict[str, Any]:
    return {
        "public_id": public_id,
        "seen_version": _int(request, "version"),
        "actor": request.actor,
        "now": system_now(),
    }


def _complete(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return complete_step(
        **_common(request, public_id),
        step=_int(request, "step"),
        instance=_instance(request),
        outcome=request.POST.get("outcome", ""),
        reason=request.POST.get("reason", ""),
        values={k.removeprefix("value."): _value(request, k) for k in request.POST if k.startswith("value.")},
    ).code


def _issue(request: OfficerRequest, public_id: uuid.UUID) -> str:
    replaces = _text(request, "issue", "replaces")
    entry = ResultEntry(
        kind=_text(request, "issue", "kind"),
        statement=_text(request, "issue", "statement"),
        fields=_text(request, "issue", "fields"),
        valid_to_on=parse_day(_text(request, "issue", "valid_to")),
        replaces=uuid.UUID(replaces) if _is_uuid(replaces) else None,
        decision_no=_text(request, "issue", "decision_no"),
        reason=_text(request, "issue", "reason"),
    )
    done, result = issue_result(**_common(request, public_id), entry=entry)
    return f"{done.code}, {result.number}"


def _take(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return take_step(**_common(request, public_id), step=_int(request, "step"), instance=_instance(request)).code


def _assign(request: OfficerRequest, public_id: uuid.UUID) -> str:
    to = _int(request, "to_staff_id")
    staff = staff_of_unit(request.actor.unit_id, on=local_day(system_now()))
    return assign_step(
        **_common(request, public_id),
        step=_int(request, "step"),
        instance=_instance(request),
        to_staff_id=to,
        is_in_unit=staff.filter(id=to).exists(),
    ).code


def _propose(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return propose_supplement(
        **_common(request, public_id),
        step=_int(request, "step"),
        items=request.POST.get("items", "").splitlines(),
        reason=request.POST.get("reason", ""),
    ).code


def _ask(request: OfficerRequest, public_id: uuid.UUID) -> str:
    done, _slip = ask_supplement(
        **_common(request, public_id),
        items=request.POST.get("items", "").splitlines(),
        reason=request.POST.get("reason", ""),
    )
    return done.code


def _supply(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return supply_supplement(**_common(request, public_id)).code


def _return(request: OfficerRequest, public_id: uuid.UUID) -> str:
    collector = PartyEntry(
        kind="PERSON",
        name=request.POST.get("collector.name", ""),
        id_number=request.POST.get("collector.id_number", ""),
        phone=request.POST.get("collector.phone", ""),
    )
    return return_result(
        **_common(request, public_id),
        collector=collector,
        authorisation=request.POST.get("authorisation", ""),
    ).code


def _pause(request: OfficerRequest, public_id: uuid.UUID) -> str:
    entry = PauseEntry(*(_text(request, "pause", name) for name in ("cause", "act", "article", "reason", "charge")))
    return pause_clock(**_common(request, public_id), entry=entry).code


def _resume(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return resume_clock(**_common(request, public_id), reason=_text(request, "resume", "reason")).code


def _extend(request: OfficerRequest, public_id: uuid.UUID) -> str:
    done, _slip = extend_due(
        **_common(request, public_id),
        new_due_at=_instant(request, "extend", "new_due_at"),
        reason=_text(request, "extend", "reason"),
        cause=_text(request, "extend", "cause"),
    )
    return done.code


def _stop(request: OfficerRequest, public_id: uuid.UUID) -> str:
    entry = StopEntry(
        reason=_text(request, "stop", "reason"),
        channel=_text(request, "stop", "channel"),
        returned=_text(request, "stop", "returned").splitlines(),
        refund=_text(request, "stop", "refund"),
    )
    done, _slip = stop_at_request(**_common(request, public_id), entry=entry)
    return done.code


def _withdraw(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return withdraw(**_common(request, public_id), reason=_text(request, "withdraw", "reason")).code


def _consult(request: OfficerRequest, public_id: uuid.UUID) -> str:
    unit = _text(request, "consult", "unit")
    entry = Question(
        question=_text(request, "consult", "question"),
        due_at=_instant(request, "consult", "due_at"),
        to_unit_id=int(unit) if unit.isdecimal() else None,
        of=_text(request, "consult", "of"),
        is_confidential=_text(request, "consult", "confidential") == "1",
    )
    return ask_opinion(**_common(request, public_id), entry=entry).code


def _answer(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return record_answer(
        **_common(request, public_id),
        key=_text(request, "answer", "key"),
        answer=_text(request, "answer", "answer"),
    ).code


def _revoke(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return revoke_question(
        **_common(request, public_id),
        key=_text(request, "revoke", "key"),
        reason=_text(request, "revoke", "reason"),
    ).code


def _remind(request: OfficerRequest, public_id: uuid.UUID) -> str:
    remind(**_common(request, public_id), key=_text(request, "remind", "key"))
    dossier = load(public_id)
    return dossier.code if dossier else ""


def _recall(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return recall_step(**_common(request, public_id), reason=_text(request, "recall", "reason")).code


def _escalate(request: OfficerRequest, public_id: uuid.UUID) -> str:
    level = _text(request, "escalate", "level")
    return escalate(
        **_common(request, public_id),
        level=int(level) if level.isdecimal() and len(level) == 1 else 0,
        reason=_text(request, "escalate", "reason"),
    ).code


def _settle(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return settle_escalation(**_common(request, public_id), reason=_text(request, "settle", "reason")).code


def _opinion(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return give_opinion(
        **_common(request, public_id),
        step=_int(request, "opinion.step"),
        text=_text(request, "opinion", "reason"),
    ).code


def _correct(request: OfficerRequest, public_id: uuid.UUID) -> str:
    is_void = _text(request, "correct", "how") == "void"
    return propose_correction(
        **_common(request, public_id),
        of=_int(request, "correct.of"),
        at=None if is_void else _instant(request, "correct", "at"),
        is_void=is_void,
        reason=_text(request, "correct", "reason"),
    ).code


def _approve(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return approve_correction(**_common(request, public_id)).code


def _decline(request: OfficerRequest, public_id: uuid.UUID) -> str:
    return decline_correction(**_common(request, public_id), reason=_text(request, "decline", "reason")).code


NAMED_ACTS: dict[str, Act] = {
    "issue": _issue,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "stop": _stop,
    "withdraw": _withdraw,
    "consult": _consult,
    "answer": _answer,
    "revoke": _revoke,
    "remind": _remind,
    "recall": _recall,
    "escalate": _escalate,
    "settle": _settle,
    "opinion": _opinion,
    "correct": _correct,
    "approve": _approve,
    "decline": _decline,
}
ACTS: dict[str, Act] = {
    **NAMED_ACTS,
    "complete": _complete,
    "take": _take,
    "assign": _assign,
    "propose": _propose,
    "ask": _ask,
    "supply": _supply,
    "return": _return,
}


def _text(request: OfficerRequest, act: str, name: str) -> str:
    return request.POST.get(f"{act}.{name}", "")


def _instant(request: OfficerRequest, act: str, name: str) -> datetime | None:
    return parse_instant(_text(request, act, name), _text(request, act, f"{name}_hour"))


def _int(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _instance(request: OfficerRequest) -> int:
    return max(0, _int(request, "instance"))


def _value(request: OfficerRequest, name: str) -> str:
    """Return a field's value as entered; of a list all that were ticked."""
    return ",".join(v for v in request.POST.getlist(name) if v)
