"""Answers uploads that come in pieces, for the script of the papers' page: begin, how far, one more piece."""

from __future__ import annotations

import uuid
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.core.kernel import Problem, Refused
from motcua.portal.apply_pages import number_of
from motcua.services.applications import uploads
from motcua.services.limits import address_of, is_within_limit
from motcua.services.times import system_now
from motcua.store.applications.models import Application
from motcua.ui.access import View, public_page
from motcua.ui.applications import open_application
from motcua.ui.problem_texts import problem_text

BEGUN_PER_HOUR, PIECES_PER_TEN_MINUTES = 200, 4000
_READ = 64 * 1024
PIECE_TYPE = "application/offset+octet-stream"


def upload_page(view: Any) -> View:
    """Mark an address of the uploads of one application; whoever may not open it learns nothing."""

    @wraps(view)
    @public_page
    def page(request: HttpRequest, public_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        application = open_application(request, public_id)
        if application is None:
            return HttpResponse(status=404)
        try:
            answer: HttpResponse = view(request, application, *args, **kwargs)
        except Refused as refusal:
            return _problems(refusal.problems)
        return answer

    page.required_roles = None  # type: ignore[attr-defined]
    return page


@never_cache
@require_http_methods(["POST"])
@upload_page
def begin(request: HttpRequest, application: Application) -> HttpResponse:
    """Begin an upload, or find the one that was begun before."""
    now = system_now()
    if not is_within_limit(f"upload:{address_of(request)}", BEGUN_PER_HOUR, minutes=60, now=now):
        return _problems([Problem("application.too_often")], status=429)
    progress = uploads.begin_upload(
        application,
        component=request.POST.get("component", "")[:40],
        name=request.POST.get("name", "")[:1000],
        length=number_of(request.POST.get("length", "")),
        mark=request.POST.get("mark", "")[:80].replace("\x00", ""),
        now=now,
    )
    answer = _progress(progress, status=201)
    answer["Location"] = reverse(
        "portal:upload", kwargs={"public_id": application.public_id, "upload_id": progress.public_id}
    )
    return answer


@never_cache
@require_http_methods(["HEAD", "GET", "PATCH"])
@upload_page
def upload(request: HttpRequest, application: Application, upload_id: uuid.UUID) -> HttpResponse:
    """Tell how far an upload is, or add the piece that follows."""
    if request.method in ("HEAD", "GET"):
        found = uploads.progress_of(application, upload_id)
        return _progress(found, status=200) if found else HttpResponse(status=404)
    now = system_now()
    if not is_within_limit(f"piece:{address_of(request)}", PIECES_PER_TEN_MINUTES, minutes=10, now=now):
        return _problems([Problem("application.too_often")], status=429)
    if request.content_type != PIECE_TYPE:
        return HttpResponse(status=415)
    offset = request.headers.get("Upload-Offset", "")
    if not (offset.isascii() and offset.isdigit() and len(offset) < 19):
        return HttpResponse(status=400)
    piece = _piece(request)
    if len(piece) > uploads.PIECE_MAX:
        return HttpResponse(status=413)
    sha256 = request.headers.get("Upload-Checksum", "").removeprefix("sha256 ").strip()[:64]
    try:
        after = uploads.add_piece(application, upload_id, offset=int(offset), piece=piece, sha256=sha256, now=now)
    except uploads.WrongPlace as wrong:
        answer = HttpResponse(status=409)
        answer["Upload-Offset"] = str(wrong.offset)
        return answer
    return _progress(after, status=200) if after else HttpResponse(status=404)


def _piece(request: HttpRequest) -> bytes:
    """Return the body as far as it came; a connection cut in the middle leaves what was received."""
    found = bytearray()
    try:
        while len(found) <= uploads.PIECE_MAX and (part := request.read(_READ)):
            found += part
    except (UnreadablePostError, OSError):
        pass
    return bytes(found)


def _progress(progress: uploads.Progress, *, status: int) -> HttpResponse:
    file = progress.file
    body = {
        "offset": progress.offset,
        "length": progress.length,
        "file": None
        if file is None
        else {
            "id": str(file.public_id),
            "name": file.name,
            "size": file.size,
            "pages": file.pages,
            "sha256": file.sha256,
        },
    }
    answer = JsonResponse(body, status=status)
    answer["Upload-Offset"] = str(progress.offset)
    answer["Upload-Length"] = str(progress.length)
    return answer


def _problems(problems: Any, *, status: int = 422) -> HttpResponse:
    texts = [problem_text(p, get_language() or "vi") for p in problems]
    body = {"problems": [{"reason": t.reason, "remedy": t.remedy} for t in texts]}
    return JsonResponse(body, status=status)
