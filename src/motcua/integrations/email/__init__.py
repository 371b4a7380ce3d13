"""E-mail by SMTP. Settings: ``MOTCUA_SMTP`` (host:port), ``MOTCUA_MAIL_FROM``, and for a server that asks for it
``MOTCUA_SMTP_TLS``, ``MOTCUA_SMTP_USER``, ``MOTCUA_SMTP_PASSWORD``; a demo gets the simulator.
"""

from __future__ import annotations

import ssl
from typing import Any

from motcua.integrations.email.adapter import PORTS, Line, SmtpCourier
from motcua.integrations.email.simulator import SimulatedMail
from motcua.services.ports import Courier


def connect(settings: Any) -> Courier | None:
    """Return the courier of this installation, ``None`` when no mail server is named."""
    if settings.SMTP:
        host, _, port = settings.SMTP.partition(":")
        line = Line(
            host=host,
            port=int(port or PORTS[settings.SMTP_TLS]),
            tls=settings.SMTP_TLS,
            context=ssl.create_default_context() if settings.SMTP_TLS else None,
            user=settings.SMTP_USER,
            password=settings.SMTP_PASSWORD,
        )
        return SmtpCourier(line, sender=settings.MAIL_FROM)
    return SimulatedMail() if settings.IS_DEMO else None
