"""Answers the PDF of a paper. Content reaches the layout as JSON, so no name can become a command."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst

from motcua.reports.papers.content import ControlSlip, Paper, Receipt, Refusal, Register, Supplement

FOLDER = Path(__file__).parent
FONTS = FOLDER.parent / "fonts"
_VIETNAM = timezone(timedelta(hours=7))

FORM_NUMBERS = {
    "2018": {Receipt: "01", Supplement: "02", Refusal: "03", ControlSlip: "05", Register: "06"},
    "2025": {Receipt: "01", Supplement: "02", Refusal: "03", ControlSlip: "06", Register: "07"},
}
_LAYOUT = {
    Receipt: "receipt",
    Supplement: "supplement",
    Refusal: "refusal",
    ControlSlip: "control",
    Register: "register",
}


def render_pdf(content: Paper, *, form_set: str) -> bytes:
    """Return the paper as PDF in the form set ``2018`` or ``2025``; A5, the register A4 across.

    The file's title names the form only. Raises KeyError for an unknown form set.
    """
    kind = type(content)
    data = _plain(asdict(content))
    data |= {"kind": _LAYOUT[kind], "form": FORM_NUMBERS[form_set][kind], "form_set": form_set}
    if isinstance(content, Receipt):
        data["qr"] = qr_svg(content.tracking_url)
    pdf: bytes = _compiler().compile(format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
    return pdf


def qr_svg(address: str) -> str:
    """Return the QR of an address as SVG with its quiet zone; error level M."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=4, xmldecl=False)
    return out.getvalue().decode()


@lru_cache(maxsize=1)
def _compiler() -> Any:
    return typst.Compiler(
        str(FOLDER / "paper.typ"), root=str(FOLDER), font_paths=[str(FONTS)], ignore_system_fonts=True
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        local = value.astimezone(_VIETNAM)
        return {
            "time": f"{local:%H} giờ {local:%M} phút",
            "day": f"ngày {local:%d} tháng {local:%m} năm {local:%Y}",
            "short": f"{local:%d/%m/%Y %H:%M}",
            "date": f"{local:%d/%m/%Y}",
        }
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(v) for v in value]
    return value
