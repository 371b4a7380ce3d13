"""Answers the main menu of a role: every page of the role can be reached from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.services.boards.rules import READERS as BOARD_READERS
from motcua.services.costs import READERS as COST_READERS
from motcua.services.cuts import READERS as CUT_READERS
from motcua.services.duties.people import READERS as SUPERVISED
from motcua.services.figures.open_data import READERS as OPEN_DATA_READERS
from motcua.services.figures.reporting import READERS as FIGURES
from motcua.services.institutions.duties import READERS as DUTY_READERS
from motcua.services.integrity.questions import READERS as INTEGRITY_READERS
from motcua.services.logs import READERS as LOG_READERS
from motcua.services.petitions.handling import READERS
from motcua.services.readiness import READERS as READINESS_READERS
from motcua.services.scores.sheets import READERS as SCORE_READERS
from motcua.services.staffing.terms import READERS as TERM_READERS
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


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """Lines that belong together; a group without a name stands open, as what is used all day."""

    name: str
    items: Sequence[MenuItem]
    is_current: bool


Line = tuple[str, str, Iterable[Role]]


def menu(request: Any) -> Sequence[MenuGroup]:
    """Return the menu of the request's actor: the daily work first, then what is opened now and then, by task."""
    roles, path = set(request.actor.roles), str(request.path)
    groups = [
        (name, [(reverse(page), text) for page, text, wanted in lines if roles & set(wanted)])
        for name, lines in _groups()
    ]
    addresses = [address for _name, lines in groups for address, _text in lines if _is_within(path, address)]
    here = max(addresses, key=len, default="")
    return [
        MenuGroup(
            name if len(lines) > 1 else "",
            [MenuItem(address, text, path == address) for address, text in lines],
            any(address == here for address, _text in lines),
        )
        for name, lines in groups
        if lines
    ]


def _is_within(path: str, address: str) -> bool:
    return path == address or path.startswith(f"{address}/")


def _groups() -> Sequence[tuple[str, Sequence[Line]]]:
    return (
        ("", _work()),
        (_("Steering"), _steering()),
        (_("Procedures"), _procedures()),
        (_("Inspection and urging"), _campaign()),
        (_("The office"), _office()),
    )


def _work() -> Sequence[Line]:
    return (
        ("counter", _("Counter"), _COUNTER),
        ("online", _("Online"), _COUNTER),
        ("hall_desk", _("Call numbers"), {Role.COUNTER_OFFICER, Role.POSTAL_OFFICER}),
        ("hall_manage", _("Hall"), {Role.CENTRE_MANAGER}),
        ("desk", _("My list"), _DESK),
        ("questions", _("Questions to us"), {Role.CASE_OFFICER, Role.UNIT_LEADER, Role.AGENCY_LEADER}),
        ("lead", _("My unit"), _LEAD),
        ("dossiers", _("Dossiers"), _READERS),
        ("postal", _("At the post"), {Role.POSTAL_OFFICER}),
        ("hand_overs", _("Hand-over records"), _COUNTER),
        ("scans", _("Scan station"), {Role.COUNTER_OFFICER, Role.POSTAL_OFFICER}),
        ("results", _("Results"), _READERS),
        ("petitions", _("Petitions"), READERS),
        ("cash", _("Cash desk"), _COUNTER),
    )


def _steering() -> Sequence[Line]:
    """What tells whether work is done well (điều hành)."""
    return (
        ("board", _("Board"), BOARD_READERS),
        ("timeliness", _("In time"), {*_LEAD, Role.PROVINCE_LEADER}),
        ("figures", _("Figures"), FIGURES),
        ("petition_figures", _("Figures of petitions"), FIGURES),
        ("cause_figures", _("Causes of being late"), FIGURES),
        ("monthly", _("Monthly report"), FIGURES),
        ("tables", _("Tables of one's own"), FIGURES),
        ("open_data", _("Open data"), OPEN_DATA_READERS),
        ("integrity", _("Questions about handling"), INTEGRITY_READERS),
        ("scores", _("Points"), SCORE_READERS),
        ("ratings", _("Ratings"), {Role.CENTRE_MANAGER, Role.AGENCY_LEADER}),
        ("unreached", _("Not reached"), {Role.CENTRE_MANAGER}),
        ("reconciliation", _("Gateway and books"), {Role.CENTRE_MANAGER}),
        ("register", _("Register"), {*_COUNTER, *_LEAD}),
    )


def _procedures() -> Sequence[Line]:
    """The rules that work goes by, and how to cut them (thể chế, cắt giảm thủ tục)."""
    return (
        ("institutions", _("Promulgation"), DUTY_READERS),
        ("posted_list", _("List to post"), {Role.COUNTER_OFFICER}),
        ("catalogue", _("Catalogue"), _OFFICE),
        ("processes", _("Processes"), _OFFICE),
        ("forms", _("Forms"), _OFFICE),
        ("imports", _("Imports"), _OFFICE),
        ("law", _("Law"), _OFFICE),
        ("on_spot", _("On the spot"), {*_OFFICE, Role.CENTRE_MANAGER, Role.AGENCY_LEADER, Role.PROVINCE_LEADER}),
        ("process_log", _("Process log"), LOG_READERS),
        ("cuts", _("Papers that could be left out"), CUT_READERS),
        ("costs", _("Compliance costs"), COST_READERS),
        ("simulate", _("What if"), _ASK),
    )


def _campaign() -> Sequence[Line]:
    """What is looked at, ordered, urged, taught and made known (kiểm tra, chỉ đạo, đôn đốc, tập huấn, tuyên truyền)."""
    return (
        ("owed", _("What is owed"), SUPERVISED),
        ("inspections", _("Inspections"), SUPERVISED),
        ("conferences", _("Conferences"), SUPERVISED),
        ("directives", _("Directives"), SUPERVISED),
        ("urging", _("Urging letters"), SUPERVISED),
        ("courses", _("Training"), SUPERVISED),
        ("campaigns", _("Publicity"), SUPERVISED),
    )


def _office() -> Sequence[Line]:
    """Who works where, and with what (tổ chức, trụ sở, trang thiết bị)."""
    return (
        ("organisation", _("Organisation"), Role),
        ("delegations", _("Delegation"), Role),
        ("rota", _("Rota"), _COUNTER),
        ("leaves", _("Leave"), _COUNTER),
        ("staff_list", _("Staff and competence"), {Role.CENTRE_MANAGER}),
        ("staff_terms", _("Seniority and term"), TERM_READERS),
        ("equipment", _("Equipment and faults"), _COUNTER),
        ("premises", _("Premises"), {Role.CENTRE_MANAGER}),
        ("investment", _("Investment plan"), {Role.CENTRE_MANAGER}),
        ("meetings", _("Heads' meetings"), {Role.CENTRE_MANAGER}),
        ("month_notices", _("Monthly notices"), _COUNTER),
        ("readiness", _("IT readiness"), READINESS_READERS),
    )
