"""Answers what is different between two forms, part by part, for whoever approves the newer one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motcua.core.forms.definition import FormDefinition


class ChangeKind(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FormChange:
    """One difference: of which part (``page child``), which of its properties, from what to what."""

    kind: ChangeKind
    part: str
    name: str
    what: str = ""
    before: str = ""
    after: str = ""


def form_changes(old: FormDefinition, new: FormDefinition) -> tuple[FormChange, ...]:
    """Return every difference, in the order of the newer form; nothing when both say the same."""
    changes = [
        *_parts("page", _pages(old), _pages(new)),
        *_parts("field", _fields(old), _fields(new)),
        *_parts("question", _questions(old), _questions(new)),
        *_parts("paper", _papers(old), _papers(new)),
    ]
    before, after = [f.name for f in old.fields], [f.name for f in new.fields]
    kept_before, kept_after = [n for n in before if n in after], [n for n in after if n in before]
    moved = [n for n, m in zip(kept_after, kept_before, strict=True) if n != m]
    if moved:
        changes.append(FormChange(ChangeKind.MOVED, "field", ", ".join(moved)))
    return tuple(changes)


def _parts(
    part: str, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[FormChange]:
    for name, values in new.items():
        if name not in old:
            yield FormChange(ChangeKind.ADDED, part, name, after=str(values.get("vi", "")))
            continue
        for what in values:
            a, b = old[name].get(what, ""), values[what]
            if a != b:
                yield FormChange(ChangeKind.CHANGED, part, name, what, str(a), str(b))
    for name, values in old.items():
        if name not in new:
            yield FormChange(ChangeKind.REMOVED, part, name, before=str(values.get("vi", "")))


def _pages(form: FormDefinition) -> dict[str, dict[str, Any]]:
    return {p.key: {"vi": p.vi, "en": p.en, "when": p.when, "lead_vi": p.lead_vi} for p in form.pages}


def _fields(form: FormDefinition) -> dict[str, dict[str, Any]]:
    return {
        f.name: {
            "vi": f.vi,
            "en": f.en,
            "page": page.key,
            "widget": f.widget,
            "required": f.name in form.required,
            "when": f.when,
            "hint_vi": f.hint_vi,
            "hint_en": f.hint_en,
            "options": "; ".join(f"{o.value}: {o.vi} / {o.en}" for o in f.options),
            "maps": f.maps,
            "holds": f.holds,
            "rule": ", ".join(f"{k} {v}" for k, v in sorted(form.properties.get(f.name, {}).items()) if k != "enum"),
        }
        for page in form.pages
        for f in page.fields
    }


def _questions(form: FormDefinition) -> dict[str, dict[str, Any]]:
    return {
        q.key: {
            "vi": q.vi,
            "en": q.en,
            "options": "; ".join(
                f"{o.value}: {o.vi} / {o.en}" + (f" → {o.instead_vi}" if o.stops else "") for o in q.options
            ),
        }
        for q in form.eligibility
    }


def _papers(form: FormDefinition) -> dict[str, dict[str, Any]]:
    return {p.component: {"when": p.when, "filled": p.is_filled_here, "en": p.en} for p in form.papers}
