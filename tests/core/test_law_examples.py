"""Every worked example beside the acts follows from the product, and the set covers what it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from motcua.store.lawfiles.examples import Example, faults_of, law_examples

EXAMPLES = law_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.act_id}/{e.id}")
def test_it_follows(example: Example) -> None:
    assert faults_of(example) == []


def test_there_are_enough_over_all_years_and_each_names_its_act() -> None:
    assert len(EXAMPLES) >= 60
    assert {e.received_at.year for e in EXAMPLES} >= set(range(2018, 2027))
    assert all(e.ref.act for e in EXAMPLES)
    refused = {e.refused.code for e in EXAMPLES if e.refused}
    assert refused >= {
        *("clock.second_supplement", "clock.supplement_late", "clock.second_extension", "clock.extension_late"),
        *("clock.pause_without_basis", "clock.back_dated", "clock.stop_unknown", "clock.stop_decided"),
    }


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.due_at is not None][:12], ids=lambda e: e.id)
def test_a_wrong_example_is_noticed(example: Example) -> None:
    assert example.due_at is not None
    assert faults_of(replace(example, due_at=example.due_at + timedelta(minutes=1)))
