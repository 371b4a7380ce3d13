"""Answers how this installation is set up: one typed object, read from the environment once."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_CHANNELS = {
    *("MOTCUA_SMTP", "MOTCUA_MAIL_FROM", "MOTCUA_SMTP_TLS", "MOTCUA_SMTP_USER", "MOTCUA_SMTP_PASSWORD"),
    *("MOTCUA_SMS_URL", "MOTCUA_SMS_KEY", "MOTCUA_ZALO_URL", "MOTCUA_ZALO_KEY"),
    *("MOTCUA_IDENTITY_URL", "MOTCUA_IDENTITY_CLIENT", "MOTCUA_IDENTITY_SECRET"),
}
_TOGETHER = (
    ("MOTCUA_SMTP", "MOTCUA_MAIL_FROM"),
    ("MOTCUA_SMTP_USER", "MOTCUA_SMTP_PASSWORD"),
    ("MOTCUA_SMS_URL", "MOTCUA_SMS_KEY"),
    ("MOTCUA_ZALO_URL", "MOTCUA_ZALO_KEY"),
    ("MOTCUA_IDENTITY_URL", "MOTCUA_IDENTITY_CLIENT", "MOTCUA_IDENTITY_SECRET"),
)
SMTP_TLS = ("", "starttls", "tls")
"""Open (to a relay on the same machine), encrypted after the greeting, encrypted from the start."""
_KNOWN = {
    "MOTCUA_VAR",
    "MOTCUA_HOSTS",
    "MOTCUA_SECURE",
    "MOTCUA_PUBLIC_URL",
    "MOTCUA_SHARED_DATA",
    "MOTCUA_LIVE_PORT",
    "MOTCUA_LIVE_URL",
}


class ConfigError(Exception):
    """The environment holds a setting that is unknown or contradicts another."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one installation.

    ``var`` holds everything that changes (database, uploads, secret key, logs); ``database_url`` is empty
    when the embedded PostgreSQL under ``var`` is used; ``public_url`` is what a receipt's QR points to.
    ``neighbours`` are the settings of channels to citizens and of the national identity, by their names without
    the prefix; empty where none is connected.
    ``live_port`` is where live events are sent from, 0 when they are not; ``live_url`` is how browsers reach that
    part, empty when it is the same host with that port.
    """

    root: Path
    var: Path
    database_url: str
    hosts: tuple[str, ...]
    is_secure: bool
    public_url: str
    shared_data: Path
    neighbours: Mapping[str, str]
    live_port: int = 0
    live_url: str = ""

    @property
    def uploads(self) -> Path:
        return self.var / "uploads"

    @property
    def socket_dir(self) -> Path:
        """Folder of the embedded server's socket; a socket path may not pass 100 bytes."""
        return self.var / "sock"


def read_config(environ: Mapping[str, str]) -> Config:
    known = _KNOWN | _CHANNELS
    unknown = sorted(k for k in environ if k.startswith("MOTCUA_") and k not in known)
    if unknown:
        raise ConfigError(f"unknown settings: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    for group in _TOGETHER:
        if len({bool(environ.get(name)) for name in group}) > 1:
            raise ConfigError(f"these settings go together: {', '.join(group)}")
    _refuse_mail(environ)
    return Config(
        root=ROOT,
        var=Path(environ.get("MOTCUA_VAR") or ROOT / "var").resolve(),
        database_url=environ.get("DATABASE_URL", ""),
        hosts=tuple(h for h in environ.get("MOTCUA_HOSTS", "*").split(",") if h),
        is_secure=environ.get("MOTCUA_SECURE", "") == "1",
        public_url=environ.get("MOTCUA_PUBLIC_URL", "http://localhost:8000").rstrip("/"),
        shared_data=Path(environ.get("MOTCUA_SHARED_DATA") or ROOT.parent / "shared" / "data"),
        neighbours={name.removeprefix("MOTCUA_"): environ.get(name, "") for name in sorted(_CHANNELS)},
        live_port=_port(environ.get("MOTCUA_LIVE_PORT", "")),
        live_url=environ.get("MOTCUA_LIVE_URL", "").rstrip("/"),
    )


def _refuse_mail(environ: Mapping[str, str]) -> None:
    """Raise ConfigError where a mail server's password could not be sent, or would go over an open line."""
    tls = environ.get("MOTCUA_SMTP_TLS", "")
    if tls not in SMTP_TLS:
        raise ConfigError(f"MOTCUA_SMTP_TLS {tls}: {', '.join(t for t in SMTP_TLS if t)}, or nothing")
    if (tls or environ.get("MOTCUA_SMTP_USER")) and not environ.get("MOTCUA_SMTP"):
        raise ConfigError("MOTCUA_SMTP_TLS and MOTCUA_SMTP_USER need MOTCUA_SMTP")
    if environ.get("MOTCUA_SMTP_USER") and not tls:
        raise ConfigError("MOTCUA_SMTP_USER needs MOTCUA_SMTP_TLS: a password does not go over an open line")
    for name in ("MOTCUA_SMTP_USER", "MOTCUA_SMTP_PASSWORD"):
        if not environ.get(name, "").isascii():
            raise ConfigError(f"{name}: ASCII only, mail servers take no other letters")


def _port(text: str) -> int:
    if text and not (text.isdecimal() and 0 < int(text) < 65536):
        raise ConfigError(f"MOTCUA_LIVE_PORT {text}: 1 … 65535")
    return int(text or 0)


@cache
def config() -> Config:
    return read_config(os.environ)


def demo_offset(var: Path) -> timedelta:
    """Return how far a demo's time lies from the server's; zero where no demo was loaded.

    Written once by the demo's loader: a demo opens on the morning after its two months of life.
    """
    path = var / "demo-clock"
    return timedelta(seconds=int(path.read_text())) if path.exists() else timedelta(0)


def secret_key(var: Path) -> str:
    """Return the installation's secret, made at the first start and kept readable by its owner only."""
    path = var / "secret"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as f:
            f.write(secrets.token_urlsafe(48))
    return path.read_text()
