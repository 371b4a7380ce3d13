"""The national identity over OpenID Connect: authorization code with PKCE, state and nonce; signatures by JWKS.

Settings: ``MOTCUA_IDENTITY_URL`` (issuer), ``MOTCUA_IDENTITY_CLIENT``, ``MOTCUA_IDENTITY_SECRET``. The demo starts
the simulator beside it, a server of its own.
"""

from __future__ import annotations

from typing import Any

from motcua.integrations.national_id.adapter import OpenIdProvider
from motcua.services.ports import IdentityProvider


def connect(settings: Any) -> IdentityProvider | None:
    """Return the provider of this installation, ``None`` when none is named."""
    if not settings.IDENTITY_URL:
        return None
    return OpenIdProvider(
        issuer=settings.IDENTITY_URL, client_id=settings.IDENTITY_CLIENT, secret=settings.IDENTITY_SECRET
    )
