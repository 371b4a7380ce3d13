"""Answers how the receipt of an online application is filled: from what was confirmed at the sending, never anew."""

from __future__ import annotations

from datetime import datetime

from motcua.reports.papers.content import Head, Person, SentFile, SentPaper
from motcua.services.applications.first_answer import first_answer_due
from motcua.services.applications.sending import applicant_of
from motcua.store.applications.models import Application
from motcua.store.organisation.models import Unit


def sent_content(application: Application) -> SentPaper:
    """Return the paper of what was sent; files supplied later are listed after the first ones."""
    receipt, unit = application.receipt, Unit.objects.select_related("agency").get(id=application.reception_unit_id)
    at = datetime.fromisoformat(receipt["at"])
    applicant = applicant_of(application)
    files = [*receipt["files"], *receipt.get("supplied", {}).get("files", ())]
    return SentPaper(
        head=Head(unit.agency.name, unit.name, unit.agency.place, receipt["number"], at),
        applicant=Person(applicant.name, applicant.id_number, applicant.address, applicant.phone, applicant.email),
        matter=application.offering.procedure_version.name,
        sent_at=at,
        answer_due_at=first_answer_due(agency_id=unit.agency_id, at=at),
        answers=len(receipt["answers"]),
        form_version=receipt["form"],
        files=[SentFile(f["name"], f"{-(-f['size'] // 1024)} KB", f["pages"] or 0, f["sha256"]) for f in files],
        digest=receipt["digest"],
    )
