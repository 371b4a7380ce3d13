"""Answers a report made of tables of numbers, whatever they count: as page, on A4, as spreadsheet, CSV and JSON."""

from motcua.reports.sheets.values import Cell, Column, Part, Row, Sheet

__all__ = ["Cell", "Column", "Part", "Row", "Sheet"]
