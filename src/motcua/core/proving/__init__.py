"""Answers whether an internal process may be published: can it get stuck, keep the term, be done by its posts?

Everything is found before the first dossier comes, with the path on which it happens. It changes nothing and does
not run dossiers; that is the engine's.
"""

from motcua.core.proving.cuts import issued_as, states_reading, unread_papers
from motcua.core.proving.findings import Finding
from motcua.core.proving.offices import Office, office_findings
from motcua.core.proving.papers import paper_findings
from motcua.core.proving.prove import Legal, prove
from motcua.core.proving.times import Longest, longest_way, stated_term, time_findings

__all__ = [
    "Finding",
    "Legal",
    "Longest",
    "Office",
    "issued_as",
    "longest_way",
    "office_findings",
    "paper_findings",
    "prove",
    "stated_term",
    "states_reading",
    "time_findings",
    "unread_papers",
]
