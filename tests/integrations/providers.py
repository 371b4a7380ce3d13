"""Stand-ins for providers of messages: a mail server and two HTTP services, which break on demand."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from instance import free_port


@dataclass
class Taken:
    """What a stand-in has taken, once per key. ``numbers`` are its own, by key."""

    texts: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)


class _MailHandler:
    def __init__(self, taken: Taken) -> None:
        self.taken = taken

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("refuse@"):
            return "550 no such mailbox"
        if address.startswith("busy@"):
            return "450 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import email
        from email.policy import default

        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        key = str(message["Message-ID"])
        # As mailboxes do: the same Message-ID is shown once.
        if key not in self.taken.texts:
            self.taken.texts[key] = message.get_content()
            self.taken.mails.append(message)
        return "250 OK"


USER, PASSWORD = "mot-cua", "of the post room"


@contextlib.contextmanager
def mail_server(*, tls: str = "", context: ssl.SSLContext | None = None) -> Iterator[tuple[int, Taken]]:
    """Yield the port of a mail server; with ``tls`` it is encrypted and asks ``USER`` for ``PASSWORD``."""
    taken, port = Taken(), free_port()
    wanted: dict[str, Any] = {}
    if tls:
        wanted = {"authenticator": _signed_in, "auth_require_tls": tls == "starttls"}
        wanted |= (
            {"ssl_context": context}
            if tls == "tls"
            else {"tls_context": context, "require_starttls": True, "auth_required": True}
        )
    controller = Controller(_MailHandler(taken), hostname="127.0.0.1", port=port, **wanted)
    controller.start()
    try:
        yield port, taken
    finally:
        controller.stop()


def _signed_in(server: Any, session: Any, envelope: Any, mechanism: str, found: Any) -> AuthResult:
    return AuthResult(success=(found.login, found.password) == (USER.encode(), PASSWORD.encode()), handled=False)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server at 127.0.0.1 shows, and what a client believes that knows it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.vn")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    shown = made.public_bytes(serialization.Encoding.PEM)
    path = folder / "mail.pem"
    path.write_bytes(secret + shown)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=shown.decode())


@contextlib.contextmanager
def http_service(kind: str) -> Iterator[tuple[str, Taken]]:
    """Yield the address of a provider of ``sms`` or ``zalo`` messages."""
    taken = Taken()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            phone = "0" + asked["phone"][2:]
            if kind == "sms":
                self._sms(asked, phone)
            else:
                self._zalo(asked, phone)

        def _sms(self, asked: dict[str, Any], phone: str) -> None:
            if phone.endswith("999"):
                self._say({"error": "no such number"}, 422)
            elif phone.endswith("888"):
                self._say({}, 429, {"Retry-After": "60"})
            elif phone.endswith("500"):
                self._say({"error": "broken"}, 500)
            else:
                taken.texts.setdefault(asked["request_id"], asked["text"])
                self._say({"message_id": f"sms-{asked['request_id']}"}, 202)

        def _zalo(self, asked: dict[str, Any], phone: str) -> None:
            if phone.endswith("77"):
                self._say({"error": -118, "message": "no account"})
            elif phone.endswith("888"):
                self._say({"error": -144, "message": "quota"})
            else:
                taken.texts.setdefault(asked["tracking_id"], asked["template_data"]["text"])
                self._say({"error": 0, "data": {"msg_id": f"zalo-{asked['tracking_id']}"}})

        def _say(self, what: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
            data = json.dumps(what).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
