"""A provider of text messages that only pretends: it keeps what it is given, and fails on demand."""

from __future__ import annotations

import re

from motcua.services.notices.kept import keep
from motcua.services.ports import AddressRefused, CourierAway, Letter, Throttled
from motcua.services.times import system_now

_PHONE = re.compile(r"0[0-9]{9,10}")


class SimulatedSms:
    """Numbers ending in 999 are never taken, those in 888 are throttled; ``is_away`` takes nothing."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away = is_away

    def send(self, letter: Letter) -> str:
        if not _PHONE.fullmatch(letter.to) or letter.to.endswith("999"):
            raise AddressRefused("no such number")
        if self.is_away:
            raise CourierAway("simulated: away")
        if letter.to.endswith("888"):
            raise Throttled(60)
        return keep(channel="sms", key=letter.key, to=letter.to, subject="", text=letter.text, at=system_now())
