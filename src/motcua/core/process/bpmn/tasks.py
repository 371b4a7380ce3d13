"""Answers which step a task of a BPMN file is: its kind, who does it, how often, and which fields it collects.

An attribute of ours tells it exactly; without one the element, the lane and words of other engines do.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from motcua.core.process.bpmn import vocabulary as words
from motcua.core.process.bpmn.draft import Draft, id_of, name_of, own, own_list, ref
from motcua.core.process.bpmn.elements import Element
from motcua.core.process.bpmn.vocabulary import BPMN, bpmn, ours
from motcua.core.process.decisions import DecisionTable, Rule
from motcua.core.process.definition import AUTOMATIC, CALL, Step
from motcua.core.process.engine import INSTANCES_MAX
from motcua.core.process.guards import Field, FieldType

_READ = ("id", "name", "default", "calledElement")
_INSIDE = ("incoming", "outgoing", *words.LOOPS)
_NAME = re.compile(r"[^\W\d][\w.]*")
_STOPS = ("completionCondition", "complexBehaviorDefinition")


def is_send(element: Element, draft: Draft, hosts: Collection[str]) -> bool:
    """Return whether a send task is no more than a message that leaves."""
    is_plain = not any(c.name in words.LOOPS for c in element.children) and id_of(element) not in hosts
    return is_plain and "messageRef" in element.attributes and ours("kind") not in element.attributes


def read_step(element: Element, key: str, draft: Draft) -> Step:
    """Return the step of a task; what is not covered is noted in ``draft``."""
    is_call, is_system = element.name == "callActivity", element.name in words.BY_SYSTEM
    kind = own(element, "kind", CALL if is_call else AUTOMATIC if is_system else "appraise")
    usual = {CALL: "callActivity", AUTOMATIC: "serviceTask"}.get(kind, "userTask")
    if element.name != usual:
        draft.layout.elements[id_of(element)] = element.name
    draft.keep(element, id_of(element), read=_READ, inside=_INSIDE)
    each, in_turn = _each(element, key, draft)
    collects = own_list(element, "collects", _form_fields(element, draft))
    return Step(
        key=key,
        name=element.attributes.get("name", id_of(element)),
        kind=kind,
        slot=draft.slots.get(id_of(element), draft.default_slot)
        if ours("slot") not in element.attributes
        else own(element, "slot"),
        role=own(element, "role", "" if kind in (CALL, AUTOMATIC) else "case_officer"),
        minutes=_minutes(element, draft),
        outcomes=own_list(element, "outcomes") or ("done",),
        co_slots=own_list(element, "coSlots"),
        watch_slots=own_list(element, "watchSlots"),
        collects=collects,
        reads=own_list(element, "reads"),
        each=each,
        in_turn=in_turn,
        calls=own(element, "calls") or _called(element),
        slot_table=own(element, "slotTable"),
        minutes_table=own(element, "minutesTable"),
    )


def _minutes(element: Element, draft: Draft) -> int | None:
    text = own(element, "minutes")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        draft.wrong("process.bpmn_value", element, attribute="motcua:minutes", text=text)
        return None
    return int(text) if text else None


def _called(element: Element) -> str:
    for part in element.walk():
        if part.name == "calledElement" and words.ENGINES.get(part.namespace) == "zeebe":
            return part.attributes.get("processId", "")
    return element.attributes.get("calledElement", "")


# How often


def _each(element: Element, key: str, draft: Draft) -> tuple[str, bool]:
    """Return the field that tells how often the step is done, and whether one after the other."""
    for loop in element.each(bpmn("standardLoopCharacteristics")):
        draft.not_covered(loop, at=element)
    loop = element.first(bpmn("multiInstanceLoopCharacteristics"))  # type: ignore[assignment]
    if loop is None:
        return own(element, "each"), own(element, "inTurn") == "true"
    inside = ("loopCardinality", "loopDataInputRef", "inputDataItem", "loopDataOutputRef", "outputDataItem")
    for second in element.each(bpmn("multiInstanceLoopCharacteristics"))[1:]:
        draft.not_covered(second, at=element)
    draft.keep(loop, f"{id_of(element)}*loop", read=("id", "isSequential", "behavior"), inside=(*inside, *_STOPS))
    for part in loop.children:
        if part.namespace == BPMN and part.name in _STOPS:
            draft.not_covered(part, at=element)
        elif part.name in ("loopDataOutputRef", "outputDataItem", "loopDataInputRef", "inputDataItem"):
            draft.keep_loop_part(part, element)
    if loop.attributes.get("behavior", "All") != "All":
        draft.not_covered(loop, called="multiInstanceLoopCharacteristics behavior", at=element)
    in_turn = loop.attributes.get("isSequential", "false") in ("true", "1")
    if ours("each") in loop.attributes:
        return own(loop, "each"), in_turn
    return _times(loop, element, key, draft), in_turn


def _times(loop: Element, element: Element, key: str, draft: Draft) -> str:
    cardinality = loop.first(bpmn("loopCardinality"))
    if cardinality is not None:
        text = _inner(cardinality.text)
        if text.isascii() and text.isdecimal():
            if len(text) > 9 or int(text) > INSTANCES_MAX:
                draft.wrong("process.bpmn_value", element, attribute="loopCardinality", text=text[:200])
                return ""
            name = draft.fresh(re.sub(r"\W", "_", f"{key}_times"))
            draft.tables.append(DecisionTable(name, "", (Rule(None, str(int(text))),), FieldType.INTEGER))
            return name
        return _declared(text, FieldType.INTEGER, element, draft)
    found = [value for tag, value in loop.attributes.items() if tag.endswith("}collection")]
    for part in loop.walk():
        if part.name == "loopCharacteristics":
            found.append(part.attributes.get("inputCollection", ""))
        elif part.name == "loopDataInputRef":
            named = ref(part.text)
            found.append(draft.items.get(named) or named)
    if not found:
        draft.not_covered(loop, at=element)
        return ""
    return _declared(_inner(found[0]), FieldType.LIST, element, draft)


def _inner(text: str) -> str:
    made = text.strip()
    if made[:2] in ("${", "#{") and made.endswith("}"):
        return made[2:-1].strip()
    return made.removeprefix("=").strip()


def _declared(name: str, kind: FieldType, element: Element, draft: Draft) -> str:
    """Return the field that tells how often, declared if it is not; a call or a sum is no field."""
    if not _NAME.fullmatch(name):
        draft.wrong("process.bpmn_expression", element, text=name[:200], reason="multiInstanceLoopCharacteristics")
    elif not any(f.name == name for f in draft.fields) and not any(t.name == name for t in draft.tables):
        draft.fields.append(Field(name, kind, name))
    return name


# Fields


def _form_fields(element: Element, draft: Draft) -> tuple[str, ...]:
    """Return the fields that a form of another engine collects; a type that is not known here is kept as text."""
    found = list[str]()
    for part in element.walk():
        if part.name not in ("formField", "formProperty") or part.namespace not in words.ENGINES:
            continue
        if name := id_of(part):
            kind = words.FORM_TYPES.get(part.attributes.get("type", "string"), FieldType.TEXT)
            choices = tuple(id_of(c) for c in part.children if c.name == "value" and id_of(c))
            kind = FieldType.TEXT if kind is FieldType.CHOICE and not choices else kind
            if not any(f.name == name for f in draft.fields):
                label = part.attributes.get("label") or name_of(part) or name
                draft.fields.append(Field(name, kind, label, choices if kind is FieldType.CHOICE else ()))
            found.append(name)
    return tuple(dict.fromkeys(found))
