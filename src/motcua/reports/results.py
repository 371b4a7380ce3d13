"""Prints results, so that they can be signed; wired to the port ``result_printer``."""

from __future__ import annotations

from typing import Any

from motcua.reports.papers.content import Head, Person
from motcua.reports.papers.giving_content import ResultPaper
from motcua.reports.papers.money_content import Sum
from motcua.reports.papers.rendering import render_pdf
from motcua.services.money_ports import ResultSheet


class TypstPrinter:
    """Lays results out by the same layouts as all other papers."""

    def render(self, sheet: ResultSheet) -> bytes:
        paper = ResultPaper(
            head=Head(sheet.parent, sheet.agency, sheet.place, sheet.number, sheet.made_at),
            title=sheet.title,
            code=sheet.code,
            holder=Person(sheet.holder, sheet.id_number, sheet.address),
            birth=sheet.birth,
            statement=sheet.statement,
            fields=[Sum(name, value) for name, value in sheet.fields],
            legal=list(sheet.legal),
            valid_to=sheet.valid_to,
            signer=sheet.signer,
            signer_title=sheet.signer_title,
            check_url=sheet.check_url,
        )
        return render_pdf(paper, form_set="")


def connect(settings: Any) -> TypstPrinter:
    return TypstPrinter()
