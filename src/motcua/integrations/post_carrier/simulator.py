"""A carrier that is none: gives tracking numbers and signs news, for tests and the demo. It keeps nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua.integrations.post_carrier.adapter import signature


class SimulatedCarrier:
    """The carrier; who calls back with its news, how often and in which order, is up to the caller."""

    def __init__(self, name: str, secret: str) -> None:
        self.name, self.secret = name, secret

    def handle(self, order: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the tracking number of an order: the same for the same key."""
        data = {k: v for k, v in order.items() if k != "signature"}
        if signature(data, self.secret) != order.get("signature"):
            return {"error": "signature"}
        number = int(hashlib.sha256(order["key"].encode()).hexdigest()[:12], 16) % 10**9
        return {"tracking": f"EM{number:09d}VN"}

    def news(self, tracking: str, state: str, *, at: datetime, place: str = "Bắc Ninh") -> str:
        """Return a signed call-back; the same event has the same number."""
        number = hashlib.sha256(f"{tracking}|{state}|{at.isoformat()}".encode()).hexdigest()[:20]
        data = {"tracking": tracking, "number": number, "state": state, "at": at.isoformat(), "place": place}
        return json.dumps({**data, "signature": signature(data, self.secret)}, ensure_ascii=False)
