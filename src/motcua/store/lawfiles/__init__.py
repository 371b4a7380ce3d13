"""Answers what the data files of the law say: acts, calendars, hours; read once, typed by the core.

It applies nothing and needs no database.
"""

from motcua.store.lawfiles.book import LawBook, law_book

__all__ = ["LawBook", "law_book"]
