"""Answers the addresses of papers and the register; who may see is asked in the services."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from motcua.core.forms import parse_day
from motcua.core.kernel import Refused
from motcua.reports.derivation import derivation_content
from motcua.reports.filling import control_content, receipt_content, register_content, slip_content
from motcua.reports.giving import delivery_content, hand_over_content, post_slip_content
from motcua.reports.money import cash_content, day_content
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.rendering import render_pdf
from motcua.reports.register.xlsx import register_xlsx
from motcua.reports.sent import sent_content
from motcua.services.payments.charges import CASHIERS
from motcua.services.registers import books_of_unit, close_unit_registers
from motcua.services.times import local_day, system_now
from motcua.store.applications.models import ApplicationKind
from motcua.store.dossiers.selectors import sectors_of_unit
from motcua.store.lawfiles import law_book
from motcua.store.organisation.roles import Role
from motcua.ui.access import public_page
from motcua.ui.applications import open_application
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.problem_texts import problem_text

REGISTER_DAYS_MAX = 366
# A printed register takes about 130 MB of memory for a thousand rows while it is made.
REGISTER_PRINTED_ROWS_MAX = 2000
_READERS = (
    *(Role.COUNTER_OFFICER, Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER),
    *(Role.CENTRE_MANAGER, Role.POSTAL_OFFICER, Role.PROVINCE_LEADER),
)


@require_GET
@officer_page(*_READERS)
def paper(request: OfficerRequest, public_id: uuid.UUID, form: str) -> HttpResponse:
    """The receipt, the control slip or the derivation sheet of a dossier, filled from its facts."""
    language = _language(request)
    if form == "receipt":
        return _pdf(*receipt_content(public_id, request.actor), language)
    if form == "control":
        return _pdf(*control_content(public_id, request.actor), language)
    if form == "derivation":
        return _pdf(*derivation_content(public_id, request.actor), language)
    raise Http404


@never_cache
@require_GET
@public_page
def application_receipt(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The receipt of an online application, for whoever may open it."""
    application = open_application(request, public_id)
    if application is None or not application.receipt or application.kind != ApplicationKind.NEW:
        raise Http404
    on = local_day(application.sent_at or system_now())
    return _pdf(sent_content(application), law_book().regime_on(on).form_set, _language(request))


@require_GET
@officer_page(*_READERS)
def slip_paper(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pdf(*slip_content(public_id, request.actor), _language(request))


@require_GET
@officer_page(*CASHIERS)
def cash_receipt_paper(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pdf(cash_content(public_id, request.actor), "", _language(request))


@require_GET
@officer_page(*_READERS)
def delivery_paper(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """Who took a result, to be signed by both."""
    return _pdf(delivery_content(public_id, request.actor), "2025", _language(request))


@require_GET
@officer_page(*CASHIERS)
def post_slip_paper(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The slip of a dossier given to the post, to be signed by both."""
    return _pdf(post_slip_content(public_id, request.actor), "2025", _language(request))


@require_GET
@officer_page(*CASHIERS)
def hand_over_paper(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record of a hand-over between post and centre."""
    return _pdf(hand_over_content(public_id, request.actor), "2025", _language(request))


@require_GET
@officer_page(*CASHIERS)
def cash_day_paper(request: OfficerRequest) -> HttpResponse:
    """The list of the day's money, to be signed and filed."""
    on = parse_day(request.GET.get("on", "")) or local_day(system_now())
    return _pdf(day_content(on, request.actor), "", _language(request))


@require_GET
@officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER, Role.UNIT_LEADER, Role.AGENCY_LEADER)
def register(request: OfficerRequest) -> HttpResponse:
    """The register of a sector and a period: page, A4 or spreadsheet."""
    today = local_day(system_now())
    sectors = sectors_of_unit(request.actor.unit_id)
    texts = {name: request.GET.get(name, "").strip() for name in ("sector", "from_on", "to_on", "as")}
    from_on = parse_day(texts["from_on"]) if texts["from_on"] else today - timedelta(days=30)
    to_on = parse_day(texts["to_on"]) if texts["to_on"] else today
    sector = texts["sector"] if texts["sector"] in sectors else (sectors[0] if sectors else "")
    is_wrong = from_on is None or to_on is None or not 0 <= (to_on - from_on).days <= REGISTER_DAYS_MAX
    context = {"sectors": sectors, "sector": sector, "texts": texts, "is_wrong": is_wrong, "register": None}
    context |= {"printed_rows_max": None, "books": books_of_unit(request.actor.unit_id), "last_year": today.year - 1}
    context |= {"from_on": from_on, "to_on": to_on}
    if is_wrong or from_on is None or to_on is None:
        return render(request, "reports/register.html", context, status=422)
    content, form_set = register_content(
        actor=request.actor, sector=sector, from_on=from_on, to_on=to_on, now=system_now()
    )
    if texts["as"] == "pdf":
        if len(content.rows) > REGISTER_PRINTED_ROWS_MAX:
            context |= {"register": content, "printed_rows_max": REGISTER_PRINTED_ROWS_MAX}
            return render(request, "reports/register.html", context, status=422)
        return _pdf(content, form_set)
    if texts["as"] == "xlsx":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(register_xlsx(content), content_type=kind)
        response["Content-Disposition"] = 'attachment; filename="so-theo-doi.xlsx"'
        return response
    return render(request, "reports/register.html", {**context, "register": content})


@require_POST
@officer_page(Role.CENTRE_MANAGER)
def close_registers(request: OfficerRequest) -> HttpResponse:
    """The manager closes the unit's books of a year that is over."""
    text = request.POST.get("year", "")
    try:
        closed = close_unit_registers(
            year=int(text) if text.isdecimal() and len(text) == 4 else 9999, actor=request.actor, now=system_now()
        )
        messages.success(request, _("Books closed: %(count)d") % {"count": closed})
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, problem_text(problem, get_language() or "vi").reason)
    return redirect("register")


def _language(request: HttpRequest) -> str:
    return "en" if request.GET.get("lang") == "en" else "vi"


def _pdf(content: Paper, form_set: str, language: str = "vi") -> HttpResponse:
    pdf = render_pdf(content, form_set=form_set, language=language)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="motcua.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
