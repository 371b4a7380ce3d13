"""Answers the main menu of a role: every page of the role can be reached from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.services.costs import READERS as COST_READERS
from motcua.services.figures.reporting import READERS as FIGURES
from motcua.services.logs import READERS as LOG_READERS
from motcua.services.petitions.handling import READERS
from motcua.services.scores.sheets import READERS as SCORE_READERS
from motcua.store.organisation.roles import Role

_COUNTER = {Role.COUNTER_OFFICER, Role.POSTAL_OFFICER, Role.CENTRE_MANAGER}
_DESK = {Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER, *_COUNTER}
_READERS = {*_DESK, Role.PROVINCE_LEADER}
_LEAD = {Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER}
_ASK = {Role.AGENCY_LEADER, Role.CENTRE_MANAGER, Role.PROVINCE_LEADER, Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR}
_OFFICE = {Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the menu."""

    address: str
    text: str
    is_current: bool


def menu(request: Any) -> Sequence[MenuItem]:
    """Return the menu of the request's actor."""
    roles = set(request.actor.roles)
    lines = (
        ("counter", _("Counter"), _COUNTER),
        ("online", _("Online"), _COUNTER),
        ("hall_desk", _("Call numbers"), {Role.COUNTER_OFFICER, Role.POSTAL_OFFICER}),
        ("hall_manage", _("Hall"), {Role.CENTRE_MANAGER}),
        ("desk", _("My list"), _DESK),
        ("questions", _("Questions to us"), {Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER}),
        ("lead", _("My unit"), _LEAD),
        ("dossiers", _("Dossiers"), _READERS),
        ("timeliness", _("In time"), {*_LEAD, Role.PROVINCE_LEADER}),
        ("figures", _("Figures"), set(FIGURES)),
        ("scores", _("Points"), set(SCORE_READERS)),
        ("process_log", _("Process log"), set(LOG_READERS)),
        ("costs", _("Compliance costs"), set(COST_READERS)),
        ("on_spot", _("On the spot"), {*_OFFICE, Role.CENTRE_MANAGER, Role.AGENCY_LEADER, Role.PROVINCE_LEADER}),
        ("postal", _("At the post"), {Role.POSTAL_OFFICER}),
        ("hand_overs", _("Hand-over records"), _COUNTER),
        ("scans", _("Scan station"), {Role.COUNTER_OFFICER, Role.POSTAL_OFFICER}),
        ("results", _("Results"), _READERS),
        ("petitions", _("Petitions"), set(READERS)),
        ("ratings", _("Ratings"), {Role.CENTRE_MANAGER, Role.AGENCY_LEADER}),
        ("unreached", _("Not reached"), {Role.CENTRE_MANAGER}),
        ("cash", _("Cash desk"), _COUNTER),
        ("reconciliation", _("Gateway and books"), {Role.CENTRE_MANAGER}),
        ("register", _("Register"), {*_COUNTER, *_LEAD}),
        ("catalogue", _("Catalogue"), _OFFICE),
        ("processes", _("Processes"), _OFFICE),
        ("forms", _("Forms"), _OFFICE),
        ("imports", _("Imports"), _OFFICE),
        ("law", _("Law"), _OFFICE),
        ("simulate", _("What if"), _ASK),
        ("organisation", _("Organisation"), set(Role)),
        ("delegations", _("Delegation"), set(Role)),
    )
    return [
        MenuItem(address := reverse(name), text, request.path == address)
        for name, text, wanted in lines
        if roles & wanted
    ]
