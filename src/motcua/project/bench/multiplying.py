"""Writes the statement that makes many rows of one: every column as in the model, but for those that differ.

Taken from the model, a column that is added later is multiplied without a word here.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model


def multiplying(model: type[Model], source: str, differing: Mapping[str, str]) -> str:
    """Return ``INSERT … SELECT`` of rows like ``d``, a row of the model's table that ``source`` (SQL after FROM) names.

    ``differing`` gives columns an SQL expression of their own; keys made by the database are left to it.
    """
    columns = [str(f.column) for f in model._meta.concrete_fields if not f.primary_key]
    if unknown := set(differing) - set(columns):
        raise AssertionError(f"{model.__name__} has no {sorted(unknown)}")
    chosen = ", ".join(differing.get(c, f'd."{c}"') for c in columns)
    names = ", ".join(f'"{c}"' for c in columns)
    return f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM {source}'  # noqa: S608
