"""A whole Một Cửa for system tests and journeys: its own data folder, port and processes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

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


def start(var: Path, *, demo: str, dossiers: int = 0, is_fresh: bool = True) -> Instance:
    """Start the product with a demo of ``dossiers`` dossiers and wait until it answers."""
    port = free_port()
    if is_fresh:
        shutil.rmtree(var, ignore_errors=True)
        prepared = motcua(var, "prepare", "--demo", demo, "--dossiers", str(dossiers), port=port)
        assert prepared.returncode == 0, prepared.stdout + prepared.stderr
    process = subprocess.Popen(
        [sys.executable, "-m", "motcua", "serve", "--port", str(port), "--demo", demo],
        env=environment(var, port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert process.poll() is None, (var / "logs" / "web.log").read_text()[-2000:]
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=2) as answer:
                if answer.status == 200:
                    return Instance(var, port, process)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError("the product did not start")
