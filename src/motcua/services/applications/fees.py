"""Answers what an application costs: the tariff of the day by the answers, as the form maps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from motcua.core.fees import Quote
from motcua.core.forms import FormDefinition
from motcua.services.fees import EXEMPTIONS, quote_for, tariff_of
from motcua.services.offerings import running_offering

NOT_EXEMPT = "none"


def fee_inputs(form: FormDefinition, values: Mapping[str, Any]) -> tuple[int, str]:
    """Return how many are asked for and the exemption claimed (empty: none), as the form maps them."""
    quantity, exemption = form.mapped("fee.quantity"), form.mapped("fee.exemption")
    count = values.get(quantity.name, 1) if quantity else 1
    claimed = str(values.get(exemption.name, "")) if exemption else ""
    return int(count) if isinstance(count, int) else 1, "" if claimed == NOT_EXEMPT else claimed


def quote_of(offering_id: int, form: FormDefinition, values: Mapping[str, Any], *, on: date) -> Quote:
    """Return what is owed online after the answers. An exemption claimed is proved by its paper, at acceptance."""
    return quote_for(offering_id, on=on, channel="ONLINE", answers=fee_answers(offering_id, form, values))


def fee_answers(offering_id: int, form: FormDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers as the tariff reads them: how many copies, which exemptions are claimed, and all else."""
    count, claimed = fee_inputs(form, values)
    copies = tariff_of(running_offering(offering_id)).quantities.get("copies", "copies")
    return {**values, copies: count, EXEMPTIONS: [claimed] if claimed else []}
