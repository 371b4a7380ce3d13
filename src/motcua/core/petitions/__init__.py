"""Petitions of citizens (phản ánh, kiến nghị): what may happen to one, until when, and whether a text names anybody."""

from motcua.core.petitions.life import (
    PetitionAct,
    PetitionFact,
    PetitionLife,
    PetitionState,
    life_of,
    may_happen,
)
from motcua.core.petitions.personal import personal_traces
from motcua.core.petitions.terms import PetitionTerms, terms_of

__all__ = [
    "PetitionAct",
    "PetitionFact",
    "PetitionLife",
    "PetitionState",
    "PetitionTerms",
    "life_of",
    "may_happen",
    "personal_traces",
    "terms_of",
]
