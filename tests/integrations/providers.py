"""Stand-ins for providers of messages: a mail server and two HTTP services, which break on demand."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from aiosmtpd.controller import Controller

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


@contextlib.contextmanager
def mail_server() -> Iterator[tuple[int, Taken]]:
    taken, port = Taken(), free_port()
    controller = Controller(_MailHandler(taken), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield port, taken
    finally:
        controller.stop()


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
