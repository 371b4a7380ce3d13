"""Answers what is known already of a citizen, and where from, so that it is shown and not asked again.

Identity comes from the confirmed account, the rest from earlier dossiers; papers from dossiers and results
that are kept. A further source is one function in ``PAPER_SOURCES``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from motcua.core.forms import FormDefinition
from motcua.core.forms.definition import AGAIN
from motcua.services.citizens import Citizen
from motcua.services.dossiers.documents import path_of
from motcua.services.results.held import held_results
from motcua.services.times import local_day
from motcua.store.applications.models import Application, ApplicationState
from motcua.store.citizens.models import Account, Assurance
from motcua.store.dossiers.models import Document, Dossier, Party

IDENTITY, ACCOUNT, DOSSIER, APPLICATION = "identity", "account", "dossier", "application"
"""Where something known comes from: the national identity, what the citizen confirmed in the account, a dossier
received before, an application sent before."""

PAPERS_MAX = 30


@dataclass(frozen=True, slots=True)
class Known:
    """Something known: its text as one would type it, where it comes from and of which day."""

    text: str
    source: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A paper that is held already: ``component`` as its procedure names it, ``source`` the dossier or result.

    ``key`` names it among the papers of the same citizen; ``path`` is where its content lies.
    """

    key: str
    component: str
    name: str
    source: str
    on: date
    path: Path


PaperSource = Callable[[Citizen, date], Sequence[HeldPaper]]


def known_of(citizen: Citizen | None) -> dict[str, Known]:
    """Return what the state holds of an identified citizen, by ``person.<field>``; nothing of anybody else.

    Phone and e-mail are not among it: they change, and only the citizen knows today's.
    """
    if citizen is None or citizen.assurance < Assurance.IDENTITY:
        return {}
    account = Account.objects.select_related("party").filter(id=citizen.account_id).first()
    if account is None:
        return {}
    found = {
        "person.name": Known(account.name, IDENTITY),
        "person.id_number": Known(account.id_number, IDENTITY),
        "person.birth": Known(f"{account.birth_on:%d/%m/%Y}" if account.birth_on else "", IDENTITY),
    }
    if (party := account.party) is not None:
        found |= _of_party(party)
    return {key: known for key, known in found.items() if known.text}


def known_of_party(party_id: int) -> dict[str, Known]:
    """Return what is held of a person for whom somebody acts; nothing of an organisation, whose forms differ."""
    party = Party.objects.filter(id=party_id, kind="PERSON").first()
    if party is None:
        return {}
    found = {
        "person.name": Known(party.name, IDENTITY),
        "person.id_number": Known(party.id_number, IDENTITY),
        "person.birth": Known(f"{party.birth_on:%d/%m/%Y}" if party.birth_on else "", IDENTITY),
        **_of_party(party),
    }
    return {key: known for key, known in found.items() if known.text}


def held_answers(form: FormDefinition, known: Mapping[str, Known]) -> dict[str, Known]:
    """Return the fields of the form whose answer is held, with it."""
    return {f.name: known[f.holds] for f in form.fields if f.holds in known}


def suggestions(form: FormDefinition, citizen: Citizen | None, *, key: str) -> dict[str, Known]:
    """Return what may stand in fields before anything is typed: contact, and answers of the last application.

    ``key`` is the procedure's; parents, say, are the same for the next child. They are shown in the field, with where
    they come from, and can be changed.
    """
    if citizen is None:
        return {}
    account = Account.objects.filter(id=citizen.account_id).first()
    found: dict[str, Known] = {}
    sent = Application.objects.filter(account_id=citizen.account_id, sent_at__isnull=False)
    last = sent.exclude(state=ApplicationState.DRAFT).select_related("form").order_by("-sent_at").first()
    if account is not None:
        found = {"person.phone": Known(account.phone, ACCOUNT), "person.email": Known(account.email, ACCOUNT)}
    fields: dict[str, Known] = {}
    for field in form.fields:
        if (known := found.get(field.holds)) and known.text:
            fields[field.name] = known
        elif last is not None and field.holds and (last.form.key == key or field.holds != AGAIN):
            value = last.values.get(field.name)
            if isinstance(value, str | int) and last.sent_at is not None:
                text = _as_typed(str(value), is_day=field.widget == "day")
                fields[field.name] = Known(text, APPLICATION, local_day(last.sent_at))
    return fields


def papers_of_dossiers(citizen: Citizen, on: date) -> list[HeldPaper]:
    """Return the papers in dossiers that the citizen himself handed in, the newest first."""
    if citizen.party_id is None or citizen.assurance < Assurance.IDENTITY:
        return []
    rows = (
        Document.objects.filter(dossier__applicant_id=citizen.party_id)
        .select_related("dossier")
        .order_by("-added_at", "-id")[:PAPERS_MAX]
    )
    found = []
    for document in rows:
        dossier = document.dossier
        if dossier is not None:
            found.append(
                HeldPaper(
                    key=str(document.public_id),
                    component=_component_name(dossier, document.component),
                    name=document.name,
                    source=dossier.code,
                    on=local_day(document.added_at),
                    path=path_of(document.sha256),
                )
            )
    return found


def papers_of_results(citizen: Citizen, on: date) -> list[HeldPaper]:
    """Return the results that hold on that day and are the citizen's own: what was issued need not be asked for."""
    if citizen.party_id is None or citizen.assurance < Assurance.IDENTITY:
        return []
    return [
        HeldPaper(
            key=str(result.public_id),
            component=result.kind,
            name=f"{result.number}.pdf",
            source=f"{result.kind}, {result.agency_name}",
            on=result.issued_on,
            path=path_of(result.sha256),
        )
        for result in held_results(citizen.party_id, on)
    ]


PAPER_SOURCES: list[PaperSource] = [papers_of_dossiers, papers_of_results]
"""Where held papers come from."""


def papers_held(citizen: Citizen | None, *, on: date) -> list[HeldPaper]:
    """Return the papers held of the citizen from all sources, the newest first."""
    if citizen is None:
        return []
    found = [paper for source in PAPER_SOURCES for paper in source(citizen, on)]
    return sorted(found, key=lambda p: p.on, reverse=True)[:PAPERS_MAX]


def _of_party(party: Party) -> dict[str, Known]:
    last = (
        Dossier.objects.filter(applicant_id=party.id).order_by("-received_at").values_list("received_at", flat=True)
    )
    on = local_day(day) if (day := last.first()) else None
    # Who has no dossier yet is known by what the national identity said.
    source = DOSSIER if on else IDENTITY
    return {
        "person.sex": Known(_SEX.get(party.sex.strip().lower(), ""), source, on),
        "person.address": Known(party.address, source, on),
        "person.issued": Known(f"{party.id_issued_on:%d/%m/%Y}" if party.id_issued_on else "", source, on),
    }


# As cards write it, and as forms ask it.
_SEX = {"nam": "nam", "nữ": "nu", "nu": "nu"}


def _component_name(dossier: Dossier, key: str) -> str:
    from motcua.services.offerings import component_rules

    return next((r.name for r in component_rules(dossier.offering_id) if r.key == key), "")


def _as_typed(text: str, *, is_day: bool) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}" if is_day else text
    except ValueError:
        return text
