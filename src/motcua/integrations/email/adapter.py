"""Hands letters to a mail server by SMTP. It does not retry: who calls it decides when to try again."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

from motcua.core.forms.contacts import parse_contact
from motcua.services.ports import AddressRefused, CourierAway, Letter, Throttled

_SECONDS = 10
_BUSY = {421, 450, 451, 452}
PORTS = {"": 25, "starttls": 587, "tls": 465}
"""The usual port of each kind of line."""


@dataclass(frozen=True, slots=True)
class Line:
    """How a mail server is reached. ``tls`` is a key of ``PORTS``; with it ``context`` says whom to believe."""

    host: str
    port: int
    tls: str = ""
    context: ssl.SSLContext | None = None
    user: str = ""
    password: str = field(default="", repr=False)

    def open(self) -> smtplib.SMTP:
        """Return the connection, encrypted and signed in as asked. Raises OSError or SMTPException."""
        if self.tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=self.context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        try:
            if self.tls == "starttls":
                server.starttls(context=self.context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


class SmtpCourier:
    """A mail server that takes letters from us."""

    def __init__(self, line: Line, *, sender: str) -> None:
        self.line, self.sender = line, sender

    def send(self, letter: Letter) -> str:
        """Return the letter's Message-ID, made from its key: a server that sees it twice can drop the second."""
        message = self.message(letter)
        try:
            with self.line.open() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            if code in _BUSY:
                raise Throttled(300) from error
            raise AddressRefused(f"{code} {words.decode(errors='replace')[:80]}") from error
        except smtplib.SMTPResponseException as error:
            if error.smtp_code in _BUSY:
                raise Throttled(300) from error
            raise CourierAway(f"SMTP {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise CourierAway(type(error).__name__) from error
        return str(message["Message-ID"])

    def message(self, letter: Letter) -> EmailMessage:
        """Return the message; an address or subject that would write headers of its own is refused."""
        contact = parse_contact(letter.to)
        if contact is None or contact.kind != "email" or contact.value != letter.to:
            raise AddressRefused("not an e-mail address")
        message = EmailMessage()
        message["From"], message["To"] = self.sender, letter.to
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{letter.key}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = letter.language
        message.set_content(letter.text)
        return message
