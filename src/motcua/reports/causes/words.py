"""Answers what the causes of lateness are called, what each is known by, and how the report counts them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CAUSES = {
    "one_stop": _("The one-stop unit had it"),
    "handling": _("The agency that handles it had it"),
    "other_agency": _("Another agency had it"),
    "applicant": _("The applicant's part, as told"),
    "supplement": _("Supplementing took long, as told"),
    "force_majeure": _("Force majeure, as told"),
    "outage": _("A system was down, as told"),
    "not_told": _("Not told"),
}
CAUSE_DEFINITIONS = {
    "one_stop": _("When it fell due, its step stood at the one-stop unit."),
    "handling": _("When it fell due, its step stood at a unit of the agency that handles it."),
    "other_agency": _("When it fell due, another agency owed an opinion, or had a dossier for it."),
    "applicant": _("The apology names it."),
    "supplement": _("The apology names it: supplementing the papers took long."),
    "force_majeure": _("The apology names it: storm, flood, epidemic and the like."),
    "outage": _("The apology names it: a system was down."),
    "not_told": _("Nothing on record says why; nothing is guessed."),
}
EVIDENCE = {
    "told": _("told in the apology"),
    "opinion": _("an opinion was owed"),
    "linked": _("another agency's dossier was open"),
    "held": _("the step stood there"),
    "none": _("nothing on record"),
}
NAMES = {
    "total": _("Late, total"),
    "late": _("Resolved late"),
    "overdue": _("Open and overdue"),
}
DEFINITIONS = {
    "total": _("Done late in the period, or open and overdue at its end; the same as in Form II.06."),
    "late": _("Done after the instant promised."),
    "overdue": _("Not done and past the instant promised."),
}
