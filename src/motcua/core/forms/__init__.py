"""Answers whether what was typed, scanned or sent is complete and possible, and what an electronic form asks.

It decides nothing about the procedure itself and stores nothing.
"""

from motcua.core.forms.card import Card, parse_card
from motcua.core.forms.checking import check_form
from motcua.core.forms.components import ComponentCount, ComponentRule, check_components, missing_components
from motcua.core.forms.definition import FormDefinition, FormField, FormPage, Option, PaperRule, Question
from motcua.core.forms.evaluating import (
    Asked,
    Read,
    asked_pages,
    eligibility_problems,
    paper_asked,
    party_of,
    process_values,
    read_answers,
    stopped_by,
    visible_answers,
    visible_fields,
)
from motcua.core.forms.parties import PartyEntry, check_party, parse_day

__all__ = [
    "Asked",
    "Card",
    "ComponentCount",
    "ComponentRule",
    "FormDefinition",
    "FormField",
    "FormPage",
    "Option",
    "PaperRule",
    "PartyEntry",
    "Question",
    "Read",
    "asked_pages",
    "check_components",
    "check_form",
    "check_party",
    "eligibility_problems",
    "missing_components",
    "paper_asked",
    "parse_card",
    "parse_day",
    "party_of",
    "process_values",
    "read_answers",
    "stopped_by",
    "visible_answers",
    "visible_fields",
]
