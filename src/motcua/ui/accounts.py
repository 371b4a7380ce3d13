"""Answers signing in and out and the language; what a person may do is decided by posts, not here."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.services.limits import address_of, is_within_limit
from motcua.services.sign_in import record_sign_in
from motcua.services.times import system_now
from motcua.ui.access import public_page

PER_NAME, PER_ADDRESS, MINUTES = 8, 40, 10


@never_cache
@require_http_methods(["GET", "POST"])
@public_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password; the answer does not tell which of the two was wrong."""
    following = safe_address(request, request.POST.get("next") or request.GET.get("next", ""))
    context = {
        "next": following,
        "is_wrong": False,
        "is_limited": False,
        "username": "",
        "is_kept": request.GET.get("kept") == "1",
    }
    if request.method == "GET":
        return render(request, "ui/sign_in.html", context)
    username, now = request.POST.get("username", "").strip().lower()[:40], system_now()
    context["username"] = username
    allowed = [
        is_within_limit(f"login:name:{username}", PER_NAME, minutes=MINUTES, now=now),
        is_within_limit(f"login:address:{address_of(request)}", PER_ADDRESS, minutes=MINUTES, now=now),
    ]
    if not all(allowed):
        return render(request, "ui/sign_in.html", {**context, "is_limited": True}, status=429)
    user = authenticate(request, username=username, password=request.POST.get("password", ""))
    record_sign_in(staff_id=user.pk if user else None, now=now)
    if user is None:
        return render(request, "ui/sign_in.html", {**context, "is_wrong": True}, status=422)
    login(request, user)
    response = HttpResponseRedirect(
        following or (settings.LOGIN_REDIRECT_URL and redirect(settings.LOGIN_REDIRECT_URL).url)
    )
    response.set_signed_cookie(
        "who", str(user.pk), max_age=7 * 24 * 3600, httponly=True, samesite="Lax", secure=request.is_secure()
    )
    return response


@require_POST
@public_page
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    response = redirect("portal:home")
    response.delete_cookie("who")
    return response


@require_POST
@public_page
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and stay on the page."""
    response = HttpResponseRedirect(safe_address(request, request.POST.get("next", "")) or "/")
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 24 * 3600, samesite="Lax")
    return response


@never_cache
@require_GET
@public_page
def health(request: HttpRequest) -> HttpResponse:
    """Whether the server answers and reaches its database; 503 when not."""
    from django.db import OperationalError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return JsonResponse({"database": "away"}, status=503)
    return JsonResponse({"database": "ok"})


def safe_address(request: HttpRequest, address: str) -> str:
    """Return the address if it leads to this site; anywhere else nobody is sent."""
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else ""
