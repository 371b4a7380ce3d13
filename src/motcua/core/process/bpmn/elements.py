"""Answers which elements an XML text has, and how elements are written as XML.

Knows nothing of BPMN. Document types, and so entities, are refused; so are texts that are too large or too deep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from motcua.core.kernel import Problem

SIZE_MAX, DEPTH_MAX, ELEMENTS_MAX = 8_000_000, 100, 100_000
"""Characters, levels and elements of a file that is read at all: a hundred times what offices draw."""


@dataclass(slots=True)
class Element:
    """An element of XML; ``tag`` is ``{namespace}name``, or the name alone. ``text`` is what stands before children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def name(self) -> str:
        return self.tag.rpartition("}")[2]

    @property
    def namespace(self) -> str:
        return self.tag[1:].rpartition("}")[0]

    def each(self, *tags: str) -> list[Element]:
        """Return the children with one of these tags."""
        return [c for c in self.children if c.tag in tags]

    def first(self, tag: str) -> Element | None:
        return next((c for c in self.children if c.tag == tag), None)

    def walk(self) -> Iterator[Element]:
        """Yield the element and everything within, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_json(self) -> list[Any]:
        """Return ``[tag, attributes, children, text]``."""
        return [self.tag, dict(self.attributes), [c.to_json() for c in self.children], self.text]

    @classmethod
    def from_json(cls, data: Any) -> Element:
        tag, attributes, children, text = data
        return cls(str(tag), dict(attributes), [cls.from_json(c) for c in children], str(text))


@dataclass(frozen=True, slots=True)
class Parsed:
    """The outermost element, and the prefix that the text uses for each namespace."""

    root: Element
    prefixes: Mapping[str, str]


class _Refused(Exception):
    """Raised out of the parser; ``args[0]`` is the problem."""


def parse(text: str) -> Parsed | Problem:
    """Return the elements of ``text``.

    Problems: ``process.bpmn_too_large``, ``process.bpmn_doctype``, ``process.bpmn_syntax`` with its line.
    """
    if len(text) > SIZE_MAX:
        return Problem("process.bpmn_too_large", values={"most": f"{SIZE_MAX // 1_000_000} MB"})
    builder = _Builder()
    # The text is decoded already, whatever its first line says of an encoding.
    parser = expat.ParserCreate("utf-8", "}")
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartNamespaceDeclHandler = builder.prefix
    parser.StartDoctypeDeclHandler = builder.doctype
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code) or "?"
        return Problem("process.bpmn_syntax", values={"line": str(error.lineno), "reason": reason})
    except _Refused as refused:
        problem = refused.args[0]
        assert isinstance(problem, Problem)
        return problem
    assert builder.root is not None
    return Parsed(builder.root, builder.prefixes)


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.prefixes: dict[str, str] = {}
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= DEPTH_MAX or self.count > ELEMENTS_MAX:
            raise _Refused(Problem("process.bpmn_too_large", values={"most": f"{ELEMENTS_MAX}"}))
        made = Element(_tag(tag), {_tag(k): v for k, v in attributes.items()})
        if self.open:
            self.open[-1].children.append(made)
        else:
            self.root = made
        self.open.append(made)

    def end(self, tag: str) -> None:
        done = self.open.pop()
        if done.children and not done.text.strip():
            done.text = ""

    def characters(self, text: str) -> None:
        self.open[-1].text += text

    def prefix(self, prefix: str | None, uri: str) -> None:
        if prefix and uri:
            self.prefixes.setdefault(uri, prefix)

    def doctype(self, name: str, system: object, public: object, has_subset: object) -> None:
        raise _Refused(Problem("process.bpmn_doctype", values={"name": name}))


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name


# Writing

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML = "http://www.w3.org/XML/1998/namespace"


def written(root: Element, prefixes: Mapping[str, str]) -> str:
    """Return ``root`` as an XML text; ``prefixes`` are by namespace, and others get ``n1``, ``n2`` …

    A character that XML has no place for becomes U+FFFD.
    """
    used = dict.fromkeys(ns for e in root.walk() for ns in (e.namespace, *map(_namespace, e.attributes)) if ns)
    known: dict[str, str] = {_XML: "xml"}
    # Prefixes may stand in values as well, so that even those of no element are declared.
    for uri, prefix in prefixes.items():
        if prefix not in known.values() and uri not in known and prefix != "xmlns":
            known[uri] = prefix
    for uri in used:
        if uri not in known:
            taken, number = set(known.values()), 1
            while f"n{number}" in taken:
                number += 1
            known[uri] = f"n{number}"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    declared = {f"xmlns:{prefix}": uri for uri, prefix in known.items() if uri != _XML}
    _write(root, known, 0, lines, declared)
    return "\n".join(lines) + "\n"


def _write(
    element: Element, known: Mapping[str, str], depth: int, lines: list[str], extra: Mapping[str, str]
) -> None:
    name, indent = _qualified(element.tag, known), "  " * depth
    attributes = {**extra, **{_qualified(k, known): v for k, v in element.attributes.items()}}
    head = f"{indent}<{name}" + "".join(f' {k}="{_escaped(v, is_attribute=True)}"' for k, v in attributes.items())
    text = _escaped(element.text)
    if not element.children:
        lines.append(f"{head}>{text}</{name}>" if text else f"{head}/>")
        return
    lines.append(f"{head}>{text}")
    for child in element.children:
        _write(child, known, depth + 1, lines, {})
    lines.append(f"{indent}</{name}>")


def _namespace(tag: str) -> str:
    return tag[1:].rpartition("}")[0]


def _qualified(tag: str, known: Mapping[str, str]) -> str:
    uri = _namespace(tag)
    return f"{known[uri]}:{tag.rpartition('}')[2]}" if uri else tag


def _escaped(text: str, *, is_attribute: bool = False) -> str:
    made = _FORBIDDEN.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    made = made.replace("\r", "&#13;")
    if is_attribute:
        made = made.replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return made
