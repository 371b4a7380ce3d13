"""Makes and checks the hall of the floor's measurement, in the database of the instance that is measured.

Run as a process of its own: ``make`` prints addresses and sessions as JSON, ``check`` what is stored at the end.
"""

from __future__ import annotations

import json
import secrets
import sys
from datetime import date
from typing import Any

COUNTERS, GROUPS = 12, "ABCR"


def make(counters: int) -> dict[str, Any]:
    """Return what the measurement drives: kiosk, stream, one signed-in session for each counter."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.cached_db import SessionStore

    from motcua.services.times import system_now
    from motcua.store.floor.models import GroupCounter, Hall, HallDevice, HallGroup
    from motcua.store.organisation.models import Agency, Appointment, Counter, Post, Staff, Unit, UnitKind
    from motcua.store.organisation.roles import Role

    agency = Agency.objects.create(
        code="H99", kind="PROVINCE_PC", level="PROVINCE", name="Bench", short_name="Bench", place="Bench"
    )
    unit = Unit.objects.create(agency=agency, key="centre", kind=UnitKind.SERVICE_CENTRE, name="Trung tâm đo")
    hall = Hall.objects.create(unit=unit)
    groups = [HallGroup.objects.create(hall=hall, letter=c, name_vi=c, name_en=c) for c in GROUPS]
    sessions, desks = [], []
    for number in range(1, counters + 1):
        counter = Counter.objects.create(unit=unit, number=number, name=f"Quầy {number}")
        for step in (0, 1):
            GroupCounter.objects.create(group=groups[(number + step) % len(groups)], counter=counter)
        staff = Staff.objects.create(username=f"q{number}", full_name=f"Quầy {number}", name_folded=f"q{number}")
        post = Post.objects.create(unit=unit, title="Tiếp nhận", roles=[Role.COUNTER_OFFICER.value])
        Appointment.objects.create(staff=staff, post=post, from_on=date(2020, 1, 1))
        session = SessionStore()
        session[SESSION_KEY] = str(staff.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
        session.save()
        sessions.append(session.session_key)
        desks.append(counter.id)
    token = secrets.token_urlsafe(12)
    HallDevice.objects.create(hall=hall, kind="kiosk", name="K", token=token, made_at=system_now())
    return {
        "kiosk": f"/hall/{token}/kiosk",
        "stream": f"/live/{hall.stream}",
        "groups": {g.letter: g.id for g in groups},
        "sessions": sessions,
        "counters": desks,
    }


def check() -> dict[str, Any]:
    """Return what is stored: tickets by state, events without gaps, and whether a replay gives the same rows."""
    from motcua.core.floor import Event, EventKind, replayed
    from motcua.services.floor.halls import place_of
    from motcua.store.floor.models import Hall, Ticket, TicketEvent

    hall = Hall.objects.get()
    rows = list(TicketEvent.objects.filter(hall_id=hall.id).order_by("seq"))
    queue = replayed(Event(EventKind(e.kind), e.at, e.ticket_id, e.counter_id, e.data) for e in rows)
    tickets = list(Ticket.objects.all())
    kinds = [e.kind for e in rows]
    return {
        "keys": [str(t.key) for t in tickets],
        "states": [t.state for t in tickets],
        "labels": len({t.label for t in tickets}),
        "finished": kinds.count(EventKind.FINISHED),
        "finished_tickets": len({e.ticket_id for e in rows if e.kind == EventKind.FINISHED}),
        "calls": [e.seq for e in rows if e.kind in (EventKind.CALLED, EventKind.CALLED_AGAIN)],
        "no_gaps": [e.seq for e in rows] == list(range(1, len(rows) + 1)) and hall.seq == len(rows),
        "replay_equals_rows": queue.tickets == {t.id: place_of(t) for t in tickets},
    }


def main() -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.project.settings")
    django.setup()
    done = make(int(sys.argv[2])) if sys.argv[1] == "make" else check()
    print(json.dumps(done))


if __name__ == "__main__":
    main()
