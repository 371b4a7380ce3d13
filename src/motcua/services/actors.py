"""Answers who acts, under which post, and what that post may do with a dossier.

Every service takes an ``Actor`` and asks here; pages only hide what a person may not do, they protect nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from motcua.store.dossiers.writing import Loaded, OpenTask
from motcua.store.organisation.models import AgencyLevel, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import Holding


class Denied(Exception):
    """The actor's role or unit does not allow it; pages answer 403 and say nothing about the record."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting under one post. ``delegated_by`` names whose powers are used, if not the person's own."""

    staff_id: int
    name: str
    post_id: int
    post_title: str
    unit_id: int
    unit_name: str
    unit_kind: str
    agency_id: int
    agency_level: str
    roles: frozenset[str]
    delegated_by: str = ""

    @property
    def is_at_one_stop(self) -> bool:
        return self.unit_kind in UnitKind.one_stop()

    def has(self, *roles: Role) -> bool:
        return any(role in self.roles for role in roles)


def actor_of(*, staff_id: int, name: str, holding: Holding) -> Actor:
    return Actor(
        staff_id=staff_id,
        name=name,
        post_id=holding.post_id,
        post_title=holding.post_title,
        unit_id=holding.unit_id,
        unit_name=holding.unit_name,
        unit_kind=holding.unit_kind,
        agency_id=holding.agency_id,
        agency_level=holding.agency_level,
        roles=holding.roles,
        delegated_by=holding.delegated_by,
    )


def require(actor: Actor, *roles: Role) -> None:
    """Raise Denied unless the actor's post carries one of ``roles``."""
    if not actor.has(*roles):
        raise Denied(", ".join(roles))


PROVINCE_LEVELS = (AgencyLevel.PROVINCE, AgencyLevel.MINISTRY)


def answers_for_province(actor: Actor) -> bool:
    """Return whether the actor answers for the reform in all of the province: its leader, its office of procedures."""
    if actor.has(Role.PROVINCE_LEADER):
        return True
    return actor.has(Role.PROCEDURE_OFFICER) and actor.agency_level in PROVINCE_LEVELS


def require_counter(actor: Actor) -> None:
    """Raise Denied unless the actor receives dossiers at a one-stop unit."""
    require(actor, Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
    if not actor.is_at_one_stop:
        raise Denied("not at a one-stop unit")


class Readable(Protocol):
    """What of a dossier says who may open it."""

    @property
    def handling_agency_id(self) -> int: ...
    @property
    def reception_unit_id(self) -> int: ...
    @property
    def unit_ids(self) -> Sequence[int]: ...


def may_read(actor: Actor, dossier: Readable) -> bool:
    """Return whether the actor may open the dossier.

    The one-stop unit reads what it received, a unit what it handles or handled, heads of agency and the
    provincial leader what their agency or province answers for. Administrators read no dossier.
    """
    if actor.is_at_one_stop and actor.has(Role.COUNTER_OFFICER, Role.CENTRE_MANAGER, Role.POSTAL_OFFICER):
        return actor.unit_id == dossier.reception_unit_id or actor.unit_id in dossier.unit_ids
    if actor.has(Role.CASE_OFFICER, Role.UNIT_LEADER) and actor.unit_id in dossier.unit_ids:
        return True
    if actor.has(Role.AGENCY_LEADER):
        return actor.agency_id == dossier.handling_agency_id or actor.unit_id in dossier.unit_ids
    return actor.has(Role.PROVINCE_LEADER)


def require_read(actor: Actor, dossier: Loaded) -> None:
    if not may_read(actor, dossier):
        raise Denied("dossier of another unit")


def may_do(actor: Actor, task: OpenTask) -> bool:
    """Return whether the actor may complete the open step: same unit, the step's role, and not another's.

    A unit that helps or looks on completes nothing.
    """
    return (
        task.is_leading
        and actor.unit_id == task.unit_id
        and (task.role in actor.roles or _stands_in(actor, task.role))
        and task.assignee_id in (None, actor.staff_id)
    )


def may_assign(actor: Actor, task: OpenTask) -> bool:
    """Return whether the actor may give the open step to an officer of the unit (phân công)."""
    return (
        task.is_leading
        and actor.unit_id == task.unit_id
        and actor.has(Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)
    )


def _stands_in(actor: Actor, role: str) -> bool:
    # The head of a small office also signs what its leadership signs; a head may do an officer's step himself.
    higher = {
        Role.CASE_OFFICER.value: {Role.UNIT_LEADER.value},
        Role.UNIT_LEADER.value: {Role.AGENCY_LEADER.value},
        Role.COUNTER_OFFICER.value: {Role.CENTRE_MANAGER.value, Role.POSTAL_OFFICER.value},
    }
    return bool(higher.get(role, set()) & actor.roles)
