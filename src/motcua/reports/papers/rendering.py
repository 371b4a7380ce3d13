"""Answers the PDF of a paper. Content reaches the layout as JSON, so no name can become a command."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import segno
import typst

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
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.money_content import CashPaper, DaySheet
from motcua.reports.papers.posting_content import PostedPaper, SamplePaper
from motcua.reports.papers.sheet_content import SheetPaper
from motcua.reports.papers.supervision_content import CertificatesPaper, InspectionRecord, Minutes, UrgingPaper

FOLDER = Path(__file__).parent
FONTS = FOLDER.parent / "fonts"
FORM_NUMBERS: dict[str, dict[type[Paper], str]] = {
    "2018": {
        Receipt: "01",
        Supplement: "02",
        Refusal: "03",
        Apology: "04",
        ControlSlip: "05",
        Register: "06",
    },
    "2025": {
        Receipt: "01",
        Supplement: "02",
        Refusal: "03",
        Apology: "04",
        StopNotice: "05",
        ControlSlip: "06",
        Register: "07",
    },
}
_LAYOUTS: dict[type[Paper], str] = {
    Receipt: "receipt",
    Supplement: "supplement",
    Refusal: "refusal",
    Apology: "apology",
    StopNotice: "stop",
    ControlSlip: "control",
    Register: "register",
    Derivation: "derivation",
    CashPaper: "cash",
    DaySheet: "day",
    PostSlipPaper: "post_slip",
    HandOverPaper: "hand_over",
    DeliveryPaper: "delivery",
    ResultPaper: "result",
    SentPaper: "sent",
    FiguresPaper: "figures",
    SheetPaper: "sheet",
    InspectionRecord: "inspection",
    Minutes: "minutes",
    UrgingPaper: "urging",
    CertificatesPaper: "certificates",
    PostedPaper: "posted",
    SamplePaper: "sample",
}
# Papers that belong to no set of forms.
_UNNUMBERED = (
    *(Derivation, CashPaper, DaySheet, PostSlipPaper, HandOverPaper, DeliveryPaper, ResultPaper, SentPaper),
    *(FiguresPaper, PostedPaper, SamplePaper, SheetPaper, InspectionRecord, Minutes, UrgingPaper),
    CertificatesPaper,
)
ROWS_MAX = 1000
"""Rows of a printed report of figures; a longer one is for a spreadsheet."""
_LANGUAGES = ("vi", "en")
_VIETNAM = timezone(timedelta(hours=7))
_QUIET_ZONE = 4
_WHITE = 255
_GREY = bytes([_WHITE, 0]) + bytes(254)
# All eight masks can be read; weighing them would cost three times as much as the rest of the paper.
_QR_MASK = 3
# Letters of a word that fit into a column of the register, a line of a slip; of a dossier code into its column.
_COLUMN_WORD_MAX, _LINE_WORD_MAX, _COLUMN_CODE_MAX = 12, 28, 24
_PART = re.compile(r".{1,8}")
_REMEMBERED_COMPILATIONS = 10
_own = threading.local()


def render_pdf(content: Paper, *, form_set: str, language: str = "vi") -> bytes:
    """Return the paper as PDF in the form set ``2018`` or ``2025``; A5, the register and figures A4 across.

    In ``en`` small English captions stand beside the Vietnamese, which stays the official text; a derivation sheet
    is in one language, whole. The file's
    title names the form only, never a person; the same content gives the same bytes.
    Raises KeyError for a form that the set does not have.
    """
    if language not in _LANGUAGES:
        raise KeyError(language)
    kind = type(content)
    data = _plain(asdict(content), _COLUMN_WORD_MAX if isinstance(content, Register) else _LINE_WORD_MAX)
    form = "" if kind in _UNNUMBERED else FORM_NUMBERS[form_set][kind]
    data |= {"kind": _LAYOUTS[kind], "form": form, "form_set": form_set, "language": language}
    if isinstance(content, Receipt):
        data["qr"] = _qr_picture(content.tracking_url)
    if isinstance(content, ResultPaper):
        data["qr"] = _qr_picture(content.check_url)
    is_register = isinstance(content, Register)
    # Tags let a reader follow a slip; those of a register are nine tenths of its file, and its page has a table.
    pdf: bytes = _compiler().compile(
        format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_tags=not is_register
    )
    if is_register:
        _forget_layouts()
    return pdf


def _qr_picture(address: str) -> dict[str, Any]:
    """Return the QR of an address as grey pixels, one a module, with its quiet zone; error level M."""
    code = segno.make(address, error="m", micro=False, boost_error=False, mask=_QR_MASK)
    size = len(code.matrix) + 2 * _QUIET_ZONE
    side, edge = bytes([_WHITE] * _QUIET_ZONE), bytes([_WHITE] * size * _QUIET_ZONE)
    # A module is 0 when light and 1 when dark.
    rows = b"".join(side + bytes(row).translate(_GREY) + side for row in code.matrix)
    return {"size": size, "pixels": list(edge + rows + edge)}


def _compiler() -> Any:
    """Return the compiler of this thread: one cannot serve two threads at once, and keeps fonts and layouts."""
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(
            str(FOLDER / "paper.typ"), root=str(FOLDER), font_paths=[str(FONTS)], ignore_system_fonts=True
        )
    return _own.compiler


def _forget_layouts() -> None:
    """Free what the compiler remembers of a long paper: about 130 MB for a thousand rows, kept for ten papers."""
    compiler = typst.Compiler(b"", ignore_system_fonts=True)
    for number in range(_REMEMBERED_COMPILATIONS + 1):
        compiler.compile(input=str(number).encode(), format="svg")


def _plain(value: Any, word_max: int) -> Any:
    if isinstance(value, datetime):
        local = value.astimezone(_VIETNAM)
        # Spaces that do not break: a promised day is read in one piece.
        return {
            "time": f"{local:%H} giờ {local:%M} phút".replace(" ", "\u00a0"),
            "day": f"ngày {local:%d} tháng {local:%m} năm {local:%Y}".replace(" ", "\u00a0"),
            "short": f"{local:%H:%M} {local:%d/%m/%Y}",
            "date": f"{local:%d/%m/%Y}",
            "clock": f"{local:%H:%M}",
        }
    if isinstance(value, str):
        return _printable(value, word_max)
    if isinstance(value, dict):
        return {k: _code(v, word_max) if k == "code" else _plain(v, word_max) for k, v in value.items()}
    if isinstance(value, Sequence):
        return [_plain(v, word_max) for v in value]
    return value


def _code(code: str, word_max: int) -> str:
    """Return the code as it can be set: whole on the line of a slip, in a narrow column broken after its signs only."""
    if word_max == _COLUMN_WORD_MAX and len(code) > _COLUMN_CODE_MAX:
        return code.replace("-", "-\u200b").replace(".", ".\u200b")
    return _printable(code, len(code))


def _printable(text: str, word_max: int) -> str:
    """Return the text as it can be set: composed letters, no control signs, long words able to break."""
    composed = unicodedata.normalize("NFC", text)
    clean = "".join(c if c == "\n" or unicodedata.category(c) != "Cc" else " " for c in composed)
    # A zero-width space every so often keeps a word without spaces inside its line or column.
    return re.sub(rf"\S{{{word_max + 1},}}", lambda word: "\u200b".join(_PART.findall(word[0])), clean)
