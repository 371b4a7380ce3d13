"""The queue of the hall: who is called next, fairly; how long it takes; how many counters a day needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.core.floor import (
    Desk,
    Event,
    EventKind,
    Ground,
    Queue,
    Reason,
    Rules,
    Seat,
    Standing,
    State,
    Ticket,
    applied,
    calibration,
    call_words,
    counters_needed,
    forecast,
    free_slots,
    load_by_quarter,
    next_ticket,
    replayed,
)
from motcua.core.floor.queue import after_call
from motcua.core.floor.replay import rules_data
from motcua.services.times import VIETNAM

START = datetime(2026, 11, 23, 7, 30, tzinfo=VIETNAM)
RULES = Rules()
DESK = Desk(3, frozenset({1, 2}))


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def ticket(number: int, minutes: float, *, group: int = 1, **values: object) -> Ticket:
    return Ticket(number, f"A{number:03}", group, at(minutes), **values)  # type: ignore[arg-type]


def queue(*tickets: Ticket, **streaks: int) -> Queue:
    return Queue({t.id: t for t in tickets}, {int(k[1:]): v for k, v in streaks.items()})


def called(q: Queue, desk: Desk = DESK, *, minutes: float = 10) -> tuple[int, Reason]:
    choice = next_ticket(q, desk, now=at(minutes), rules=RULES)
    assert choice is not None
    return choice.ticket.id, choice.reason


def test_who_came_first_is_called_first() -> None:
    assert called(queue(ticket(2, 4), ticket(1, 3), ticket(3, 1, group=9))) == (1, Reason.ORDER)


def test_an_old_visitor_goes_before_who_came_earlier() -> None:
    assert called(queue(ticket(1, 1), ticket(2, 5, ground=Ground.ELDERLY))) == (2, Reason.PRIORITY)


def test_after_three_priority_calls_it_is_the_turn_of_who_waited_longest() -> None:
    old = ticket(9, 6, ground=Ground.ELDERLY)
    assert called(queue(ticket(1, 1), ticket(2, 2), old, s1=2)) == (9, Reason.PRIORITY)
    assert called(queue(ticket(1, 1), ticket(2, 2), old, s1=3)) == (1, Reason.FAIR_TURN)


def test_who_has_waited_half_an_hour_is_passed_once_at_most() -> None:
    q = queue(ticket(1, 0), ticket(2, 20, ground=Ground.PREGNANT), s1=1)
    assert called(q, minutes=29)[0] == 2
    assert called(q, minutes=30) == (1, Reason.FAIR_TURN)


def test_an_appointment_is_called_from_its_time_on_and_before_only_when_nobody_waits() -> None:
    booked = ticket(5, 2, booked_at=at(15))
    assert called(queue(ticket(1, 3), booked), minutes=14) == (1, Reason.ORDER)
    assert called(queue(ticket(1, 3), booked), minutes=15) == (5, Reason.BOOKED)
    assert called(queue(booked), minutes=5) == (5, Reason.EARLY)


def test_an_appointment_that_came_too_late_waits_like_all_others() -> None:
    late = ticket(5, 40, booked_at=at(15))
    assert late.standing(now=at(41), rules=RULES) is Standing.ORDINARY
    assert called(queue(ticket(1, 30), replace(late, booked_at=None)), minutes=41)[0] == 1


def test_who_was_sent_on_keeps_the_place_in_time_and_is_called_there_only() -> None:
    sent = ticket(1, 0, group=1, for_counter=7)
    q = queue(sent, ticket(2, 5))
    choice = next_ticket(q, DESK, now=at(9), rules=RULES, open_counters=frozenset({3, 7}))
    assert choice is not None
    assert choice.ticket.id == 2
    other = next_ticket(q, Desk(7, frozenset({1})), now=at(9), rules=RULES, open_counters=frozenset({3, 7}))
    assert other is not None
    assert other.ticket.id == 1
    closed = next_ticket(q, DESK, now=at(9), rules=RULES, open_counters=frozenset({3}))
    assert closed is not None
    assert closed.ticket.id == 1


def test_nobody_waiting_calls_nobody() -> None:
    assert next_ticket(queue(replace(ticket(1, 0), state=State.ASIDE)), DESK, now=at(1), rules=RULES) is None


_arrivals = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([Ground.NONE, Ground.NONE, Ground.ELDERLY]), st.integers(1, 3)),
    min_size=1,
    max_size=40,
)
_desks = [Desk(1, frozenset({1})), Desk(2, frozenset({1, 2})), Desk(3, frozenset({2, 3})), Desk(4, frozenset({3}))]


def _day(
    arrivals: list[tuple[int, Ground, int]], seed: int, *, is_wandering: bool = True
) -> tuple[list[Event], list[tuple[Queue, Ticket, Desk]]]:
    """Play a day with arrivals, calls, no-shows, returns and transfers; return its events and each call."""
    dice, events, calls, q, minute = Random(seed), list[Event](), list[tuple[Queue, Ticket, Desk]](), Queue(), 0.0
    open_counters = frozenset(d.counter for d in _desks)

    def happens(kind: EventKind, number: int, counter: int | None = None, **data: object) -> None:
        nonlocal q
        event = Event(kind, at(minute), number, counter, data)
        events.append(event)
        q = applied(q, event)

    pending = list(enumerate(arrivals, start=1))
    while pending or q.waiting() or any(not t.state.is_final for t in q.tickets.values()):
        minute += 0.7
        if pending and dice.random() < 0.5:
            number, (_gap, ground, group) = pending.pop(0)
            happens(EventKind.TAKEN, number, label=f"A{number}", group=group, ground=ground.value)
            continue
        for t in list(q.tickets.values()):
            if t.state is State.ASIDE and dice.random() < 0.5:
                happens(EventKind.RETURNED, t.id)
        desk = dice.choice(_desks)
        mine = q.called_at_counter(desk.counter)
        if mine is not None:
            act = dice.random() if is_wandering else 1.0
            if act < 0.1:
                happens(EventKind.SET_ASIDE, mine.id, desk.counter)
            elif act < 0.2:
                happens(EventKind.TRANSFERRED, mine.id, desk.counter, group=dice.randint(1, 3))
            else:
                happens(EventKind.FINISHED, mine.id, desk.counter)
            continue
        choice = next_ticket(q, desk, now=at(minute), rules=RULES, open_counters=open_counters)
        if choice is not None:
            calls.append((q, choice.ticket, desk))
            happens(
                EventKind.CALLED, choice.ticket.id, desk.counter, groups=sorted(desk.groups),
                open=sorted(open_counters), rules=rules_data(RULES),
            )  # fmt: skip
    return events, calls


@settings(max_examples=60, deadline=None)
@given(_arrivals, st.integers(0, 10_000))
def test_no_ticket_is_lost_or_served_twice_and_the_order_of_a_class_is_kept(
    arrivals: list[tuple[int, Ground, int]], seed: int
) -> None:
    events, calls = _day(arrivals, seed)
    final = replayed(events)
    assert sorted(final.tickets) == list(range(1, len(arrivals) + 1))
    assert {t.state for t in final.tickets.values()} == {State.DONE}
    finished = [e.ticket for e in events if e.kind is EventKind.FINISHED]
    assert sorted(finished) == sorted(final.tickets)  # type: ignore[type-var]
    for before, chosen, _desk in calls:
        rivals = [t for t in before.waiting() if t.group == chosen.group and t.ground == chosen.ground]
        assert all(t.order >= chosen.order for t in rivals)
        assert all(streak <= RULES.streak_max for streak in before.streaks.values())


@settings(max_examples=60, deadline=None)
@given(_arrivals, st.integers(0, 10_000))
def test_an_ordinary_visitor_is_passed_a_bounded_number_of_times(
    arrivals: list[tuple[int, Ground, int]], seed: int
) -> None:
    # Who goes away and comes back, or is sent to another group, meets new visitors; the bound is for who stays.
    events, _calls = _day([(g, ground, 1) for g, ground, _ in arrivals], seed, is_wandering=False)
    final = replayed(events)
    ordinary = [t for t in final.tickets.values() if t.ground is Ground.NONE]
    for t in ordinary:
        before = sum(o.order < t.order for o in ordinary)
        assert t.passed <= RULES.streak_max * (before + 1)


@settings(max_examples=30, deadline=None)
@given(_arrivals, st.integers(0, 10_000))
def test_replaying_what_happened_gives_the_same_queue(arrivals: list[tuple[int, Ground, int]], seed: int) -> None:
    events, _calls = _day(arrivals, seed)
    assert replayed(events) == replayed(list(events))
    half = replayed(events[: len(events) // 2])
    for event in events[len(events) // 2 :]:
        half = applied(half, event)
    assert half == replayed(events)


def test_an_event_that_cannot_follow_is_noticed() -> None:
    taken = Event(EventKind.TAKEN, at(0), 1, None, {"label": "A001", "group": 1})
    with pytest.raises(ValueError, match="does not follow"):
        replayed([taken, Event(EventKind.FINISHED, at(1), 1, 3)])
    with pytest.raises(ValueError, match="once"):
        replayed([taken, taken])


def _waiting(count: int) -> Queue:
    return queue(*(ticket(i, i * 0.1) for i in range(1, count + 1)))


def _seats(count: int) -> list[Seat]:
    return [Seat(i, frozenset({1})) for i in range(1, count + 1)]


def test_the_estimate_of_a_steady_queue_is_what_arithmetic_says() -> None:
    made = forecast(_waiting(20), _seats(2), groups=[1, 2], visits={1: [6.0] * 30}, now=at(10), rules=RULES)
    assert made.by_ticket[1].minutes == 0
    assert made.by_ticket[11].minutes == pytest.approx(30)
    assert made.by_group[1] is not None
    assert made.by_group[1].minutes == pytest.approx(60)
    assert made.by_group[2] is None
    assert made.ahead[11] == 10


def test_the_same_queue_gives_the_same_estimate_and_its_margin_grows_with_the_spread() -> None:
    calm, wild = [6.0] * 30, [1.0, 2.0, 3.0, 12.0, 18.0] * 6

    def at_the_end(visits: list[float]) -> tuple[float, float]:
        made = forecast(_waiting(15), _seats(2), groups=[1], visits={1: visits}, now=at(10), rules=RULES)
        return made.by_ticket[15].minutes, made.by_ticket[15].margin

    assert at_the_end(wild) == at_the_end(wild)
    assert at_the_end(wild)[1] > at_the_end(calm)[1]


@given(st.integers(1, 12), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_one_more_counter_never_makes_the_wait_longer(waiting: int, counters: int) -> None:
    def last(count: int) -> float:
        made = forecast(
            _waiting(waiting), _seats(count), groups=[1], visits={1: [4.0, 6.0, 8.0] * 5}, now=at(5), rules=RULES
        )
        return made.by_ticket[waiting].minutes

    assert last(counters + 1) <= last(counters) + 1.0


def test_a_visit_that_lasts_long_already_is_expected_to_last_what_such_visits_lasted() -> None:
    seat = Seat(1, frozenset({1}), busy_group=1, busy_minutes=10)
    made = forecast(_waiting(1), [seat], groups=[1], visits={1: [5.0] * 20 + [14.0] * 5}, now=at(5), rules=RULES)
    assert made.by_ticket[1].minutes == pytest.approx(4)


def test_what_was_measured_corrects_the_estimate_and_gives_its_error() -> None:
    known = calibration([(10.0, 10.0, 12.0)] * 60 + [(40.0, 40.0, 60.0)] * 90)
    assert known.shift(11.0) == pytest.approx(2.0)
    assert known.shift(45.0) == pytest.approx(20.0)
    assert known.margin(10.0) == pytest.approx(2.0)
    assert known.margin(40.0) == pytest.approx(20.0)
    assert known.error == pytest.approx(20.0)
    few = calibration([(10.0, 10.0, 12.0)] * 3)
    assert (few.shift(10.0), few.margin(10.0), few.error) == (0.0, None, None)
    assert calibration([]).median_error is None


def test_counters_follow_erlangs_table() -> None:
    # a = 8 visitors x 7.5 min / 15 min = 4 erlang; with 6 counters P(wait) = 0.285 (Erlang C tables).
    need = counters_needed(visitors=8, visit_minutes=7.5, target_minutes=0, share=1 - 0.2851)
    assert need.counters == 6
    assert need.load == pytest.approx(4)
    assert counters_needed(visitors=0, visit_minutes=7, target_minutes=15, share=0.9).counters == 0


@given(st.floats(0.1, 60), st.floats(1, 20), st.floats(0, 30), st.floats(0.5, 0.98))
def test_more_visitors_never_ask_for_fewer_counters(
    visitors: float, visit: float, target: float, share: float
) -> None:
    fewer = counters_needed(visitors=visitors, visit_minutes=visit, target_minutes=target, share=share)
    more = counters_needed(visitors=visitors * 1.3, visit_minutes=visit, target_minutes=target, share=share)
    assert more.counters >= fewer.counters
    assert fewer.counters == 60 or fewer.waits_within >= share


def test_the_usual_day_is_the_mean_of_the_days() -> None:
    days = [at(1), at(2), at(16), at(24 * 60 + 3)]
    assert [(q.starts.minute, q.mean, q.days) for q in load_by_quarter(days)] == [(30, 1.5, 2), (45, 0.5, 2)]


def test_a_slot_is_free_until_its_places_are_taken() -> None:
    slots = free_slots(
        [(at(0), at(60))], capacity=2, booked={at(15): 2, at(30): 1}, now=at(-100), notice=timedelta(0)
    )
    assert [(s.starts_at, s.left) for s in slots] == [(at(0), 2), (at(30), 1), (at(45), 2)]
    assert all(b.starts_at - a.starts_at >= timedelta(minutes=15) for a, b in pairwise(slots))


def test_the_call_is_spoken_digit_by_digit() -> None:
    assert call_words("B012", 3, "vi") == "Mời số B không một hai đến quầy số 3."
    assert call_words("B012", 3, "en") == "Number B zero one two, please come to counter 3."


def test_a_call_counts_who_was_passed() -> None:
    q = queue(ticket(1, 1), ticket(2, 5, ground=Ground.MERIT))
    after = after_call(q, q.tickets[2], DESK, now=at(6), rules=RULES, open_counters=frozenset())
    assert after.tickets[1].passed == 1
    assert after.streaks == {1: 1}
    assert after.tickets[2].state is State.CALLED
