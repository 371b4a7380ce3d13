"""Answers what the numbers, causes and reminders of today's boards are called, and how each number is counted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TOLD_CAUSES = {
    "one_stop": _("the one-stop unit"),
    "handling": _("the unit that handles it"),
    "other_agency": _("another agency"),
    "applicant": _("the applicant"),
    "supplement": _("supplementing the papers took long"),
    "force_majeure": _("storm, flood, epidemic and the like"),
    "outage": _("a system was down"),
}

BOARD_WORDS = {
    "told_causes": TOLD_CAUSES,
    "late_causes": {**TOLD_CAUSES, "not_told": _("not told")},
    "evidence": {
        "told": _("named in the apology"),
        "opinion": _("an opinion was owed and had not come"),
        "linked": _("its own dossier there was not done"),
        "held": _("it stood there when it fell due"),
        "none": _("nothing on record says why"),
    },
    "boards": {
        "province": _("The province"),
        "agency": _("Agency"),
        "centre": _("Centre"),
        "unit": _("Unit"),
        "mine": _("My work"),
    },
    "board_numbers": {
        "late": _("Late"),
        "today": _("Due today"),
        "soon": _("Due soon"),
        "later": _("Due later"),
        "resting": _("Nothing owed now"),
        "open": _("Open"),
        "free": _("Nobody has it"),
    },
    "office_definitions": {
        "late": _("Open dossiers whose due instant, of the receipt or of the apology, has passed."),
        "today": _("Open dossiers due before the end of today."),
        "soon": _("Open dossiers due after today, within the next working days that count as soon."),
        "later": _("Open dossiers due later than that."),
        "resting": _(
            "Open dossiers of which nothing is owed now: papers are awaited, or a special law lets the term rest."
        ),
        "open": _("Dossiers received and not yet resolved, withdrawn or stopped."),
    },
    "desk_definitions": {
        "late": _("Open steps whose own end has passed: their share of the term, or the dossier's due instant."),
        "today": _("Open steps whose own end comes before the end of today."),
        "soon": _("Open steps whose own end comes after today, within the next working days that count as soon."),
        "later": _("Open steps whose own end comes later than that."),
        "resting": _("Open steps of dossiers of which nothing is owed now."),
        "open": _("Steps that are open."),
        "free": _("Open steps of the unit that nobody has taken."),
    },
    "digest_whys": {
        "officer": _("your own step ends soon or is late"),
        "head": _("a step of your unit ends soon, is late or is nobody's"),
        "leader": _("late for working days"),
        "apology": _("will not be done in time: send the apology by"),
    },
}
