"""Answers filled-in samples of a procedure's form: made-up answers of nobody, checked as an applicant's are.

Source: Circular 01/2018/TT-VPCP, art. 5: one-stop units publish sample dossiers marked «MẪU».
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from motcua.core.catalogue import Component, ProcedureContent
from motcua.core.forms import FormDefinition, FormField, FormPage, read_answers, visible_fields
from motcua.core.forms.evaluating import paper_asked
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied, require
from motcua.services.applications.forms import form_in_force
from motcua.services.institutions.duties import READERS, require_writer
from motcua.services.times import local_day
from motcua.store.catalogue.models import Procedure
from motcua.store.institutions.models import SampleSet

NOTE_MAX = 600
_EXAMPLE = re.compile(r"[Vv]í dụ:?\s*(.+?)\.?$")
# People who do not exist: the usual names of samples, a personal number of no province, a telephone that nobody has.
_PEOPLE = {
    "name": "Nguyễn Văn A",
    "id_number": "000190000001",
    "birth": "01/01/1990",
    "address": "Số 1, tổ dân phố số 1",
    "phone": "0900000000",
    "email": "nguyenvana@example.vn",
    "issued": "01/01/2022",
}
# By how a question begins, where nothing else says what is meant; the first that fits.
_BY_LABEL = (
    ("Họ", "Nguyễn Thị B"),
    ("Dân tộc", "Kinh"),
    ("Quốc tịch", "Việt Nam"),
    ("Quê quán", "Xã A, tỉnh B"),
    ("Nơi", "Xã A, tỉnh B"),
    ("Địa chỉ", "Số 1, xã A, tỉnh B"),
    ("Số", "01"),
)
_OTHERS = {"day": "01/01/2018", "phone": "0900000000", "email": "nguyenvana@example.vn", "id_number": "000190000001"}


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """What was typed: answers by field as the form gives them, and a note for the reader."""

    key: UUID
    answers: Mapping[str, Sequence[str]]
    note: str


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A procedure's sample: the form, its answers (made up here where nobody wrote any), and who wrote them when."""

    procedure: Procedure
    content: ProcedureContent
    form: FormDefinition
    form_number: int
    sample: SampleSet | None
    answers: Mapping[str, Sequence[str]]
    problems: tuple[Problem, ...]

    @property
    def is_outdated(self) -> bool:
        """Whether the form has changed since, so that the sample no longer answers it."""
        return bool(self.sample and self.problems)

    def pages(self) -> list[tuple[FormPage, list[tuple[FormField, str]]]]:
        """Return the topics with what is shown of them and how it is answered, in words."""
        shown = {f.name for f in visible_fields(self.form, self.answers)}
        return [
            (page, [(f, said(f, self.answers.get(f.name, ()))) for f in page.fields if f.name in shown])
            for page in self.form.pages
            if any(f.name in shown for f in page.fields)
        ]

    def papers(self) -> list[tuple[Component, bool]]:
        """Return the papers asked for after these answers, and whether each is filled in here."""
        found = []
        for component in self.content.components:
            rule = self.form.paper(component.name)
            is_asked, _required = paper_asked(rule, self.answers, is_required=component.is_required)
            if is_asked:
                found.append((component, bool(rule and rule.is_filled_here)))
        return found


def samples(actor: Actor, *, codes: Sequence[str] | None, after: str, limit: int = 50) -> tuple[list[Any], str]:
    """Return procedures of ``codes``, else those with a sample, each as (procedure, newest sample); and the next key."""
    require(actor, *READERS)
    rows = Procedure.objects.filter(current_version__isnull=False).select_related("current_version")
    rows = rows.defer("current_version__content", "current_version__defects").order_by("id")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    else:
        rows = rows.filter(samples__isnull=False).distinct()
        if after.isascii() and after.isdecimal() and len(after) < 19:
            rows = rows.filter(id__gt=int(after))
    page = list(rows[: limit + 1])
    newest: dict[int, SampleSet] = {}
    for sample in SampleSet.objects.filter(procedure__in=page).defer("answers").order_by("id"):
        newest[sample.procedure_id] = sample
    shown = [(p, newest.get(p.id)) for p in page[:limit]]
    return shown, str(page[limit - 1].id) if len(page) > limit else ""


def sample_page(code: str, *, now: datetime) -> SamplePage | None:
    """Return the sample of a procedure, for anybody; ``None`` when there is no such procedure.

    Where nobody wrote one, answers are made up from the hints of the form.
    """
    procedure = Procedure.objects.filter(code=code).select_related("current_version").first()
    if procedure is None or procedure.current_version is None:
        return None
    version = form_in_force(code, now=now)
    form = FormDefinition.from_json(version.definition)
    sample = SampleSet.objects.filter(procedure=procedure).order_by("-id").first()
    answers: Mapping[str, Sequence[str]] = sample.answers if sample else made_up(form, on=local_day(now))
    return SamplePage(
        procedure=procedure,
        content=ProcedureContent.from_json(procedure.current_version.content),
        form=form,
        form_number=version.number,
        sample=sample,
        answers=answers,
        problems=read_answers(form, answers, held={}, on=local_day(now)).problems,
    )


def save_sample(code: str, entry: SampleEntry, *, actor: Actor, now: datetime) -> SampleSet:
    """Return the sample as saved, beside earlier ones; once for a key.

    Problems: those of ``core.forms.read_answers``, ``institutions.note``.
    """
    require_writer(actor)
    if kept := SampleSet.objects.filter(key=entry.key).first():
        return kept
    page = sample_page(code, now=now)
    if page is None:
        raise Denied("no such procedure")
    answers = {f.name: list(entry.answers.get(f.name, ())) for f in page.form.fields if entry.answers.get(f.name)}
    problems = list(read_answers(page.form, answers, held={}, on=local_day(now)).problems)
    if len(entry.note) > NOTE_MAX:
        problems.append(Problem("institutions.note", "note", values={"limit": str(NOTE_MAX)}))
    if problems:
        raise Refused(problems)
    try:
        with transaction.atomic():
            made = SampleSet.objects.create(
                key=entry.key,
                procedure=page.procedure,
                form_number=page.form_number,
                answers=answers,
                note=nfc(entry.note).strip(),
                staff_id=actor.staff_id,
                made_at=now,
            )
            audit.record("sample.saved", made.public_id, actor=actor, now=now)
            return made
    except IntegrityError:
        # Sent twice at once: the other one is it.
        return SampleSet.objects.get(key=entry.key)


def made_up(form: FormDefinition, *, on: date) -> dict[str, list[str]]:
    """Return answers of nobody for every field, from its hint, its options or what it means.

    A day of which nothing is known is the first of the month before ``on``.
    """
    day = f"{(on.replace(day=1) - timedelta(days=1)).replace(day=1):%d/%m/%Y}"
    answers: dict[str, list[str]] = {}
    for field in form.fields:
        rule = form.properties.get(field.name, {})
        answers[field.name] = [_made_up(field, rule, day)]
    return {f.name: answers[f.name] for f in visible_fields(form, answers)}


def said(field: FormField, given: Sequence[str], *, language: str = "vi") -> str:
    """Return an answer in words: the text of what was chosen, else what was typed."""
    texts = {option.value: option.text(language) for option in field.options}
    return ", ".join(texts.get(value, value) for value in given if value)


def _made_up(field: FormField, rule: Mapping[str, Any], day: str) -> str:
    if field.options:
        return field.options[0].value
    if rule.get("enum"):
        return str(rule["enum"][0])
    person = field.maps.rpartition(".")[2] or field.holds.rpartition(".")[2]
    if person in _PEOPLE:
        return _PEOPLE[person]
    if rule.get("type") == "integer":
        return str(rule.get("minimum", 1) or 1)
    if rule.get("format") == "date":
        return day
    if field.widget == "day":
        return day
    if field.widget in _OTHERS:
        return _OTHERS[field.widget]
    example = _EXAMPLE.search(field.hint_vi)
    usual = next((text for start, text in _BY_LABEL if field.vi.startswith(start)), "(ghi theo thực tế)")
    text = example[1] if example else usual
    return text[: int(rule.get("maxLength", len(text)))]
