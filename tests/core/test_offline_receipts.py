"""Receipts of a counter without network: read as written, and nothing of them can be changed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.core.dossier.offline import (
    OfflineReceipt,
    ReceiptError,
    chain_next,
    chain_start,
    parse_receipt,
    payload_digest,
)

VIETNAM = timezone(timedelta(hours=7))
MINUTES = st.integers(0, 20_000_000).map(lambda n: datetime(2018, 6, 21, tzinfo=VIETNAM) + timedelta(minutes=n))
RECEIPTS = st.builds(
    OfflineReceipt,
    station=st.uuids(),
    seq=st.integers(1, 2**31 - 1),
    code=st.from_regex(r"H05\.[0-9]{2}-[0-9]{6}-[0-9]{4}", fullmatch=True),
    received_at=MINUTES,
    due_at=st.none() | MINUTES,
    chain=st.binary(min_size=32, max_size=32),
    signature=st.binary(min_size=64, max_size=64),
)


@given(RECEIPTS)
def test_a_receipt_is_read_as_it_was_written(receipt: OfflineReceipt) -> None:
    assert parse_receipt(receipt.token) == receipt
    assert len(receipt.token) < 260, "it must fit a code that a cheap printer prints"


@given(RECEIPTS, st.data())
def test_another_letter_is_another_receipt_or_none(receipt: OfflineReceipt, data: st.DataObject) -> None:
    token = receipt.token
    at = data.draw(st.integers(0, len(token) - 1))
    other = token[:at] + data.draw(st.characters(max_codepoint=0x1000)) + token[at + 1 :]
    if other == token:
        return
    try:
        read = parse_receipt(other)
    except ReceiptError:
        return
    assert (read.signed_text, read.signature) != (receipt.signed_text, receipt.signature)


@given(st.text(max_size=300))
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ReceiptError):
        parse_receipt(text)


@given(st.lists(st.text(max_size=20), min_size=2, max_size=6, unique=True), st.data())
def test_what_is_left_out_changed_or_moved_breaks_the_chain(payloads: list[str], data: st.DataObject) -> None:
    def last(texts: list[str]) -> bytes:
        link = chain_start(UUID(int=5))
        for text in texts:
            link = chain_next(link, payload_digest(text))
        return link

    at = data.draw(st.integers(0, len(payloads) - 2))
    left_out = payloads[:at] + payloads[at + 1 :]
    moved = [*payloads[:at], payloads[at + 1], payloads[at], *payloads[at + 2 :]]
    changed = [*payloads[:at], payloads[at] + "x", *payloads[at + 1 :]]
    assert len({last(p) for p in (payloads, left_out, moved, changed)}) == 4
