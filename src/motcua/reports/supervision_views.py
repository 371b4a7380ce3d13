"""Answers the addresses of papers of supervision; who may see is asked in the services."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.rendering import render_pdf
from motcua.reports.supervision import certificates_content, letter_content, minutes_content, record_content
from motcua.services.duties.people import READERS
from motcua.services.times import system_now
from motcua.ui.officers import OfficerRequest, officer_page


@require_GET
@officer_page(*READERS)
def inspection_record(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The record of an inspection, to be signed by both."""
    return _pdf(request, record_content(public_id, request.actor, now=system_now()))


@require_GET
@officer_page(*READERS)
def conference_minutes(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    return _pdf(request, minutes_content(public_id, request.actor))


@require_GET
@officer_page(*READERS)
def letter_paper(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """An urging letter with its list."""
    return _pdf(request, letter_content(public_id, request.actor, now=system_now()))


@require_GET
@officer_page(*READERS)
def course_certificates(request: OfficerRequest, public_id: uuid.UUID) -> HttpResponse:
    """The certificates of a course, a sheet each; with ``only`` one of them."""
    only = request.GET.get("only", "")
    return _pdf(request, certificates_content(public_id, request.actor, only=only, now=system_now()))


def _pdf(request: OfficerRequest, content: Paper) -> HttpResponse:
    language = "en" if request.GET.get("lang") == "en" else "vi"
    response = HttpResponse(render_pdf(content, form_set="", language=language), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="motcua.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response
