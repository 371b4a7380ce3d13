"""Answers how the printed report of tables is filled."""

from __future__ import annotations

from datetime import datetime

from motcua.reports.papers.content import Head
from motcua.reports.papers.sheet_content import SheetPaper, SheetPart, SheetRow
from motcua.reports.sheets.values import Sheet
from motcua.services.actors import Actor
from motcua.store.organisation.models import Agency


def sheet_paper(sheet: Sheet, *, actor: Actor, now: datetime) -> SheetPaper:
    """Return the paper of a report, under the head of the actor's agency."""
    agency = Agency.objects.select_related("parent").get(id=actor.agency_id)
    return SheetPaper(
        head=Head(agency.parent.name if agency.parent else "", agency.name, agency.place, "…/BC", now),
        form_name=sheet.form,
        title=sheet.title,
        period=sheet.period,
        known=sheet.known,
        parts=[
            SheetPart(
                caption=part.caption,
                row_name=part.row_name,
                columns=[c.name for c in part.columns],
                rows=[SheetRow(row.name, [cell.text for cell in row.cells], row.is_total) for row in part.rows],
                notes=list(part.notes),
                empty=part.empty,
            )
            for part in sheet.parts
        ],
        notes=[f"{name}: {definition}" for name, definition in sheet.definitions],
        maker=actor.name,
        across=sheet.is_wide,
    )
