"""Answers how patterns of handling are put as questions, and how each was computed, in words."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_LEAST_SHOWN = Fraction(1, 1_000_000)
INTEGRITY_WORDS = {
    "names": {
        "off_order": _("Handled off order"),
        "same_pair": _("The same applicant"),
        "last_day": _("On the last day"),
        "new_day": _("A new day"),
    },
    "why": {
        "off_order": _("Why were these dossiers decided before others of the same office that came earlier?"),
        "same_pair": _("Why do this officer and this one applicant meet so often?"),
        "last_day": _("Why are so many dossiers of this officer done only on the very last day?"),
        "new_day": _("Why did so many dossiers of this officer need an apology and a new day?"),
    },
    "how": {
        "off_order": _(
            "A dossier counts when another of the same procedure and agency, whose turn was at least a day earlier, was"
            " decided at least a day later. The time that a dossier waited for its applicant, or was at rest, moves its"
            " turn back. Compared with all others of the same procedure in the province."
        ),
        "same_pair": _(
            "The dossiers of one applicant that this officer handled, against how many would fall to the officer if the"
            " applicant's dossiers were spread at random over those of the same procedure and agency."
        ),
        "last_day": _(
            "A dossier counts when it was done in time and on the day its term ends. Compared with all others of the"
            " same procedure in the province."
        ),
        "new_day": _(
            "A dossier counts when at least one new day was given with an apology. Compared with all others of the same"
            " procedure in the province."
        ),
    },
    "hits": {
        "off_order": _("decided before earlier ones"),
        "same_pair": _("of one applicant"),
        "last_day": _("done on the last day"),
        "new_day": _("given a new day"),
    },
    "notes": {
        "asked": _("Asked"),
        "answered": _("Answered"),
        "noted": _("Noted"),
        "closed": _("Closed"),
    },
}


def chance_text(chance: Fraction) -> str:
    """Return a chance as people read it: one in so many, rounded down so that nothing looks rarer than it is."""
    if chance < _LEAST_SHOWN:
        return gettext("less than one in a million")
    return gettext("about 1 in %(count)s") % {"count": f"{int(1 / chance):,}".replace(",", ".")}
