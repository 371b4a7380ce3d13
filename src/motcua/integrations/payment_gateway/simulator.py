"""A bank that is none: takes signed orders, "pays" them, signs call-backs, answers questions; for tests and the demo.

Its ledger is in memory, or in a file that all server processes share. What it loses, delays, repeats or reorders is
the caller's choice: it hands out the call-backs, and the caller delivers them as badly as he likes.
"""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from motcua.integrations.payment_gateway.adapter import Terms, read_signed, read_stamp, signature, signed, stamp

_VIETNAM = timezone(timedelta(hours=7))


@dataclass(slots=True)
class Taken:
    """Money that the bank took, or gave back where the amount is below zero."""

    number: str
    attempt: str
    amount_vnd: int
    at: datetime
    refund_key: str = ""


class SimulatedBank:
    """The bank. Give it a path and its ledger outlives it."""

    def __init__(self, terms: Terms, path: Path | None = None) -> None:
        self.terms, self._path = terms, path
        self._lock = threading.Lock()
        self._taken: list[Taken] = []
        self._by_attempt: dict[str, Taken] = {}
        self._declined: dict[str, int] = {}
        self._read_up_to = 0

    def order_of(self, query: str) -> dict[str, str] | None:
        """Return the order that a payer arrives with, ``None`` when it was tampered with."""
        return read_signed(query, self.terms)

    def pay(
        self, order: Mapping[str, str], *, at: datetime, amount_vnd: int | None = None, again: bool = False
    ) -> str:
        """Take the money of an order once and return the call-back; ``again`` takes it a second time.

        A real gateway takes an order's money once; ``again`` and another amount are for testing the other side.
        """
        attempt = order["vnp_TxnRef"]
        amount = int(order["vnp_Amount"]) // 100 if amount_vnd is None else amount_vnd
        with self._ledger():
            found = self._by_attempt.get(attempt)
            if found is None or again:
                found = Taken(f"{14_000_000 + len(self._taken)}", attempt, amount, at)
                self._write(found)
        return self.call_back(found)

    def decline(self, order: Mapping[str, str], *, at: datetime) -> str:
        """Return the call-back of an order that was not paid."""
        amount = int(order["vnp_Amount"]) // 100
        self._declined[order["vnp_TxnRef"]] = amount
        return self._signed_notice(order["vnp_TxnRef"], "0", amount, "24", at)

    def call_back(self, taken: Taken) -> str:
        """Return the signed call-back of money taken, the same at every call."""
        return self._signed_notice(taken.attempt, taken.number, taken.amount_vnd, "00", taken.at)

    def taken(self) -> list[Taken]:
        """Return all money that the bank took or gave back, oldest first."""
        with self._ledger():
            return list(self._taken)

    def handle(self, params: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the signed answer to a signed question: ``querydr``, ``refund`` or ``statement``."""
        raw = urlencode(sorted(params.items()))
        if read_signed(raw, self.terms) is None:
            return self._answer({"vnp_ResponseCode": "97"})
        with self._ledger():
            command = {"querydr": self._query, "refund": self._refund, "statement": self._statement}
            return self._answer(command[params["vnp_Command"]](params))

    def _query(self, params: Mapping[str, str]) -> dict[str, str]:
        attempt = params["vnp_TxnRef"]
        found = self._by_attempt.get(attempt)
        if found is not None:
            return self._notice(attempt, found.number, found.amount_vnd, "00", found.at)
        if attempt in self._declined:
            return self._notice(attempt, "0", self._declined[attempt], "24", datetime.now(UTC))
        return {"vnp_QueryCode": "91"}

    def _refund(self, params: Mapping[str, str]) -> dict[str, str]:
        key, number = params["vnp_RequestId"], params["vnp_TransactionNo"]
        amount = int(params["vnp_Amount"]) // 100
        if any(t.refund_key == key for t in self._taken):
            return {"vnp_ResponseCode": "00"}
        left = sum(t.amount_vnd for t in self._taken if t.attempt == params["vnp_TxnRef"])
        if amount > left or not any(t.number == number for t in self._taken):
            return {"vnp_ResponseCode": "99"}
        at = read_stamp(params["vnp_TransactionDate"]) or datetime.now(UTC)
        self._write(Taken(f"R{key}", params["vnp_TxnRef"], -amount, at, key))
        return {"vnp_ResponseCode": "00"}

    def _statement(self, params: Mapping[str, str]) -> dict[str, str]:
        lines = [t for t in self._taken if f"{t.at.astimezone(_VIETNAM):%Y%m%d}" == params["vnp_Date"]]
        return {"vnp_Lines": "|".join(f"{t.number}:{t.attempt}:{t.amount_vnd}" for t in lines)}

    def _answer(self, params: Mapping[str, str]) -> dict[str, str]:
        return {**params, "vnp_SecureHash": signature(urlencode(sorted(params.items())), self.terms)}

    def _signed_notice(self, attempt: str, number: str, amount_vnd: int, code: str, at: datetime) -> str:
        return signed(self._notice(attempt, number, amount_vnd, code, at), self.terms)

    def _notice(self, attempt: str, number: str, amount_vnd: int, code: str, at: datetime) -> dict[str, str]:
        return {
            "vnp_TmnCode": self.terms.merchant,
            "vnp_TxnRef": attempt,
            "vnp_TransactionNo": number,
            "vnp_Amount": str(amount_vnd * 100),
            "vnp_ResponseCode": code,
            "vnp_TransactionStatus": code,
            "vnp_PayDate": stamp(at),
            "vnp_BankCode": "SIM",
        }

    def _write(self, taken: Taken) -> None:
        self._remember(taken)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as f:
                line = [taken.number, taken.attempt, taken.amount_vnd, taken.at.isoformat(), taken.refund_key]
                f.write(json.dumps(line) + "\n")
            self._read_up_to = self._path.stat().st_size

    def _remember(self, taken: Taken) -> None:
        self._taken.append(taken)
        if taken.amount_vnd > 0:
            self._by_attempt.setdefault(taken.attempt, taken)

    @contextmanager
    def _ledger(self) -> Iterator[None]:
        """Hold the ledger, with what other processes have written to it."""
        with self._lock:
            if self._path is None:
                yield
                return
            with self._path.open("a+", encoding="utf-8") as held:
                fcntl.flock(held, fcntl.LOCK_EX)
                held.seek(self._read_up_to)
                for line in held.read().splitlines():
                    number, attempt, amount, at, key = json.loads(line)
                    self._remember(Taken(number, attempt, amount, datetime.fromisoformat(at), key))
                self._read_up_to = self._path.stat().st_size
                yield
