"""Answers what the pages of an application hold: which page is shown, what stands in its fields, where it goes on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext

from motcua.core.forms import Asked, Card, FormDefinition, asked_pages, parse_card, read_answers
from motcua.core.forms.evaluating import ALL, TOPIC
from motcua.core.kernel import Problem
from motcua.services.applications import drafts, files, sending
from motcua.services.applications.by_applicant import asked_of
from motcua.services.citizens import Citizen
from motcua.services.dossiers.documents import SIZE_MAX
from motcua.services.holdings import Known, papers_held, suggestions
from motcua.services.times import local_day, system_now
from motcua.services.tracking import tracking_path
from motcua.store.applications.models import Application, ApplicationKind, ApplicationState
from motcua.ui.citizens import citizen_of

EVERYTHING = "all"
"""The one page of a form that is walked through on one page."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way to sending: what it is called, where it is, whether nothing is left to do in it."""

    key: str
    title_vi: str
    title_en: str
    address: str
    is_done: bool

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_vi


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the form as it is shown. ``problems`` are those of its own fields, as they stand saved."""

    application: Application
    form: FormDefinition
    pages: tuple[Asked, ...]
    held: Mapping[str, Known]
    suggested: Mapping[str, Known]
    problems: tuple[Problem, ...]
    key: str
    position: int
    count: int
    next_address: str
    back_address: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for page in self.pages for name in page.names)

    @property
    def now_names(self) -> tuple[str, ...]:
        return tuple(f.name for page in self.pages for f in page.fields)

    def context(self, request: HttpRequest, *, typed: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
        """Return what the template needs; ``typed`` stands in the fields instead of what is saved."""
        return context_of(request, self.application) | {
            "shown": self,
            "typed": typed or {},
            "problems": (),
            "is_more": False,
            "card": "",
            "takes_card": any(f.holds.startswith("person.") for page in self.pages for f in page.fields),
            "held_here": [
                (self.form.by_name[name], known)
                for name, known in self.held.items()
                if any(f.name == name for page in self.pages for f in page.page.fields)
            ],
        }

    def given(self, name: str, typed: Mapping[str, Sequence[str]]) -> list[str]:
        """Return what stands in a field: just typed, saved, or suggested while nothing was ever saved in it."""
        if name in typed:
            return list(typed[name])
        if name in self.application.changed or name in self.application.answers:
            return list(self.application.answers.get(name, []))
        return [self.suggested[name].text] if name in self.suggested else []

    def suggestion(self, name: str, typed: Mapping[str, Sequence[str]]) -> Known | None:
        is_untouched = name not in typed and name not in self.application.changed
        return self.suggested.get(name) if is_untouched and name not in self.application.answers else None

    def when(self, page: Asked, field: Any) -> str:
        """Return the condition of a field as the browser looks at it, with its page's where all is on one page."""
        texts = [page.page.when if self.key == EVERYTHING else "", field.when]
        return " and ".join(t for t in texts if t)


def shown_page(request: HttpRequest, application: Application, key: str) -> Shown | None:
    """Return the page ``key`` of the form after the answers saved; ``None`` when there is none such now."""
    citizen, form = citizen_of(request), drafts.form_of(application)
    held = sending.held_of(application, citizen)
    texts = sending.texts_of(held)
    asked = asked_pages(form, application.answers, held=texts, mode=application.mode)
    keys = [EVERYTHING] if application.mode == ALL else [p.key for p in asked]
    if key not in keys:
        return None
    own = asked if application.mode == ALL else tuple(p for p in asked if p.key == key)
    read = read_answers(form, application.answers, held=texts, on=local_day(system_now()))
    names = {f.name for page in own for f in page.fields}
    at = keys.index(key)
    return Shown(
        application=application,
        form=form,
        pages=own,
        held=held,
        suggested={}
        if application.answers.get(drafts.OTHER)
        else suggestions(form, citizen, key=application.form.key),
        problems=tuple(p for p in read.problems if p.field in names),
        key=key,
        position=at + 1,
        count=len(keys),
        next_address=_form_address(application, keys[at + 1]) if at + 1 < len(keys) else _after_form(application),
        back_address=_form_address(application, keys[at - 1]) if at else address("portal:application", application),
    )


def steps_of(application: Application, citizen: Citizen | None) -> list[Step]:
    """Return the steps from the form to the sending, each with whether it is done."""
    form, held = drafts.form_of(application), sending.held_of(application, citizen)
    texts = sending.texts_of(held)
    read = read_answers(form, application.answers, held=texts, on=local_day(system_now()))
    wrong = {p.field for p in read.problems}
    found = []
    # The list names topics whatever the way through them: forty single questions are no overview.
    for page in asked_pages(form, application.answers, held=texts, mode=TOPIC):
        first = _first_of(application, page)
        is_done = not wrong & {f.name for f in page.fields}
        found.append(Step(page.key, page.page.vi, page.page.en, first, is_done))
    papers = files.papers_of(application, {**application.answers, **texts})
    if papers:
        is_done = not any(p.is_required and not p.files for p in papers)
        found.append(Step("papers", "Giấy tờ", "Papers", address("portal:papers", application), is_done))
    return found


def context_of(request: HttpRequest, application: Application) -> dict[str, Any]:
    """Return what every page of an application shows: what it is for, its code, until when it is kept."""
    is_draft = application.state == ApplicationState.DRAFT
    citizen = citizen_of(request)
    steps = steps_of(application, citizen) if is_draft and application.kind == ApplicationKind.NEW else []
    version = application.offering.procedure_version
    return {
        "application": application,
        "procedure_name": version.name,
        "procedure_code": version.procedure.code,
        "code": drafts.code_of(application.public_id),
        "by": uuid.uuid4().hex[:16],
        "citizen": citizen,
        "is_mine": citizen is not None and citizen.account_id == application.account_id,
        "is_for_other": bool(application.answers.get(drafts.OTHER)),
        "steps": steps,
        "next_step": next((s for s in steps if not s.is_done), None),
        "link": request.build_absolute_uri(address("portal:application", application)),
        "now": system_now(),
        "form": drafts.form_of(application),
        "tracking": tracking_path(public_id=application.dossier.public_id, code=application.dossier.code)
        if application.dossier
        else "",
    }


def papers_context(request: HttpRequest, application: Application) -> dict[str, Any]:
    """Return the papers asked for with what is attached, what is held already, what is under way."""
    citizen = citizen_of(request)
    held = sending.texts_of(sending.held_of(application, citizen))
    papers = files.papers_of(application, {**application.answers, **held})
    # What was wrong or short in this very dossier is no answer to what is asked now.
    own = application.dossier.code if application.dossier else ""
    mine = [h for h in papers_held(citizen, on=local_day(system_now())) if h.source != own]
    asked, why = asked_of(application)
    return {
        "asked": asked,
        "why": why,
        "papers": papers,
        "held_papers": {p.rule.key: [h for h in mine if h.component == p.rule.name] for p in papers},
        "other_files": files.other_files(application),
        "under_way": list(application.uploads.filter(file__isnull=True, problem="").order_by("id")),
        "size_max": SIZE_MAX // 2**20,
        "other_key": files.OTHER_PAPERS,
    }


def review_rows(application: Application, found: sending.Review) -> list[tuple[Asked, str, Any]]:
    """Return each topic of the check page with where it is changed and its lines."""
    return [(page, _first_of(application, page), lines) for page, lines in found.topics]


def fill_from_card(
    application: Application, scanned: str, shown: Shown
) -> dict[str, list[str]] | tuple[Problem, ...]:
    """Return the answers that a card's QR gives to the fields of the page, or why it is no card."""
    card = parse_card(scanned)
    if not isinstance(card, Card):
        return card
    sex = {"nam": "nam", "nữ": "nu"}.get(card.sex.strip().lower(), "")
    values = {
        "person.name": card.name,
        "person.id_number": card.number,
        "person.birth": card.birth,
        "person.sex": sex,
        "person.address": card.address,
        "person.issued": card.issued,
    }
    return {
        f.name: [values[f.holds]]
        for page in shown.pages
        for f in (*page.fields, *page.later)
        if values.get(f.holds) and f.name not in shown.held
    }


def first_address(application: Application, citizen: Citizen | None) -> str:
    """Return where the filling in goes on: the first step that is not done, or the check page."""
    if application.kind == ApplicationKind.SUPPLY:
        return address("portal:papers", application)
    steps = steps_of(application, citizen)
    return next((s.address for s in steps if not s.is_done), address("portal:check", application))


def pages_to_put_right(request: HttpRequest, application: Application) -> list[tuple[str, str]]:
    """Return title and address of each page of the form, while something is asked for."""
    language = get_language() or "vi"
    held = sending.texts_of(sending.held_of(application, citizen_of(request)))
    asked = asked_pages(drafts.form_of(application), application.answers, held=held, mode=application.mode)
    found = [(page.page.title(language), _form_address(application, page.key)) for page in asked if page.fields]
    return [(gettext("The whole form"), _form_address(application, EVERYTHING))] if application.mode == ALL else found


def after_papers(application: Application) -> str:
    is_form = application.state == ApplicationState.DRAFT and application.kind == ApplicationKind.NEW
    return address("portal:check" if is_form else "portal:application", application)


def address(name: str, application: Application) -> str:
    return reverse(name, kwargs={"public_id": application.public_id})


def number_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def uuid_of(text: str) -> uuid.UUID:
    """Return the id that a form sent, or a new one for what is none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _after_form(application: Application) -> str:
    return address("portal:papers" if files.papers_of(application) else "portal:check", application)


def _form_address(application: Application, key: str) -> str:
    return reverse("portal:form_page", kwargs={"public_id": application.public_id, "page": key})


def _first_of(application: Application, page: Asked) -> str:
    if application.mode == ALL:
        return _form_address(application, EVERYTHING) + f"#topic-{page.page.key}"
    if application.mode == TOPIC:
        return _form_address(application, page.page.key)
    first = page.fields[0].name if page.fields else page.later[0].name
    return _form_address(application, f"{page.page.key}.{first}")
