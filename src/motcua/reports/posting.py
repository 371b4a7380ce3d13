"""Answers the list that a one-stop unit posts and the sample of a procedure, as they are printed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_GET

from motcua.reports.papers.content import Head
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.posting_content import (
    PostedPaper,
    PostedRow,
    PostedSector,
    SampleComponent,
    SampleLine,
    SamplePaper,
    SampleTopic,
)
from motcua.reports.papers.rendering import render_pdf
from motcua.services.institutions.lists import POSTERS, PostedLine, PostedList, posted_list
from motcua.services.institutions.samples import SamplePage, sample_page
from motcua.services.times import local_day, system_now
from motcua.ui.access import public_page
from motcua.ui.officers import OfficerRequest, officer_page
from motcua.ui.words import CHANNELS


@require_GET
@officer_page(*POSTERS)
def posted_list_paper(request: OfficerRequest, unit_id: int) -> HttpResponse:
    """The list of a one-stop unit, on A4."""
    return _pdf(posted_content(posted_list(unit_id, request.actor, now=system_now())))


@require_GET
@public_page
def sample_paper(request: HttpRequest, code: str) -> HttpResponse:
    """The sample dossier of a procedure, for everybody; of nobody."""
    page = sample_page(code, now=system_now())
    if page is None:
        raise Http404
    return _pdf(sample_content(page))


def posted_content(posted: PostedList) -> PostedPaper:
    """Return the paper of a posted list; official text in Vietnamese."""
    unit = posted.unit
    with translation.override("vi"):
        sectors = [
            PostedSector(name or "Lĩnh vực khác", [_row(line) for line in lines]) for name, lines in posted.sectors
        ]
    return PostedPaper(
        head=Head(unit.agency.name, unit.name, unit.agency.place, "…/DM", system_now()),
        unit=unit.name_with_agency,
        count=posted.count,
        sectors=sectors,
        chief=posted.head,
        officers=posted.officers,
        phone=unit.phone or unit.agency.phone,
        address=unit.agency.address,
    )


def sample_content(page: SamplePage) -> SamplePaper:
    """Return the paper of a sample; official text in Vietnamese."""
    return SamplePaper(
        code=page.procedure.code,
        matter=page.content.name,
        topics=[
            SampleTopic(topic.vi, [SampleLine(field.vi, answer) for field, answer in lines if answer])
            for topic, lines in page.pages()
        ],
        components=[SampleComponent(c.name, c.originals, c.copies, is_here) for c, is_here in page.papers()],
        note=page.sample.note if page.sample else "",
        form_version=f"v{page.form_number}",
        made_on=f"{local_day(page.sample.made_at if page.sample else system_now()):%d/%m/%Y}",
    )


def _row(line: PostedLine) -> PostedRow:
    fee = f"{line.fee_vnd:,} đồng".replace(",", ".") if line.fee_vnd else "Không"
    ways = ", ".join(str(CHANNELS[c]) for c in line.channels)
    return PostedRow(line.code, line.name, line.term.text("vi") if line.term else "", fee, ways)


def _pdf(content: Paper) -> HttpResponse:
    language = "en" if translation.get_language() == "en" else "vi"
    pdf = render_pdf(content, form_set="2025", language=language)
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": "inline"})
