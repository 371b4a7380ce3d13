"""Answers what the facts of a dossier make of it: its state, its open steps, its ends; and its codes and digests.

The due instant is the clock's; the way through the process is the engine's.
"""

from motcua.core.dossier.codes import CodeForm, dossier_code
from motcua.core.dossier.corrections import effective, known_at, may_correct, open_proposal
from motcua.core.dossier.facts import Fact, FactKind, chain_digest
from motcua.core.dossier.life import Life, NationalState, advance, begin, replay
from motcua.core.dossier.path import Stay, stays_of, step_due, step_timeliness

__all__ = [
    "CodeForm",
    "Fact",
    "FactKind",
    "Life",
    "NationalState",
    "Stay",
    "advance",
    "begin",
    "chain_digest",
    "dossier_code",
    "effective",
    "known_at",
    "may_correct",
    "open_proposal",
    "replay",
    "stays_of",
    "step_due",
    "step_timeliness",
]
