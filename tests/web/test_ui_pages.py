"""What every page promises: language, errors that say what to do, a lean first page, no script needed."""

from __future__ import annotations

import gzip
import hashlib
import re
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation

from motcua.ui import environment

STATIC = Path(environment.__file__).parent / "static" / "ui"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("preferred", ["en-US,en;q=0.9", "vi", ""])
def test_pages_speak_vietnamese_until_the_reader_asks_otherwise(visitor: Client, preferred: str) -> None:
    answer = visitor.get("/", headers={"accept-language": preferred})
    assert '<html lang="vi">' in answer.text and answer["Content-Language"] == "vi"


@pytest.mark.django_db
def test_switching_the_language_stays_on_the_page_and_lasts(visitor: Client) -> None:
    answer = visitor.post("/language", {"language": "en", "next": "/procedures?q=khai"})
    assert answer.status_code == 302 and answer["Location"] == "/procedures?q=khai"
    assert '<html lang="en">' in visitor.get("/").text


@pytest.mark.django_db
@pytest.mark.parametrize("following", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_switching_the_language_leads_nowhere_else(visitor: Client, following: str) -> None:
    assert visitor.post("/language", {"language": "en", "next": following})["Location"] == "/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/", "/procedures", "/procedures?q=khai%20sinh", "/track", "/centres", "/accessibility", "/privacy", "/login"],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_public_page_stands_in_both_languages(visitor: Client, address: str, language: str) -> None:
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.text.count("<h1>") == 1
    assert "<script>" not in answer.text and "style=" not in answer.text and "onclick" not in answer.text


@pytest.mark.django_db
def test_an_unknown_address_says_what_to_do(visitor: Client) -> None:
    answer = visitor.get("/no/such/page")
    assert answer.status_code == 404 and "Không có trang này" in answer.text and 'href="/"' in answer.text


@pytest.mark.django_db
def test_a_form_without_a_token_says_that_nothing_was_sent_and_that_the_typed_is_kept() -> None:
    answer = Client(enforce_csrf_checks=True).post("/login", {"username": "an", "password": "x"})
    assert answer.status_code == 403
    assert "chưa được gửi đi" in answer.text and "vẫn còn" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/procedures?q=khai%20sinh", "/centres", "/desk", "/no/such/page"])
def test_a_database_that_is_away_gives_a_clear_page_in_both_languages(
    visitor: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = "a-session-that-must-be-read"
    answer = visitor.get(address)
    assert answer.status_code == 503 and answer["Retry-After"]
    assert "chưa được ghi nhận" in answer.text and "not recorded" in answer.text


@pytest.mark.django_db
def test_a_database_lost_after_the_view_gives_the_same_clear_page(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*args: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("django.contrib.messages.middleware.MessageMiddleware.process_response", lose)
    answer = visitor.get("/")
    assert answer.status_code == 503 and "chưa được ghi nhận" in answer.text


@pytest.fixture
def stored_each_time(visitor: Client, db: None, settings: object) -> None:
    """The visitor holds a session, and every answer stores it."""
    session = visitor.session
    session["held"] = 1
    session.save()
    settings.SESSION_SAVE_EVERY_REQUEST = True  # type: ignore[attr-defined]


@pytest.mark.usefixtures("stored_each_time")
def test_a_database_lost_while_the_session_is_stored_gives_the_same_clear_page(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(*args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(Session, "save", lose)
    answer = visitor.get("/")
    assert answer.status_code == 503 and "chưa được ghi nhận" in answer.text


@pytest.mark.usefixtures("stored_each_time")
def test_a_session_that_ended_meanwhile_is_no_database_that_is_away(visitor: Client) -> None:
    Session.objects.all().delete()
    assert visitor.get("/").status_code == 400


@pytest.mark.django_db
def test_a_wrong_code_and_a_wrong_secret_get_the_same_answer(visitor: Client) -> None:
    answers = [
        visitor.get(f"/track/{code}/{secret}")
        for code, secret in (("H05.15.02-261123-0001", "A" * 14), ("NONE", "x"))
    ]
    texts = [re.sub(r'value="[^"]*"', "", a.text).replace("NONE/x", "") for a in answers]
    assert [a.status_code for a in answers] == [404, 404]
    assert texts[0].replace("H05.15.02-261123-0001/" + "A" * 14, "") == texts[1]


@pytest.mark.django_db
def test_guessing_secrets_of_one_code_is_stopped_whatever_the_address(visitor: Client) -> None:
    codes = [
        visitor.get("/track/H05.1-1/WRONG", REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(environment_limit() + 1)
    ]
    assert codes[0] == 404 and codes[-1] == 429


def environment_limit() -> int:
    from motcua.portal.views.pages import TRACKING_PER_CODE

    return TRACKING_PER_CODE


@pytest.mark.django_db
def test_guessing_a_password_is_stopped_and_tells_neither_name_nor_password(visitor: Client) -> None:
    answers = [visitor.post("/login", {"username": "an", "password": f"wrong{n}"}) for n in range(9)]
    assert answers[0].status_code == 422 and "Tên đăng nhập hoặc mật khẩu không đúng" in answers[0].text
    assert answers[-1].status_code == 429 and "Thử quá nhiều lần" in answers[-1].text


def test_the_stylesheet_and_the_first_page_stay_small() -> None:
    def packed(path: Path) -> int:
        data = path.read_bytes()
        return len(data) if path.suffix == ".woff2" else len(gzip.compress(data))

    sizes = {path.name: packed(path) for path in STATIC.iterdir() if path.suffix in (".css", ".js", ".woff2", ".svg")}
    assert sizes["motcua.css"] <= 20_000
    assert sum(sizes.values()) <= 96_000


def test_what_others_made_is_unchanged_and_stands_beside_its_licence() -> None:
    sources = tomllib.loads((STATIC / "SOURCES.toml").read_text(encoding="utf-8"))
    listed = {name: digest for source in sources.values() for name, digest in source["files"].items()}
    assert {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in STATIC.glob("*.woff2")} == listed
    assert "SIL Open Font License" in (STATIC / "be-vietnam-pro-LICENSE.txt").read_text(encoding="utf-8")


def test_pages_load_nothing_from_elsewhere() -> None:
    for folder in (Path(environment.__file__).parents[1] / app for app in ("ui", "portal", "backoffice", "reports")):
        for path in [*folder.rglob("*.html"), *folder.rglob("*.css"), *folder.rglob("static/**/*.js")]:
            if "vendor" in path.parts:
                # Links to its makers' page, which its licence asks for; the journey watches what it loads.
                continue
            assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", path.read_text()), path


def test_amounts_and_instants_are_written_as_in_vietnam() -> None:
    assert environment.vnd(1_024_000) == "1.024.000 đ"
    assert environment.instant(datetime(2018, 9, 11, 8, 20, tzinfo=UTC)) == "11/09/2018 15:20"
    assert environment.day(datetime(2018, 9, 10, 18, 0, tzinfo=UTC)) == "11/09/2018"


@pytest.mark.parametrize(
    ("gap", "vietnamese", "english"),
    [
        (timedelta(days=2, hours=3), "còn 2 ngày 3 giờ", "2 days 3 hours left"),
        (timedelta(days=-1), "quá hạn 1 ngày", "1 day late"),
        (timedelta(minutes=-5), "quá hạn 5 phút", "5 minutes late"),
        (timedelta(0), "còn 0 phút", "0 minutes left"),
    ],
)
def test_what_remains_is_said_in_words(gap: timedelta, vietnamese: str, english: str) -> None:
    now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    with translation.override("vi"):
        assert environment.remaining(now + gap, now) == vietnamese
    with translation.override("en"):
        assert environment.remaining(now + gap, now) == english


def test_the_drawing_tool_is_unchanged_and_stands_beside_its_licences() -> None:
    folder = STATIC.parent / "vendor" / "bpmn-js"
    sources = tomllib.loads((folder / "SOURCES.toml").read_text(encoding="utf-8"))
    listed = {name: digest for source in sources.values() for name, digest in source["files"].items()}
    made = [p for p in folder.iterdir() if p.suffix in (".js", ".css", ".woff2")]
    assert {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in made} == listed
    assert "watermark must stay fully visible" in (folder / "LICENSE.txt").read_text(encoding="utf-8")
    parts = (folder / "parts-LICENSES.txt").read_text(encoding="utf-8")
    assert all(part in parts for part in ("diagram-js 15", "bpmn-moddle 10", "preact 10", "Apache License"))


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [(2.625, "2,62", "2.62"), (1024.5, "1.024,5", "1,024.5"), (20.0, "20", "20"), (0.0, "0", "0")],
)
def test_a_number_with_a_fraction_is_written_as_its_reader_writes_it(value: float, vi: str, en: str) -> None:
    for language, text in (("vi", vi), ("en", en)):
        with translation.override(language):
            assert environment.decimal(value) == text


def test_every_value_of_the_law_is_said_in_vietnamese() -> None:
    said = re.compile(r"^([a-z][a-z ,:0-9-]+|[A-Z_]+)$")
    folder = Path(__file__).resolve().parents[2] / "law" / "acts"
    values = set[str]()
    for act in folder.glob("*/act.toml"):
        _texts_of(tomllib.loads(act.read_text(encoding="utf-8")).get("params", {}), values)
    assert values
    with translation.override("vi"):
        assert [v for v in sorted(values) if said.match(v) and environment.param_value(v) == v] == []


def _texts_of(params: dict[str, object], found: set[str]) -> None:
    value = params.get("value")
    for one in value if isinstance(value, list) else [value]:
        found |= {one} if isinstance(one, str) else set()
    for below in params.values():
        if isinstance(below, dict):
            _texts_of(below, found)
