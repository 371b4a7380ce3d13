"""Answers what an application costs: the offering's fee by the answers. The one place to ask the tariff of the day instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.core.forms import FormDefinition
from motcua.store.offerings.models import Offering

NOT_EXEMPT = "none"


@dataclass(frozen=True, slots=True)
class Fee:
    """The fee in whole đồng and what it was computed from: the amount of one, how many, the exemption claimed."""

    amount_vnd: int
    unit_vnd: int
    quantity: int
    exemption: str


def fee_inputs(form: FormDefinition, values: Mapping[str, Any]) -> tuple[int, str]:
    """Return how many are asked for and the exemption claimed (empty: none), as the form maps them."""
    quantity, exemption = form.mapped("fee.quantity"), form.mapped("fee.exemption")
    count = values.get(quantity.name, 1) if quantity else 1
    claimed = str(values.get(exemption.name, "")) if exemption else ""
    return int(count) if isinstance(count, int) else 1, "" if claimed == NOT_EXEMPT else claimed


def fee_of(offering: Offering, form: FormDefinition, values: Mapping[str, Any]) -> Fee:
    """Return the fee after the answers. Unit: whole đồng. An exemption claimed is proved by its paper, at acceptance."""
    quantity, exemption = fee_inputs(form, values)
    amount = 0 if exemption else offering.fee_vnd * max(quantity, 1)
    return Fee(amount, offering.fee_vnd, quantity, exemption)
