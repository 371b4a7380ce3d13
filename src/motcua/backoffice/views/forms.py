"""Answers the electronic forms for the office of procedures: in force, drafted in tables, looked at, published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.backoffice import form_editing as editing
from motcua.core.forms import Asked, FormDefinition, asked_pages, parse_day, read_answers
from motcua.core.forms.definition import HOLDS, MAPS, WIDGETS
from motcua.core.forms.evaluating import TOPIC
from motcua.core.kernel import Problem, Refused
from motcua.services import form_drafts as drafts
from motcua.services.applications.forms import definition_of, form_in_force, newest_version
from motcua.services.catalogue import current_procedure
from motcua.services.times import local_day, system_now
from motcua.store.applications.models import FormDraft
from motcua.store.lawfiles.forms import USUAL
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.words import WIDGETS as WORDS

reading_page = officer_page(Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR)
writing_page = officer_page(Role.PROCEDURE_OFFICER)
PAGES, QUESTIONS, PAPERS = "-pages", "-questions", "-papers"


@require_GET
@reading_page
def forms(request: OfficerRequest) -> HttpResponse:
    """All forms that have been asked for, drafts, and a way to the form of any procedure."""
    code = request.GET.get("code", "").strip()
    if code and current_procedure(code) is not None:
        return redirect("form", key=".".join(code.split(".")[:2]))
    may_write = request.actor.has(Role.PROCEDURE_OFFICER)
    context = {
        "versions": [(v, _name(v.key)) for v in drafts.forms_listed()],
        "drafts": [(d, _name(d.key)) for d in drafts.form_drafts_of(request.actor)] if may_write else [],
        "code": code,
        "is_unknown": bool(code),
        "may_write": may_write,
    }
    return render(request, "backoffice/forms/list.html", context)


@require_GET
@reading_page
def form(request: OfficerRequest, key: str) -> HttpResponse:
    """The form in force: what it asks, what the checker says, what is different from the version before."""
    if key != USUAL and current_procedure(key) is None:
        raise Http404
    version = form_in_force(key, now=system_now())
    shown, versions = definition_of(version), drafts.versions_of_form(version.key)
    asked = request.GET.get("against", "")
    against = next((v for v in versions if str(v.number) == asked), None)
    against = against or next((v for v in versions if v.number < version.number), None)
    context = {
        "key": key,
        "name": _name(key),
        "version": version,
        "is_usual": version.key != key,
        "form": shown,
        "versions": versions,
        "findings": drafts.findings_of_form(key, shown),
        "against": against,
        "changes": drafts.changes_against(against, shown),
        "may_write": request.actor.has(Role.PROCEDURE_OFFICER),
    }
    return render(request, "backoffice/forms/version.html", context)


@require_POST
@writing_page
def form_start_draft(request: OfficerRequest, key: str) -> HttpResponse:
    draft = drafts.start_form_draft(key, actor=request.actor, now=system_now())
    return redirect("form_draft", draft_id=draft.id)


@require_http_methods(["GET", "POST"])
@writing_page
def form_draft(request: OfficerRequest, draft_id: int) -> HttpResponse:
    """The editor: one table at a time (pages, questions of a page, eligibility, papers), saved as typed."""
    draft = drafts.form_draft_of(draft_id, actor=request.actor)
    shown, problems = FormDefinition.from_json(draft.data), tuple[Problem, ...]()
    part = request.GET.get("part", "") or (shown.pages[0].key if shown.pages else PAGES)
    if request.method == "POST":
        shown, problems = _edited(shown, part, request.POST)
        seen = request.POST.get("seen", "")
        try:
            drafts.save_form_draft(
                draft, shown, seen_version=int(seen) if seen.isdecimal() else 0, actor=request.actor, now=system_now()
            )
        except drafts.Overtaken:
            problems = (*problems, Problem("form_draft.saved_meanwhile"))
        if not problems:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('form_draft', kwargs={'draft_id': draft.id})}?part={_still(shown, part)}")
    context = _editor(draft, shown, part) | {"problems": problems}
    return render(request, "backoffice/forms/edit.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@writing_page
def form_preview(request: OfficerRequest, draft_id: int) -> HttpResponse:
    """The draft as citizens would see it, answered for a try; nothing is kept."""
    draft = drafts.form_draft_of(draft_id, actor=request.actor)
    shown = FormDefinition.from_json(draft.data)
    findings = drafts.findings_of_form(draft.key, shown)
    if any(f.code.startswith(("form.when", "form.schema", "form.not_in", "form.twice")) for f in findings):
        return render(request, "backoffice/forms/preview.html", {"draft": draft, "findings": findings, "shown": None})
    typed = {name: request.POST.getlist(name) for name in shown.by_name}
    pages = asked_pages(shown, typed, held={}, mode=TOPIC)
    wanted = request.POST.get("page") or request.GET.get("page", "")
    at = next((i for i, p in enumerate(pages) if p.key == wanted), 0)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        names = {f.name for f in pages[at].fields}
        read = read_answers(shown, typed, held={}, on=local_day(system_now()))
        problems = tuple(p for p in read.problems if p.field in names)
        if not problems and at + 1 < len(pages):
            at += 1
    context = {
        "draft": draft,
        "findings": (),
        "shown": _Preview(shown, pages[at]) if pages else None,
        "pages": pages,
        "typed": typed,
        "others": [(n, v) for n, values in typed.items() if n not in pages[at].names for v in values]
        if pages
        else [],
        "problems": problems,
    }
    return render(request, "backoffice/forms/preview.html", context)


@require_http_methods(["GET", "POST"])
@writing_page
def form_publish(request: OfficerRequest, draft_id: int) -> HttpResponse:
    """What the checker finds, what is different from the version in force, and the decision."""
    draft = drafts.form_draft_of(draft_id, actor=request.actor)
    shown, newest = FormDefinition.from_json(draft.data), newest_version(draft.key)
    problems: tuple[Problem, ...] = ()
    typed = {"decision_no": request.POST.get("decision_no", ""), "decided_on": request.POST.get("decided_on", "")}
    if request.method == "POST":
        approval = drafts.Approval(typed["decision_no"], parse_day(typed["decided_on"]), typed["decided_on"])
        try:
            version = drafts.publish_form_draft(
                draft,
                approval=approval,
                seen_version=_number(request.POST.get("seen", "")),
                seen_number=_number(request.POST.get("newest", "")),
                actor=request.actor,
                now=system_now(),
            )
        except Refused as refusal:
            problems = tuple(refusal.problems)
        else:
            messages.success(request, _("Published: %(name)s") % {"name": str(version)})
            return redirect("form", key=version.key)
    context = {
        "draft": draft,
        "name": _name(draft.key),
        "newest": newest,
        "findings": drafts.findings_of_form(draft.key, shown),
        "changes": drafts.changes_against(newest, shown),
        "typed": typed,
        "problems": problems,
    }
    return render(request, "backoffice/forms/publish.html", context, status=422 if problems else 200)


@require_POST
@writing_page
def form_discard(request: OfficerRequest, draft_id: int) -> HttpResponse:
    drafts.discard_form_draft(
        drafts.form_draft_of(draft_id, actor=request.actor), actor=request.actor, now=system_now()
    )
    messages.success(request, _("The draft is gone."))
    return redirect("forms")


@dataclass(frozen=True, slots=True)
class _Preview:
    """What the fields' macros ask of a page, for a form that nobody is filling in."""

    form: FormDefinition
    page: Asked
    key: str = ""

    def given(self, name: str, typed: Any) -> list[str]:
        return list(typed.get(name, ()))

    def suggestion(self, name: str, typed: Any) -> None:
        return None

    def when(self, page: Asked, field: Any) -> str:
        return str(field.when)


def _edited(shown: FormDefinition, part: str, post: QueryDict) -> tuple[FormDefinition, tuple[Problem, ...]]:
    texts = post.dict()
    plain = {k: str(v) for k, v in texts.items()}
    if part == PAGES:
        return editing.with_pages(shown, plain), ()
    if part == QUESTIONS:
        return editing.with_questions(shown, plain), ()
    if part == PAPERS:
        return editing.with_papers(shown, plain), ()
    return editing.with_fields(shown, part, plain)


def _editor(draft: FormDraft, shown: FormDefinition, part: str) -> dict[str, Any]:
    procedure = current_procedure(draft.key)
    page = next((p for p in shown.pages if p.key == part), None)
    known = {p.component: p for p in shown.papers}
    return {
        "draft": draft,
        "name": _name(draft.key),
        "form": shown,
        "part": part,
        "page": page,
        "parts": [
            (PAGES, _("Pages")),
            *((p.key, p.vi) for p in shown.pages),
            (QUESTIONS, _("Who may apply")),
            (PAPERS, _("Papers")),
        ],
        "limits": {f.name: editing.limits_of(shown, f) for f in shown.fields},
        "past": {f.name for f in shown.fields if editing.is_past_only(shown, f)},
        "options_text": editing.options_text,
        "widgets": [(w, WORDS[w]) for w in WIDGETS],
        "maps": [("", ""), *((m, m) for m in MAPS)],
        "holds": [("", ""), *((h, h) for h in HOLDS)],
        "papers": [(c.name, known.get(c.name)) for c in procedure.components] if procedure else [],
        "findings": drafts.findings_of_form(draft.key, shown),
        "blank": editing.BLANK_ROWS,
    }


def _still(shown: FormDefinition, part: str) -> str:
    return part if part.startswith("-") or any(p.key == part for p in shown.pages) else PAGES


def _name(key: str) -> str:
    if key == USUAL:
        return _("The usual form")
    found = current_procedure(key)
    return found.name if found else key


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
