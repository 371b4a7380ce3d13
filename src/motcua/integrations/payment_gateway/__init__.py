"""The payment gateway: a signed redirect, signed call-backs, status query, refund and the day's statement.

``connect`` reads ``payment_gateway.toml`` in the data folder: ``name``, ``merchant``, ``secret``, ``pay_url``,
``api_url`` and, where it is not SHA-512, ``digest = "sha256"``. Without it a demo gets the simulated bank, and any
other installation has no gateway. What fields are called follows the gateways in use in Vietnam; it was written
without access to one, so an agreement with one begins with its own test cases.
"""

from __future__ import annotations

import secrets
import tomllib
from pathlib import Path
from typing import Any

from motcua.integrations.asking import over_http
from motcua.integrations.payment_gateway.adapter import SignedGateway, Terms
from motcua.integrations.payment_gateway.simulator import SimulatedBank

SIMULATED_PATH = "/simulated-bank/pay"


def connect(settings: Any) -> SignedGateway | None:
    """Return the gateway of this installation, ``None`` when it has none."""
    path = Path(settings.VAR) / "payment_gateway.toml"
    if path.exists():
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        terms = Terms(data["name"], data["merchant"], data["secret"], data["pay_url"], data.get("digest", "sha512"))
        return SignedGateway(terms, over_http(data["api_url"]))
    if not settings.DEMO_OFFSET:
        return None
    bank = simulated_bank(settings)
    return SignedGateway(bank.terms, bank.handle)


def simulated_bank(settings: Any) -> SimulatedBank:
    """Return the demo's bank; its ledger and its secret lie in the data folder, for all server processes."""
    folder = Path(settings.VAR) / "simulated-bank"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret"
    if not path.exists():
        path.write_text(secrets.token_hex(32))
    terms = Terms("simulated", "MOTCUA01", path.read_text(), SIMULATED_PATH)
    return SimulatedBank(terms, folder / "ledger.jsonl")
