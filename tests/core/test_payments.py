"""What becomes of money that is owed and money that comes."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from motcua.core.payments import (
    Account,
    AttemptState,
    Booking,
    DifferenceKind,
    Event,
    Expired,
    Failed,
    GivenBack,
    MoneyCame,
    Redirected,
    Released,
    Standing,
    StatementLine,
    Voided,
    apply,
    books_of,
    differences,
    open_account,
)

OWED = 75_000


def after(*events: Event, owed: int = OWED) -> Account:
    account = open_account(owed)
    for event in events:
        account = apply(account, event)
    return account


def bookings(account: Account) -> list[Booking]:
    return [m.booking for m in account.money.values()]


def test_money_of_the_right_amount_settles_the_charge_once() -> None:
    account = after(Redirected("a"), MoneyCame("a", "t1", OWED), MoneyCame("a", "t1", OWED))
    assert (account.standing, bookings(account)) == (Standing.SETTLED, [Booking.SETTLED])


def test_money_received_twice_becomes_a_refund_due() -> None:
    account = after(MoneyCame("a", "t1", OWED), MoneyCame("b", "t2", OWED))
    assert (account.standing, bookings(account)) == (Standing.SETTLED, [Booking.SETTLED, Booking.REFUND_DUE])


def test_a_late_notice_of_failure_does_not_undo_money_that_came() -> None:
    account = after(MoneyCame("a", "t1", OWED), Failed("a"), Expired("a"), Redirected("a"))
    assert (account.attempts["a"], account.standing) == (AttemptState.PAID, Standing.SETTLED)


def test_money_after_the_try_expired_still_settles() -> None:
    assert after(Expired("a"), MoneyCame("a", "t1", OWED)).standing is Standing.SETTLED


def test_money_of_another_amount_waits_for_a_person_and_settles_nothing() -> None:
    account = after(MoneyCame("a", "t1", OWED - 1))
    assert (account.standing, bookings(account)) == (Standing.OPEN, [Booking.UNALLOCATED])
    assert bookings(apply(account, Released("t1"))) == [Booking.REFUND_DUE]


def test_money_for_a_dropped_charge_is_given_back() -> None:
    account = after(MoneyCame("a", "t1", OWED), Voided(), MoneyCame("b", "t2", OWED), GivenBack("t1"))
    assert (account.standing, bookings(account)) == (Standing.VOIDED, [Booking.REFUNDED, Booking.REFUND_DUE])


def test_a_cancelled_cash_receipt_leaves_the_charge_owed_again() -> None:
    account = after(MoneyCame("a", "t1", OWED), GivenBack("t1"), GivenBack("t1"))
    assert account.standing is Standing.OPEN
    assert apply(account, MoneyCame("b", "t2", OWED)).standing is Standing.SETTLED


def test_of_nothing_nothing_is_owed() -> None:
    assert open_account(0).standing is Standing.SETTLED


_attempts, _numbers = st.sampled_from(["a", "b", "c"]), st.sampled_from(["t1", "t2", "t3", "t4"])
# One number of a payment always has one amount and one try, whoever tells of it.
_amounts = {"t1": OWED, "t2": OWED, "t3": OWED - 5_000, "t4": OWED}
_tries = {"t1": "a", "t2": "b", "t3": "b", "t4": "c"}
_money = _numbers.map(lambda n: MoneyCame(_tries[n], n, _amounts[n]))
_events = st.one_of(
    _money,
    _attempts.map(Redirected),
    _attempts.map(Failed),
    _attempts.map(Expired),
    _numbers.map(Released),
    _numbers.map(GivenBack),
    st.just(Voided()),
)


@given(st.lists(_events, max_size=30))
def test_in_any_order_and_however_often_one_success_is_booked_at_most_and_no_money_is_lost(
    events: Sequence[Event],
) -> None:
    account = open_account(OWED)
    for event in events:
        before, account = account, apply(account, event)
        assert bookings(account).count(Booking.SETTLED) == (account.standing is Standing.SETTLED)
        assert set(before.money) <= set(account.money)
        assert apply(account, event) == account
    came = {e.number: e.amount_vnd for e in events if isinstance(e, MoneyCame)}
    books = books_of((m.amount_vnd, m.booking) for m in account.money.values())
    assert books.is_balanced
    assert books.received_vnd == sum(came.values())


@given(st.lists(st.one_of(_money, _attempts.map(Failed), _attempts.map(Expired)), max_size=12), st.randoms())
def test_the_order_of_notices_does_not_change_what_is_settled_or_due(events: list[Event], chance: object) -> None:
    shuffled = list(events)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = after(*events), after(*shuffled)
    assert one.standing == other.standing
    assert sorted(bookings(one)) == sorted(bookings(other))


_lines = st.dictionaries(_numbers, st.integers(-100, 100).filter(bool)).map(
    lambda found: [StatementLine(n, _tries[n], amount) for n, amount in found.items()]
)


@given(_lines, _lines)
def test_the_differences_explain_the_whole_gap_between_two_statements(
    theirs: list[StatementLine], ours: list[StatementLine]
) -> None:
    found = differences(theirs, ours)
    gap = sum(line.amount_vnd for line in theirs) - sum(line.amount_vnd for line in ours)
    assert sum(d.their_vnd - d.our_vnd for d in found) == gap
    assert differences(theirs, theirs) == ()


def test_each_difference_says_which_side_misses_what() -> None:
    theirs = [StatementLine("t1", "a", 10), StatementLine("t2", "b", 20)]
    ours = [StatementLine("t2", "b", 25), StatementLine("t3", "c", 30)]
    assert [(d.kind, d.number) for d in differences(theirs, ours)] == [
        (DifferenceKind.MISSING_HERE, "t1"),
        (DifferenceKind.AMOUNT, "t2"),
        (DifferenceKind.MISSING_THERE, "t3"),
    ]
