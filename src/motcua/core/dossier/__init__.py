"""Answers what the facts of a dossier make of it: its state, its open steps, its ends; and its codes and digests.

The due instant is the clock's; the way through the process is the engine's.
"""

from motcua.core.dossier.attribution import Held, Share, held_by, shares_of
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
from motcua.core.dossier.life import Advance, Life, NationalState, Place, advance, begin, replay
from motcua.core.dossier.moves import moved_life, step_map
from motcua.core.dossier.path import Stay, stays_of, step_due, step_timeliness
from motcua.core.dossier.renumbering import StepMap, renumbered
from motcua.core.dossier.waits import Waiting, time_of, waits_of

__all__ = [
    "Advance",
    "AgencyCodeError",
    "CodeError",
    "CodeForm",
    "DossierCode",
    "DossierCodeError",
    "Fact",
    "FactKind",
    "Held",
    "Life",
    "NationalState",
    "NoOldFormError",
    "OwnerError",
    "Place",
    "Share",
    "Stay",
    "StepMap",
    "Waiting",
    "advance",
    "begin",
    "chain_digest",
    "dossier_code",
    "effective",
    "form_of_agency_code",
    "held_by",
    "known_at",
    "may_correct",
    "moved_life",
    "new_agency_code",
    "old_agency_code",
    "open_proposal",
    "parse_dossier_code",
    "renumbered",
    "replay",
    "shares_of",
    "stays_of",
    "step_due",
    "step_map",
    "step_timeliness",
    "time_of",
    "waits_of",
]
