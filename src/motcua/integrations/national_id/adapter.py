"""Asks an OpenID Connect provider who somebody is, and believes only what it has signed for this question.

Tokens live by the real time, also in a demo whose own time is another: the provider knows no other.
"""

from __future__ import annotations

import hmac
import re
import time
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from motcua.services.ports import IdentityError, IdentityQuestion, Person, Represented

SCOPE = "openid identity"
_SECONDS = 8
_KEPT_SECONDS = 600
_LEEWAY_SECONDS = 60
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_ORGANISATION_NUMBER = re.compile(r"^[0-9]{10}(-[0-9]{3})?$")
_NAME_LENGTH_MAX, _ADDRESS_LENGTH_MAX, _SEX_LENGTH_MAX = 200, 300, 10


@dataclass(slots=True)
class _Kept:
    value: Any
    until: float


class OpenIdProvider:
    """One provider; its addresses and keys are kept for ten minutes, and asked again when a key is unknown."""

    def __init__(self, *, issuer: str, client_id: str, secret: str) -> None:
        self.issuer, self.client_id, self._secret = issuer.rstrip("/"), client_id, secret
        self._kept: dict[str, _Kept] = {}

    @property
    def origin(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def ask(self, *, back_to: str) -> IdentityQuestion:
        nonce, verifier = generate_token(32), generate_token(64)
        address, state = self._session(back_to).create_authorization_url(
            self._configuration()["authorization_endpoint"], nonce=nonce, code_verifier=verifier
        )
        return IdentityQuestion(address, state, nonce, verifier)

    def read(self, question: IdentityQuestion, *, code: str, back_to: str) -> Person:
        try:
            token = self._session(back_to).fetch_token(
                self._configuration()["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=question.verifier,
                timeout=_SECONDS,
            )
        except OAuthError as error:
            raise IdentityError("expired" if error.error == "invalid_grant" else "wrong") from error
        except (requests.RequestException, ValueError) as error:
            raise IdentityError("away") from error
        return _person(self._claims(str(token.get("id_token", "")), nonce=question.nonce))

    def _session(self, back_to: str) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self._secret,
            scope=SCOPE,
            redirect_uri=back_to,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - the name of a method
        )

    def _claims(self, id_token: str, *, nonce: str) -> dict[str, Any]:
        """Return what the token claims, once its signature, issuer, audience, times and nonce are right."""
        try:
            token = self._decoded(id_token)
            registry = jwt.JWTClaimsRegistry(
                now=int(time.time()),
                leeway=_LEEWAY_SECONDS,
                iss={"essential": True, "value": self._configuration()["issuer"]},
                aud={"essential": True, "value": self.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
            )
            registry.validate(token.claims)
        except ExpiredTokenError as error:
            raise IdentityError("expired") from error
        except (JoseError, ValueError) as error:
            raise IdentityError("wrong") from error
        claims = dict(token.claims)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise IdentityError("wrong")
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.client_id:
            raise IdentityError("wrong")
        return claims

    def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, self._keys(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # The keys may have been changed since they were asked for: once more with fresh ones.
            self._kept.pop("keys", None)
            return jwt.decode(id_token, self._keys(), algorithms=_ALGORITHMS)

    def _keys(self) -> KeySet:
        return KeySet.import_key_set(self._fetched("keys", self._configuration()["jwks_uri"]))

    def _configuration(self) -> dict[str, Any]:
        found: dict[str, Any] = self._fetched("configuration", f"{self.issuer}/.well-known/openid-configuration")
        if str(found.get("issuer", "")).rstrip("/") != self.issuer:
            raise IdentityError("wrong")
        return found

    def _fetched(self, name: str, address: str) -> Any:
        kept = self._kept.get(name)
        if kept is None or kept.until < time.monotonic():
            try:
                answer = requests.get(address, timeout=_SECONDS, allow_redirects=False)
                answer.raise_for_status()
                kept = _Kept(answer.json(), time.monotonic() + _KEPT_SECONDS)
            except (requests.RequestException, ValueError) as error:
                raise IdentityError("away") from error
            self._kept[name] = kept
        return kept.value


def _person(claims: dict[str, Any]) -> Person:
    """Return the person that the claims name; a number of another form, or no name, is not believed."""
    number, name = str(claims.get("id_number", "")), str(claims.get("name", "")).strip()
    if not (number.isascii() and number.isdigit() and len(number) == 12 and name):
        raise IdentityError("wrong")
    try:
        birth_on = date.fromisoformat(str(claims["birthdate"])) if claims.get("birthdate") else None
        level = int(claims.get("level", 0))
    except ValueError as error:
        raise IdentityError("wrong") from error
    return Person(
        id_number=number,
        name=name[:_NAME_LENGTH_MAX],
        birth_on=birth_on,
        sex=str(claims.get("gender", ""))[:_SEX_LENGTH_MAX],
        address=str(claims.get("address", ""))[:_ADDRESS_LENGTH_MAX],
        level=level,
        represents=_represented(claims.get("represents")),
    )


def _represented(claimed: object) -> tuple[Represented, ...]:
    """Return the organisations of the claim; one without a number of the right form is left out."""
    rows = [r for r in claimed if isinstance(r, dict)] if isinstance(claimed, list) else []
    found = [Represented(str(r.get("number", "")), str(r.get("name", "")).strip()[:_NAME_LENGTH_MAX]) for r in rows]
    return tuple(r for r in found if _ORGANISATION_NUMBER.match(r.number) and r.name)
