"""Answers which table an address asks for, and writes such addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from motcua.core.statistics import NUMBERS
from motcua.reports.figures.asking import NARROWING, Address
from motcua.services.figures.tables import NUMBERS_AS_COLUMNS, TableAsked

OWN = ("rows", "columns", "number")
_LIST = "numbers"
_TEXT_MAX = 200


@dataclass(frozen=True, slots=True)
class TableAddress:
    """The texts of an address that say which table is asked for."""

    address: Address
    own: Mapping[str, str]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, query: QueryDict) -> TableAddress:
        numbers = tuple(n for n in NUMBERS if n in query.getlist(_LIST))
        return cls(Address.of(query), {n: query.get(n, "").strip()[:_TEXT_MAX] for n in OWN}, numbers)

    @classmethod
    def kept(cls, texts: Mapping[str, str]) -> TableAddress:
        """Return the address that ``texts`` was made of."""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in texts.items() if name != _LIST})
        query.setlist(_LIST, texts.get(_LIST, "").split())
        return cls.of(query)

    @property
    def texts(self) -> dict[str, str]:
        """Return the texts as they are kept: what is empty is left out."""
        found = {**self.address.texts, **self.own, _LIST: " ".join(self.numbers)}
        return {name: value for name, value in found.items() if value}

    @property
    def is_asking(self) -> bool:
        return bool(self.own["rows"])

    def asked(self, today: date) -> TableAsked:
        """Return what is asked for. Problems: those of ``Address.asked``."""
        asked = replace(self.address.asked(today), by=self.own["rows"])
        return TableAsked(asked, self.own["columns"] or NUMBERS_AS_COLUMNS, self.own["number"], self.numbers)

    def query(self) -> str:
        """Return the query of this table."""
        pairs = [(n, v) for n, v in {**self.address.texts, **self.own}.items() if v]
        return urlencode([*pairs, *((_LIST, n) for n in self.numbers)])

    def drill(self, only: Mapping[str, str], number: str) -> str:
        """Return the query of the dossiers that a cell counts."""
        return f"{self.address.query(**{n: v for n, v in only.items() if n in NARROWING})}&number={number}"
