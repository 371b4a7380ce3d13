"""Answers what an offering costs on a day, by channel and answers; what is owed and paid is in ``services.payments``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from motcua.core.fees import Claim, Exemption, Per, Quantities, Quote, Tariff, flat_tariff, quote
from motcua.core.kernel import Confidence, LegalRef
from motcua.services.offerings import Running, content_of_offering, running_offering
from motcua.store.lawfiles.tariffs import law_tariffs

EXEMPTIONS = "exemptions"
"""The answer that lists the keys of the exemptions claimed."""


def quote_for(offering_id: int, *, on: date, channel: str, answers: Mapping[str, Any]) -> Quote:
    """Return what the offering costs on a day by ``DIRECT``, ``ONLINE`` or ``POST``.

    ``answers`` are those of the form: the tariff says which of them hold the numbers of copies and pages, and which
    claim an exemption; ``exemptions`` lists keys claimed besides.
    """
    tariff = tariff_of(running_offering(offering_id))
    keys = answers.get(EXEMPTIONS) or ()
    claimed = frozenset(k for k in keys if isinstance(k, str)) if isinstance(keys, Sequence) else frozenset()
    quantities = Quantities.from_answers(answers, tariff.quantities)
    return quote(tariff, on=on, channel=channel, quantities=quantities, claim=Claim(claimed, answers))


def exemptions_of(offering_id: int, *, on: date) -> tuple[Exemption, ...]:
    """Return who pays less for it on that day, in the tariff's order."""
    return tuple(e for e in tariff_of(running_offering(offering_id)).exemptions if e.is_valid(on))


def tariff_of(running: Running) -> Tariff:
    """Return the procedure's tariff; the one amount that the offering states where there is none."""
    if (found := law_tariffs().get(running.procedure_code)) is not None:
        return found
    bases = content_of_offering(running.id).legal_bases
    ref = LegalRef(bases[0].number if bases else "", "", Confidence.UNSURE)
    return flat_tariff(running.fee_vnd, name="Lệ phí giải quyết thủ tục", ref=ref)


def fee_answers(offering_id: int, entered: Mapping[str, str]) -> dict[str, Any]:
    """Return what was entered at a counter (``copies``, ``pages``, ``exemption``) as answers of the form."""
    fields = tariff_of(running_offering(offering_id)).quantities
    found: dict[str, Any] = {fields.get(n, n): entered[n] for n in ("copies", "pages") if entered.get(n)}
    if entered.get("exemption"):
        found[EXEMPTIONS] = [entered["exemption"]]
    return found


def asked_of(offering_id: int) -> frozenset[str]:
    """Return which numbers the fee depends on: ``copies``, ``pages``, both or none."""
    per = {line.per for line in tariff_of(running_offering(offering_id)).lines}
    if Per.PAGE in per:
        return frozenset({"copies", "pages"})
    return frozenset({"copies"}) if Per.COPY in per else frozenset()
