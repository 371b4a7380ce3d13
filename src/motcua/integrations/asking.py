"""Answers how a neighbour's address is asked in JSON: one object there, one object back, in bounded time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import requests

from motcua.services.money_ports import GatewayAway

Handle = Callable[[Mapping[str, str]], Mapping[str, Any]]
TIMEOUT = (3, 10)
"""Seconds to connect, and to wait for the answer."""


def over_http(api_url: str) -> Handle:
    """Return what sends an object to the address and brings its answer. Raises GatewayAway when there is none."""

    def ask(question: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            answer = requests.post(api_url, json=dict(question), timeout=TIMEOUT)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise GatewayAway(type(error).__name__) from error
        if not isinstance(found, dict):
            raise GatewayAway("no object")
        return found

    return ask
