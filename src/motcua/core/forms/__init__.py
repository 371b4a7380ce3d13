"""Answers whether what was typed or scanned at the counter is complete and possible.

It decides nothing about the procedure itself and stores nothing.
"""

from motcua.core.forms.card import Card, parse_card
from motcua.core.forms.components import ComponentCount, ComponentRule, check_components, missing_components
from motcua.core.forms.parties import PartyEntry, check_party, parse_day

__all__ = [
    "Card",
    "ComponentCount",
    "ComponentRule",
    "PartyEntry",
    "check_components",
    "check_party",
    "missing_components",
    "parse_card",
    "parse_day",
]
