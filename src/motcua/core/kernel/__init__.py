"""Answers what every room of the core shares: legal references, problems, intervals, text folding, money.

It knows no procedure, no calendar and no dossier.
"""

from motcua.core.kernel.legal import Confidence, LegalRef
from motcua.core.kernel.problems import Problem, Refused
from motcua.core.kernel.text import fold, nfc, paragraphs

__all__ = ["Confidence", "LegalRef", "Problem", "Refused", "fold", "nfc", "paragraphs"]
