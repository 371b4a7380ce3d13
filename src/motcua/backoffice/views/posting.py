"""Answers what one-stop units receive by list, what they post on the wall, and filled-in samples of dossiers."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.services.catalogue import search_procedures
from motcua.services.institutions.duties import READERS, WRITERS, may_write
from motcua.services.institutions.lists import (
    POSTERS,
    ListEntry,
    differences,
    list_for,
    lists_of_levels,
    posted_list,
    posted_units,
    record_list,
)
from motcua.services.institutions.samples import SampleEntry, sample_page, samples, save_sample
from motcua.services.times import system_now
from motcua.store.organisation.models import AgencyLevel
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.typed import key_of, number_of
from motcua.ui.words import LEVELS

_FIELDS = ("level", "decision_no", "decided_on", "from_on", "lines")
_FOUND_MAX = 50


@require_GET
@officer_page(*READERS)
def one_stop_lists(request: OfficerRequest) -> HttpResponse:
    context = {
        "levels": lists_of_levels(request.actor, now=system_now()),
        "may_write": may_write(request.actor),
    }
    return render(request, "backoffice/institutions/lists.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*WRITERS)
def one_stop_list_new(request: OfficerRequest) -> HttpResponse:
    """A decided list is entered, a procedure a line."""
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            made = record_list(ListEntry(key=key_of(request), **typed), actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = tuple(refusal.problems)
        else:
            messages.success(request, _("The list is recorded."))
            return redirect("one_stop_list", public_id=made.public_id)
    context = {
        "typed": typed,
        "problems": problems,
        "key": key_of(request),
        "levels": [(level, LEVELS[level]) for level in AgencyLevel.values],
    }
    return render(request, "backoffice/institutions/list_entry.html", context, status=422 if problems else 200)


@require_GET
@officer_page(*READERS)
def one_stop_list(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """A list, and where the offices of its level do something else."""
    found, items = list_for(public_id, request.actor)
    context = {"list": found, "items": items, "differences": differences(found, items, now=system_now())}
    return render(request, "backoffice/institutions/list.html", context)


@require_GET
@officer_page(*POSTERS)
def posted(request: OfficerRequest) -> HttpResponse:
    """The list that a one-stop unit posts, as it will be printed."""
    units = posted_units(request.actor)
    wanted = number_of(request.GET.get("unit", "")) or (units[0].id if units else 0)
    context = {
        "units": [(u.id, u.name_with_agency) for u in units],
        "wanted": wanted,
        "posted": posted_list(wanted, request.actor, now=system_now()) if wanted else None,
        "is_reader": request.actor.has(*READERS),
    }
    return render(request, "backoffice/institutions/posted.html", context)


@require_GET
@officer_page(*READERS)
def sample_list(request: OfficerRequest) -> HttpResponse:
    """Procedures that have a sample; a search finds the others."""
    text = request.GET.get("q", "").strip()[:200]
    codes = [hit.code for hit in search_procedures(text, limit=_FOUND_MAX)] if text else None
    lines, after = samples(request.actor, codes=codes, after=request.GET.get("after", ""))
    context = {
        "lines": lines,
        "q": text,
        "more": f"?after={after}" if after else "",
        "may_write": may_write(request.actor),
    }
    return render(request, "backoffice/institutions/samples.html", context)


@require_http_methods(["GET", "POST"])
@officer_page(*WRITERS)
def sample_entry(request: OfficerRequest, code: str) -> HttpResponse:
    """The answers of a sample; made up at first, checked like an applicant's."""
    page = sample_page(code, now=system_now())
    if page is None:
        raise Http404
    problems: tuple[Problem, ...] = page.problems if page.is_outdated else ()
    answers, note = page.answers, page.sample.note if page.sample else ""
    if request.method == "POST":
        answers = {f.name: request.POST.getlist(f.name) for f in page.form.fields}
        note = request.POST.get("note", "")
        try:
            save_sample(code, SampleEntry(key_of(request), answers, note), actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = tuple(refusal.problems)
        else:
            messages.success(request, _("The sample is saved; it is on the procedure's page now."))
            return redirect("samples")
    context = {"page": page, "answers": answers, "note": note, "problems": problems, "key": key_of(request)}
    return render(
        request, "backoffice/institutions/sample.html", context, status=422 if request.method == "POST" else 200
    )
