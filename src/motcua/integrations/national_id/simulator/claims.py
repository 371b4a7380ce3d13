"""What the simulated identity says of a person, and the keys that it signs with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from motcua.integrations.national_id.simulator.persons import PERSONS


class IdentityAdapter(DefaultOIDCAdapter):
    """Claims of the scope ``identity``; keys are files, the newest signs, so that a key can be changed in a test."""

    scope_display = {
        **DefaultOIDCAdapter.scope_display,
        "identity": "Họ tên, số định danh, ngày sinh, giới tính, nơi ở",
    }

    def get_issuer(self) -> str:
        return str(settings.ISSUER)

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: AbstractBaseUser,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        claims = super().get_claims(purpose, user, client, scopes, email, **kwargs)
        person = next(p for p in PERSONS if p.key == user.get_username())
        if "identity" in scopes:
            claims |= {
                "id_number": person.id_number,
                "name": person.name,
                "birthdate": person.birth,
                "gender": person.sex,
                "address": person.address,
                "level": person.level,
                "represents": [{"number": number, "name": name} for number, name in person.represents],
            }
        return claims

    def list_private_keys(self, **filters: Any) -> list[PrivateKey]:
        files = sorted(settings.FOLDER.glob("key-*.pem"))
        return [PrivateKey(pem=path.read_text()) for path in files]

    def get_signing_key(self) -> PrivateKey:
        return self.list_private_keys()[-1]


def make_key(number: int) -> None:
    """Make a key that signs from now on; older ones stay published."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = settings.FOLDER / f"key-{number:03}.pem"
    path.touch(0o600)
    path.write_bytes(pem)
