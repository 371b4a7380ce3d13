"""How long a procedure usually takes is measured from its dossiers; what rested is told apart."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from motcua.services.dossiers.clock_acts import PauseEntry, pause_clock, resume_clock
from motcua.services.dossiers.steps import complete_step
from motcua.services.usual_delay import DOSSIERS_MIN, measure_usual_delays, middle_and_most, usual_delay_of
from motcua.store.dossiers.models import Dossier, Task, TaskPart
from world import BIRTH, MONDAY, World, received

pytestmark = pytest.mark.django_db


COURT = PauseEntry("court", "92/2015/QH13", "Điều 70", "Tòa án đề nghị tạm dừng")


def handled(world: World, *, at: datetime, rest_days: int = 0) -> None:
    """Take a dossier in at ``at`` and have it signed two hours later, in working time, or after it has rested."""
    home = world.home
    dossier = Dossier.objects.get(public_id=received(home, BIRTH, at=at).public_id)
    officers = {home.centre.id: home.binh, home.division.id: home.chi, home.leadership.id: home.dung}
    later = at + timedelta(hours=1)

    def done(when: datetime) -> None:
        task = Task.objects.get(dossier=dossier, part=TaskPart.LEAD)
        complete_step(
            public_id=dossier.public_id, step=task.step, outcome="done", reason="", seen_version=seen(),
            actor=officers[task.unit_id], now=when,
        )  # fmt: skip

    def seen() -> int:
        dossier.refresh_from_db()
        return dossier.version

    done(later)
    if rest_days:
        pause_clock(public_id=dossier.public_id, entry=COURT, seen_version=seen(), actor=home.chi, now=later)
        later += timedelta(days=rest_days)
        resume_clock(public_id=dossier.public_id, reason="x", seen_version=seen(), actor=home.chi, now=later)
    while seen() and dossier.ended_at is None:
        done(later + timedelta(hours=1))


def test_half_and_nine_of_ten() -> None:
    assert middle_and_most([float(n) for n in range(1, 12)]) == (6.0, 10.0)
    assert middle_and_most([7.0]) == (7.0, 7.0)


def test_what_rested_is_not_the_offices_time(world: World) -> None:
    for n in range(DOSSIERS_MIN):
        handled(world, at=MONDAY + timedelta(minutes=n), rest_days=2 if n == 0 else 0)
    assert measure_usual_delays(now=MONDAY + timedelta(days=20)) == 1
    found = usual_delay_of(BIRTH)
    assert found is not None
    assert found.dossiers == DOSSIERS_MIN
    assert (found.half_minutes, found.most_minutes) == (128, 128)  # two hours of a day of seven and a half
    assert found.rested_percent == 100 // DOSSIERS_MIN
    assert found.rested_minutes == 2 * 480


def test_too_few_say_nothing_and_old_ones_do_not_count(world: World) -> None:
    handled(world, at=MONDAY)
    measure_usual_delays(now=MONDAY + timedelta(days=20))
    assert usual_delay_of(BIRTH) is None
    assert "Thường mất bao lâu" not in Client().get(f"/procedures/{BIRTH}").content.decode()
    measure_usual_delays(now=MONDAY + timedelta(days=200))
    assert usual_delay_of(BIRTH) is None


def test_the_page_tells_it_and_that_the_term_binds(world: World) -> None:
    for n in range(DOSSIERS_MIN):
        handled(world, at=MONDAY + timedelta(minutes=n))
    measure_usual_delays(now=MONDAY + timedelta(days=20))
    page = Client().get(f"/procedures/{BIRTH}").content.decode()
    assert "Thường mất bao lâu" in page
    assert "2 giờ" in page
