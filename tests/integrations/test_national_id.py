"""The national identity: a real OpenID Connect server, and every way in which an answer can be wrong."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey

from identity import BACK_TO, CLIENT, SECRET, Liar, answer_of, identity_server, lying_provider
from motcua.integrations.national_id.adapter import OpenIdProvider
from motcua.services.ports import IdentityError, IdentityQuestion


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("identity")


@pytest.fixture(scope="module")
def issuer(folder: Path) -> Iterator[str]:
    with identity_server(folder) as running:
        yield running


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying_provider() as made:
        yield made


def provider_at(issuer: str) -> OpenIdProvider:
    return OpenIdProvider(issuer=issuer, client_id=CLIENT, secret=SECRET)


def reason_of(provider: OpenIdProvider, question: IdentityQuestion, code: str = "x") -> str:
    try:
        provider.read(question, code=code, back_to=BACK_TO)
    except IdentityError as error:
        return error.reason
    return ""


def test_a_person_is_read_from_the_real_server(issuer: str) -> None:
    provider = provider_at(issuer)
    question = provider.ask(back_to=BACK_TO)
    asked = {k: v[0] for k, v in parse_qs(urlsplit(question.address).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert asked["code_challenge"] != question.verifier
    assert (asked["state"], asked["nonce"]) == (question.state, question.nonce)
    back = answer_of(question.address, "an")
    assert back["state"] == question.state
    person = provider.read(question, code=back["code"], back_to=BACK_TO)
    assert (person.id_number, person.name, person.level) == ("999190000001", "Nguyễn Thị An", 2)
    assert person.birth_on == date(1990, 2, 1)
    assert person.address.startswith("Số 1")
    # A code works once, and only with the verifier of its own question.
    assert reason_of(provider, question, back["code"]) == "expired"
    other = provider.ask(back_to=BACK_TO)
    assert reason_of(provider, question, answer_of(other.address, "an")["code"]) == "expired"


def test_who_says_no_is_led_back_with_the_denial(issuer: str) -> None:
    back = answer_of(provider_at(issuer).ask(back_to=BACK_TO).address, "bach", is_granted=False)
    assert back["error"] == "access_denied"


def test_a_changed_key_of_the_real_server_is_fetched(issuer: str, folder: Path) -> None:
    provider = provider_at(issuer)
    question = provider.ask(back_to=BACK_TO)
    provider.read(question, code=answer_of(question.address, "an")["code"], back_to=BACK_TO)
    pem = RSAKey.generate_key(2048).as_pem(private=True)
    (folder / "key-002.pem").write_bytes(pem)
    question = provider.ask(back_to=BACK_TO)
    person = provider.read(question, code=answer_of(question.address, "cuc")["code"], back_to=BACK_TO)
    assert person.name == "Lê Thị Cúc"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "wrong"),
        ({"iat": int(time.time()) + 900}, "wrong"),
        ({"nonce": "another"}, "wrong"),
        ({"nonce": None}, "wrong"),
        ({"iss": "http://localhost:1"}, "wrong"),
        ({"aud": "another"}, "wrong"),
        ({"aud": [CLIENT, "another"]}, "wrong"),
        ({"id_number": "12345"}, "wrong"),
        ({"id_number": None}, "wrong"),
        ({"id_number": "٩٩٩١٩٠٠٠٠٠٠١"}, "wrong"),
        ({"birthdate": "1990-13-01"}, "wrong"),
        ({"name": " "}, "wrong"),
        ({}, ""),
    ],
)
def test_an_answer_that_is_not_to_this_question_is_not_believed(
    liar: Liar, claims: dict[str, object], reason: str
) -> None:
    provider = provider_at(liar.issuer)
    question = provider.ask(back_to=BACK_TO)
    liar.claims = {"nonce": question.nonce, **claims}
    assert reason_of(provider, question) == reason
    assert liar.asked[0]["code_verifier"] == question.verifier


def test_a_signature_by_nobodys_key_or_by_our_own_secret_is_not_believed(liar: Liar) -> None:
    provider = provider_at(liar.issuer)
    question = provider.ask(back_to=BACK_TO)
    liar.claims = {"nonce": question.nonce}
    liar.key = RSAKey.generate_key(2048, {"kid": "1"})
    assert reason_of(provider, question) == "wrong"
    liar.published = [liar.key]
    assert reason_of(provider, question) == ""


def test_a_provider_that_is_away_or_refuses_is_said_to_be(liar: Liar) -> None:
    with pytest.raises(IdentityError, match="away"):
        provider_at("http://localhost:9").ask(back_to=BACK_TO)
    provider = provider_at(liar.issuer)
    question = provider.ask(back_to=BACK_TO)
    liar.token_error = "invalid_client"
    assert reason_of(provider, question) == "wrong"
    liar.token_error = "invalid_grant"
    assert reason_of(provider, question) == "expired"
