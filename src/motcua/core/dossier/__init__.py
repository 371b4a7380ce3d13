"""Answers what the facts of a dossier make of it: its state, its open steps, its ends; and its codes and digests.

The due instant is the clock's; the way through the process is the engine's.
"""

from motcua.core.dossier.codes import (
    AgencyCodeError,
    CodeError,
    CodeForm,
    DossierCode,
    DossierCodeError,
    NoOldFormError,
    OwnerError,
    dossier_code,
    form_of_agency_code,
    new_agency_code,
    old_agency_code,
    parse_dossier_code,
)
from motcua.core.dossier.corrections import effective, known_at, may_correct, open_proposal
from motcua.core.dossier.facts import Fact, FactKind, chain_digest
from motcua.core.dossier.life import Life, NationalState, advance, begin, replay
from motcua.core.dossier.path import Stay, stays_of, step_due, step_timeliness

__all__ = [
    "AgencyCodeError",
    "CodeError",
    "CodeForm",
    "DossierCode",
    "DossierCodeError",
    "Fact",
    "FactKind",
    "Life",
    "NationalState",
    "NoOldFormError",
    "OwnerError",
    "Stay",
    "advance",
    "begin",
    "chain_digest",
    "dossier_code",
    "effective",
    "form_of_agency_code",
    "known_at",
    "may_correct",
    "new_agency_code",
    "old_agency_code",
    "open_proposal",
    "parse_dossier_code",
    "replay",
    "stays_of",
    "step_due",
    "step_timeliness",
]
