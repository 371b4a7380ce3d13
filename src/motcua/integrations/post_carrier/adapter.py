"""Speaks with a carrier by signed JSON; the same adapter for every carrier of this manner."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from motcua.core.post import ParcelState
from motcua.integrations.asking import Handle
from motcua.services.money_ports import CarrierNews, GatewayAway, ParcelOrder


def signature(data: Mapping[str, Any], secret: str) -> str:
    """Return the HMAC-SHA256 over an object in its one form: sorted names, no spaces."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()


class SignedCarrier:
    """A carrier; ``ask`` carries a signed order and brings the answer."""

    def __init__(self, name: str, secret: str, ask: Handle) -> None:
        self._name, self._secret, self._ask = name, secret, ask

    @property
    def name(self) -> str:
        return self._name

    def accept(self, order: ParcelOrder) -> str:
        data = {"key": order.key.hex, "name": order.name, "phone": order.phone, "address": order.address}
        answer = self._ask({**data, "signature": signature(data, self._secret)})
        tracking = str(answer.get("tracking", ""))[:40]
        if not tracking:
            raise GatewayAway("no tracking number")
        return tracking

    def read(self, raw: str) -> CarrierNews | None:
        try:
            data = json.loads(raw)
            given = str(data.pop("signature"))
            expected = signature(data, self._secret)
            if not hmac.compare_digest(expected.encode(), given.encode()):
                return None
            at = datetime.fromisoformat(data["at"])
            if at.tzinfo is None:
                return None
            state = ParcelState(data["state"])
            place = str(data.get("place", ""))[:120]
            return CarrierNews(str(data["tracking"])[:40], str(data["number"])[:60], state.value, at, place)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
