"""The national identity for tests: the real simulator as a process, and a provider that lies on demand."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from instance import ROOT, free_port, until

CLIENT, SECRET = "motcua-test", "a-secret-of-the-tests-only"
BACK_TO = "http://testserver/account/identity/back"


@contextlib.contextmanager
def identity_server(folder: Path, *, back_to: str = BACK_TO) -> Iterator[str]:
    """Yield the issuer of a simulated national identity that runs as a process of its own."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "motcua.integrations.national_id.simulator", str(port)],
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("MOTCUA_", "DJANGO_"))},
            "PYTHONPATH": str(ROOT / "src"),
            "NATIONAL_ID_FOLDER": str(folder),
            "NATIONAL_ID_CLIENT": CLIENT,
            "NATIONAL_ID_SECRET": SECRET,
            "NATIONAL_ID_BACK_TO": back_to,
            "NATIONAL_ID_ISSUER": issuer,
        },
    )
    try:

        def answered() -> bool:
            assert process.poll() is None
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).ok
            return False

        until(answered, seconds=30, what="the identity does not answer")
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def answer_of(address: str, person: str, *, is_granted: bool = True) -> dict[str, str]:
    """Go through the identity's pages as a browser would and return the parameters that lead back."""
    browser = requests.Session()
    page = browser.get(address, timeout=10)
    form = dict(re.findall(r'name="(csrfmiddlewaretoken|next)" value="([^"]*)"', page.text))
    form["next"] = form["next"].replace("&amp;", "&")
    page = browser.post(page.url, data={**form, "person": person}, timeout=10)
    assert page.ok, page.text
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|request)" value="([^"]*)"', page.text))
    data = {**fields, "scopes": ["openid", "identity"], "action": "grant" if is_granted else "cancel"}
    back = browser.post(page.url.split("?")[0], data=data, allow_redirects=False, timeout=10)
    assert back.status_code == 302, back.text
    return {k: v[0] for k, v in parse_qs(urlsplit(back.headers["Location"]).query).items()}


@dataclass
class Liar:
    """A provider whose every word can be set: ``claims`` override, ``key`` signs, ``published`` are the known keys."""

    port: int = field(default_factory=free_port)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    published: list[RSAKey] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    token_error: str = ""
    algorithm: str = "RS256"
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300,
            "id_number": "999190000001", "name": "Nguyễn Thị An", "birthdate": "1990-02-01", "level": 2,
            **self.claims,
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": self.key.kid}
        return jwt.encode(header, {k: v for k, v in claims.items() if v is not None}, self.key)


@contextlib.contextmanager
def lying_provider() -> Iterator[Liar]:
    liar = Liar()
    liar.published = [liar.key]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.endswith("openid-configuration"):
                self._say({
                    "issuer": liar.issuer, "authorization_endpoint": f"{liar.issuer}/authorize",
                    "token_endpoint": f"{liar.issuer}/token", "jwks_uri": f"{liar.issuer}/jwks",
                })  # fmt: skip
            else:
                self._say({"keys": [k.as_dict(private=False) for k in liar.published]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            liar.asked.append({k: v[0] for k, v in parse_qs(body).items()})
            if liar.token_error:
                self._say({"error": liar.token_error}, 400)
            else:
                self._say({"access_token": "x", "token_type": "Bearer", "id_token": liar.token()})

        def _say(self, what: object, status: int = 200) -> None:
            data = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", liar.port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
