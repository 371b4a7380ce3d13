"""Answers what report an address asks for, and writes such addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.http import QueryDict

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.services.figures.reporting import Asked, period_named
from motcua.store.figures.selectors import DIMENSIONS, Filters

NARROWING = ("level", "sector", "procedure", "agency", "unit", "channel", "month", "outcome")
TEXTS = ("period", "from_on", "to_on", "known_on", "by", *NARROWING)
_TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class Address:
    """The texts of an address that say which report is asked for."""

    texts: Mapping[str, str]

    @classmethod
    def of(cls, query: QueryDict) -> Address:
        return cls({name: query.get(name, "").strip()[:_TEXT_MAX] for name in TEXTS})

    def asked(self, today: date) -> Asked:
        """Return what is asked for. Problems: ``report.day``, those of ``period_named``."""
        days = {name: parse_day(self.texts[name]) if self.texts[name] else None for name in _DAYS}
        if wrong := [Problem("report.day", name) for name in _DAYS if self.texts[name] and days[name] is None]:
            raise Refused(wrong)
        return Asked(
            period=period_named(self.texts["period"], from_on=days["from_on"], to_on=days["to_on"], today=today),
            known_on=days["known_on"] or today,
            by=self.texts["by"] if self.texts["by"] in DIMENSIONS else "form",
            filters=Filters(
                agency_id=_id_of(self.texts["agency"]),
                unit_id=_id_of(self.texts["unit"]),
                level=self.texts["level"],
                sector=self.texts["sector"],
                procedure=self.texts["procedure"],
                channel=self.texts["channel"],
                month=self.texts["month"],
                outcome=self.texts["outcome"],
            ),
        )

    def query(self, **changes: str) -> str:
        """Return the address's query with ``changes``; empty values are left out."""
        return urlencode({name: value for name, value in {**self.texts, **changes}.items() if value})


_DAYS = ("from_on", "to_on", "known_on")


def key_of(text: str) -> tuple[datetime, int] | None:
    """Return the key of a page, ``instant_id``; ``None`` where the text is none."""
    at, _sep, number = text.rpartition("_")
    try:
        return (datetime.fromisoformat(at), int(number)) if at else None
    except ValueError:
        return None


def text_of(key: tuple[datetime, int] | None) -> str:
    """Return the key as it stands in an address: in UTC with a Z, for a plus sign would be read as a space."""
    return f"{key[0].astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{key[1]}" if key else ""


def _id_of(text: str) -> int | None:
    """Return the id; one that is no number is of nothing, and not of everything."""
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 16 else 0
