"""Answers what the columns, measures, classes and marks of the published figures mean, and how they may be used."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

LICENCE = _(
    "Free to use, change and pass on, also for money, when the agency is named as the source (Creative Commons"
    " Attribution 4.0)."
)
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
DICTIONARY = {
    "period": _("The period of the reporting year: a month such as 2026-10, or a quarter such as 2026-Q4."),
    "from": _("Its first day."),
    "to": _("Its last day."),
    "measure": _("What is counted: received or resolved."),
    "level": _("Level of the agency; empty where several are told together."),
    "agency_code": _("Code of the agency that handles the dossiers; empty where several are told together."),
    "agency": _("Name of the agency; empty where several are told together."),
    "sector": _("Sector of the procedures; empty where several are told together."),
    "class": _("Part of the measure, or total."),
    "dossiers": _("Number of dossiers; empty where it is hidden."),
    "status": _("Why a number is missing; empty where it is told."),
}
MEASURES = {
    "received": _("Dossiers accepted in the period, by how they were handed in."),
    "resolved": _("Dossiers done in the period (approved, refused, withdrawn or stopped), by the day promised."),
}
CLASSES = {
    "total": _("all of them"),
    "online": _("sent in online"),
    "counter": _("handed in at the counter"),
    "post": _("handed in by post"),
    "early": _("done on a day before the day promised"),
    "on_time": _("done on the day promised"),
    "late": _("done after the instant promised"),
}
STATUSES = {
    "hidden": _("hidden: small, or needed so that a small one cannot be worked out"),
    "not_split": _("not told apart: this class is small in the whole province"),
}
