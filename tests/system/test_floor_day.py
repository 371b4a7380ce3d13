"""A day of the hall through real processes: numbers taken, called, served while web, live part and PostgreSQL are killed.

200 of the bench's 600 visitors, so that it stays short; `./motcua bench floor` plays the whole day.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from instance import until
from motcua.project.bench.floor import _environment, _free_port, play_pressed
from motcua.project.live import Head, allowed_origin

pytestmark = pytest.mark.system
TICKETS, COUNTERS, SECONDS = 200, 12, 20.0


def test_no_number_is_lost_through_restarts_and_the_display_follows_within_a_second() -> None:
    figures = play_pressed(tickets=TICKETS, counters=COUNTERS, seconds=SECONDS)
    for name, value in figures.items():
        print(f"{name:36} {value}")
    assert figures["refused_requests"] == "none"
    assert figures["tickets_acknowledged"] == figures["tickets_stored"] == TICKETS
    assert figures["tickets_lost"] == figures["tickets_nobody_asked_for"] == 0
    assert figures["served_once_each"]
    assert figures["different_numbers"] == TICKETS
    assert figures["events_without_gaps"]
    assert figures["replay_equals_rows"]
    assert figures["calls_heard_once_in_order"]
    assert figures["display_ms_max"] <= 1000
    assert figures["killed"].count("(0)") == 0


def test_only_the_installations_own_pages_may_read_the_stream() -> None:
    def asked(origin: str) -> str:
        return allowed_origin(
            Head("GET", "/live/x", {"host": "hall.gov:8001", "origin": origin}), "https://motcua.vn"
        )

    assert asked("http://hall.gov:8000") == "http://hall.gov:8000"
    assert asked("https://motcua.vn") == "https://motcua.vn"
    assert asked("https://evil.vn") == ""
    assert asked("https://motcua.vn.evil.vn") == ""
    assert asked("") == ""


def test_the_live_part_waits_for_a_database_that_is_away_and_says_no_to_nonsense() -> None:
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        live = subprocess.Popen(
            [sys.executable, "-m", "motcua", "live"],
            env=_environment(Path(folder), 8000, port),
            stderr=subprocess.DEVNULL,
        )
        try:
            assert _status(port, "/health") == 200
            assert _status(port, "/live/00000000-0000-4000-8000-000000000000") == 503
            assert _status(port, "/live/nonsense") == 404
            assert _status(port, "/other") == 404
            with socket.create_connection(("127.0.0.1", port)) as raw:
                raw.sendall(b"nonsense\r\n\r\n")
                assert raw.recv(10) == b""
            assert live.poll() is None
        finally:
            live.terminate()
            assert live.wait(10) == 0


def _status(port: int, path: str) -> int:
    def status() -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (urllib.error.URLError, ConnectionError):
            return 0

    return until(status, seconds=10, what="the live part does not answer")
