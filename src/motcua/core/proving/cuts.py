"""Answers which papers of a procedure could be left out: those that no step reads, those that this state issued itself.

It finds candidates with their reason; whether the law lets them go, a person says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from motcua.core.kernel import fold
from motcua.core.process import Definition
from motcua.core.proving.papers import ALL

_WORD = re.compile(r"[a-z0-9]+")
_WORDS_MIN = 3
_TO_FILL_IN = ("to khai", "don", "phieu", "giay de nghi", "van ban de nghi", "mau")


def states_reading(definition: Definition) -> bool:
    """Return whether a process says at all which papers its steps read; one that does not tells nothing of them."""
    return any(step.reads for step in definition.steps)


def unread_papers(papers: Sequence[str], definitions: Collection[Definition]) -> tuple[str, ...]:
    """Return the papers that no step of any of the processes reads.

    None where one of the processes does not say what it reads: what is not stated may be read.
    """
    if not definitions or not all(states_reading(d) for d in definitions):
        return ()
    read = {fold(name) for d in definitions for step in d.steps for name in step.reads}
    return () if ALL in read else tuple(p for p in papers if fold(p) not in read)


def issued_as(paper: str, results: Collection[str]) -> str:
    """Return the result that a paper is, by the longest name of a result that stands in the paper's name; else empty.

    A name of fewer than three words, such as "decision" or "certificate" alone, says too little to be held against.
    What applicants fill in names what they ask for, and is not it.
    """
    if " ".join(_words(paper)).startswith(_TO_FILL_IN):
        return ""
    inside = f" {' '.join(_words(paper))} "
    found = [
        name for name in results if len(words := _words(name)) >= _WORDS_MIN and f" {' '.join(words)} " in inside
    ]
    return max(found, key=lambda name: (len(_words(name)), name), default="")


def _words(text: str) -> list[str]:
    # What stands in brackets tells of the copy ("bản chính"), not of the paper.
    return _WORD.findall(fold(re.sub(r"\([^)]*\)", " ", text)))
