"""Answers whose account it is, once the national identity has said who somebody is; one person has one account.

When a person turns out to have two accounts, the one whose identity was confirmed first stays and the other's
records follow it: nobody gets at an identified account by way of one that only an e-mail address stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import ForeignObjectRel, Model, Q

from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import Problem, Refused
from motcua.services.citizens import note
from motcua.services.mandates import follow_representation
from motcua.services.ports import Person
from motcua.store.citizens.models import Account, AccountEvent, Assurance, Mandate, Membership
from motcua.store.dossiers.receiving import save_party

LEVEL_NEEDED = 2


@transaction.atomic
def identify(*, account_id: int | None, person: Person, language: str, now: datetime) -> int:
    """Return the account of the person, identified from now on; ``account_id`` is the one signed in, if any.

    Refused: ``identity.level_low``; ``identity.another_person`` when the account is another person's already.
    """
    if person.level < LEVEL_NEEDED:
        raise Refused([Problem("identity.level_low", values={"level": str(person.level)})])
    own = _own(account_id)
    if own is not None and own.id_number and own.id_number != person.id_number:
        raise Refused([Problem("identity.another_person")])
    known = Account.objects.select_for_update().filter(id_number=person.id_number, deleted_at__isnull=True).first()
    account = known or own or Account(language=language, made_at=now)
    if known is not None and own is not None and own.id != known.id:
        _merge(own, into=known, now=now)
    account.assurance = Assurance.IDENTITY
    account.id_number, account.name, account.birth_on = person.id_number, person.name, person.birth_on
    account.sex, account.address = person.sex, person.address
    account.identified_at = now
    account.party_id = save_party(_party(person))
    account.save()
    follow_representation(account.id, person.represents, now=now)
    note(account.id, "account.identified", now=now)
    return account.id


def _own(account_id: int | None) -> Account | None:
    if account_id is None:
        return None
    return Account.objects.select_for_update().filter(id=account_id, deleted_at__isnull=True).first()


def _party(person: Person) -> PartyRecord:
    return PartyRecord(
        kind="PERSON",
        name=person.name,
        id_number=person.id_number,
        old_id_number="",
        birth_on=person.birth_on,
        sex=person.sex,
        address=person.address,
        issued_on=None,
        phone="",
        email="",
    )


def _what_belongs_to_accounts() -> Iterator[tuple[type[Model], str]]:
    """Yield every model and field that points to an account, whichever room it is in."""
    for relation in Account._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not Account:
            yield relation.related_model, relation.field.name


def _merge(loser: Account, *, into: Account, now: datetime) -> None:
    """Let everything of ``loser`` belong to ``into``, which takes a contact that it has not got itself."""
    email, phone = loser.email, loser.phone
    between = Q(principal=loser, agent=into) | Q(principal=into, agent=loser)
    Mandate.objects.filter(between, ended_at__isnull=True).update(ended_at=now)
    held = Membership.objects.filter(account=into, ended_at__isnull=True).values("organisation_id")
    Membership.objects.filter(account=loser, ended_at__isnull=True, organisation_id__in=held).update(ended_at=now)
    for model, field in _what_belongs_to_accounts():
        rows = model._default_manager.filter(**{field: loser})
        if model is Mandate:
            # What the two gave each other stays with the old row: nobody is his own agent.
            rows = rows.exclude(Q(principal=into) | Q(agent=into))
        rows.update(**{field: into})
    Account.objects.filter(id=loser.id).update(
        email="", phone="", name="", address="", sex="", birth_on=None, deleted_at=now, merged_into=into
    )
    into.email, into.phone = into.email or email, into.phone or phone
    AccountEvent.objects.create(account=into, at=now, act="account.merged")
