"""Speaks with a payment gateway by signed parameters; the same adapter for every gateway of this manner."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from motcua.core.payments import StatementLine
from motcua.integrations.asking import Handle
from motcua.services.money_ports import FAILED, PAID, PENDING, GatewayAway, PayNotice, PayOrder, RefundOrder

_VIETNAM = timezone(timedelta(hours=7))
_VERSION, _HASH = "2.1.0", "vnp_SecureHash"
SUCCESS = "00"
# What a gateway is told of its call-back; only the first two stop it from calling again.
_ANSWERS = {
    **dict.fromkeys(("booked", "failed"), (SUCCESS, "Confirm Success")),
    "duplicate": ("02", "Order already confirmed"),
    "unknown": ("01", "Order not found"),
    "mismatch": ("04", "Invalid amount"),
    "forged": ("97", "Invalid signature"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with the gateway. ``digest`` is ``sha512`` or ``sha256``."""

    name: str
    merchant: str
    secret: str
    pay_url: str
    digest: str = "sha512"


def signed(params: Mapping[str, str], terms: Terms) -> str:
    """Return the parameters as a query string in the order of their names, with their signature at the end."""
    query = urlencode(sorted(params.items()))
    return f"{query}&{_HASH}={signature(query, terms)}"


def signature(text: str, terms: Terms) -> str:
    """Return the HMAC of a text under the secret agreed."""
    return hmac.new(terms.secret.encode(), text.encode(), terms.digest).hexdigest()


def read_signed(raw: str, terms: Terms) -> dict[str, str] | None:
    """Return the parameters of a query string whose signature is right, ``None`` for any other."""
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, strict_parsing=True, max_num_fields=60)
    except ValueError:
        return None
    params = dict(pairs)
    given = params.pop(_HASH, "")
    params.pop("vnp_SecureHashType", None)
    # A name that stands twice could be read in two ways.
    if len(params) + 1 < len({name for name, _ in pairs}) or len(pairs) != len({name for name, _ in pairs}):
        return None
    expected = signature(urlencode(sorted(params.items())), terms)
    return params if hmac.compare_digest(expected.encode(), given.lower().encode()) else None


def stamp(at: datetime) -> str:
    """Return an instant as gateways write it: ``yyyyMMddHHmmss`` in Vietnam."""
    return f"{at.astimezone(_VIETNAM):%Y%m%d%H%M%S}"


def read_stamp(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=_VIETNAM)
    except ValueError:
        return None


class SignedGateway:
    """A gateway of the usual manner; ``ask`` carries a signed question and brings the answer."""

    def __init__(self, terms: Terms, ask: Handle) -> None:
        self.terms, self._ask = terms, ask

    @property
    def name(self) -> str:
        return self.terms.name

    def address(self, order: PayOrder) -> str:
        params = {
            "vnp_Version": _VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self.terms.merchant,
            # Gateways count hundredths, though the đồng has none.
            "vnp_Amount": str(order.amount_vnd * 100),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": order.key.hex,
            "vnp_OrderInfo": order.about,
            "vnp_OrderType": "other",
            "vnp_Locale": "vn" if order.language == "vi" else "en",
            "vnp_ReturnUrl": order.return_url,
            "vnp_CreateDate": stamp(order.made_at),
            "vnp_ExpireDate": stamp(order.expires_at),
        }
        return f"{self.terms.pay_url}?{signed(params, self.terms)}"

    def read(self, raw: str) -> PayNotice | None:
        params = read_signed(raw, self.terms)
        return None if params is None or params.get("vnp_TmnCode") != self.terms.merchant else _notice(params)

    def answer(self, verdict: str) -> str:
        code, text = _ANSWERS.get(verdict, ("99", "Unknown error"))
        return json.dumps({"RspCode": code, "Message": text})

    def query(self, attempt: UUID, *, made_at: datetime) -> PayNotice | None:
        found = self._question(
            "querydr",
            {"vnp_TxnRef": attempt.hex, "vnp_TransactionDate": stamp(made_at), "vnp_RequestId": attempt.hex},
        )
        if found.get("vnp_QueryCode") == "91":
            return None
        notice = _notice(found)
        if notice is None or notice.attempt != attempt.hex:
            raise GatewayAway("answer to another question")
        return notice

    def refund(self, order: RefundOrder) -> str:
        params = {
            "vnp_TxnRef": order.attempt.hex,
            "vnp_TransactionNo": order.number,
            "vnp_Amount": str(order.amount_vnd * 100),
            "vnp_RequestId": order.key.hex,
            "vnp_TransactionDate": stamp(order.made_at),
        }
        code = self._question("refund", params).get("vnp_ResponseCode")
        return {SUCCESS: PAID, "94": PENDING}.get(str(code), FAILED)

    def statement(self, on: date) -> Sequence[StatementLine]:
        found = self._question("statement", {"vnp_Date": f"{on:%Y%m%d}", "vnp_RequestId": f"{on:%Y%m%d}"})
        try:
            return [
                StatementLine(number, attempt, int(amount))
                for number, attempt, amount in (line.split(":") for line in found["vnp_Lines"].split("|") if line)
            ]
        except (KeyError, ValueError) as error:
            raise GatewayAway("statement that cannot be read") from error

    def _question(self, command: str, params: Mapping[str, str]) -> Mapping[str, str]:
        """Return the answer to a signed question; an answer whose signature is wrong is none."""
        whole = {"vnp_Version": _VERSION, "vnp_Command": command, "vnp_TmnCode": self.terms.merchant, **params}
        query = urlencode(sorted(whole.items()))
        answer = {k: str(v) for k, v in self._ask({**whole, _HASH: signature(query, self.terms)}).items()}
        given = answer.pop(_HASH, "")
        expected = signature(urlencode(sorted(answer.items())), self.terms)
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise GatewayAway("answer with a wrong signature")
        return answer


def _notice(params: Mapping[str, str]) -> PayNotice | None:
    amount, code = params.get("vnp_Amount", ""), params.get("vnp_TransactionStatus") or params.get("vnp_ResponseCode")
    if not amount.isdecimal() or len(amount) > 15 or int(amount) % 100 or not params.get("vnp_TxnRef"):
        return None
    outcome = {SUCCESS: PAID, "01": PENDING}.get(str(code), FAILED)
    number = params.get("vnp_TransactionNo", "")[:60]
    if outcome == PAID and not number:
        return None
    paid_at = read_stamp(params.get("vnp_PayDate", ""))
    return PayNotice(params["vnp_TxnRef"][:40], number, int(amount) // 100, outcome, paid_at)
