"""Answers which papers there are: what a layout can be asked for."""

from __future__ import annotations

from motcua.reports.papers.content import (
    Apology,
    ControlSlip,
    Derivation,
    Receipt,
    Refusal,
    Register,
    SentPaper,
    StopNotice,
    Supplement,
)
from motcua.reports.papers.figures_content import FiguresPaper
from motcua.reports.papers.giving_content import DeliveryPaper, HandOverPaper, PostSlipPaper, ResultPaper
from motcua.reports.papers.money_content import CashPaper, DaySheet
from motcua.reports.papers.posting_content import PostedPaper, SamplePaper
from motcua.reports.papers.sheet_content import SheetPaper
from motcua.reports.papers.supervision_content import CertificatesPaper, InspectionRecord, Minutes, UrgingPaper

Paper = (
    SentPaper
    | CashPaper
    | DaySheet
    | PostSlipPaper
    | HandOverPaper
    | DeliveryPaper
    | ResultPaper
    | Receipt
    | Supplement
    | Refusal
    | Apology
    | StopNotice
    | ControlSlip
    | Register
    | Derivation
    | FiguresPaper
    | SheetPaper
    | InspectionRecord
    | Minutes
    | UrgingPaper
    | CertificatesPaper
    | PostedPaper
    | SamplePaper
)
