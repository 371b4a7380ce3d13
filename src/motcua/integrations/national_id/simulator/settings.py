"""Settings of the simulated national identity, from its own environment (set by whoever starts it)."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ["NATIONAL_ID_FOLDER"])
CLIENT, SECRET = os.environ["NATIONAL_ID_CLIENT"], os.environ["NATIONAL_ID_SECRET"]
BACK_TO = os.environ["NATIONAL_ID_BACK_TO"]
ISSUER = os.environ["NATIONAL_ID_ISSUER"].rstrip("/")

SECRET_KEY = SECRET
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "motcua.integrations.national_id.simulator.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "motcua.integrations.national_id.simulator.views.FreshPersonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "identity.sqlite"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "account_login"
USE_TZ = True
LANGUAGE_CODE = "vi"
# Beside the product on the same host: cookies of the two must not be taken for each other.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "identity_session", "identity_csrf"
IDP_OIDC_ADAPTER = "motcua.integrations.national_id.simulator.claims.IdentityAdapter"
IDP_OIDC_ID_TOKEN_EXPIRES_IN = 300
IDP_OIDC_JWKS_CACHE_CONTROL = 0
IDP_OIDC_RATE_LIMITS = False
