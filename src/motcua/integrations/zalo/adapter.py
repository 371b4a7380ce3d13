"""Hands notices to Zalo's notification service (ZNS) and reads its signed call-backs about their delivery."""

from __future__ import annotations

import hashlib
import hmac
import json
import re

import requests

from motcua.services.ports import AddressRefused, CourierAway, DeliveryNews, Letter, Throttled

_SECONDS = 10
_PHONE = re.compile(r"0[0-9]{9,10}")
# What the service's error numbers mean for us; any other is worth another try.
_NEVER = {-108, -114, -118, -119, -124}
_LATER = {-144, -147}
_STATES = {"user_received_message": "delivered", "delivery_failed": "failed"}


class HttpZalo:
    """The notification service; templates are registered there with one parameter, the text."""

    def __init__(self, *, url: str, key: str) -> None:
        self.url, self.key = url, key

    def send(self, letter: Letter) -> str:
        if not _PHONE.fullmatch(letter.to):
            raise AddressRefused("not a phone number")
        body = {
            "phone": "84" + letter.to[1:],
            "template_id": f"motcua_{letter.language}",
            "template_data": {"text": letter.text},
            "tracking_id": letter.key,
        }
        try:
            answer = requests.post(
                self.url, json=body, headers={"access_token": self.key}, timeout=_SECONDS, allow_redirects=False
            )
            said = answer.json() if answer.status_code == 200 else {"error": -answer.status_code}
        except (requests.RequestException, ValueError) as error:
            raise CourierAway(type(error).__name__) from error
        return _number_of(said)

    def read_news(self, body: bytes, *, signature: str) -> DeliveryNews | None:
        return read_signed(body, signature=signature, key=self.key)


def _number_of(said: object) -> str:
    if not isinstance(said, dict):
        raise CourierAway("answer without a number")
    error = said.get("error", 0)
    if error in _NEVER:
        raise AddressRefused(f"Zalo says {error}")
    if error in _LATER or error == -429:
        raise Throttled(300)
    data = said.get("data")
    if error or not isinstance(data, dict) or not data.get("msg_id"):
        raise CourierAway(f"Zalo says {error}")
    return str(data["msg_id"])[:80]


def signature_of(body: bytes, *, key: str) -> str:
    return "mac=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def read_signed(body: bytes, *, signature: str, key: str) -> DeliveryNews | None:
    """Return the news of a call-back whose signature is right; anything else is nobody's word."""
    if not hmac.compare_digest(signature_of(body, key=key).encode(), signature.encode()):
        return None
    try:
        said = json.loads(body)
        state = _STATES[said["event_name"]]
        return DeliveryNews(str(said["message"]["msg_id"])[:80], state, int(said["timestamp"]))
    except (ValueError, KeyError, TypeError):
        return None
