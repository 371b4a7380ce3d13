"""Answers what half-days, breaches of the bounds of service, states of premises and sources of evidence are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STAFF_WORDS = {
    "halves": {1: _("morning"), 2: _("afternoon")},
    "breaches": {
        "seniority": _("fewer years in the field than asked"),
        "unknown": _("nobody wrote down since when in the field"),
        "term_short": _("term planned too short"),
        "term_over": _("stays beyond the longest term"),
    },
    "seat_states": {
        "free": _("free then"),
        "sits": _("sits at counter %(number)s"),
        "away": _("away"),
        "not_competent": _("may not serve all of it"),
    },
    "item_states": {"met": _("There"), "lacking": _("Lacking"), "unknown": _("Nobody has looked")},
    "uses": {"in_use": _("In use"), "not_in_use": _("Not in use"), "unknown": _("Not known")},
    "sources": {
        "accounts": _("officers who wrote something under their own account"),
        "catalogue": _("procedures of the catalogue of which dossiers were received"),
        "states": _("changes of state of dossiers received here"),
        "online": _("dossiers received online"),
        "routing": _("steps completed and passed on"),
        "processes": _("processes by which dossiers received here run"),
        "signatures": _("results signed"),
        "received": _("dossiers received"),
        "supplements": _("supplements asked for"),
        "assigned": _("dossiers assigned to an officer"),
        "consulted": _("opinions asked of other offices"),
        "decided": _("decisions on dossiers received here"),
        "stopped": _("dossiers stopped or withdrawn"),
        "returned": _("results returned"),
        "notices": _("notices made for applicants"),
        "figures": _("dossiers counted in the figures"),
        "papers": _("papers kept as files"),
    },
}
