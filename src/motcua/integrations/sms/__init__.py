"""SMS through a provider's HTTP interface. Settings: ``MOTCUA_SMS_URL``, ``MOTCUA_SMS_KEY``; a demo simulates."""

from __future__ import annotations

from typing import Any

from motcua.integrations.sms.adapter import HttpSms
from motcua.integrations.sms.simulator import SimulatedSms
from motcua.services.ports import Courier


def connect(settings: Any) -> Courier | None:
    """Return the courier of this installation, ``None`` when no provider is named."""
    if settings.SMS_URL:
        return HttpSms(url=settings.SMS_URL, key=settings.SMS_KEY)
    return SimulatedSms() if settings.IS_DEMO else None
