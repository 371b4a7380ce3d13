"""Duties of an agency: what a directive or an inspection demands (nhiệm vụ được giao), until when, and when it is done."""

from motcua.core.duties.letters import LetterState, letter_state, may_answer
from motcua.core.duties.life import DutyAct, DutyFact, DutyLife, DutyState, Standing, duty_life, may_follow, standing

__all__ = [
    "DutyAct",
    "DutyFact",
    "DutyLife",
    "DutyState",
    "LetterState",
    "Standing",
    "duty_life",
    "letter_state",
    "may_answer",
    "may_follow",
    "standing",
]
