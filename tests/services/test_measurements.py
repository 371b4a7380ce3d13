"""What is measured is made of the same rows as life: the databases of `bench` can be filled."""

from __future__ import annotations

import pytest

from motcua.project.bench import pages, simulate
from motcua.project.bench.world import make_world
from motcua.services.calendars import forget
from motcua.store.dossiers.models import Dossier, Task


@pytest.mark.django_db
def test_the_pages_measured_have_their_dossiers() -> None:
    forget()
    dossier = pages._fill(make_world(), dossiers=41)
    assert Dossier.objects.count() == 41
    open_ones = Dossier.objects.filter(state=4).exclude(id=dossier.id)
    assert Task.objects.filter(dossier__in=open_ones).count() == open_ones.count() * dossier.tasks.count() > 0


@pytest.mark.django_db
def test_the_questions_measured_have_their_dossiers_and_are_answered() -> None:
    forget()
    simulate._fill(50)
    made = Dossier.objects.filter(code__startswith="B-")
    assert made.count() == Task.objects.filter(dossier__in=made).count() == 50
    _, outcome = simulate._measure(())
    assert (outcome.moved, outcome.stale) == (0, 0)
    forget()
