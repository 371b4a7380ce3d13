"""Answers whether a form can be filled in as written: every page reachable, every condition on an earlier field, nothing twice.

What it finds is a list of problems with the field concerned; a form with one of them is not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import jsonschema_rs

from motcua.core.forms.conditions import Condition, all_hold, parse_when
from motcua.core.forms.definition import HOLDS, MAPS, WIDGETS, FormDefinition, FormField, FormPage
from motcua.core.kernel import Problem

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
_TRIED_MAX = 20_000
_KINDS = {"number": "integer", "many": "array"}


def check_form(
    form: FormDefinition, *, components: Sequence[str] | None, needed: Sequence[str]
) -> tuple[Problem, ...]:
    """Return everything that is wrong with the form.

    ``components`` are the papers of the procedure by name (``None``: any), ``needed`` the fields that its process
    reads and no step of it collects. Problems: ``form.no_pages``, ``form.page_empty``, ``form.twice``,
    ``form.name_form``, ``form.text_missing``, ``form.schema_wrong``, ``form.not_in_schema``, ``form.not_in_layout``,
    ``form.when_unreadable``, ``form.when_unknown``, ``form.when_later``, ``form.when_value``, ``form.unreachable``,
    ``form.options_missing``, ``form.options_differ``, ``form.widget_unknown``, ``form.type_differs``,
    ``form.maps_unknown``, ``form.maps_twice``, ``form.holds_unknown``, ``form.applicant_missing``,
    ``form.contact_missing``, ``form.process_unread``, ``form.paper_unknown``, ``form.all_stop``,
    ``form.instead_missing``.
    """
    found = [*_names(form), *_texts(form), *_schema(form), *_whens(form)]
    if not any(p.code.startswith("form.when") for p in found):
        found += _reach(form)
    found += [*_questions(form), *_targets(form, needed)]
    if components is not None:
        known = set(components)
        found += [_at("form.paper_unknown", p.component) for p in form.papers if p.component not in known]
    return tuple(found)


def _at(code: str, name: str, **values: str) -> Problem:
    return Problem(code, name, values={"name": name, **values})


def _names(form: FormDefinition) -> Iterator[Problem]:
    if not form.pages:
        yield Problem("form.no_pages")
    keys = [*(p.key for p in form.pages), *(q.key for q in form.eligibility)]
    names = [f.name for f in form.fields]
    for twice in sorted({k for k in keys if keys.count(k) > 1} | {n for n in names if names.count(n) > 1}):
        yield _at("form.twice", twice)
    for name in sorted({*keys, *names}):
        if not _NAME.match(name):
            yield _at("form.name_form", name)
    yield from (_at("form.page_empty", p.key) for p in form.pages if not p.fields)


def _texts(form: FormDefinition) -> Iterator[Problem]:
    rows: list[tuple[str, str, str]] = [(p.key, p.vi, p.en) for p in form.pages]
    rows += [(q.key, q.vi, q.en) for q in form.eligibility]
    rows += [(f.name, f.vi, f.en) for f in form.fields]
    rows += [(f.name, o.vi, o.en) for f in form.fields for o in f.options]
    rows += [(q.key, o.vi, o.en) for q in form.eligibility for o in q.options]
    for name in dict.fromkeys(n for n, vi, en in rows if not vi.strip() or not en.strip()):
        yield _at("form.text_missing", name)
    for field in form.fields:
        if bool(field.hint_vi.strip()) != bool(field.hint_en.strip()):
            yield _at("form.text_missing", field.name)


def _schema(form: FormDefinition) -> Iterator[Problem]:
    try:
        jsonschema_rs.meta.validate(dict(form.schema))
        jsonschema_rs.Draft202012Validator(dict(form.schema))
    except (jsonschema_rs.ValidationError, ValueError) as error:
        yield Problem("form.schema_wrong", values={"text": str(error).splitlines()[0][:160]})
        return
    asked = {f.name for f in form.fields}
    yield from (_at("form.not_in_schema", n) for n in sorted(asked - set(form.properties)))
    yield from (_at("form.not_in_layout", n) for n in sorted({*form.properties, *form.required} - asked))
    for field in form.fields:
        if field.name in form.properties:
            yield from _fit(field, form.properties[field.name])


def _fit(field: FormField, rule: Mapping[str, object]) -> Iterator[Problem]:
    if field.widget not in WIDGETS:
        yield _at("form.widget_unknown", field.name, text=field.widget)
        return
    if rule.get("type") != _KINDS.get(field.widget, "string") or (
        (field.widget == "day") != (rule.get("format") == "date")
    ):
        yield _at("form.type_differs", field.name)
    if field.widget in ("choice", "select", "many"):
        values = [o.value for o in field.options]
        items = rule.get("items")
        allowed = (items if isinstance(items, Mapping) else rule).get("enum")
        if not values:
            yield _at("form.options_missing", field.name)
        elif len(set(values)) < len(values) or not isinstance(allowed, list) or sorted(allowed) != sorted(values):
            yield _at("form.options_differ", field.name)


def _whens(form: FormDefinition) -> Iterator[Problem]:
    earlier: dict[str, FormField] = {}
    for page in form.pages:
        yield from _when(page.key, page.when, earlier, form)
        for field in page.fields:
            yield from _when(field.name, field.when, earlier, form)
            earlier[field.name] = field
    for paper in form.papers:
        yield from _when(paper.component, paper.when, earlier, form)


def _when(name: str, text: str, earlier: Mapping[str, FormField], form: FormDefinition) -> Iterator[Problem]:
    for read in parse_when(text):
        if isinstance(read, Problem):
            yield _at("form.when_unreadable", name, text=text)
        elif read.field not in form.by_name:
            yield _at("form.when_unknown", name, text=read.field)
        elif read.field not in earlier:
            yield _at("form.when_later", name, text=read.field)
        elif (options := earlier[read.field].options) and read.op in ("=", "!="):
            unknown = set(read.values) - {o.value for o in options}
            if unknown:
                yield _at("form.when_value", name, text=", ".join(sorted(unknown)))


def _reach(form: FormDefinition) -> Iterator[Problem]:
    """Find what no answers at all can bring to light, by trying the answers that its conditions can tell apart."""
    page_of = {f.name: p for p in form.pages for f in p.fields}
    for page in form.pages:
        if page.when and not _can_show(form, page.conditions, page_of):
            yield _at("form.unreachable", page.key)
            continue
        for field in page.fields:
            if field.when and not _can_show(form, (*page.conditions, *field.conditions), page_of):
                yield _at("form.unreachable", field.name)


def _can_show(form: FormDefinition, wanted: Sequence[Condition], page_of: Mapping[str, FormPage]) -> bool:
    needed = dict[str, tuple[Condition, ...]]()
    waiting = [c.field for c in wanted]
    while waiting:
        name = waiting.pop()
        if name not in needed and name in page_of:
            needed[name] = (*page_of[name].conditions, *form.by_name[name].conditions)
            waiting += [c.field for c in needed[name]]
    order = [f.name for f in form.fields if f.name in needed]
    conditions = [*wanted, *(c for cs in needed.values() for c in cs)]
    domains = [_domain(form.by_name[n], [c for c in conditions if c.field == n]) for n in order]
    for tried, choice in enumerate(product(*domains), start=1):
        if tried > _TRIED_MAX:
            return True
        seen: dict[str, tuple[str, ...]] = {}
        for name, value in zip(order, choice, strict=True):
            if all_hold(needed[name], seen):
                seen[name] = (value,) if value else ()
        if all_hold(wanted, seen):
            return True
    return False


def _domain(field: FormField, conditions: Sequence[Condition]) -> tuple[str, ...]:
    if field.options:
        return ("", *(o.value for o in field.options))
    values = dict.fromkeys(v for c in conditions for v in c.values)
    numbers = [int(v) for v in values if v.isdigit()]
    around = {str(max(0, n + d)) for n in numbers for d in (-1, 0, 1)}
    return ("", "khác", *values, *sorted(around - set(values)))


def _questions(form: FormDefinition) -> Iterator[Problem]:
    for question in form.eligibility:
        if not question.options:
            yield _at("form.options_missing", question.key)
        elif all(o.stops for o in question.options):
            yield _at("form.all_stop", question.key)
        if any(o.stops and not (o.instead_vi.strip() and o.instead_en.strip()) for o in question.options):
            yield _at("form.instead_missing", question.key)


def _targets(form: FormDefinition, needed: Sequence[str]) -> Iterator[Problem]:
    maps = [f.maps for f in form.fields if f.maps]
    for field in form.fields:
        if field.maps and field.maps not in MAPS and not field.maps.startswith("process."):
            yield _at("form.maps_unknown", field.name, text=field.maps)
        if field.holds and field.holds not in HOLDS:
            yield _at("form.holds_unknown", field.name, text=field.holds)
    yield from (_at("form.maps_twice", m) for m in sorted({m for m in maps if maps.count(m) > 1}))
    if "applicant.name" not in maps:
        yield Problem("form.applicant_missing")
    if "applicant.phone" not in maps and "applicant.email" not in maps:
        yield Problem("form.contact_missing")
    yield from (_at("form.process_unread", n) for n in sorted(set(needed)) if f"process.{n}" not in maps)
