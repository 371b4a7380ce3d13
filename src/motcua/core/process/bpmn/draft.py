"""Answers what has been read of a BPMN file so far: nodes, flows, what is kept aside, and everything that is wrong.

Judges words of other engines. Decides nothing about nodes; each is read in ``nodes``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from motcua.core.kernel import Problem, fold
from motcua.core.process.bpmn import vocabulary as words
from motcua.core.process.bpmn.elements import Element
from motcua.core.process.bpmn.layout import Kept, Layout
from motcua.core.process.bpmn.vocabulary import BPMN, OURS, XSI, bpmn, ours
from motcua.core.process.decisions import DecisionTable
from motcua.core.process.definition import Flow
from motcua.core.process.guards import Expr, Field, GuardError, parse_guard

_CONDITION_MAX, _BRACKETS_MAX = 5_000, 100
_DATA_OBJECT = re.compile(r"(?:bpmn:)?getData(?:Object|Property)\(\s*['\"]([\w.]+)['\"]\s*\)")
"""How XPath, the language of conditions unless a file says otherwise, reads a value."""
_EXTENSIONS = bpmn("extensionElements")


def name_of(element: Element) -> str:
    return element.attributes.get("name", "")


def id_of(element: Element) -> str:
    return element.attributes.get("id", "")


def ref(text: str) -> str:
    """Return the id that a reference names, without the prefix of a namespace."""
    return text.strip().rpartition(":")[2]


def own(element: Element, name: str, default: str = "") -> str:
    return element.attributes.get(ours(name), default)


def own_list(element: Element, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the texts of a list of ours; ``%`` and two digits stand for what cannot stand in a list."""
    if ours(name) not in element.attributes:
        return default
    return tuple(unpacked(part) for part in element.attributes[ours(name)].split())


def packed(texts: Collection[str]) -> str:
    """Return texts in a list that spaces part; a text is never empty there."""
    return " ".join(re.sub(r"[\s%]", lambda m: f"%{ord(m[0]):x};", t).replace("\x85", "%85;") or "%;" for t in texts)


def unpacked(text: str) -> str:
    return re.sub(r"%([0-9a-f]*);", lambda m: chr(int(m[1], 16) % 0x110000) if m[1] else "", text)


def slug(text: str) -> str:
    """Return a name as a key: lower case, without marks, words joined by ``_``."""
    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")


@dataclass(slots=True)
class Draft:
    """``made`` and ``flows`` carry where they stand: the number of ours if given, else their place in the text."""

    layout: Layout
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    made: list[tuple[tuple[float, int], Any]] = field(default_factory=list)
    flows: list[tuple[tuple[float, int], Flow, str, str]] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    tables: list[DecisionTable] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    messages: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    slots: dict[str, str] = field(default_factory=dict)
    default_slot: str = "office"
    count: int = 0

    def wrong(self, code: str, element: Element, **values: str) -> None:
        self.problems.append(Problem(code, values=_values(element, values)))

    def not_covered(self, element: Element, *, called: str = "", at: Element | None = None) -> None:
        """Note an element that has no place here; one without an id is told by that ``at`` which it stands."""
        place = element if id_of(element) or at is None else at
        values = {"element": called or element.name, "id": id_of(place), "name": name_of(place)}
        problem = Problem("process.bpmn_not_covered", values=values)
        if problem not in self.problems:
            self.problems.append(problem)

    def fresh(self, wish: str) -> str:
        """Return a key that nothing has yet."""
        made, number = wish, 2
        while made in self.taken:
            made, number = f"{wish}_{number}", number + 1
        self.taken.add(made)
        return made

    def add(self, node: Any, element: Element | None = None) -> str:
        """Take a node in, at the place of the element that it was read from; return its key."""
        self.made.append((self.place_of(element), node))
        return str(node.key)

    def place_of(self, element: Element | None) -> tuple[float, int]:
        """Return where something read now stands among its like: where ours says, else after all before it."""
        self.count += 1
        number = own(element, "order") if element is not None else ""
        is_told = number.isascii() and number.isdecimal() and len(number) < 8
        return (float(number) if is_told else float("inf"), self.count)

    def condition(self, text: str, element: Element) -> Expr | None:
        try:
            if len(text) > _CONDITION_MAX or sum(text.count(c) for c in ("(", "[", "!", "not")) > _BRACKETS_MAX:
                raise GuardError(text[:80], "…")
            return parse_guard(_DATA_OBJECT.sub(r"\1", text))
        except GuardError as error:
            self.wrong("process.bpmn_expression", element, text=text.strip()[:200], reason=error.reason)
            return None

    # What is kept aside

    def keep(self, element: Element, at: str, *, read: Collection[str], inside: Collection[str]) -> None:
        """Keep what ``element`` carries beside the attributes ``read`` and the children ``inside`` that are read."""
        kept = Kept()
        for tag, value in element.attributes.items():
            if tag in read or tag.startswith((f"{{{OURS}}}", f"{{{XSI}}}")):
                continue
            if not tag.startswith("{") or self._judged(tag, element):
                kept.attributes[tag] = value
        for child in element.children:
            if child.namespace == BPMN and child.name in inside:
                continue
            if child.tag == _EXTENSIONS:
                found = [c for c in child.children if c.namespace != OURS and self._judged(c.tag, element)]
                if found:
                    kept.elements.append(Element(_EXTENSIONS, {}, found))
            elif child.namespace != BPMN:
                if self._judged(child.tag, element):
                    kept.elements.append(child)
            elif child.name in words.INSIDE:
                self._keep_inside(child, element, kept)
            else:
                self.not_covered(child, at=element)
        if kept.attributes or kept.elements:
            self.layout.kept[at] = kept

    def _keep_inside(self, child: Element, element: Element, kept: Kept) -> None:
        moving = [c for c in child.walk() if c.name in ("assignment", "transformation") and c.namespace == BPMN]
        for part in moving:
            self.not_covered(part, at=element)
        if child.name in words.ASSIGNS or child.name == "script":
            self._notice(child.name, element)
        kept.elements.append(child)

    def keep_loop_part(self, part: Element, element: Element) -> None:
        """Keep what a loop says of the items it goes through."""
        self.layout.kept.setdefault(f"{id_of(element)}*loop", Kept()).elements.append(part)
        if part.name in ("loopDataOutputRef", "outputDataItem"):
            self._notice(part.name, element)

    def draw(self, element: Element, holder: str) -> None:
        """Keep an element that only draws or describes."""
        for part in element.walk():
            if part.name in ("assignment", "transformation") and part.namespace == BPMN:
                self.not_covered(part, at=element)
        self.layout.drawings.append((holder, element))

    def _judged(self, tag: str, element: Element) -> bool:
        """Return whether a word of another vocabulary may be kept; say so where it has an effect elsewhere."""
        namespace, _, name = tag[1:].rpartition("}")
        engine = words.ENGINES.get(namespace)
        if engine is None:
            seen = any(n.values.get("namespace") == namespace for n in self.notices)
            if namespace and not seen:
                self.notices.append(Problem("process.bpmn_foreign", values={"namespace": namespace}))
        elif name in words.CHANGES_FLOW:
            self.not_covered(element, called=f"{engine}:{name}")
            return False
        elif name not in words.WITHOUT_EFFECT:
            self._notice(f"{engine}:{name}", element)
        return True

    def _notice(self, called: str, element: Element) -> None:
        values = {"element": called, "id": id_of(element), "name": name_of(element)}
        self.notices.append(Problem("process.bpmn_kept_aside", values=values))


def _values(element: Element, values: dict[str, str]) -> dict[str, str]:
    return {"element": element.name, "id": id_of(element), "name": name_of(element), **values}
