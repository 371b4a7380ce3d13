"""The Vietnamese texts are complete, and the check that says so finds what it promises to find."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
from django.utils.translation import gettext as gettext_of_django
from django.utils.translation import override

from motcua.project import translations


def test_every_text_of_the_product_is_translated() -> None:
    assert [str(finding) for finding in translations.check()] == []


def test_no_other_catalogue_speaks_for_ours() -> None:
    translations.compile_all()
    with override("vi"):
        for app in translations.app_folders():
            for message in translations.read_catalogue(app):
                if isinstance(message.id, str) and message.id and not message.context:
                    assert gettext_of_django(message.id) == message.string, (app.name, message.id)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A product of one app with two texts, both translated."""
    app = tmp_path / "desk"
    (app / "templates").mkdir(parents=True)
    (app / "apps.py").write_text('text = _("Open the dossier %(code)s")\n')
    (app / "templates" / "page.html").write_text('{{ _("Search") }}')
    translations.update(app)
    _translate(app, "Open the dossier %(code)s", "Mở hồ sơ %(code)s")
    _translate(app, "Search", "Tìm")
    assert translations.check(tmp_path) == ()
    return tmp_path


def _translate(app: Path, english: str, vietnamese: str) -> None:
    path = app / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    old = path.read_text(encoding="utf-8")
    start = old.index(f'msgid "{english}"\n')
    end = old.find("\n\n", start)
    entry = f'msgid "{english}"\nmsgstr "{vietnamese}"'
    path.write_text(old[:start] + entry + (old[end:] if end >= 0 else "\n"), encoding="utf-8")


def _faults(source: Path) -> list[str]:
    return [finding.fault for finding in translations.check(source)]


def test_a_new_text_of_a_page_is_found_untranslated(source: Path) -> None:
    (source / "desk" / "templates" / "page.html").write_text('{{ _("Search") }} {% trans %}Next{% endtrans %}')
    assert _faults(source) == ["not translated"]


def test_a_text_that_left_the_code_is_found_unused(source: Path) -> None:
    (source / "desk" / "templates" / "page.html").write_text("")
    assert _faults(source) == ["unused"]
    translations.update(source / "desk")
    assert _faults(source) == []


def test_a_fuzzy_translation_is_not_taken_for_ready(source: Path) -> None:
    path = source / "desk" / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    path.write_text(path.read_text().replace('msgid "Search"', '#, fuzzy\nmsgid "Search"'))
    assert _faults(source) == ["fuzzy"]


def test_a_lost_placeholder_is_found(source: Path) -> None:
    _translate(source / "desk", "Open the dossier %(code)s", "Mở hồ sơ")
    assert _faults(source) == ["placeholders differ"]


@pytest.mark.parametrize("text", ["Tìm search", "Search", "Xem the hồ sơ", "Hồ sơ overdue"])
def test_english_left_in_vietnamese_is_found(source: Path, text: str) -> None:
    _translate(source / "desk", "Search", text)
    assert len(_faults(source)) == 1 and _faults(source)[0].startswith("foreign words")


@pytest.mark.parametrize(
    "text",
    [
        "Quyển số nghiêng",
        "khuya, chuyện, quýt, giếng, ướt",
        "in, do, to, an, hay",
        "mã QR trên giấy H05.15.02-261123",
    ],
)
def test_vietnamese_is_not_taken_for_english(text: str) -> None:
    assert translations.foreign_words(text) == ()


def test_a_bare_percent_sign_is_found_before_it_breaks_the_page(source: Path) -> None:
    (source / "desk" / "templates" / "page.html").write_text('{{ _("Search") }} {{ _("At 200 % zoom") }}')
    assert "a bare % in the English text, write %%" in _faults(source)


def test_two_wordings_of_one_text_are_found_as_only_the_first_would_show(source: Path) -> None:
    other = source / "hall"
    other.mkdir()
    (other / "apps.py").write_text('text = _("Search")\n')
    translations.update(other)
    _translate(other, "Search", "Tra cứu")
    assert _faults(source) == ["translated in two ways"]


def test_extracting_twice_changes_nothing_and_keeps_translations(source: Path) -> None:
    path = source / "desk" / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    assert translations.update(source / "desk") == 0
    once = path.read_bytes()
    translations.update(source / "desk")
    assert path.read_bytes() == once and "Mở hồ sơ" in once.decode()


def test_the_compiled_catalogue_says_the_vietnamese_text(source: Path) -> None:
    assert translations.compile_all(source) == 1
    with (source / "desk" / "locale" / "vi" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Search") == "Tìm"
