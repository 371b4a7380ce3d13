"""Answers the log of a process: of our own dossiers in some days, or of a file that another system wrote (XES)."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from motcua.backoffice.views.scores import asked_days
from motcua.core.kernel import Problem, Refused
from motcua.core.mining import EventLog, LogError, read_xes
from motcua.services.logs import READERS, OwnLog, own_log, procedures_logged, report_of
from motcua.services.times import system_now
from motcua.ui.log_picture import log_picture
from motcua.ui.officers import OfficerRequest, officer_page

FILE_MAX = 60 * 1024 * 1024
XES_MAX = 250 * 1024 * 1024
_CHUNK = 1 << 20


@require_http_methods(["GET", "POST"])
@officer_page(*READERS)
def process_log(request: OfficerRequest) -> HttpResponse:
    """Cases, paths, waits, loops; nothing of an uploaded file is kept."""
    asked = asked_days(request)
    problems: tuple[Problem, ...] = asked.problems
    own, report, name = None, None, ""
    procedures = procedures_logged()
    code = request.GET.get("procedure", "")
    code = code if code in {key for key, _name in procedures} else ""
    if request.method == "POST":
        try:
            file = request.FILES.get("file")
            name = file.name or "" if isinstance(file, UploadedFile) else ""
            report = report_of(_uploaded(file))
        except Refused as refusal:
            problems = tuple(refusal.problems)
    elif not problems:
        own, problems = _own(request, code, asked)
        report = own.report if own else None
    context: dict[str, Any] = {
        "asked": asked,
        "procedures": procedures,
        "code": code,
        "own": own,
        "report": report,
        "file_name": name,
        "picture": log_picture(report.log, report.graph) if report else "",
        "problems": problems,
    }
    return render(request, "backoffice/log.html", context, status=422 if problems else 200)


def _own(request: OfficerRequest, code: str, asked: Any) -> tuple[OwnLog | None, tuple[Problem, ...]]:
    try:
        found = own_log(actor=request.actor, code=code, from_on=asked.from_on, to_on=asked.to_on, now=system_now())
    except Refused as refusal:
        return None, tuple(refusal.problems)
    return found, ()


def _uploaded(file: Any) -> EventLog:
    """Return the log in an uploaded file. Problems: ``log.file_missing``, ``log.file_large``, ``log.file_kind``."""
    if not isinstance(file, UploadedFile):
        raise Refused([Problem("log.file_missing", "file")])
    if (file.size or 0) > FILE_MAX:
        raise Refused([Problem("log.file_large", "file", values={"limit": str(FILE_MAX >> 20)})])
    try:
        return read_xes(_limited(file))
    except LogError as error:
        values = {"name": (file.name or "")[:80], "line": str(error.line or 1)}
        raise Refused([Problem("log.file_kind", "file", values=values)]) from error
    except (OSError, EOFError, zlib.error) as error:
        values = {"name": (file.name or "")[:80], "line": "1"}
        raise Refused([Problem("log.file_kind", "file", values=values)]) from error


def _limited(file: UploadedFile[bytes]) -> Iterator[bytes]:
    """Return the text in pieces, unpacked when it is packed; what grows beyond the limit is refused."""
    first = file.read(2)
    file.seek(0)
    opened: Any = gzip.GzipFile(fileobj=file) if first == b"\x1f\x8b" else file
    read = 0
    while chunk := opened.read(_CHUNK):
        read += len(chunk)
        if read > XES_MAX:
            raise Refused([Problem("log.file_large", "file", values={"limit": str(XES_MAX >> 20)})])
        yield chunk
