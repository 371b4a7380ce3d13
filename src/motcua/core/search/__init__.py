"""Answers which procedures fit what a person typed: everyday words, no marks, typing errors, codes.

It reads no database; the index is made of rows and a lexicon of everyday words.
"""

from motcua.core.search.index import Hit, SearchIndex, SearchRow
from motcua.core.search.lexicon import Entry, Lexicon

__all__ = ["Entry", "Hit", "Lexicon", "SearchIndex", "SearchRow"]
