"""The carrier that brings results: takes parcels over and calls back with their state.

``connect`` reads ``post_carrier.toml`` in the data folder: ``name``, ``secret``, ``api_url``. Without it a demo gets
a simulated carrier, and any other installation none: the postal officer then writes the tracking number by hand.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from motcua.integrations.asking import over_http
from motcua.integrations.post_carrier.adapter import SignedCarrier
from motcua.integrations.post_carrier.simulator import SimulatedCarrier


def connect(settings: Any) -> SignedCarrier | None:
    """Return the carrier of this installation, ``None`` when it has none."""
    path = Path(settings.VAR) / "post_carrier.toml"
    if path.exists():
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return SignedCarrier(data["name"], data["secret"], over_http(data["api_url"]))
    if not settings.DEMO_OFFSET:
        return None
    carrier = simulated_carrier(settings)
    return SignedCarrier(carrier.name, carrier.secret, carrier.handle)


def simulated_carrier(settings: Any) -> SimulatedCarrier:
    """Return the demo's carrier; its secret is made from that of the installation."""
    secret = hashlib.sha256(b"motcua carrier " + settings.SECRET_KEY.encode()).hexdigest()
    return SimulatedCarrier("simulated", secret)
