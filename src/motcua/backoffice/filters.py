"""Answers which filters of a list stand in the address; a wrong value counts as none, and the page says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from motcua.core.forms import parse_day

STATES = {"open": (2, 4, 5, 6), "waiting": (5,), "ready": (9,), "returned": (10,), "closed": (3, 7, 8)}


@dataclass(frozen=True, slots=True)
class DossierFilters:
    """The filters of the list of dossiers, as they stand in the address."""

    text: str = ""
    state: str = ""
    late: bool = False
    from_on: date | None = None
    to_on: date | None = None
    after: str = ""
    wrong: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict) -> DossierFilters:
        wrong = []
        days: dict[str, date | None] = {}
        for name in ("from_on", "to_on"):
            text = query.get(name, "").strip()
            days[name] = parse_day(text) if text else None
            if text and days[name] is None:
                wrong.append(name)
        after = query.get("after", "")
        try:
            at, _, key = after.rpartition("_")
            after = f"{datetime.fromisoformat(at).isoformat()}_{int(key)}" if after else ""
        except ValueError:
            after = ""
        state = query.get("state", "")
        return cls(
            text=query.get("q", "").strip()[:100],
            state=state if state in STATES else "",
            late=query.get("late") == "1",
            from_on=days["from_on"],
            to_on=days["to_on"],
            after=after,
            wrong=tuple(wrong),
        )

    def as_arguments(self, now: datetime) -> dict[str, Any]:
        return {
            "text": self.text,
            "states": STATES.get(self.state, ()),
            "late_at": now if self.late else None,
            "from_on": self.from_on,
            "to_on": self.to_on,
        }

    def address(self, **changes: str) -> str:
        """Return the query string of these filters with ``changes``; empty values are left out."""
        values = {
            "q": self.text,
            "state": self.state,
            "late": "1" if self.late else "",
            "from_on": f"{self.from_on:%d/%m/%Y}" if self.from_on else "",
            "to_on": f"{self.to_on:%d/%m/%Y}" if self.to_on else "",
            **changes,
        }
        return "?" + urlencode({k: v for k, v in values.items() if v})
