"""Answers the error pages that Django asks for by name."""

from __future__ import annotations

import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.ui.middleware import away


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/not_found.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # A session that could not be stored counts as a bad request; where the database was away it is none.
    if _is_of_the_database(exception):
        return away()
    return render(request, "ui/bad_request.html", status=400)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: mostly a page left open for long. What was typed can be sent again."""
    return render(request, "ui/forged.html", status=403)


def broken(request: HttpRequest, *args: Any) -> HttpResponse:
    # A database that fails below the view (session, messages) comes here and not to the middleware.
    if _is_of_the_database(sys.exc_info()[1]):
        return away()
    return render(request, "ui/broken.html", status=500)


def _is_of_the_database(error: BaseException | None) -> bool:
    """Return whether the error, or one that it came of, is a database that does not answer."""
    while error is not None:
        if isinstance(error, (OperationalError, InterfaceError)):
            return True
        error = error.__cause__ or error.__context__
    return False
