"""Answers the office's pages of petitions: the list with what is owed first, and one petition with its acts."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.core.petitions import PetitionState
from motcua.services.actors import Denied
from motcua.services.petitions.handling import READERS, HandlingEntry, handle, is_head, petition_for
from motcua.services.petitions.papers import paper_of
from motcua.services.petitions.reading import agencies_to_ask, petition_view, petitions_of
from motcua.services.times import system_now
from motcua.ui.files import attachment
from motcua.ui.officers import OfficerRequest, officer_page

petitions_page = officer_page(*READERS)


@require_GET
@petitions_page
def petitions(request: OfficerRequest) -> HttpResponse:
    which = "closed" if request.GET.get("which") == "closed" else "open"
    page = petitions_of(request.actor, which=which, after=request.GET.get("after", "")[:60])
    more = f"{reverse('petitions')}?{urlencode({'which': which, 'after': page.after})}" if page.after else ""
    context = {"rows": page.rows, "which": which, "more": more, "now": system_now()}
    return render(request, "backoffice/petitions/list.html", context)


@require_http_methods(["GET", "POST"])
@petitions_page
def petition(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """One petition and what may be done with it; the form states the version that its page had shown."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            done = handle(
                public_id, request.POST.get("act", ""), _entry(request), actor=request.actor, now=system_now()
            )
        except Refused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("Done: %(code)s") % {"code": done.code})
            is_still_ours = done.agency_id == request.actor.agency_id
            return redirect("petition", public_id=public_id) if is_still_ours else redirect("petitions")
    view = petition_view(petition_for(public_id, request.actor))
    context = {
        "view": view,
        "problems": problems,
        "post": request.POST,
        "now": system_now(),
        "is_head": is_head(request.actor),
        "State": PetitionState,
        "agencies": [a for a in agencies_to_ask() if a[0] != request.actor.agency_id],
    }
    return render(request, "backoffice/petitions/petition.html", context, status=422 if problems else 200)


def _entry(request: OfficerRequest) -> HandlingEntry:
    post = request.POST

    def number(name: str) -> int:
        text = post.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    return HandlingEntry(
        seen=number("seen"),
        text=post.get("text", ""),
        agency_id=number("agency"),
        public_title=post.get("public_title", ""),
        public_text=post.get("public_text", ""),
        public_answer=post.get("public_answer", ""),
        is_checked=post.get("checked") == "1",
    )


@require_GET
@petitions_page
def petition_paper(request: OfficerRequest, public_id: uuid.UUID, paper_id: uuid.UUID) -> HttpResponse:
    """A file of the petition, as an attachment that the browser must not interpret."""
    found = paper_of(petition_for(public_id, request.actor), paper_id)
    if found is None:
        raise Denied("paper of another petition")
    paper, path = found
    return attachment(path, name=paper.name, media_type=paper.media_type)
