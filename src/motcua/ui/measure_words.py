"""Answers what bands, indicators and costs are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MEASURE_WORDS = {
    "bands": {
        "": _("nothing to go by"),
        "excellent": _("excellent"),
        "good": _("good work"),
        "fair": _("fair work"),
        "average": _("average"),
        "weak": _("weak"),
        "done_all": _("task done in full"),
        "done_most": _("task done from 70 to under 100 per cent"),
        "done_part": _("task done under 70 per cent"),
    },
    "cost_steps": {
        "prepare": _("preparing the papers"),
        "submit": _("handing in"),
        "pay": _("paying"),
        "check": _("taking part in checks"),
        "receive": _("fetching the result"),
        "other": _("something else"),
    },
    "indicators": {
        "1": _("Time of the whole, against the law"),
        "2": _("Time of each unit, also those that help"),
        "3": _("How often the applicant had to come for the papers"),
        "4": _("How many offices the applicant had to go to"),
        "5": _("The whole process at the one-stop unit"),
        "6": _("Procedures published rightly, in full and in time"),
        "7": _("Attitude of officers"),
        "8": _("Answering petitions"),
        "9": _("Online services"),
    },
}
