"""A whole Một Cửa for system tests and journeys: its own data folder, port and processes."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from motcua.project import postgres, serving

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(slots=True)
class Instance:
    """A running product; ``stop`` ends it as Ctrl-C does."""

    var: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def environment(var: Path, port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_") and k != "DATABASE_URL"}
    return {
        **kept,
        "MOTCUA_VAR": str(var),
        "MOTCUA_PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONPATH": str(ROOT / "src"),
    }


def motcua(var: Path, *arguments: str, port: int = 8000) -> subprocess.CompletedProcess[str]:
    """Run the command line on a data folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "motcua", *arguments],
        env=environment(var, port),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


DOSSIERS = 260
"""How many dossiers the demo of a test has: the same for all, so that it is prepared once."""


def copy_prepared(var: Path, demo: str, dossiers: int = DOSSIERS) -> None:
    """Make ``var`` a copy of a prepared demo, which opens on its morning; the same demo is prepared once only."""
    prepared = ROOT / "var" / "demos" / f"{demo}-{dossiers}"
    prepared.parent.mkdir(parents=True, exist_ok=True)
    with prepared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark, want = prepared / "made-of", serving.fingerprint()
        if not mark.exists() or mark.read_text() != want:
            shutil.rmtree(prepared, ignore_errors=True)
            done = motcua(prepared, "prepare", "--demo", demo, "--dossiers", str(dossiers))
            assert done.returncode == 0, done.stdout + done.stderr
            postgres.stop(postgres.Embedded(prepared))
            opens_at = time.time() + int((prepared / "demo-clock").read_text())
            (prepared / "opens-at").write_text(str(int(opens_at)))
            (prepared / "prepared").write_text(f"{want} {demo}")
            mark.write_text(want)
        # The files of PostgreSQL keep their owner, who is not root.
        subprocess.run(["cp", "-a", str(prepared), str(var)], check=True)
    opens_at = int((var / "opens-at").read_text())
    (var / "demo-clock").write_text(str(int(opens_at - time.time())))


def start(var: Path, *, demo: str, dossiers: int = DOSSIERS, is_fresh: bool = True, port: int = 0) -> Instance:
    """Start the product with a demo of ``dossiers`` dossiers and wait until it answers."""
    port = port or free_port()
    if is_fresh:
        shutil.rmtree(var, ignore_errors=True)
        copy_prepared(var, demo, dossiers)
    process = subprocess.Popen(
        [sys.executable, "-m", "motcua", "serve", "--port", str(port), "--demo", demo],
        env=environment(var, port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if serving.has_answered(port, process, seconds=90):
        return Instance(var, port, process)
    tail = (var / "logs" / "web.log").read_text()[-2000:] if (var / "logs" / "web.log").exists() else ""
    raise AssertionError(f"the product did not start: {tail}")


def until(asked: Callable[[], Found | None], *, seconds: float, what: str) -> Found:
    """Return what ``asked`` gives as soon as it is something; other processes cannot be awaited, so they are asked."""
    deadline = time.monotonic() + seconds
    while True:
        if found := asked():
            return found
        assert time.monotonic() < deadline, what
        # Nothing tells us: the answer lies in another process. The pause only leaves the machine to that one.
        time.sleep(0.05)
