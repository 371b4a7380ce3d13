"""Answers the pages of the account itself: contact and preferences, everything held, deletion."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms.contacts import parse_contact
from motcua.core.kernel import Problem, Refused
from motcua.portal.views.account import may_ask_code
from motcua.services.my_data import data_of, delete_account, plain, what_stays
from motcua.services.one_time_codes import asked_code, confirm_code, send_code
from motcua.services.preferences import CHANNELS, PreferenceEntry, change_contact, preferences_of, save_preferences
from motcua.services.times import system_now
from motcua.store.citizens.models import CodePurpose
from motcua.ui.citizens import CitizenRequest, citizen_page, sign_out_citizen

_CODE = "contact_code"


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_page
def preferences(request: CitizenRequest) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        channels = tuple(request.POST.get(f"channel{i}", "") for i in range(1, len(CHANNELS) + 1))
        entry = PreferenceEntry(
            name=request.POST.get("name", ""),
            language=request.POST.get("language", ""),
            channels=channels,
            quiet_from=request.POST.get("quiet_from", "")[:10],
            quiet_to=request.POST.get("quiet_to", "")[:10],
            is_digest=request.POST.get("digest") == "1",
        )
        try:
            save_preferences(entry, citizen=request.citizen, now=system_now())
        except Refused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("Your choice is kept."))
            return redirect("portal:my_preferences")
    context = {
        "known": preferences_of(request.citizen),
        "problems": problems,
        "post": request.POST,
        "citizen": request.citizen,
        "channels": CHANNELS,
    }
    return render(request, "portal/my/preferences.html", context, status=422 if problems else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_page
def contact(request: CitizenRequest) -> HttpResponse:
    """Type a new e-mail address or phone; a code goes there."""
    if request.method == "GET":
        return render(request, "portal/my/contact.html", {"text": "", "problems": ()})
    text, now = request.POST.get("contact", "").strip()[:130], system_now()
    found = parse_contact(text)
    if found is None:
        code = "contact.form" if text else "contact.missing"
        return _contact_page(request, text, (Problem(code, field="contact", values={"text": text}),))
    if not may_ask_code(request, found, now=now):
        return render(request, "portal/account/limited.html", status=429)
    try:
        asked = send_code(
            found,
            purpose=CodePurpose.CONTACT,
            language=get_language() or "vi",
            now=now,
            account_id=request.citizen.account_id,
        )
    except Refused as refusal:
        return _contact_page(request, text, refusal.problems)
    request.session[_CODE] = str(asked.public_id)
    return redirect("portal:my_contact_code")


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_page
def contact_code(request: CitizenRequest) -> HttpResponse:
    """Type the code that went to the new contact; it is the account's from then on."""
    now, number = system_now(), request.session.get(_CODE)
    asked = asked_code(UUID(number), now=now) if number else None
    if asked is None:
        return redirect("portal:my_contact")
    context = {"asked": asked, "problems": (), "text": ""}
    if request.method == "GET":
        return render(request, "portal/my/contact_code.html", context)
    text = request.POST.get("code", "")[:20]
    try:
        confirmed = confirm_code(asked.public_id, text=text, now=now)
        change_contact(confirmed.contact, citizen=request.citizen, now=now)
    except Refused as refusal:
        context |= {"problems": refusal.problems, "text": text}
        return render(request, "portal/my/contact_code.html", context, status=422)
    request.session.pop(_CODE, None)
    messages.success(request, _("Your new contact is confirmed."))
    return redirect("portal:my_preferences")


def _contact_page(request: CitizenRequest, text: str, problems: tuple[Problem, ...]) -> HttpResponse:
    return render(request, "portal/my/contact.html", {"text": text, "problems": problems}, status=422)


@never_cache
@require_GET
@citizen_page
def data(request: CitizenRequest) -> HttpResponse:
    """Everything held about the citizen, and who looked at it."""
    return render(request, "portal/my/data.html", {"data": data_of(request.citizen), "citizen": request.citizen})


@never_cache
@require_GET
@citizen_page
def data_file(request: CitizenRequest) -> HttpResponse:
    """The same as a JSON file to take away."""
    text = json.dumps(data_of(request.citizen), ensure_ascii=False, indent=1, default=plain)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="motcua-my-data.json"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@citizen_page
def delete(request: CitizenRequest) -> HttpResponse:
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            delete_account(citizen=request.citizen, is_sure=request.POST.get("sure") == "1", now=system_now())
        except Refused as refusal:
            problems = refusal.problems
        else:
            sign_out_citizen(request)
            messages.success(request, _("Your account is deleted."))
            return redirect("portal:home")
    context = {"stays": what_stays(request.citizen), "problems": problems}
    return render(request, "portal/my/delete.html", context, status=422 if problems else 200)
