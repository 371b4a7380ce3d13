"""Where a parcel is, whatever order its news comes in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcua.core.post import News, ParcelState, standing_of

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)


def at(hours: int) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_late_news_of_an_earlier_step_changes_nothing() -> None:
    news = [News(ParcelState.DELIVERED, at(30)), News(ParcelState.IN_TRANSIT, at(5)), News(ParcelState.OUT, at(29))]
    assert standing_of(MONDAY, news) == news[0]


def test_a_failed_delivery_may_be_followed_by_a_good_one() -> None:
    tried = News(ParcelState.FAILED, at(10))
    assert standing_of(MONDAY, [tried]).state is ParcelState.FAILED
    assert standing_of(MONDAY, [News(ParcelState.DELIVERED, at(34)), tried]).state is ParcelState.DELIVERED


def test_a_parcel_of_which_nothing_was_told_is_booked() -> None:
    assert standing_of(MONDAY, []) == News(ParcelState.BOOKED, MONDAY)


_news = st.builds(News, st.sampled_from(ParcelState), st.integers(0, 40).map(at))


@given(st.lists(_news, max_size=10), st.randoms())
def test_order_and_repetition_of_news_change_nothing(news: list[News], chance: object) -> None:
    again = news + news[:3]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert standing_of(MONDAY, again) == standing_of(MONDAY, news)
    if any(n.state.is_end for n in news):
        assert standing_of(MONDAY, news).state.is_end
