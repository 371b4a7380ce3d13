"""Signatures on files: PAdES with a time stamp (B-T), by keys that lie wherever ``Keys`` says.

Without keys of its own an installation signs with those of a test authority, made in the data folder at first use:
good for trying out, worth nothing before the law, and every certificate says so. A token or a remote signing service
is another ``Keys``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from motcua.integrations.signer.adapter import PadesSigner
from motcua.integrations.signer.test_authority import TestAuthority


def connect(settings: Any) -> PadesSigner:
    """Return what signs in this installation."""
    return PadesSigner(TestAuthority(Path(settings.VAR) / "test-authority"))
