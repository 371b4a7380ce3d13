"""Who somebody is, by the national identity: levels, the way back, two accounts of one person, and wrong answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from motcua.core.kernel import Refused
from motcua.services.adapters import put_in
from motcua.services.citizens import Citizen, citizen_of_account
from motcua.services.identity import identify
from motcua.services.mandates import (
    MandateEntry,
    acting_choices,
    add_clerk,
    answer_mandate,
    answer_membership,
    end_mandate,
    end_membership,
    give_mandate,
    may_see_dossier,
    organisations_of,
)
from motcua.services.ports import IdentityError, IdentityQuestion, Person, Represented
from motcua.store.citizens.models import Account, Assurance, Mandate
from motcua.store.dossiers.models import Dossier
from world import MONDAY, World, received

AN = Person("999190000001", "Nguyễn Thị An", date(1990, 2, 1), "Nữ", "Số 1, phường Kinh Bắc", 2)
BACH = Person("999185000002", "Trần Văn Bách", date(1985, 7, 15), "Nam", "Số 2", 2)


class Provider:
    """A national identity that answers what it is told to."""

    origin = "https://identity.example"

    def __init__(self) -> None:
        self.person: Person | IdentityError = AN
        self.is_away = False

    def ask(self, *, back_to: str) -> IdentityQuestion:
        if self.is_away:
            raise IdentityError("away")
        return IdentityQuestion("https://identity.example/authorize?x=1", "state-1", "nonce-1", "verifier-1")

    def read(self, question: IdentityQuestion, *, code: str, back_to: str) -> Person:
        if isinstance(self.person, IdentityError):
            raise self.person
        return self.person


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    with put_in(identity=made):
        yield made


def account(**values: object) -> int:
    return Account.objects.create(**{"made_at": MONDAY, **values}).id


def browser(account_id: int | None = None) -> Client:
    client = Client()
    if account_id is not None:
        session = client.session
        session["account"] = account_id
        session.save()
        client.cookies["sessionid"] = str(session.session_key)
    return client


def citizen(account_id: int) -> Citizen:
    found = citizen_of_account(account_id)
    assert found is not None
    return found


def person_account(person: Person, email: str) -> Citizen:
    own = account(email=email)
    return citizen(identify(account_id=own, person=person, language="vi", now=MONDAY))


@pytest.mark.django_db
def test_the_identity_is_asked_and_leads_back_to_where_one_was(provider: Provider) -> None:
    own = account(email="an@example.vn")
    client = browser(own)
    asked = client.post("/account/identify", {"next": "/track"})
    assert asked["Location"] == "https://identity.example/authorize?x=1"
    before = client.session.session_key
    back = client.get("/account/identity/back?code=1&state=state-1")
    assert back["Location"] == "/track"
    assert client.session.session_key != before
    row = Account.objects.get(id=own)
    assert (row.assurance, row.id_number, row.name) == (Assurance.IDENTITY, AN.id_number, AN.name)
    assert row.party is not None
    assert row.party.id_number == AN.id_number


@pytest.mark.django_db
def test_an_answer_counts_once_and_for_its_own_session(provider: Provider) -> None:
    client = browser()
    client.post("/account/identify")
    assert client.get("/account/identity/back?code=1&state=another").status_code == 422
    # The question is gone with the first answer, right or wrong.
    assert client.get("/account/identity/back?code=1&state=state-1").status_code == 422
    assert browser().get("/account/identity/back?code=1&state=state-1").status_code == 422
    assert not Account.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "person", "status", "words"),
    [
        ("error=access_denied&state=state-1", AN, 422, "không đồng ý"),
        ("error=server_error&state=state-1", AN, 422, "không đủ tin cậy"),
        ("code=1&state=state-1", IdentityError("expired"), 422, "quá muộn"),
        ("code=1&state=state-1", IdentityError("away"), 503, "chưa trả lời"),
        ("code=1&state=state-1", IdentityError("wrong"), 422, "không đủ tin cậy"),
        ("code=1&state=state-1", replace(AN, level=1), 422, "đang ở mức 1"),
    ],
)
def test_every_failure_ends_on_a_clear_page(
    provider: Provider, query: str, person: Person | IdentityError, status: int, words: str
) -> None:
    provider.person = person
    client = browser()
    client.post("/account/identify", {"next": "/track"})
    answer = client.get(f"/account/identity/back?{query}")
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    assert 'value="/track"' in page
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_a_provider_that_is_away_is_said_before_leaving(provider: Provider) -> None:
    provider.is_away = True
    assert browser().post("/account/identify").status_code == 503


@pytest.mark.django_db
def test_two_accounts_of_one_person_become_the_identified_one(world: World) -> None:
    first = person_account(AN, "an@example.vn")
    friend = person_account(BACH, "bach@example.vn")
    second = account(phone="0912345678")
    Mandate.objects.create(
        principal_id=second, agent_id=friend.account_id, until_on=MONDAY.date(), made_at=MONDAY, accepted_at=MONDAY
    )
    Mandate.objects.create(principal_id=second, agent_id=first.account_id, until_on=MONDAY.date(), made_at=MONDAY)
    assert identify(account_id=second, person=AN, language="vi", now=MONDAY) == first.account_id
    row = Account.objects.get(id=first.account_id)
    assert (row.email, row.phone) == ("an@example.vn", "0912345678")
    gone = Account.objects.get(id=second)
    assert (gone.deleted_at, gone.merged_into_id, gone.phone) == (MONDAY, row.id, "")
    assert [a.party_id for a in acting_choices(friend, on=MONDAY.date())] == [first.party_id]
    assert citizen_of_account(second) is None


@pytest.mark.django_db
def test_an_identified_account_never_becomes_another_persons(world: World) -> None:
    an = person_account(AN, "an@example.vn")
    with pytest.raises(Refused, match=r"identity\.another_person"):
        identify(account_id=an.account_id, person=BACH, language="vi", now=MONDAY)


@pytest.mark.django_db
def test_dossiers_of_the_counter_are_found_by_the_confirmed_number(world: World) -> None:
    dossier = Dossier.objects.get(public_id=received(world.home).public_id)
    an, bach = person_account(AN, "an@example.vn"), person_account(BACH, "bach@example.vn")
    procedure = dossier.offering.procedure_version.procedure_id
    sees = {"dossier": dossier, "procedure_id": procedure, "on": MONDAY.date()}
    assert may_see_dossier(an, **sees)
    assert not may_see_dossier(bach, **sees)
    assert not may_see_dossier(citizen(account(email="x@example.vn")), **sees)


@pytest.mark.django_db
@pytest.mark.parametrize("scope", ["all", "dossier", "procedure"])
def test_a_mandate_binds_once_accepted_until_its_last_day_or_its_end(world: World, scope: str) -> None:
    dossier = Dossier.objects.get(public_id=received(world.home).public_id)
    other = Dossier.objects.get(public_id=received(world.home, "1.004873").public_id)
    an, bach = person_account(AN, "an@example.vn"), person_account(BACH, "bach@example.vn")
    code = {"all": "", "dossier": dossier.code.lower(), "procedure": "1.001193"}[scope]
    today = MONDAY.date()
    entry = MandateEntry("bach@example.vn", scope, code, f"{today + timedelta(days=2):%d/%m/%Y}")
    number = give_mandate(entry, citizen=an, now=MONDAY)

    def sees(which: Dossier, on: date = today) -> bool:
        procedure = which.offering.procedure_version.procedure_id
        return may_see_dossier(bach, dossier=which, procedure_id=procedure, on=on)

    assert not sees(dossier)
    assert not answer_mandate(number, is_accepted=True, citizen=an, now=MONDAY)
    assert answer_mandate(number, is_accepted=True, citizen=bach, now=MONDAY)
    assert sees(dossier)
    assert sees(other) == (scope == "all")
    assert sees(dossier, today + timedelta(days=2))
    assert not sees(dossier, today + timedelta(days=3))
    assert not end_mandate(
        number, citizen=person_account(replace(AN, id_number="999190000009"), "z@example.vn"), now=MONDAY
    )
    assert end_mandate(number, citizen=an, now=MONDAY)
    assert not sees(dossier)


@pytest.mark.django_db
def test_a_mandate_that_cannot_be_is_refused_with_every_reason(world: World) -> None:
    an = person_account(AN, "an@example.vn")
    account(email="anonymous@example.vn")

    def codes(*entry: str) -> list[str]:
        with pytest.raises(Refused) as refusal:
            give_mandate(MandateEntry(*entry), citizen=an, now=MONDAY)
        return [p.code for p in refusal.value.problems]

    assert codes("an@example.vn", "all", "", "15/11/2026") == ["mandate.self", "mandate.until"]
    assert codes("anonymous@example.vn", "dossier", "X", "") == ["mandate.nobody", "mandate.until", "mandate.dossier"]
    assert codes("nobody@example.vn", "procedure", "9.9", "16/11/2026") == ["mandate.nobody", "mandate.procedure"]
    assert codes("x", "all", "", "16/11/2026") == ["contact.form"]


@pytest.mark.django_db
def test_an_organisation_has_its_representative_and_the_clerks_that_accepted(world: World) -> None:
    head = replace(AN, represents=(Represented("0099900004", "Công ty Gốm Luy Lâu"),))
    an, bach = person_account(head, "an@example.vn"), person_account(BACH, "bach@example.vn")
    [page] = organisations_of(an)
    add_clerk(page.public_id, contact="bach@example.vn", citizen=an, now=MONDAY)
    with pytest.raises(Refused, match=r"member\.known"):
        add_clerk(page.public_id, contact="bach@example.vn", citizen=an, now=MONDAY)
    [asked] = organisations_of(bach)
    assert not acting_choices(bach, on=MONDAY.date())
    with pytest.raises(Refused, match=r"member\.not_representative"):
        add_clerk(page.public_id, contact="an@example.vn", citizen=bach, now=MONDAY)
    assert answer_membership(asked.membership_id, is_accepted=True, citizen=bach, now=MONDAY)
    [choice] = acting_choices(bach, on=MONDAY.date())
    assert (choice.role, choice.name) == ("clerk", "Công ty Gốm Luy Lâu")
    assert end_membership(asked.membership_id, citizen=an, now=MONDAY)
    assert not acting_choices(bach, on=MONDAY.date())
    # The next identification says that An represents nobody any more.
    identify(account_id=an.account_id, person=AN, language="vi", now=MONDAY)
    assert not organisations_of(citizen(an.account_id))
