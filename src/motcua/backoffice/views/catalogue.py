"""Answers the catalogue for the office of procedures: versions with their defects, and imports."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from motcua.core.catalogue import ProcedureContent
from motcua.core.kernel import Problem
from motcua.services.catalogue import publish_version, search_procedures
from motcua.services.times import system_now
from motcua.store.catalogue.models import ImportRun, ProcedureVersion
from motcua.store.catalogue.selectors import newest_versions, records_of_run, sectors
from motcua.store.organisation.roles import Role
from motcua.ui.officers import OfficerRequest, officer_page

catalogue_page = officer_page(Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR)
_PAGE = 50


@require_GET
@catalogue_page
def catalogue(request: OfficerRequest) -> HttpResponse:
    """All procedures; filters in the address, defects counted on each line."""
    text = request.GET.get("q", "").strip()[:200]
    sector, level = request.GET.get("sector", "")[:200], request.GET.get("level", "")[:10]
    is_defective = request.GET.get("defects") == "1"
    after = request.GET.get("after", "")
    codes = [hit.code for hit in search_procedures(text, limit=_PAGE)] if text else None
    page = newest_versions(
        codes=codes,
        sector=sector,
        level=level,
        is_defective=is_defective,
        after=after if after.isdecimal() else "",
        limit=_PAGE,
    )
    context = {
        "page": page,
        "q": text,
        "sector": sector,
        "level": level,
        "is_defective": is_defective,
        "sectors": sectors(),
    }
    return render(request, "backoffice/catalogue/list.html", context)


@require_GET
@catalogue_page
def version(request: OfficerRequest, version_id: int) -> HttpResponse:
    found = ProcedureVersion.objects.select_related("procedure").filter(id=version_id).first()
    if found is None:
        raise Http404
    context = {
        "version": found,
        "content": ProcedureContent.from_json(found.content),
        "defects": [Problem(d["code"], d.get("field", ""), None, d.get("values", {})) for d in found.defects],
        "others": list(found.procedure.versions.order_by("-number").defer("content")),
        "offerings": list(found.offerings.select_related("agency").order_by("agency__name")[:200]),
    }
    return render(request, "backoffice/catalogue/version.html", context)


@require_POST
@officer_page(Role.PROCEDURE_OFFICER)
def publish(request: OfficerRequest, version_id: int) -> HttpResponse:
    """Make this version the one that is shown; offerings and dossiers keep the version they have."""
    publish_version(version_id=version_id, actor=request.actor, now=system_now())
    messages.success(request, _("This version is now the published one."))
    return redirect("procedure_version", version_id=version_id)


@require_GET
@catalogue_page
def imports(request: OfficerRequest) -> HttpResponse:
    return render(
        request,
        "backoffice/catalogue/imports.html",
        {"runs": list(ImportRun.objects.order_by("-id")[:_PAGE])},
    )


@require_GET
@catalogue_page
def import_run(request: OfficerRequest, run_id: int) -> HttpResponse:
    run = ImportRun.objects.filter(id=run_id).first()
    if run is None:
        raise Http404
    outcome, after = request.GET.get("outcome", "")[:24], request.GET.get("after", "")
    page = records_of_run(run_id, outcome=outcome, after=int(after) if after.isdecimal() else 0, limit=_PAGE)
    return render(request, "backoffice/catalogue/import_run.html", {"run": run, "page": page, "outcome": outcome})
