"""The contract of every channel, kept by the adapter against a stand-in and by the simulator alike."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from providers import PASSWORD, USER, certificate, http_service, mail_server

from motcua.integrations.email.adapter import Line, SmtpCourier
from motcua.integrations.email.simulator import SimulatedMail
from motcua.integrations.sms.adapter import HttpSms
from motcua.integrations.sms.simulator import SimulatedSms
from motcua.integrations.zalo.adapter import HttpZalo, signature_of
from motcua.integrations.zalo.simulator import KEY, SimulatedZalo, call_back
from motcua.project.config import ConfigError, read_config
from motcua.services.notices.kept import kept_messages
from motcua.services.ports import AddressRefused, Courier, CourierAway, Letter, Throttled

GOOD = {"email": "an@example.vn", "sms": "0912345678", "zalo": "0912345678"}
NEVER = {"email": "refuse@example.vn", "sms": "0912345999", "zalo": "0912345677"}
BUSY = {"email": "busy@example.vn", "sms": "0912345888", "zalo": "0912345888"}
SENDER = "Một Cửa <khong-tra-loi@example.vn>"


@dataclass
class Setup:
    """A courier, what reached its other side, and the same courier while that is away."""

    channel: str
    courier: Courier
    arrived: Callable[[], list[str]]
    away: Courier


@contextlib.contextmanager
def _made(channel: str, kind: str, folder: Path, settings: object) -> Iterator[Setup]:
    settings.VAR = folder  # type: ignore[attr-defined]
    if kind == "simulator":
        simulated = {"email": SimulatedMail, "sms": SimulatedSms, "zalo": SimulatedZalo}[channel]
        yield Setup(channel, simulated(), lambda: [m.text for m in kept_messages()], simulated(is_away=True))
    elif channel == "email":
        with mail_server() as (port, taken):
            courier = SmtpCourier(Line("127.0.0.1", port), sender=SENDER)
            away = SmtpCourier(Line("127.0.0.1", 9), sender=SENDER)
            yield Setup(channel, courier, lambda: [t.strip() for t in taken.texts.values()], away)
    else:
        made = {"sms": HttpSms, "zalo": HttpZalo}[channel]
        with http_service(channel) as (url, taken):
            yield Setup(
                channel,
                made(url=url, key=KEY),
                lambda: list(taken.texts.values()),
                made(url="http://127.0.0.1:9/", key=KEY),
            )


@pytest.fixture(params=[(c, k) for c in ("email", "sms", "zalo") for k in ("simulator", "adapter")], ids="-".join)
def setup(request: pytest.FixtureRequest, tmp_path: Path, settings: object) -> Iterator[Setup]:
    channel, kind = request.param
    with _made(channel, kind, tmp_path, settings) as made:
        yield made


def letter(setup: Setup, to: dict[str, str] = GOOD, key: str = "k1") -> Letter:
    return Letter(key, to[setup.channel], "Thông báo", "Hồ sơ có mã H05.1-261116-0001 đã có kết quả.", "vi")


def test_a_letter_arrives_as_it_was_written(setup: Setup) -> None:
    assert setup.courier.send(letter(setup))
    assert setup.arrived() == [letter(setup).text]


def test_the_same_key_twice_arrives_once_under_the_same_number(setup: Setup) -> None:
    assert setup.courier.send(letter(setup)) == setup.courier.send(letter(setup))
    setup.courier.send(letter(setup, key="k2"))
    assert len(setup.arrived()) == 2


def test_an_address_that_is_never_taken_is_told_from_a_channel_that_is_away(setup: Setup) -> None:
    with pytest.raises(AddressRefused):
        setup.courier.send(letter(setup, NEVER))
    with pytest.raises(CourierAway):
        setup.away.send(letter(setup))
    assert setup.arrived() == []


def test_a_channel_that_asks_for_patience_says_how_much(setup: Setup) -> None:
    with pytest.raises(Throttled) as asked:
        setup.courier.send(letter(setup, BUSY))
    assert asked.value.seconds >= 60


@pytest.mark.parametrize("to", ["an@example.vn\r\nBcc: x@example.vn", "a b@example.vn", "091234", "", "0912345678\n"])
def test_what_is_no_address_is_refused_before_it_leaves(setup: Setup, to: str) -> None:
    with pytest.raises(AddressRefused):
        setup.courier.send(replace(letter(setup), to=to))
    assert setup.arrived() == []


LETTER = Letter("k1", "an@example.vn", "Thông báo", "Hồ sơ đã có kết quả.", "vi")


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_mail_server_is_signed_in_to_over_a_line_that_nobody_reads(tls: str, tmp_path: Path) -> None:
    shown, believed = certificate(tmp_path)
    with mail_server(tls=tls, context=shown) as (port, taken):
        line = Line("127.0.0.1", port, tls, believed, USER, PASSWORD)
        SmtpCourier(line, sender=SENDER).send(LETTER)
        assert [t.strip() for t in taken.texts.values()] == [LETTER.text]
        for wrong in (replace(line, password="x"), replace(line, context=ssl.create_default_context())):
            with pytest.raises(CourierAway):
                SmtpCourier(wrong, sender=SENDER).send(replace(LETTER, key="k2"))
    assert len(taken.texts) == 1
    assert PASSWORD not in repr(line)


def test_a_letter_does_not_go_over_an_open_line_where_another_was_asked_for() -> None:
    with mail_server() as (port, taken):
        line = Line("127.0.0.1", port, "starttls", ssl.create_default_context())
        with pytest.raises(CourierAway):
            SmtpCourier(line, sender=SENDER).send(LETTER)
    assert taken.texts == {}


MAIL = {"MOTCUA_SMTP": "mail.example.vn", "MOTCUA_MAIL_FROM": "a@example.vn"}
SIGNED_IN = {"MOTCUA_SMTP_USER": "a", "MOTCUA_SMTP_PASSWORD": "b"}


@pytest.mark.parametrize(
    "wrong",
    [
        {**MAIL, "MOTCUA_SMTP_TLS": "yes"},
        {**MAIL, **SIGNED_IN},
        {**MAIL, "MOTCUA_SMTP_TLS": "tls", "MOTCUA_SMTP_USER": "a"},
        {**MAIL, "MOTCUA_SMTP_TLS": "tls", "MOTCUA_SMTP_USER": "a", "MOTCUA_SMTP_PASSWORD": "mật khẩu"},
        {"MOTCUA_SMTP_TLS": "tls"},
        {**SIGNED_IN, "MOTCUA_SMTP_TLS": "tls"},
    ],
)
def test_mail_that_is_set_up_by_half_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        read_config(wrong)
    assert read_config({**MAIL, **SIGNED_IN, "MOTCUA_SMTP_TLS": "starttls"}).neighbours["SMTP_USER"] == "a"


@given(subject=st.text(max_size=80), text=st.text(max_size=200))
def test_no_text_writes_headers_of_its_own(subject: str, text: str) -> None:
    courier = SmtpCourier(Line("127.0.0.1", 9), sender=SENDER)
    clean = subject.replace("\x00", "")
    message = courier.message(Letter("k", "an@example.vn", clean, text.replace("\r", ""), "vi"))
    assert len(message.get_all("To", [])) == 1
    assert message["Bcc"] is None
    assert set(message.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip


def test_a_call_back_is_believed_only_with_its_signature() -> None:
    zalo = HttpZalo(url="http://127.0.0.1:9/", key=KEY)
    body, signature = call_back("zalo-k1", is_delivered=True, at=1_800_000_000)
    for courier in (zalo, SimulatedZalo()):
        news = courier.read_news(body, signature=signature)
        assert news is not None
        assert (news.provider_number, news.state) == ("zalo-k1", "delivered")
        assert courier.read_news(body + b" ", signature=signature) is None
        assert courier.read_news(body, signature="") is None
        assert courier.read_news(b"[]", signature=signature_of(b"[]", key=KEY)) is None
