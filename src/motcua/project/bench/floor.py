"""Measures the hall: a day of 600 visitors at 12 counters, played with exact times and through real processes.

Two plays, because a day pressed into a minute says nothing about minutes: the estimates' error comes from the day
with exact times through the real services and database; display lag and loss from the day pressed together, with
web server, live part and PostgreSQL killed in the middle.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from motcua.project.config import config
from motcua.project.demo.hall_day import Arrival, Kind, arrivals_of
from motcua.project.serving import has_answered

TICKETS, COUNTERS, SEED = 600, 12, 20261123
PRESSED_SECONDS = 75.0
_KINDS = (("A", 0.46, 5.0), ("B", 0.2, 9.0), ("C", 0.19, 7.0), ("R", 0.15, 2.5))
_OPENS = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
_DAY_MINUTES = 560.0
_OUTAGE_SECONDS = 5.0


def run() -> dict[str, Any]:
    """Return both plays' figures."""
    from motcua.project import setup

    pressed = play_pressed(tickets=TICKETS, counters=COUNTERS, seconds=PRESSED_SECONDS)
    setup.prepare("database")
    from motcua.project.bench.floor_estimates import play_with_exact_times

    return {**pressed, **play_with_exact_times(tickets=TICKETS, counters=COUNTERS)}


def a_day(groups: dict[str, int], *, tickets: int, seed: int = SEED) -> list[Arrival]:
    """Return the visitors of the measured day, the same each time."""
    kinds = [Kind(groups[letter], letter, share, visit) for letter, share, visit in _KINDS]
    return arrivals_of(_OPENS, kinds, count=tickets, dice=Random(seed))  # noqa: S311


@dataclass(slots=True)
class Play:
    """What the drivers saw: acknowledged tickets, calls heard with their lag, when parts were killed."""

    base: str
    live: str
    world: dict[str, Any]
    taken: dict[str, float] = field(default_factory=dict)
    heard: list[tuple[int, float, float]] = field(default_factory=list)
    kills: list[tuple[str, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    reconnects: int = 0
    all_taken: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)


def play_pressed(*, tickets: int, counters: int, seconds: float, kills: bool = True) -> dict[str, Any]:
    """Return lag of the display and what was lost, of a day pressed into ``seconds`` through real processes."""
    var = Path(tempfile.mkdtemp(prefix="motcua-floor-"))
    port, live_port = _free_port(), _free_port()
    environment = _environment(var, port, live_port)
    serving = _serve(port, environment)
    try:
        play = Play(f"localhost:{port}", f"localhost:{live_port}", _world(environment, "make", str(counters)))
        _play(play, tickets=tickets, seconds=seconds, victims=_victims(var, serving.pid) if kills else ())
        stored = _world(environment, "check")
    finally:
        serving.send_signal(signal.SIGINT)
        serving.wait(60)
        shutil.rmtree(var, ignore_errors=True)
    return _figures(play, stored, tickets=tickets)


def _play(
    play: Play, *, tickets: int, seconds: float, victims: Sequence[tuple[str, Callable[[], list[int]]]]
) -> None:
    speed = _DAY_MINUTES * 60 / seconds
    arrivals = a_day(play.world["groups"], tickets=tickets)
    listener = threading.Thread(target=_listen, args=(play,), daemon=True)
    listener.start()
    officers = [
        threading.Thread(target=_officer, args=(play, n, arrivals, speed), daemon=True)
        for n in range(len(play.world["sessions"]))
    ]
    kiosk = threading.Thread(target=_kiosk, args=(play, arrivals, speed), daemon=True)
    killer = threading.Thread(target=_kill, args=(play, seconds, victims), daemon=True)
    for thread in (*officers, kiosk, killer):
        thread.start()
    for thread in (kiosk, killer, *officers):
        thread.join(seconds * 4 + 60)
    # The last call may still be on its way to the display: a second is what it is allowed.
    time.sleep(1.5)
    play.stopped.set()
    listener.join(15)


def _kiosk(play: Play, arrivals: Sequence[Arrival], speed: float) -> None:
    """Take numbers as people come; a press that was not answered is repeated with the same key."""
    client, started = Client(play.base), time.monotonic()
    for arrival in arrivals:
        due = (arrival.at - _OPENS).total_seconds() / speed
        # The visitor has not come yet: the day is played at its pace.
        time.sleep(max(0.0, started + due - time.monotonic()))
        key = str(uuid.uuid4())
        form = {"step": "take", "key": key, "group": str(arrival.kind.group), "ground": arrival.ground.value}
        client.until_answered(play, "POST", play.world["kiosk"], form)
        play.taken[key] = arrival.visit
    play.all_taken.set()


def _officer(play: Play, number: int, arrivals: Sequence[Arrival], speed: float) -> None:
    """Call, serve, call the next, until nobody comes any more."""
    client = Client(play.base, session=play.world["sessions"][number])
    dice = Random(SEED + number)  # noqa: S311
    visits = [a.visit for a in arrivals]
    client.until_answered(play, "POST", "/counter/hall", {"act": "open", "counter": play.world["counters"][number]})
    seen, idle_since = "", time.monotonic()
    while not (play.all_taken.is_set() and not seen and time.monotonic() - idle_since > 3):
        client.until_answered(play, "POST", "/counter/hall", {"act": "next", "seen": seen})
        page = client.until_answered(play, "GET", "/counter/hall", {})
        found = page.split('name="seen" value="', 1)[1].split('"', 1)[0] if 'name="seen"' in page else ""
        if found:
            # The visitor is being served.
            time.sleep(dice.choice(visits) * 60 / speed)
            idle_since = time.monotonic()
        else:
            # Nobody waits: an officer looks again a little later.
            time.sleep(0.3)
        seen = found


_PRESSED_AGAIN_SECONDS = 0.1
"""How soon somebody presses again while a part that was killed is being started."""


class Client:
    """A browser that goes on trying, with a session of its own."""

    def __init__(self, host: str, *, session: str = "") -> None:
        self.host, self.token = host, uuid.uuid4().hex
        self.cookies = f"csrftoken={self.token}" + (f"; sessionid={session}" if session else "")

    def until_answered(self, play: Play, method: str, path: str, form: dict[str, Any]) -> str:
        for _try in range(300):
            status, text = self._ask_once(method, path, form)
            if status < 400:
                return text
            if status < 500:
                said = text.partition("<h1>")[2].partition("</h1>")[0]
                play.failures.append(f"{status} {path} {said}")
                return text
            # A person at a screen that does not answer presses again a moment later: that moment is what is played.
            time.sleep(_PRESSED_AGAIN_SECONDS)
        play.failures.append(f"no answer: {path}")
        return ""

    def _ask_once(self, method: str, path: str, form: dict[str, Any]) -> tuple[int, str]:
        """Return what came; where nothing came, as if the server had said that it cannot answer now."""
        try:
            return self._ask(method, path, form)
        except (http.client.HTTPException, OSError):
            return 503, ""

    def _ask(self, method: str, path: str, form: dict[str, Any]) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            body = urllib.parse.urlencode({**form, "csrfmiddlewaretoken": self.token}) if method == "POST" else None
            headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()


def _listen(play: Play) -> None:
    """Be a display: hear calls, come back with the last number heard, note when each call arrived."""
    last = "0"
    while not play.stopped.is_set():
        try:
            connection = http.client.HTTPConnection(play.live, timeout=8)
            connection.request("GET", play.world["stream"], headers={"Last-Event-ID": last})
            answer = connection.getresponse()
            while answer.status == 200 and not play.stopped.is_set():
                line = answer.readline()
                if not line:
                    break
                if line.startswith(b"id: "):
                    last = line[4:].strip().decode()
                elif line.startswith(b"data: ") and b'"words"' in line:
                    data, now = json.loads(line[6:]), time.time()
                    play.heard.append((data["seq"], datetime.fromisoformat(data["at"]).timestamp(), now))
        except (http.client.HTTPException, OSError):
            pass
        play.reconnects += 1
        # As the page of a display does before it tries again.
        time.sleep(0.2)


def _kill(play: Play, seconds: float, victims: Sequence[tuple[str, Callable[[], list[int]]]]) -> None:
    """Kill each part once, spread over the day, without warning."""
    for number, (name, pids) in enumerate(victims, start=1):
        # Each at its place in the day.
        time.sleep(seconds / (len(victims) + 1))
        found = pids()
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        play.kills.append((f"{number}. {name} ({len(found)})", time.time()))


def _victims(var: Path, serving: int) -> list[tuple[str, Callable[[], list[int]]]]:
    def started(*words: str) -> Callable[[], list[int]]:
        return lambda: [p for p, command in _processes(serving) if all(w in command for w in words)]

    def postgres() -> list[int]:
        return [int((var / "pg" / "postmaster.pid").read_text().split()[0])]

    return [("web", started("granian")), ("live", started("motcua", "live")), ("PostgreSQL", postgres)]


def _processes(parent: int) -> list[tuple[int, str]]:
    """Return the processes started by ``parent``, and those they started, with their command lines."""
    rows = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        rows.append((int(folder.name), int(stat[1]), command))
    family = {parent}
    for _generation in range(3):
        family |= {pid for pid, above, _ in rows if above in family}
    return [(pid, command) for pid, _above, command in rows if pid in family - {parent}]


def _figures(play: Play, stored: dict[str, Any], *, tickets: int) -> dict[str, Any]:
    calm, rough = list[float](), list[float]()
    for _seq, at, heard in play.heard:
        is_rough = any(-1.0 <= at - killed <= _OUTAGE_SECONDS for _name, killed in play.kills)
        (rough if is_rough else calm).append((heard - at) * 1000)
    keys = set(stored["keys"])
    seqs = [seq for seq, _at, _heard in play.heard]
    return {
        "tickets_acknowledged": len(play.taken),
        "tickets_stored": len(stored["keys"]),
        "tickets_lost": len(set(play.taken) - keys),
        "tickets_nobody_asked_for": len(keys - set(play.taken)),
        "served_once_each": stored["finished"] == stored["finished_tickets"] == tickets,
        "different_numbers": stored["labels"],
        "events_without_gaps": stored["no_gaps"],
        "replay_equals_rows": stored["replay_equals_rows"],
        "calls": len(stored["calls"]),
        "calls_heard_once_in_order": seqs == stored["calls"],
        "display_ms_p50": _quantile(calm, 0.5),
        "display_ms_p95": _quantile(calm, 0.95),
        "display_ms_max": _quantile(calm, 1.0),
        "display_calls_measured": len(calm),
        "display_ms_max_at_restarts": _quantile(rough, 1.0),
        "display_calls_at_restarts": len(rough),
        "killed": ", ".join(name for name, _ in play.kills),
        "listener_reconnects": play.reconnects,
        "refused_requests": "; ".join(sorted(set(play.failures))[:5]) or "none",
    }


def _quantile(values: Sequence[float], share: float) -> int | None:
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))])


def _serve(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    serving = subprocess.Popen(
        [sys.executable, "-m", "motcua", "serve", "--port", str(port), "--demo", "none"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if has_answered(port, serving, seconds=90):
        return serving
    raise RuntimeError("the measured instance did not start")


def _world(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "motcua.project.bench.floor_world", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _environment(var: Path, port: int, live_port: int) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_") and k != "DATABASE_URL"}
    return {
        **kept,
        "MOTCUA_VAR": str(var),
        "MOTCUA_PUBLIC_URL": f"http://localhost:{port}",
        "MOTCUA_LIVE_PORT": str(live_port),
        "PYTHONPATH": str(config().root / "src"),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
