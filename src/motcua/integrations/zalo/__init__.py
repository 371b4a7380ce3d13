"""Zalo notices. Settings: ``MOTCUA_ZALO_URL``, ``MOTCUA_ZALO_KEY`` (it also signs call-backs); a demo simulates."""

from __future__ import annotations

from typing import Any

from motcua.integrations.zalo.adapter import HttpZalo
from motcua.integrations.zalo.simulator import SimulatedZalo
from motcua.services.ports import TellingCourier


def connect(settings: Any) -> TellingCourier | None:
    """Return the courier of this installation, ``None`` when it has no account there."""
    if settings.ZALO_URL:
        return HttpZalo(url=settings.ZALO_URL, key=settings.ZALO_KEY)
    return SimulatedZalo() if settings.IS_DEMO else None
