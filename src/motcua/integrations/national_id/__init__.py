"""The national identity over OpenID Connect."""

from __future__ import annotations

from typing import Any

from motcua.services.ports import IdentityProvider


def connect(settings: Any) -> IdentityProvider | None:
    """Return the provider of this installation, ``None`` when none is named."""
    return None
