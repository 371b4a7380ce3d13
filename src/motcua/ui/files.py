"""Answers how a stored file leaves: never to be interpreted by the browser, and only what is there."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404, HttpResponse

PICTURES = ("image/jpeg", "image/png")


def attachment(path: Path, *, name: str, media_type: str) -> HttpResponse:
    """Return the file as an attachment; Http404 when its content is gone."""
    return _answer(path, name=name, media_type=media_type, is_shown=False)


def picture_or_attachment(path: Path, *, name: str, media_type: str) -> HttpResponse:
    """Return a picture to be shown in its place, anything else as an attachment; Http404 when its content is gone."""
    return _answer(path, name=name, media_type=media_type, is_shown=media_type in PICTURES)


def signed_result(path: Path) -> HttpResponse:
    """Return a signed result as it was issued, for its reader's eyes alone; Http404 when its content is gone."""
    response = attachment(path, name="ket-qua.pdf", media_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response


def _answer(path: Path, *, name: str, media_type: str, is_shown: bool) -> HttpResponse:
    if not path.exists():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=not is_shown, filename=name, content_type=media_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response  # type: ignore[return-value]
