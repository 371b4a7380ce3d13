"""Answers the secret that belongs to a record: made from the installation's own, the same at every asking."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

SECRET_LENGTH = 14


def secret_for(purpose: str, what: str) -> str:
    """Return 14 letters and digits (70 bits) that nobody can make without the installation's secret."""
    key = hashlib.sha256(f"motcua {purpose} {settings.SECRET_KEY}".encode()).digest()
    digest = hmac.new(key, what.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:SECRET_LENGTH]


def is_secret_for(purpose: str, what: str, given: str) -> bool:
    """Return whether ``given`` is that secret; takes as long for a wrong one."""
    clean = given.strip().upper().replace("-", "").replace(" ", "")
    return hmac.compare_digest(secret_for(purpose, what).encode(), clean.encode())


def once_key(purpose: str, what: str | UUID) -> str:
    """Return a digest that keeps something to once and leads from it to nothing."""
    key = hashlib.sha256(f"motcua once {purpose} {settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, str(what).encode(), hashlib.sha256).hexdigest()
