"""Answers for whom an application is filled in, when its account's holder acts by a mandate or for an organisation.

The ground is kept with the answers when the draft begins, asked anew each time, and written down when it is sent:
the dossier then has the other as applicant and the holder as proxy.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from motcua.core.forms import PartyEntry
from motcua.services.citizens import Citizen
from motcua.services.mandates import Acting, acting_for
from motcua.store.applications.models import Application
from motcua.store.citizens.models import Account

GROUND = "_other"
"""The name among the answers under which a ground stands; ``1`` is somebody else without a ground here."""


def covers(acting: Acting, *, procedure_id: int) -> bool:
    """Return whether the ground allows a new application of the procedure; one for a single dossier does not."""
    return acting.dossier_id is None and acting.procedure_id in (None, procedure_id)


def principal_of(application: Application, citizen: Citizen | None, *, on: date) -> Acting | None:
    """Return for whom the citizen fills in the application, ``None`` for himself or when the ground is over."""
    kept = application.answers.get(GROUND) or [""]
    if citizen is None or citizen.account_id != application.account_id or len(kept[0]) != len(str(UUID(int=0))):
        return None
    try:
        acting = acting_for(citizen, key=UUID(kept[0]), on=on)
    except ValueError:
        return None
    procedure_id = application.offering.procedure_version.procedure_id
    return acting if acting is not None and covers(acting, procedure_id=procedure_id) else None


def proxy_of(application: Application) -> PartyEntry | None:
    """Return who sent the application for the applicant, as it was written down then."""
    if GROUND not in application.held or application.account_id is None:
        return None
    account = Account.objects.filter(id=application.account_id).first()
    if account is None or not account.id_number:
        return None
    birth = f"{account.birth_on:%d/%m/%Y}" if account.birth_on else ""
    return PartyEntry(
        kind="PERSON", name=account.name, id_number=account.id_number, birth=birth, sex=account.sex,
        address=account.address, phone=account.phone, email=account.email,
    )  # fmt: skip
