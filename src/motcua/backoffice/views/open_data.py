"""Answers which periods are published as open data, what publishing one would tell, and publishes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.services.figures.open_data import (
    READERS,
    Preview,
    may_publish,
    periods_to_publish,
    preview_of,
    publish,
    published_sets,
    settling_days,
    smallest_number,
)
from motcua.services.times import local_day, system_now
from motcua.ui.officers import OfficerRequest, officer_page

_SHOWN_MAX = 200


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def open_data(request: OfficerRequest) -> HttpResponse:
    """Periods ready to be published, with a look at what would be told; a POST publishes one for good."""
    now, problems = system_now(), list[Problem]()
    preview: Preview | None = None
    try:
        if request.method == "POST":
            row = publish(request.POST.get("period", "")[:10], actor=request.actor, now=now)
            messages.success(request, _("The figures of %(period)s are published.") % {"period": row.period})
            return redirect("open_data")
        if key := request.GET.get("period", "")[:10]:
            preview = preview_of(key, actor=request.actor, now=now)
    except Refused as refusal:
        problems = list(refusal.problems)
    context = {
        "problems": problems,
        "ready": periods_to_publish(request.actor, now=now),
        "published": published_sets(),
        "preview": preview,
        "shown": preview.lines[:_SHOWN_MAX] if preview else (),
        "may_publish": may_publish(request.actor),
        "smallest": smallest_number(local_day(now)),
        "settling_days": settling_days(local_day(now)),
    }
    return render(request, "backoffice/open_data.html", context, status=422 if problems else 200)
