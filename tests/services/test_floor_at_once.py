"""Counters and kiosks that press at the same moment: no number twice, no visitor at two counters, none left over."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import connections

from floor_cast import make_floor
from motcua.core.floor import State
from motcua.core.kernel import Refused
from motcua.services.floor.bookings import BookingRequest, book, slots_of
from motcua.services.floor.desks import call_next, open_desk
from motcua.services.floor.tickets import TicketRequest, take_ticket
from motcua.store.floor.models import Booking, Ticket, TicketEvent
from motcua.store.organisation.models import Counter
from motcua.store.organisation.roles import Role
from world import MONDAY, World, _actor

COUNTERS, TICKETS = 8, 48


def at_once(acts: list[Callable[[], object]]) -> list[BaseException]:
    """Run all at the same moment, each with a connection of its own; return what was raised."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            act()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_counters_that_press_at_once_never_get_the_same_visitor(committed_world: World) -> None:
    cast = make_floor(committed_world)
    keys = [uuid.uuid4() for _ in range(TICKETS)]

    def kiosk(part: int) -> None:
        for key in keys[part::4]:
            take_ticket(cast.hall.id, TicketRequest(key, cast.b.id), now=MONDAY)

    assert at_once([lambda p=part: kiosk(p) for part in range(4)]) == []  # type: ignore[misc]
    assert sorted(Ticket.objects.values_list("number", flat=True)) == list(range(1, TICKETS + 1))
    officers = [_actor(f"can-bo-{n}", committed_world.home.centre, [Role.COUNTER_OFFICER]) for n in range(COUNTERS)]
    for number, officer in enumerate(officers):
        counter = Counter.objects.create(unit=committed_world.home.centre, number=20 + number, name=str(number))
        open_desk(counter_id=counter.id, actor=officer, now=MONDAY)
    served: list[str] = []

    def serve(number: int) -> None:
        seen, at = "", MONDAY
        while True:
            at += timedelta(minutes=1)
            called = call_next(seen=seen, actor=officers[number], now=at)
            if called is None:
                return
            served.append(called.token)
            seen = called.token

    assert at_once([lambda n=number: serve(n) for number in range(COUNTERS)]) == []  # type: ignore[misc]
    assert len(served) == len(set(served)) == TICKETS
    assert set(Ticket.objects.values_list("state", flat=True)) == {State.DONE}
    numbers = list(TicketEvent.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_last_place_of_a_slot_is_given_once(committed_world: World) -> None:
    cast = make_floor(committed_world)
    slot = slots_of(cast.a, agency_id=cast.hall.unit.agency_id, now=MONDAY)[0].slots[0]
    wanted = [BookingRequest(uuid.uuid4(), cast.a.id, slot.starts_at) for _ in range(6)]
    failures = at_once([lambda w=w: book(cast.hall, w, now=MONDAY) for w in wanted])  # type: ignore[misc]
    assert len(failures) == 4
    assert all(isinstance(f, Refused) for f in failures)
    assert Booking.objects.count() == slot.left == 2
