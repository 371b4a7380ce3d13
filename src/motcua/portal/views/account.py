"""Answers how a citizen signs in and out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.ui.access import public_page


@never_cache
@require_GET
@public_page
def sign_in(request: HttpRequest) -> HttpResponse:
    return (
        redirect("portal:home") if request.method == "POST" else render(request, "portal/home.html", {"events": ()})
    )
