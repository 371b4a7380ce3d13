"""Server, worker and PostgreSQL are killed at random moments during 200 intakes: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import http.client
import http.cookiejar
import os
import random
import re
import shutil
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg
import pytest

from instance import ROOT, Instance, motcua, start
from motcua.project import postgres
from motcua.project.demo.organisation import PASSWORD

pytestmark = pytest.mark.system
INTAKES = 200


class Officer:
    """Bình with a browser that goes on trying."""

    def __init__(self, instance: Instance) -> None:
        self.base = instance.base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> tuple[str, str]:
        with self.opener.open(self.base + path, timeout=15) as answer:
            return answer.geturl(), answer.read().decode()

    def post(self, path: str, data: dict[str, str]) -> tuple[str, str]:
        token = next((c.value or "" for c in self.jar if c.name == "csrftoken"), "")
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": token}).encode()
        with self.opener.open(self.base + path, body, timeout=15) as answer:
            return answer.geturl(), answer.read().decode()

    def sign_in(self) -> None:
        self.get("/login")
        self.post("/login", {"username": "binh", "password": PASSWORD})

    def until_it_works(self, act):  # type: ignore[no-untyped-def]
        """Do ``act`` again until it is answered, as an officer presses again; returns the answer."""
        for _try in range(450):
            try:
                return act()
            except (http.client.HTTPException, urllib.error.URLError, ConnectionError, TimeoutError, OSError):
                time.sleep(0.2)
        raise AssertionError("the product did not come back")


def test_every_acknowledged_receipt_is_there_and_none_twice() -> None:
    instance = start(ROOT / "var" / "kill", demo="bacninh-2026")
    stopped = threading.Event()
    killer = threading.Thread(target=_kill_now_and_then, args=(instance, stopped))
    acknowledged: dict[str, str] = {}
    try:
        officer = Officer(instance)
        officer.sign_in()
        _, page = officer.get("/counter/find?q=khai+sinh")
        offering = re.search(r'name="offering" value="(\d+)"', page)
        assert offering is not None
        killer.start()
        for number in range(INTAKES):
            address, _ = officer.until_it_works(lambda: officer.post("/counter/start", {"offering": offering[1]}))
            path = urllib.parse.urlparse(address).path
            form = {
                "act": "receive",
                "applicant.kind": "PERSON",
                "applicant.name": f"Người thứ {_letters(number)}",
                "components.c1.originals": "1",
                "components.c2.originals": "1",
                "channel": "DIRECT",
            }
            where, receipt = officer.until_it_works(lambda p=path, f=form: officer.post(p, f))
            code = re.search(r'class="code">([^<]+)<', receipt)
            assert code is not None, (where, re.sub(r"<[^>]+>", " ", receipt)[:600])
            acknowledged[path.rsplit("/", 1)[1]] = code[1]
    finally:
        stopped.set()
        if killer.is_alive():
            killer.join(30)
        assert instance.stop() == 0
    assert _left_over(instance.var) == []
    _compare(instance.var, acknowledged)
    shutil.rmtree(instance.var, ignore_errors=True)


def _kill_now_and_then(instance: Instance, stopped: threading.Event) -> None:
    dice = random.Random(7)
    while not stopped.wait(dice.uniform(0.3, 1.6)):
        victims = _processes(instance.var, dice.choice(("granian", "worker", "postgres", "postgres")))
        if victims:
            _signal(dice.choice(victims))
        # Now and then it is hit again while it gets up; always would only show how fast the machine is.
        if dice.random() < 0.75:
            _wait_until_it_answers(instance, stopped)


def _wait_until_it_answers(instance: Instance, stopped: threading.Event) -> None:
    for _try in range(300):
        try:
            with urllib.request.urlopen(f"{instance.base}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (http.client.HTTPException, OSError):
            pass
        if stopped.wait(0.1):
            return


def _signal(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _processes(var: Path, kind: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environ = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if kind == "postgres":
            if f"-D {var / 'pg'}" in command:
                found.append(int(folder.name))
        elif f"MOTCUA_VAR={var}" in environ and kind in command and "serve" not in command:
            found.append(int(folder.name))
    return found


def _left_over(var: Path) -> list[int]:
    time.sleep(0.5)
    return [pid for kind in ("postgres", "granian", "worker") for pid in _processes(var, kind)]


def _compare(var: Path, acknowledged: dict[str, str]) -> None:
    server = postgres.Embedded(var)
    postgres.start(server)
    try:
        with psycopg.connect(server.url()) as connection:
            stored = dict(connection.execute("SELECT intake_key::text, code FROM dossiers_dossier").fetchall())
            half = connection.execute(
                "SELECT count(*) FROM dossiers_dossier d WHERE NOT EXISTS"
                " (SELECT 1 FROM dossiers_fact f WHERE f.dossier_id = d.id AND f.seq = d.version)"
            ).fetchone()
            facts = connection.execute(
                "SELECT count(*), count(DISTINCT (dossier_id, seq)) FROM dossiers_fact"
            ).fetchone()
    finally:
        postgres.stop(server)
    assert len(acknowledged) == INTAKES
    assert {key: stored.get(key) for key in acknowledged} == acknowledged
    assert len(set(stored.values())) == len(stored)
    assert half == (0,)
    assert facts is not None
    assert facts[0] == facts[1]


def _letters(number: int) -> str:
    return chr(ord("A") + number // 26 % 26) + chr(ord("A") + number % 26)


def test_a_second_instance_never_touches_the_first() -> None:
    var = ROOT / "var" / "other"
    shutil.rmtree(var, ignore_errors=True)
    done = motcua(var, "catalogue", "search", "khai sinh", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
    assert (var / "pg").is_dir()
    assert _left_over(var) == []
    shutil.rmtree(var, ignore_errors=True)
