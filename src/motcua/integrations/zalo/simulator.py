"""A notification service that only pretends: keeps notices, fails on demand, signs call-backs as the real one."""

from __future__ import annotations

import json
import re

from motcua.integrations.zalo.adapter import read_signed, signature_of
from motcua.services.notices.kept import keep
from motcua.services.ports import AddressRefused, CourierAway, DeliveryNews, Letter, Throttled
from motcua.services.times import system_now

KEY = "simulated-zalo"
_PHONE = re.compile(r"0[0-9]{9,10}")


class SimulatedZalo:
    """Numbers ending in 77 have no account there, those in 888 are throttled; ``is_away`` takes nothing."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away = is_away

    def send(self, letter: Letter) -> str:
        if not _PHONE.fullmatch(letter.to) or letter.to.endswith("77"):
            raise AddressRefused("no account with this number")
        if self.is_away:
            raise CourierAway("simulated: away")
        if letter.to.endswith("888"):
            raise Throttled(300)
        return keep(channel="zalo", key=letter.key, to=letter.to, subject="", text=letter.text, at=system_now())

    def read_news(self, body: bytes, *, signature: str) -> DeliveryNews | None:
        return read_signed(body, signature=signature, key=KEY)


def call_back(number: str, *, is_delivered: bool, at: int) -> tuple[bytes, str]:
    """Return body and signature of the call-back that tells what became of a message."""
    event = "user_received_message" if is_delivered else "delivery_failed"
    body = json.dumps({"event_name": event, "message": {"msg_id": number}, "timestamp": at}).encode()
    return body, signature_of(body, key=KEY)
