"""Answers in which language a page speaks, and what it says when a right, the database or next year's days off are missing.

Nothing else is caught here.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from motcua.core.calendar import CalendarHorizonError
from motcua.services.actors import Denied
from motcua.services.times import system_now
from motcua.store.lawfiles import law_book
from motcua.store.ledger.models import AuditEvent

_NUL = "\x00"
_NUL_REFUSED = "NUL (0x00)"
"""How database and driver name the character that no text holds."""
_AWAY = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport"
content="width=device-width">
<title>Tạm gián đoạn · Một Cửa</title></head><body><main>
<h1>Hệ thống tạm thời không truy cập được dữ liệu</h1>
<p>Việc vừa làm có thể <strong>chưa được ghi nhận</strong>. Xin chờ khoảng một phút rồi quay lại trang trước và làm
lại: những gì đã nhập được trình duyệt giữ lại, việc đã ghi nhận thì không bị ghi hai lần.</p>
<p>Nếu vẫn không được, hãy báo quản trị hệ thống: «cơ sở dữ liệu không trả lời».</p>
<hr><h2 lang="en">The data cannot be reached for the moment</h2>
<p lang="en">What you just did was perhaps <strong>not recorded</strong>. Wait a minute, go back and do it again: what was
recorded is not recorded twice.</p>
<p><a href="">Thử lại / Try again</a></p></main></body></html>"""


class LanguageMiddleware:
    """Speaks Vietnamese until the reader asks for another language.

    The browser's own preference is not asked: on the machines of offices it is mostly English, whoever reads.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", language)
        return response


class FailureMiddleware:
    """Turns a refusal of rights into a plain 403; a database that is away, and days off not known yet, into a plain 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError):
            return away()

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]) -> None:
        """Leave out a character without meaning (NUL), which no database keeps, wherever it was put."""
        # Machines that call back (no CSRF token) are read by their views, byte by byte, for the signature.
        for name in ("GET",) if getattr(view, "csrf_exempt", False) else ("GET", "POST"):
            said: QueryDict = getattr(request, name)
            if any(_NUL in text for key, texts in said.lists() for text in (key, *texts)):
                clean = QueryDict(mutable=True)
                for key, texts in said.lists():
                    clean.setlist(key.replace(_NUL, ""), [text.replace(_NUL, "") for text in texts])
                setattr(request, name, clean)
        for key, value in kwargs.items():
            if isinstance(value, str) and _NUL in value:
                kwargs[key] = value.replace(_NUL, "")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            user = getattr(request, "user", None)
            AuditEvent.objects.create(
                at=system_now(),
                staff_id=user.pk if user is not None and user.is_authenticated else None,
                act="access.refused",
                target=(request.resolver_match.view_name if request.resolver_match else "")[:80],
            )
            return render(request, "ui/denied.html", status=HTTPStatus.FORBIDDEN)
        if isinstance(exception, CalendarHorizonError):
            last = law_book().calendar().known_until
            return render(request, "ui/horizon.html", {"last": last}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        if isinstance(exception, (OperationalError, InterfaceError)):
            return away()
        if isinstance(exception, (DataError, ValueError)) and _NUL_REFUSED in str(exception):
            # A character that no text holds and no keyboard types: whoever sent it is told so, nothing is broken.
            return render(request, "ui/bad_request.html", status=HTTPStatus.BAD_REQUEST)
        return None


def away() -> HttpResponse:
    """Return the page for a database that does not answer; it needs neither database nor session."""
    response = HttpResponse(_AWAY, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = "30"
    response["Cache-Control"] = "no-store"
    return response
