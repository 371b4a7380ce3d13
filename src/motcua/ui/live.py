"""Answers where a page's live events come from, and lets the browser connect there and nowhere else."""

from __future__ import annotations

import hashlib
import urllib.parse
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control


def live_address(request: HttpRequest, stream: UUID) -> str:
    """Return the address of a hall's events; empty where this installation sends none, and pages ask instead."""
    origin = _origin(request)
    return f"{origin}/live/{stream}" if origin else ""


def allow_live(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the page connect to the part that sends live events, exactly that origin."""
    origin = _origin(request)
    if origin:
        parts = urllib.parse.urlsplit(origin)
        response._csp_update = {"connect-src": ["'self'", f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    return response


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the fragment, or 304 when the browser has it already."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    response["ETag"] = etag
    patch_cache_control(response, no_cache=True, private=True)
    return response


def _origin(request: HttpRequest) -> str:
    if settings.LIVE_URL:
        return str(settings.LIVE_URL)
    if not settings.LIVE_PORT:
        return ""
    host = urllib.parse.urlsplit(f"//{request.get_host()}").hostname or "localhost"
    name = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{name}:{settings.LIVE_PORT}"
