"""Answers the state of a parcel from all news of it; news that comes late changes nothing that happened after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ParcelState(StrEnum):
    """Where a parcel is. ``DELIVERED`` and ``RETURNED`` are its ends."""

    BOOKED = "booked"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    OUT = "out"
    FAILED = "failed"
    RETURNING = "returning"
    DELIVERED = "delivered"
    RETURNED = "returned"

    @property
    def is_end(self) -> bool:
        return self in (ParcelState.DELIVERED, ParcelState.RETURNED)


_RANK = {state: rank for rank, state in enumerate(ParcelState)}


@dataclass(frozen=True, slots=True)
class News:
    """One event of a parcel: its state from an instant on."""

    state: ParcelState
    at: datetime


def standing_of(booked_at: datetime, news: Iterable[News]) -> News:
    """Return the last state of a parcel.

    An end holds whatever is told besides; of two ends, and of two events of one instant, the later step counts.
    Guarantee: the order and number of the news change nothing.
    """
    known = {*news}
    if ends := [n for n in known if n.state.is_end]:
        return max(ends, key=_key)
    return max({News(ParcelState.BOOKED, booked_at), *known}, key=_key)


def _key(news: News) -> tuple[datetime, int]:
    return news.at, _RANK[news.state]
