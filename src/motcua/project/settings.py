"""Django's settings, made from the typed configuration. Legal parameters are never settings."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict

from motcua.project.config import config, demo_offset, secret_key
from motcua.project.postgres import Embedded
from motcua.project.wiring import PORTS as PORTS

_config = config()

SECRET_KEY = secret_key(_config.var)
DEBUG = False
ALLOWED_HOSTS = list(_config.hosts)
ROOT_URLCONF = "motcua.project.urls"
WSGI_APPLICATION = "motcua.project.wsgi.application"
PUBLIC_URL = _config.public_url
LIVE_PORT, LIVE_URL = _config.live_port, _config.live_url
VAR = _config.var
UPLOADS = _config.uploads
LAW = _config.root / "law"
DEMO_OFFSET = demo_offset(_config.var)
IS_DEMO = bool(DEMO_OFFSET)
SMTP, MAIL_FROM = _config.neighbours["SMTP"], _config.neighbours["MAIL_FROM"]
SMTP_TLS = _config.neighbours["SMTP_TLS"]
SMTP_USER, SMTP_PASSWORD = _config.neighbours["SMTP_USER"], _config.neighbours["SMTP_PASSWORD"]
SMS_URL, SMS_KEY = _config.neighbours["SMS_URL"], _config.neighbours["SMS_KEY"]
IDENTITY_URL = _config.neighbours["IDENTITY_URL"].rstrip("/")
IDENTITY_CLIENT, IDENTITY_SECRET = _config.neighbours["IDENTITY_CLIENT"], _config.neighbours["IDENTITY_SECRET"]
ZALO_URL, ZALO_KEY = _config.neighbours["ZALO_URL"], _config.neighbours["ZALO_KEY"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "motcua.store.organisation",
    "motcua.store.catalogue",
    "motcua.store.offerings",
    "motcua.store.dossiers",
    "motcua.store.ledger",
    "motcua.store.citizens",
    "motcua.store.applications",
    "motcua.store.payments",
    "motcua.store.results",
    "motcua.store.post",
    "motcua.store.floor",
    "motcua.store.voices",
    "motcua.store.figures",
    "motcua.store.offline",
    "motcua.store.measures",
    "motcua.store.reporting",
    "motcua.store.staffing",
    "motcua.store.premises",
    "motcua.store.duties",
    "motcua.store.inspections",
    "motcua.store.directives",
    "motcua.store.training",
    "motcua.store.steering",
    "motcua.store.institutions",
    "motcua.ui",
    "motcua.portal",
    "motcua.backoffice",
    "motcua.reports",
    "motcua.api",
    "motcua.jobs",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "motcua.ui.middleware.FailureMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcua.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            _config.root / "src" / "motcua" / app / "templates" for app in ("ui", "portal", "backoffice", "reports")
        ],
        "OPTIONS": {
            "environment": "motcua.ui.environment.environment",
            "context_processors": ["django.contrib.messages.context_processors.messages"],
        },
    },
]

_database = conninfo_to_dict(_config.database_url or Embedded(_config.var).url())
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.get("dbname"),
        "USER": _database.get("user"),
        "PASSWORD": _database.get("password"),
        "HOST": _database.get("host"),
        "PORT": _database.get("port"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, "prepare_threshold": 5},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "organisation.Staff"
PASSWORD_HASHERS = ["motcua.store.organisation.hashers.Argon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "motcua.ui.errors.forged"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "start"
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _config.is_secure
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
# "no-referrer" would make browsers send "Origin: null" with every form, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        # Browsers ask this rule for where a form's answer redirects to as well: identification starts with a form.
        "form-action": ["'self'", *([IDENTITY_URL] if IDENTITY_URL else [])],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
# Our own words first: the framework translates some of the same, and "version" as "version".
LOCALE_PATHS = sorted(_config.root.glob("src/motcua/**/locale"))
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = _config.var / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31536000
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
