"""Answers what each number of the report is called, and by which rule it is counted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NAMES = {
    "total": _("Received, total"),
    "in_period": _("In the period"),
    "online": _("Online"),
    "direct": _("At the counter and by post"),
    "carried": _("Carried over from before"),
    "resolved": _("Resolved, total"),
    "early": _("Early"),
    "on_time": _("On time"),
    "late": _("Resolved late"),
    "open": _("Being handled, total"),
    "within": _("Within the term"),
    "overdue": _("Open and overdue"),
}
DEFINITIONS = {
    "total": _("Received in the period and carried over; the same as resolved and being handled together."),
    "in_period": _("Accepted from the first to the last day of the period; by the day of acceptance as corrected."),
    "online": _("Of these, sent in online."),
    "direct": _("Of these, handed in at the counter or by post."),
    "carried": _("Accepted before the period and not done when it began."),
    "resolved": _(
        "Done by the end of the period: approved, refused, withdrawn or stopped. The wait until the result is"
        " collected does not count."
    ),
    "early": _("Done on a day before the day promised; the promise is that of the receipt, or of the apology."),
    "on_time": _("Done on the day promised, up to its hour; or withdrawn or stopped while nothing was owed."),
    "late": _("Done after the instant promised."),
    "open": _("Not done at the end of the period; in a running period, at present."),
    "within": _("Not done and not past the instant promised; or waiting for the applicant, with nothing owed."),
    "overdue": _("Not done and past the instant promised."),
}
DIMENSIONS = {
    "form": _("Form II.06: sectors of each level"),
    "sector": _("Sectors"),
    "procedure": _("Procedures"),
    "agency": _("Agencies"),
    "unit": _("One-stop units"),
    "level": _("Levels"),
    "channel": _("Ways of handing in"),
}
COLUMNS = (
    "total",
    "online",
    "direct",
    "carried",
    "resolved",
    "early",
    "on_time",
    "late",
    "open",
    "within",
    "overdue",
)
"""The numbers of the form, in the order of its columns."""
