"""Answers what duties, changes and levels of the institutions are called on pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

INSTITUTION_WORDS = {
    "duties": {
        "done": _("done in time"),
        "done_late": _("done late"),
        "open": _("to be done"),
        "soon": _("due soon"),
        "overdue": _("overdue"),
    },
    "changes": {
        "new": _("newly made"),
        "amended": _("amended"),
        "replaced": _("replaced"),
        "abolished": _("abolished"),
    },
    "issuers": {
        "MINISTRY": _("a ministry"),
        "PROVINCE": _("the province"),
    },
}
