"""A mail server that only pretends: it keeps what it is given, and fails on demand."""

from __future__ import annotations

from motcua.core.forms.contacts import parse_contact
from motcua.services.notices.kept import keep
from motcua.services.ports import AddressRefused, CourierAway, Letter, Throttled
from motcua.services.times import system_now


class SimulatedMail:
    """``refuse@…`` is never taken, ``busy@…`` is throttled; ``is_away`` takes nothing."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away = is_away

    def send(self, letter: Letter) -> str:
        contact = parse_contact(letter.to)
        if contact is None or contact.kind != "email" or letter.to.startswith("refuse@"):
            raise AddressRefused("550 no such mailbox")
        if self.is_away:
            raise CourierAway("simulated: away")
        if letter.to.startswith("busy@"):
            raise Throttled(300)
        return keep(
            channel="email", key=letter.key, to=letter.to, subject=letter.subject, text=letter.text, at=system_now()
        )
