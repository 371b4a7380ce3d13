"""Answers what a report of tables consists of: parts with columns and rows, each number with its definition and drill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in files, what it is called, by which rule it is counted."""

    key: str
    name: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and the address of what is behind it; empty where nothing is behind or may be shown."""

    text: str
    number: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, its cells in the order of the columns; a total stands out."""

    name: str
    cells: Sequence[Cell]
    is_total: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A table with its caption. ``notes`` say what must be known to read it; ``empty`` what stands there without rows."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    empty: str = ""
    row_name: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report. ``form`` is its number, ``key`` its name in files; ``is_wide`` prints across the page."""

    key: str
    form: str
    title: str
    period: str
    known: str
    parts: Sequence[Part]
    is_wide: bool = False

    @property
    def definitions(self) -> tuple[tuple[str, str], ...]:
        """Return what each column is called and how it is counted, each once, in their order.

        Where two parts count differently under one name, the name says of which part it is.
        """
        found: dict[str, dict[str, str]] = {}
        for part in self.parts:
            for column in part.columns:
                if column.definition:
                    found.setdefault(column.name, {}).setdefault(column.definition, part.caption)
        return tuple(
            (name if len(meanings) == 1 else f"{name} ({caption})", definition)
            for name, meanings in found.items()
            for definition, caption in meanings.items()
        )


def number_cell(number: int, address: str = "") -> Cell:
    """Return the cell of a whole number, written as in Vietnamese papers; a zero leads nowhere."""
    return Cell(f"{number:,}".replace(",", "."), number, address if number else "")


def known_text(on: date) -> str:
    """Return by the knowledge of which day a report was counted, in words."""
    return _("as known on %(day)s") % {"day": f"{on:%d/%m/%Y}"}
