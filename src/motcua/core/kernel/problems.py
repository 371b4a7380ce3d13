"""Answers what is wrong with something a person entered or asked for, in a form that every page can show.

The texts are not here: each code has its reason and remedy, in both languages, in the problem texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from motcua.core.kernel.legal import LegalRef


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a person can correct.

    ``code`` is the key of its text (``dossier.code_unknown``), ``field`` the name of the input concerned
    (empty for the whole), ``ref`` the article that demands it, ``values`` what the text mentions.
    """

    code: str
    field: str = ""
    ref: LegalRef | None = None
    values: Mapping[str, str] = dataclass_field(default_factory=dict, hash=False)

    def to_json(self) -> dict[str, object]:
        """Return ``{code, field, values}``, as reports and stored defects keep it; the article is the law's."""
        return {"code": self.code, "field": self.field, "values": dict(self.values)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Problem:
        """Return the problem that ``to_json`` wrote, without its article."""
        return cls(str(data["code"]), str(data["field"]), None, dict(data["values"]))


class Refused(Exception):
    """Raised by services with every problem at once; nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = tuple(problems)
