"""Answers which pages anyone may open; all others declare their roles."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Mark a page as open to anyone; the permission matrix lists these by name."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    page.required_roles = None  # type: ignore[attr-defined]
    return page
