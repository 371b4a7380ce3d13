"""E-mail by SMTP. Settings: ``MOTCUA_SMTP`` (host:port) and ``MOTCUA_MAIL_FROM``; a demo gets the simulator."""

from __future__ import annotations

from typing import Any

from motcua.integrations.email.adapter import SmtpCourier
from motcua.integrations.email.simulator import SimulatedMail
from motcua.services.ports import Courier


def connect(settings: Any) -> Courier | None:
    """Return the courier of this installation, ``None`` when no mail server is named."""
    if settings.SMTP:
        host, _, port = settings.SMTP.partition(":")
        return SmtpCourier(host=host, port=int(port or 25), sender=settings.MAIL_FROM)
    return SimulatedMail() if settings.IS_DEMO else None
