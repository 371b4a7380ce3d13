"""Answers whom no channel reached, so that the one-stop unit tells them itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.services.notices.reading import unreached_of_unit
from motcua.services.notices.sending import tell_by_hand
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page


@require_http_methods(["GET", "POST"])
@officer_page(Role.CENTRE_MANAGER)
def unreached(request: OfficerRequest) -> HttpResponse:
    """The notices of the unit's matters that reached nobody; telling by hand takes one off the list."""
    if request.method == "POST":
        try:
            number = UUID(request.POST.get("notice", ""))
        except ValueError:
            raise Http404 from None
        if tell_by_hand(number, unit_id=request.actor.unit_id):
            messages.success(request, _("Recorded: the person was told by the office."))
        return redirect("unreached")
    rows = unreached_of_unit(request.actor.unit_id, language=get_language() or "vi")
    return render(request, "backoffice/unreached.html", {"rows": rows})
