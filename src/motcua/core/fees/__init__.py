"""Answers what a procedure costs on a day, by channel, quantity and exemption, with its reasons.

What was paid of it is in ``core.payments``.
"""

from motcua.core.fees.quote import Claim, Quantities, Quote, QuoteLine, Reason, ReasonKind, quote
from motcua.core.fees.tariff import (
    ONE,
    ChannelRule,
    Exemption,
    FeeKind,
    FeeLine,
    Per,
    Tariff,
    TariffError,
    flat_tariff,
    parse_tariff,
)
from motcua.core.fees.words import vnd_in_words

__all__ = [
    "ONE",
    "ChannelRule",
    "Claim",
    "Exemption",
    "FeeKind",
    "FeeLine",
    "Per",
    "Quantities",
    "Quote",
    "QuoteLine",
    "Reason",
    "ReasonKind",
    "Tariff",
    "TariffError",
    "flat_tariff",
    "parse_tariff",
    "quote",
    "vnd_in_words",
]
