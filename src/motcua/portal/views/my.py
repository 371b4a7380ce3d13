"""Answers the citizen's own pages: what waits, and the way to everything else that is theirs."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from motcua.ui.citizens import CitizenRequest, citizen_page


@never_cache
@require_GET
@citizen_page
def overview(request: CitizenRequest) -> HttpResponse:
    return render(request, "portal/my/overview.html", {"citizen": request.citizen})
