"""Hands letters to a mail server by SMTP. It does not retry: who calls it decides when to try again."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import formatdate

from motcua.core.forms.contacts import parse_contact
from motcua.services.ports import AddressRefused, CourierAway, Letter, Throttled

_SECONDS = 10
_BUSY = {421, 450, 451, 452}


class SmtpCourier:
    """A mail server that relays for us."""

    def __init__(self, *, host: str, port: int, sender: str) -> None:
        self.host, self.port, self.sender = host, port, sender

    def send(self, letter: Letter) -> str:
        """Return the letter's Message-ID, made from its key: a server that sees it twice can drop the second."""
        message = self.message(letter)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=_SECONDS) as server:
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
