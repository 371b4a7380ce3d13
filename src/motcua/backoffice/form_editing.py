"""Answers what the table of a form's editor says: rows as typed become pages, questions, papers and their schema.

Whatever is typed is kept, right or wrong; the checker says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from motcua.core.forms import FormDefinition, FormField, FormPage, Option, PaperRule, Question
from motcua.core.forms.definition import WIDGETS
from motcua.core.kernel import Problem, nfc

_TYPES: dict[str, dict[str, Any]] = {
    "number": {"type": "integer"},
    "many": {"type": "array"},
    "day": {"type": "string", "format": "date"},
    "phone": {"type": "string", "format": "vn-phone"},
    "email": {"type": "string", "format": "email"},
    "id_number": {"type": "string", "format": "vn-id-number"},
}
_TEXT_MAX = 2000
BLANK_ROWS = 2


def options_text(options: tuple[Option, ...]) -> str:
    """Return answers as the editor shows them, one a line: ``value: Tiếng Việt / English``.

    An answer that ends the way says after ``>>`` what to do instead, in both languages.
    """
    lines = []
    for o in options:
        line = f"{o.value}: {o.vi} / {o.en}"
        lines.append(line + (f" >> {o.instead_vi} / {o.instead_en}" if o.stops else ""))
    return "\n".join(lines)


def read_options(text: str) -> tuple[Option, ...]:
    """Return the answers of the lines; a part that is left out is empty, which the checker names."""
    found = []
    for line in text[: 10 * _TEXT_MAX].splitlines():
        if not line.strip():
            continue
        head, is_stop, tail = line.partition(">>")
        value, _, texts = head.partition(":")
        vi, en = _both(texts)
        instead_vi, instead_en = _both(tail)
        found.append(Option(nfc(value), vi, en, bool(is_stop), instead_vi, instead_en))
    return tuple(found)


def with_pages(form: FormDefinition, post: Mapping[str, str]) -> FormDefinition:
    """Return the form with the pages of the table: texts, conditions, order, new and removed ones.

    A page that goes takes its questions along.
    """
    rows = []
    for number in _rows(post, "page"):
        row: dict[str, Any] = {
            k: _text(post, f"page.{number}.{k}") for k in ("was", "key", "vi", "en", "when", "lead_vi", "lead_en")
        }
        if post.get(f"page.{number}.remove") or not row["key"]:
            continue
        old = next((p for p in form.pages if p.key == row.pop("was")), None)
        order = _order(post, f"page.{number}.order", number)
        page = replace(old, **row) if old else FormPage(fields=(), **row)
        rows.append((order, number, page))
    pages = tuple(page for _, _, page in sorted(rows, key=lambda r: (r[0], r[1])))
    return _pruned(replace(form, pages=pages))


def with_fields(
    form: FormDefinition, page_key: str, post: Mapping[str, str]
) -> tuple[FormDefinition, tuple[Problem, ...]]:
    """Return the form with the questions of one page as typed, and every limit that is no number."""
    rows, rules, problems = [], dict(form.properties), list[Problem]()
    required = [n for n in form.required if form.by_name.get(n) not in _fields_of(form, page_key)]
    for number in _rows(post, "field"):
        prefix = f"field.{number}."
        name, was = _text(post, prefix + "name"), _text(post, prefix + "was")
        if post.get(prefix + "remove") or not name:
            rules.pop(was, None)
            continue
        field = _field(post, prefix, name)
        rule, wrong = _rule(rules.pop(was, {}), field, post, prefix)
        problems += wrong
        rows.append((_order(post, prefix + "order", number), number, field, rule))
        if post.get(prefix + "required"):
            required.append(name)
    rows.sort(key=lambda r: (r[0], r[1]))
    rules |= {field.name: rule for _, _, field, rule in rows}
    fields = tuple(field for _, _, field, _ in rows)
    pages = tuple(replace(p, fields=fields) if p.key == page_key else p for p in form.pages)
    order = [f.name for p in pages for f in p.fields]
    schema = {
        **form.schema,
        "properties": {n: rules[n] for n in order if n in rules},
        "required": [n for n in order if n in required],
    }
    return _pruned(replace(form, pages=pages, schema=schema)), tuple(problems)


def with_questions(form: FormDefinition, post: Mapping[str, str]) -> FormDefinition:
    """Return the form with the eligibility questions as typed."""
    rows = []
    for number in _rows(post, "question"):
        prefix = f"question.{number}."
        key = _text(post, prefix + "key")
        if key and not post.get(prefix + "remove"):
            options = read_options(post.get(prefix + "options", ""))
            question = Question(key, _text(post, prefix + "vi"), _text(post, prefix + "en"), options)
            rows.append((_order(post, prefix + "order", number), number, question))
    return replace(form, eligibility=tuple(q for _, _, q in sorted(rows, key=lambda r: (r[0], r[1]))))


def with_papers(form: FormDefinition, post: Mapping[str, str]) -> FormDefinition:
    """Return the form with what it knows of the procedure's papers; a row that says nothing is left out."""
    papers = []
    for number in _rows(post, "paper"):
        prefix = f"paper.{number}."
        rule = PaperRule(
            component=_text(post, prefix + "component"),
            when=_text(post, prefix + "when"),
            is_filled_here=bool(post.get(prefix + "filled")),
            en=_text(post, prefix + "en"),
        )
        if rule.component and (rule.when or rule.is_filled_here or rule.en):
            papers.append(rule)
    return replace(form, papers=tuple(papers))


def limits_of(form: FormDefinition, field: FormField) -> tuple[str, str]:
    """Return the smallest and the largest that a field allows, as the table shows them."""
    rule = form.properties.get(field.name, {})
    if field.widget == "number":
        return str(rule.get("minimum", "")), str(rule.get("maximum", ""))
    return str(rule.get("minLength", "")), str(rule.get("maxLength", ""))


def is_past_only(form: FormDefinition, field: FormField) -> bool:
    return form.properties.get(field.name, {}).get("x-latest") == "today"


def _field(post: Mapping[str, str], prefix: str, name: str) -> FormField:
    widget = _text(post, prefix + "widget")
    return FormField(
        name=name,
        vi=_text(post, prefix + "vi"),
        en=_text(post, prefix + "en"),
        widget=widget if widget in WIDGETS else "text",
        hint_vi=_text(post, prefix + "hint_vi"),
        hint_en=_text(post, prefix + "hint_en"),
        when=_text(post, prefix + "when"),
        options=read_options(post.get(prefix + "options", "")) if widget in ("choice", "select", "many") else (),
        maps=_text(post, prefix + "maps"),
        holds=_text(post, prefix + "holds"),
    )


def _rule(
    old: Mapping[str, Any], field: FormField, post: Mapping[str, str], prefix: str
) -> tuple[dict[str, Any], list[Problem]]:
    rule: dict[str, Any] = dict(_TYPES.get(field.widget, {"type": "string"}))
    if "pattern" in old and rule["type"] == "string":
        rule["pattern"] = old["pattern"]
    values = [o.value for o in field.options]
    if field.widget in ("choice", "select"):
        rule["enum"] = values
    elif field.widget == "many":
        rule |= {"items": {"type": "string", "enum": values}, "uniqueItems": True}
    elif field.widget == "day" and post.get(prefix + "past"):
        rule["x-latest"] = "today"
    names = ("minimum", "maximum") if field.widget == "number" else ("minLength", "maxLength")
    problems = []
    if field.widget in ("text", "long", "number", "email"):
        for key, name in zip(("least", "limit"), names, strict=True):
            text = _text(post, prefix + key).replace(".", "")
            if text.isascii() and text.isdigit() and len(text) < 16:
                rule[name] = int(text)
            elif text:
                problems.append(
                    Problem("form_draft.rule_wrong", prefix + key, values={"name": field.name, "text": text})
                )
    return rule, problems


def _pruned(form: FormDefinition) -> FormDefinition:
    """Return the form whose schema names the fields of its layout only, as far as the table says."""
    names = {f.name for p in form.pages for f in p.fields}
    schema = {
        **form.schema,
        "properties": {n: r for n, r in form.properties.items() if n in names},
        "required": [n for n in form.required if n in names],
    }
    return replace(form, schema=schema)


def _fields_of(form: FormDefinition, page_key: str) -> tuple[FormField, ...]:
    return next((p.fields for p in form.pages if p.key == page_key), ())


def _rows(post: Mapping[str, str], kind: str) -> list[int]:
    numbers = {k.split(".")[1] for k in post if k.startswith(f"{kind}.") and k.count(".") == 2}
    return sorted(int(n) for n in numbers if n.isascii() and n.isdigit() and len(n) < 5)


def _order(post: Mapping[str, str], name: str, number: int) -> int:
    text = post.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 10 * (number + 1)


def _both(text: str) -> tuple[str, str]:
    vi, _, en = text.partition(" / ")
    return nfc(vi), nfc(en)


def _text(post: Mapping[str, str], name: str) -> str:
    return nfc(post.get(name, "").replace("\x00", "")[:_TEXT_MAX])
