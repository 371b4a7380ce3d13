"""Answers the citizen's own pages: what is new, what they were told, and for whom they act."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.services.mandates import acting_choices
from motcua.services.notices.reading import PAGE, mark_read, notices_of_account, unread_count
from motcua.services.times import local_day, system_now
from motcua.ui.accounts import safe_address
from motcua.ui.citizens import CitizenRequest, choose_acting, citizen_page


@never_cache
@require_GET
@citizen_page
def overview(request: CitizenRequest) -> HttpResponse:
    """The way to everything that is the citizen's."""
    links = (
        ("portal:my_dossiers", _("My dossiers"), _("Where they stand, messages, missing papers, withdrawal")),
        ("portal:my_drafts", _("My drafts"), _("Forms that you have begun")),
        ("portal:my_results", _("My results"), _("Certificates and decisions, reused in later dossiers")),
        ("portal:my_petitions", _("My petitions"), _("What you wrote to the offices and their answers")),
        ("portal:my_notices", _("Notices"), _("What you were told, when, and whether it arrived")),
        ("portal:my_mandates", _("Mandates and organisations"), _("Who acts for you, for whom you act")),
        ("portal:my_preferences", _("Contact and preferences"), _("E-mail, phone, language, quiet hours")),
        ("portal:my_data", _("My data"), _("Everything held about you, who looked at it, deletion")),
    )
    context = {
        "citizen": request.citizen,
        "links": [(address, text, hint) for name, text, hint in links if (address := _address(name))],
        "unread": unread_count(request.citizen.account_id),
    }
    return render(request, "portal/my/overview.html", context)


def _address(name: str) -> str:
    """Return the address of a page, empty where the installation has no such part."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@never_cache
@require_GET
@citizen_page
def notices(request: CitizenRequest) -> HttpResponse:
    """What the citizen was told, newest first; opening the page makes it read."""
    text = request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    account_id = request.citizen.account_id
    rows = notices_of_account(account_id, language=get_language() or "vi", before=before)
    lines, has_more = rows[:PAGE], len(rows) > PAGE
    more = f"{reverse('portal:my_notices')}?before={lines[-1].id}" if has_more else ""
    mark_read(account_id, now=system_now())
    return render(request, "portal/my/notices.html", {"lines": lines, "more": more})


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_page
def acting(request: CitizenRequest) -> HttpResponse:
    """Choose for whom one acts: oneself, somebody who gave a mandate, or an organisation."""
    if request.method == "POST":
        try:
            key = UUID(request.POST["acting"]) if request.POST.get("acting") else None
        except ValueError:
            key = None
        choose_acting(request, key)
        following = safe_address(request, request.POST.get("next", ""))
        return HttpResponseRedirect(following) if following else redirect("portal:my")
    choices = acting_choices(request.citizen, on=local_day(system_now()))
    context = {"choices": choices, "acting": request.acting, "citizen": request.citizen}
    return render(request, "portal/my/acting.html", context)
