"""Answers what the facts of a dossier make of it: its state, its open steps, its ends; and its codes and digests.

The due instant is the clock's; the way through the process is the engine's.
"""

from motcua.core.dossier.codes import CodeForm, dossier_code
from motcua.core.dossier.facts import Fact, FactKind, chain_digest
from motcua.core.dossier.life import Life, NationalState, advance, begin, replay

__all__ = [
    "CodeForm",
    "Fact",
    "FactKind",
    "Life",
    "NationalState",
    "advance",
    "begin",
    "chain_digest",
    "dossier_code",
    "replay",
]
