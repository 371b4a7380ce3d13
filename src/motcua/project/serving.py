"""Answers how the whole product is started and stopped on one machine; it knows no business."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from motcua.project import postgres
from motcua.project.config import config

_READY_SECONDS = 60
_STOP_SECONDS = 10


class ServeError(Exception):
    """It cannot be started; the message says why and what to do."""


def serve(*, port: int, demo: str, is_reset: bool) -> int:
    """Run until Ctrl-C or SIGTERM; every process started here is stopped before it returns.

    Raises ServeError when the port is taken, another instance uses the data folder, or the database fails.
    """
    # Set by hand: started in the background of a script, Python would leave Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _say("Một Cửa · dữ liệu / data: " + str(config().var))
    with _only_instance(), contextlib.ExitStack() as stack:
        _refuse_taken_port(port)
        if is_reset:
            _reset()
        server = postgres.Embedded(config().var)
        if not config().database_url:
            try:
                postgres.start(server)
            except postgres.PostgresError as error:
                raise ServeError(str(error)) from error
            stack.callback(postgres.stop, server)
            postgres.ensure_database(server, "motcua")
        _say("✓ PostgreSQL")
        _prepare_data(demo)
        live_port = _live_port(port)
        processes = _start_processes(port, live_port)
        stack.callback(_stop_processes, processes)
        _wait_until_ready(port, processes)
        _welcome(port)
        with contextlib.suppress(KeyboardInterrupt):
            _watch(processes, port, live_port)
        _say("\nĐang dừng … / stopping …")
    return 0


@contextlib.contextmanager
def _only_instance() -> Iterator[None]:
    config().var.mkdir(parents=True, exist_ok=True)
    with (config().var / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServeError(
                f"Một Cửa đang chạy với thư mục {config().var}; hãy dừng bản đó hoặc đặt MOTCUA_VAR khác. / "
                "Another instance uses this data folder: stop it, or set MOTCUA_VAR."
            ) from None
        yield


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the address the server will bind
        except OSError:
            raise ServeError(
                f"Cổng {port} đang được dùng; thử ./run --port {port + 1}. / Port {port} is taken."
            ) from None


def _reset() -> None:
    if config().database_url:
        raise ServeError("--reset chỉ dùng với cơ sở dữ liệu nhúng. / --reset works on the embedded database only.")
    postgres.stop(postgres.Embedded(config().var))
    for name in ("pg", "uploads", "prepared", "demo-clock", "accounts.txt", "simulated"):
        path = config().var / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    _say("✓ đã xóa dữ liệu / data removed")


def _prepare_data(demo: str) -> None:
    """Migrations, static files, translations and the demo in a process of their own; skipped when nothing changed."""
    stamp, want = config().var / "prepared", f"{fingerprint()} {demo}"
    if stamp.exists() and stamp.read_text() == want and (config().var / "static").is_dir():
        return
    command = [sys.executable, "-m", "motcua", "prepare", "--demo", demo]
    if subprocess.run(command, env=_environment(), check=False).returncode:
        raise ServeError("Chuẩn bị dữ liệu chưa xong; xem thông báo ở trên. / The preparation failed; see above.")
    stamp.write_text(want)


def fingerprint() -> str:
    """Return a mark that changes with the sources, so that a second start need not look for migrations."""
    newest = 0.0
    count = 0
    for folder in (config().root / "src", config().root / "law", config().root / "demo"):
        for path in folder.rglob("*"):
            if path.suffix not in (".pyc", ".mo") and path.is_file():
                newest, count = max(newest, path.stat().st_mtime), count + 1
    return f"{newest:.3f}-{count}"


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(config().root / "src"), "MOTCUA_VAR": str(config().var)}


def _live_port(port: int) -> int:
    """Return where live events are sent from: as configured, else the port beside the web server's, else a free one."""
    return config().live_port or _free_port(port + 1)


def _start_processes(port: int, live_port: int) -> dict[str, subprocess.Popen[bytes]]:
    (config().var / "logs").mkdir(exist_ok=True)
    os.environ.setdefault("MOTCUA_PUBLIC_URL", f"http://localhost:{port}")
    names = ["web", "worker", "live"]
    if (config().var / "demo-clock").exists() and not os.environ.get("MOTCUA_IDENTITY_URL"):
        _plan_identity(port, live_port)
        names.insert(0, "identity")
    return {name: _spawn(name, port, live_port) for name in names}


def _plan_identity(port: int, live_port: int) -> None:
    """Choose address and secret of the simulated national identity, a process beside the demo's server."""
    scheme, _, rest = os.environ["MOTCUA_PUBLIC_URL"].partition("://")
    host = rest.partition("/")[0].partition(":")[0]
    os.environ["MOTCUA_IDENTITY_URL"] = f"{scheme}://{host}:{_free_port(max(port, live_port) + 1)}"
    os.environ["MOTCUA_IDENTITY_CLIENT"] = "motcua-demo"
    os.environ["MOTCUA_IDENTITY_SECRET"] = secrets.token_urlsafe(32)


def _free_port(wanted: int) -> int:
    """Return the wanted port, or any other that is free when somebody has it."""
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError, OverflowError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("0.0.0.0", port))  # noqa: S104 - the address the server will bind
            return int(probe.getsockname()[1])
    raise ServeError("Không còn cổng trống. / No port is free.")


def _identity_environment() -> dict[str, str]:
    """Return the environment of the simulated identity: nothing of ours but what a client must know."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_") and k != "DATABASE_URL"}
    ours.pop("DJANGO_SETTINGS_MODULE", None)
    return {
        **ours,
        "PYTHONPATH": str(config().root / "src"),
        "NATIONAL_ID_FOLDER": str(config().var / "simulated" / "identity"),
        "NATIONAL_ID_ISSUER": os.environ["MOTCUA_IDENTITY_URL"],
        "NATIONAL_ID_CLIENT": os.environ["MOTCUA_IDENTITY_CLIENT"],
        "NATIONAL_ID_SECRET": os.environ["MOTCUA_IDENTITY_SECRET"],
        "NATIONAL_ID_BACK_TO": f"{os.environ['MOTCUA_PUBLIC_URL']}/account/identity/back",
    }


def _spawn(name: str, port: int, live_port: int) -> subprocess.Popen[bytes]:
    environment = _identity_environment() if name == "identity" else _environment()
    if name != "identity":
        environment["MOTCUA_LIVE_PORT"] = str(live_port)
    identity_port = os.environ.get("MOTCUA_IDENTITY_URL", "").rpartition(":")[2]
    commands = {
        "identity": ["motcua.integrations.national_id.simulator", identity_port],
        "web": [
            *("granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", str(port)),  # noqa: S104
            *("--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws"),
            *("--log-level", "warning", "motcua.project.wsgi:application"),
        ],
        "worker": ["motcua", "worker"],
        "live": ["motcua", "live"],
    }
    with (config().var / "logs" / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", *commands[name]],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _stop_processes(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for process in processes.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        # The whole session: a server's own worker processes must not outlive it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def has_answered(port: int, process: subprocess.Popen[bytes], *, seconds: float) -> bool:
    """Return whether the server of ``process`` answers on ``port`` within that time; at once ``False`` when it died."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            # Nothing tells when a port begins to be listened on: it is tried.
            time.sleep(0.05)
    return False


def _wait_until_ready(port: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    if has_answered(port, processes["web"], seconds=_READY_SECONDS):
        return
    tail = (config().var / "logs" / "web.log").read_text(errors="replace")[-2000:]
    raise ServeError(f"Máy chủ web chưa chạy được. / The web server did not start:\n{tail}")


def _watch(processes: dict[str, subprocess.Popen[bytes]], port: int, live_port: int) -> None:
    """Keep the parts alive: a part that dies is started again, PostgreSQL too."""
    server = postgres.Embedded(config().var)
    while True:
        time.sleep(0.5)
        if not config().database_url and not postgres.is_running(server):
            _say("! PostgreSQL đã dừng, đang khởi động lại / restarting")
            with contextlib.suppress(postgres.PostgresError):
                postgres.start(server)
        for name, process in list(processes.items()):
            if process.poll() is not None:
                _say(f"! {name} đã dừng (mã {process.returncode}), đang khởi động lại / restarting")
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                processes[name] = _spawn(name, port, live_port)


def _welcome(port: int) -> None:
    _say(f"✓ http://localhost:{port}")
    accounts = config().var / "accounts.txt"
    if accounts.exists():
        _say(accounts.read_text().rstrip())
    _say("Ctrl-C để dừng / to stop")


def _say(text: str) -> None:
    print(text, flush=True)
