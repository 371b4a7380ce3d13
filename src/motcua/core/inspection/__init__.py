"""Inspection of how procedures are handled (kiểm tra): which dossiers are drawn, and what may follow what."""

from motcua.core.inspection.life import InspectionAct, InspectionState, may_inspect
from motcua.core.inspection.risk import RISKS, DossierTraits, overtakers, risks_of
from motcua.core.inspection.sample import Candidate, Drawn, candidate_digest, draw, seed_of

__all__ = [
    "RISKS",
    "Candidate",
    "DossierTraits",
    "Drawn",
    "InspectionAct",
    "InspectionState",
    "candidate_digest",
    "draw",
    "may_inspect",
    "overtakers",
    "risks_of",
    "seed_of",
]
