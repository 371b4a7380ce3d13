"""The simulated identity's own page: choose which invented person you are."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from motcua.integrations.national_id.simulator.persons import PERSONS


class FreshPersonMiddleware:
    """Forgets who somebody is once they have been sent back, so that the next one chooses again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and request.path == "/identity/o/authorize" and response.status_code == 302:
            response.delete_cookie("identity_session")
        return response


def choose_person(request: HttpRequest) -> HttpResponse:
    following = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = "/"
    if request.method == "POST":
        person = get_user_model().objects.filter(username=request.POST.get("person", "")).first()
        if person is not None:
            login(request, person)
            return HttpResponseRedirect(following)
    return render(request, "identity/choose.html", {"persons": PERSONS, "next": following})


def start(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/choose.html", {"persons": (), "next": ""})
