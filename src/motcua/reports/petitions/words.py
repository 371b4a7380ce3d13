"""Answers what each number of the report of petitions is called, and by which rule it is counted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from motcua.core.statistics import ACTS, RULES
from motcua.store.voices.models import PetitionAbout

NAMES = {
    "total": _("Received, total"),
    "in_period": _("In the period"),
    "carried": _("Carried over from before"),
    "handled": _("Handled, total"),
    "in_time": _("Answered in time"),
    "late": _("Answered late"),
    "refused": _("Refused to take up"),
    "withdrawn": _("Petitions taken back"),
    "open": _("Being handled, total"),
    "within": _("Within the term"),
    "overdue": _("Open and overdue"),
}
DEFINITIONS = {
    "total": _("Received in the period and carried over; the same as handled and being handled together."),
    "in_period": _("Confirmed by its sender from the first to the last day of the period."),
    "carried": _("Received before the period and not handled when it began."),
    "handled": _("Answered, not taken up with the reason, or withdrawn by the end of the period."),
    "in_time": _("Answered by the end of the term: working days after reception, or after what was asked for came."),
    "late": _("Answered after the end of the term."),
    "refused": _("Not taken up; the sender has the reason."),
    "withdrawn": _("Taken back by the sender."),
    "open": _("Not handled at the end of the period; in a running period, at present."),
    "within": _("Not handled and within the term; or waiting for the sender, with nothing owed."),
    "overdue": _("Not handled and past the end of the term."),
}
DIMENSION_NAMES = {
    "group": _("Form II.05: about rules, about how administration acts"),
    "about": _("What it is about"),
    "agency": _("Agencies"),
}
GROUPS = {RULES: _("about procedures and rules"), ACTS: _("about how administration acts")}
ABOUT = dict(PetitionAbout.choices)


def row_name(key: str, by: str, name: str) -> str:
    """Return what a row is called on pages."""
    return str({"group": GROUPS, "about": ABOUT}.get(by, {}).get(key, name))
