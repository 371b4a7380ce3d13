"""Hands text messages to a provider: one POST a message, in JSON, with the key as idempotency key.

The interface is the common one of providers here (brand name, phone, text, request id); a provider that differs
gets a folder of its own.
"""

from __future__ import annotations

import re

import requests

from motcua.services.ports import AddressRefused, CourierAway, Letter, Throttled

_SECONDS = 10
_PHONE = re.compile(r"0[0-9]{9,10}")


class HttpSms:
    """A provider of text messages."""

    def __init__(self, *, url: str, key: str) -> None:
        self.url, self.key = url, key

    def send(self, letter: Letter) -> str:
        if not _PHONE.fullmatch(letter.to):
            raise AddressRefused("not a phone number")
        body = {"request_id": letter.key, "phone": "84" + letter.to[1:], "text": letter.text, "unicode": True}
        try:
            answer = requests.post(
                self.url,
                json=body,
                headers={"Authorization": f"Bearer {self.key}", "Idempotency-Key": letter.key},
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise CourierAway(type(error).__name__) from error
        return number_of(answer)


def number_of(answer: requests.Response) -> str:
    """Return the provider's number of the message. Raises as ``Courier.send`` does."""
    if answer.status_code == 429:
        wait = answer.headers.get("Retry-After", "")
        raise Throttled(int(wait) if wait.isdigit() else 60)
    if answer.status_code in (400, 404, 410, 422):
        raise AddressRefused(f"provider says {answer.status_code}")
    if answer.status_code not in (200, 201, 202):
        raise CourierAway(f"provider says {answer.status_code}")
    try:
        number = answer.json()["message_id"]
    except (ValueError, KeyError, TypeError) as error:
        raise CourierAway("answer without a number") from error
    return str(number)[:80]
