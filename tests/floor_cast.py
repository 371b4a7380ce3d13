"""A hall for tests: Bình's centre with three counters, three groups, and two more officers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from motcua.services.actors import Actor
from motcua.services.floor.tickets import TicketRequest, take_ticket
from motcua.store.floor.models import GroupCounter, Hall, HallDevice, HallGroup, Ticket
from motcua.store.organisation.models import Counter
from motcua.store.organisation.roles import Role
from world import MONDAY, World, _actor


@dataclass(slots=True)
class Cast:
    """Counters 1 and 2 serve A and B, counter 3 serves B and the results R."""

    hall: Hall
    counters: tuple[Counter, Counter, Counter]
    a: HallGroup
    b: HallGroup
    r: HallGroup
    binh: Actor
    khoa: Actor
    lan: Actor
    manager: Actor
    kiosk: HallDevice
    display: HallDevice

    def ticket(self, *, group: HallGroup | None = None, at: datetime = MONDAY, ground: str = "") -> Ticket:
        wanted = TicketRequest(uuid.uuid4(), (group or self.a).id, ground=ground)
        return take_ticket(self.hall.id, wanted, now=at)


def make_floor(world: World) -> Cast:
    from motcua.services.floor import estimates

    estimates.forget()
    home = world.home
    hall = Hall.objects.create(unit=home.centre)
    one, two, three = (Counter.objects.create(unit=home.centre, number=n, name=f"Quầy {n}") for n in (1, 2, 3))
    a = HallGroup.objects.create(
        hall=hall, letter="A", name_vi="Hộ tịch", name_en="Civil status", sectors=["Hộ tịch"], slot_places=2
    )
    b = HallGroup.objects.create(hall=hall, letter="B", name_vi="Việc khác", name_en="Other matters")
    r = HallGroup.objects.create(hall=hall, letter="R", name_vi="Nhận kết quả", name_en="Results", is_results=True)
    for group, counter in ((a, one), (b, one), (a, two), (b, two), (b, three), (r, three)):
        GroupCounter.objects.create(group=group, counter=counter)
    return Cast(
        hall=hall,
        counters=(one, two, three),
        a=a,
        b=b,
        r=r,
        binh=home.binh,
        khoa=_actor("khoa", home.centre, [Role.COUNTER_OFFICER]),
        lan=_actor("lan", home.centre, [Role.COUNTER_OFFICER]),
        manager=home.manager,
        kiosk=HallDevice.objects.create(hall=hall, kind="kiosk", name="Ki-ốt 1", token="kiosk-token", made_at=MONDAY),
        display=HallDevice.objects.create(hall=hall, kind="display", name="TV", token="tv-token", made_at=MONDAY),
    )
