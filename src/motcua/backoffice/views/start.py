"""Answers where an officer lands after signing in, and under which post he acts."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from motcua.services.actors import Actor, Denied
from motcua.store.organisation.roles import Role
from motcua.ui.officers import POST_KEY, OfficerRequest, officer_page


def home_of(actor: Actor) -> str:
    """Return the name of the page where the post's work starts."""
    if actor.is_at_one_stop and actor.has(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER):
        return "counter"
    if actor.has(Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER):
        return "lead"
    if actor.has(Role.CASE_OFFICER):
        return "desk"
    if actor.has(Role.PROCEDURE_OFFICER):
        return "catalogue"
    if actor.has(Role.PROVINCE_LEADER):
        return "dossiers"
    return "organisation"


@require_GET
@officer_page()
def start(request: OfficerRequest) -> HttpResponse:
    return redirect(home_of(request.actor))


@require_http_methods(["GET", "POST"])
@officer_page()
def choose_post(request: OfficerRequest) -> HttpResponse:
    """Several posts, or powers delegated for an absence: the officer says under which he acts."""
    if request.method == "POST":
        wanted = request.POST.get("post", "")
        if wanted not in {str(h.post_id) for h in request.holdings}:
            raise Denied("post of another person")
        request.session[POST_KEY] = int(wanted)
        return HttpResponseRedirect(reverse("start"))
    return render(request, "backoffice/choose_post.html", {"holdings": request.holdings})
