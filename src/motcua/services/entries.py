"""Answers what somebody typed into a form: each text, day and number checked, every fault told at once at its field."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused, nfc, paragraphs

LINE_MAX, TEXT_MAX = 200, 10_000


class Typed:
    """Reads the fields of a form one by one and collects what is wrong; ``settle`` refuses with all of it.

    Problems: ``entry.missing``, ``entry.long``, ``entry.day``, ``entry.number``, ``entry.choose``.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def line(self, field: str, text: str, *, limit: int = LINE_MAX) -> str:
        """Return a text of one line that must be there."""
        return self._within(field, nfc(" ".join(text.split())), limit, is_needed=True)

    def line_if_any(self, field: str, text: str, *, limit: int = LINE_MAX) -> str:
        return self._within(field, nfc(" ".join(text.split())), limit, is_needed=False)

    def text(self, field: str, text: str, *, limit: int = TEXT_MAX) -> str:
        """Return a text of one or more paragraphs that must be there."""
        return self._within(field, paragraphs(text), limit, is_needed=True)

    def text_if_any(self, field: str, text: str, *, limit: int = TEXT_MAX) -> str:
        return self._within(field, paragraphs(text), limit, is_needed=False)

    def day(self, field: str, text: str, *, first: date | None = None, last: date | None = None) -> date:
        """Return a day ``dd/mm/yyyy`` that lies in ``[first, last]``."""
        found = parse_day(text)
        if found is None or (first is not None and found < first) or (last is not None and found > last):
            values = {"first": f"{first:%d/%m/%Y}" if first else "…", "last": f"{last:%d/%m/%Y}" if last else "…"}
            code = "entry.day" if found is None else "entry.day_outside"
            self.problems.append(Problem(code, field, values=values))
        return found or date.min

    def whole(self, field: str, text: str, *, least: int, most: int) -> int:
        """Return a whole number within its bounds; thousands may be parted by a dot or a space."""
        plain = text.strip().replace(".", "").replace(" ", "")
        number = int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 12 else None
        if number is None or not least <= number <= most:
            self.problems.append(Problem("entry.number", field, values={"least": str(least), "most": str(most)}))
            return least
        return number

    def one_of(self, field: str, text: str, known: Collection[str]) -> str:
        if text not in known:
            self.problems.append(Problem("entry.choose", field))
        return text

    def some_of(self, field: str, texts: Collection[str], known: Collection[str]) -> list[str]:
        """Return what was chosen of a list, at least one, in the order of the list."""
        if not texts or not set(texts) <= set(known):
            self.problems.append(Problem("entry.choose", field))
        return [k for k in known if k in set(texts)]

    def fault(self, code: str, field: str = "", **values: str) -> None:
        self.problems.append(Problem(code, field, values=values))

    def settle(self) -> None:
        """Raise Refused when anything was wrong."""
        if self.problems:
            raise Refused(self.problems)

    def _within(self, field: str, text: str, limit: int, *, is_needed: bool) -> str:
        if not text and is_needed:
            self.problems.append(Problem("entry.missing", field))
        if len(text) > limit:
            self.problems.append(Problem("entry.long", field, values={"limit": str(limit)}))
        return text
