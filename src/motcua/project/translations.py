"""Answers which texts of the product still want a Vietnamese translation, and whether the others are sound.

English is written in the code, Vietnamese in one catalogue per app; it needs no GNU gettext. The texts of
problems are not here: they lie in ``locale/problems`` and are checked by their own test.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
LANGUAGE = "vi"
_CATALOGUE = Path("locale", LANGUAGE, "LC_MESSAGES", "django.po")
_KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
_BARE_PERCENT = re.compile(r"(?<!%)(?:%%)*%(?!%|\(\w+\)[sd])")
_HEADER = """# Vietnamese of the English texts in the code; `./motcua translations extract` keeps the list.
msgid ""
msgstr ""
"Language: vi\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
# A Vietnamese syllable without its marks has one shape; what has another is a foreign word.
_SYLLABLE = re.compile(
    r"(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    r"[aeiouyăâêôơư]{1,3}(?:ch|ng|nh|[cmnpt])?"
)
_TONES = {
    "a": "àáảãạ", "ă": "ằắẳẵặ", "â": "ầấẩẫậ", "e": "èéẻẽẹ", "ê": "ềếểễệ", "i": "ìíỉĩị",
    "o": "òóỏõọ", "ô": "ồốổỗộ", "ơ": "ờớởỡợ", "u": "ùúủũụ", "ư": "ừứửữự", "y": "ỳýỷỹỵ",
}  # fmt: skip
_WITHOUT_TONE = str.maketrans({marked: plain for plain, all_marked in _TONES.items() for marked in all_marked})
_NOT_PROSE = re.compile(r"%\(\w+\)[sd]|\{\w+\}|\./motcua [a-z ]+|dd/mm/yyyy|[A-Z]\d{2}[.\d-]+|</?\w+[^>]*>")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)?")
# Foreign words that Vietnamese offices use as they stand.
_FOREIGN = frozenset(
    {"e-mail", "qr", "pdf", "jpeg", "png", "mb", "xlsx", "internet", "json", "https", "cookie", "zalo", "vneid"}
    | {"sms", "tab", "enter", "esc", "ubnd", "stt", "nđ-cp", "wcag", "aa", "cn"}
    | {"bpmn", "toml", "qt-xd", "qđ-ubnd"}
)
# English words that have the shape of a Vietnamese syllable, but are none.
_ENGLISH = frozenset(
    {"the", "is", "are", "not", "you", "due", "use", "one", "done", "date", "page", "name", "code", "time"}
    | {"late", "role", "of", "and", "or"}
)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One text that is not ready: the catalogue, the English text, and what is wrong with it."""

    catalogue: str
    text: str
    fault: str

    def __str__(self) -> str:
        return f"{self.catalogue}: {self.fault}: {self.text!r}"


def app_folders(source: Path = SOURCE) -> tuple[Path, ...]:
    """Return the folders of the Django apps; each keeps the translations of its own texts."""
    return tuple(sorted(path.parent for path in source.rglob("apps.py")))


def extracted(app: Path) -> Catalog:
    """Return the English texts that the code and the pages of one app use, without line numbers."""
    found = Catalog(fuzzy=False)
    for path, method in _sources(app):
        place = path.relative_to(app).as_posix()
        options = {"newstyle_gettext": "true", "silent": "false"} if method == "jinja2" else {}
        with path.open("rb") as file:
            texts = extract(method, cast(BinaryIO, file), keywords=_KEYWORDS, options=options)
            for _line, text, comments, context in texts:
                found.add(text, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def update(app: Path) -> int:
    """Bring the app's catalogue up to what its code says; return how many texts have no translation yet.

    Guarantee: idempotent; a translation is dropped only when its English text is gone.
    """
    wanted, path = extracted(app), app / _CATALOGUE
    if not len(wanted) and not path.exists():
        return 0
    standing = read_catalogue(app)
    renewed = Catalog(locale=LANGUAGE, project="motcua", charset="utf-8", fuzzy=False)
    for message in _messages(wanted):
        old = standing.get(message.id, context=message.context)
        renewed.add(
            message.id,
            old.string if old else "",
            locations=[(file, 0) for file, _ in message.locations],
            flags=set(old.flags) & {"fuzzy"} if old else (),
            context=message.context,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(_HEADER.encode())
        write_po(file, renewed, width=110, sort_output=True, include_lineno=False, omit_header=True)
    return sum(not _strings(m)[0] for m in _messages(renewed))


def check(source: Path = SOURCE) -> tuple[Finding, ...]:
    """Return everything that keeps the translation from being complete and sound; empty means ready."""
    findings: list[Finding] = []
    said: dict[tuple[str, str], dict[tuple[str, ...], str]] = defaultdict(dict)
    for app in app_folders(source):
        name = app.relative_to(source).as_posix()
        wanted, standing = extracted(app), read_catalogue(app)
        keys = {_key(m) for m in _messages(wanted)}
        unused = [m for m in _messages(standing) if _key(m) not in keys]
        findings += [Finding(name, _key(m)[1], "unused") for m in unused]
        findings += [Finding(name, _key(m)[1], "obsolete") for m in standing.obsolete.values()]
        for message in _messages(wanted):
            stands = standing.get(message.id, context=message.context)
            findings += [Finding(name, _key(message)[1], fault) for fault in _faults(message, stands)]
            if stands is not None and _strings(stands)[0]:
                said[_key(message)].setdefault(_strings(stands), name)
    for (_context, text), variants in said.items():
        # Django takes the first catalogue that knows the text: a second wording would silently never show.
        if len(variants) > 1:
            findings.append(Finding(" and ".join(sorted(variants.values())), text, "translated in two ways"))
    return tuple(sorted(findings))


def compile_all(source: Path = SOURCE) -> int:
    """Write the compiled catalogue beside each catalogue that is newer; return how many were written."""
    count = 0
    for app in app_folders(source):
        path = app / _CATALOGUE
        compiled = path.with_suffix(".mo")
        if not path.exists() or (compiled.exists() and compiled.stat().st_mtime > path.stat().st_mtime):
            continue
        with compiled.open("wb") as file:
            write_mo(file, read_catalogue(app))
        count += 1
    return count


def read_catalogue(app: Path) -> Catalog:
    """Return the app's Vietnamese catalogue; an empty one when it has none yet."""
    path = app / _CATALOGUE
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def foreign_words(text: str) -> tuple[str, ...]:
    """Return the words of a Vietnamese text that are not Vietnamese and not in common use in offices."""
    return tuple(word for word in _WORD.findall(_NOT_PROSE.sub(" ", text)) if not _is_known(word.lower()))


def _is_known(word: str) -> bool:
    if word in _FOREIGN or any(c.isdigit() for c in word):
        return True
    parts = [part.translate(_WITHOUT_TONE) for part in word.split("-")]
    return word not in _ENGLISH and all(_SYLLABLE.fullmatch(part) for part in parts)


def _faults(message: Message, stands: Message | None) -> Iterator[str]:
    english = message.id if isinstance(message.id, str) else " ".join(message.id)
    if _BARE_PERCENT.search(english):
        yield "a bare % in the English text, write %%"
    if stands is None or not all(_strings(stands)):
        yield "not translated"
        return
    if stands.fuzzy:
        yield "fuzzy"
    for vietnamese in _strings(stands):
        if set(_PLACEHOLDER.findall(english)) != set(_PLACEHOLDER.findall(vietnamese)):
            yield "placeholders differ"
        if _BARE_PERCENT.search(vietnamese):
            yield "a bare % in the Vietnamese text, write %%"
        if words := foreign_words(vietnamese):
            yield f"foreign words {', '.join(words)}"


def _sources(app: Path) -> Iterator[tuple[Path, str]]:
    inner = [folder for folder in app_folders(app) if folder != app]
    for path in sorted(app.rglob("*")):
        if any(folder in path.parents for folder in inner) or "migrations" in path.parts:
            continue
        if path.suffix == ".py":
            yield path, "python"
        elif path.suffix == ".html" and "templates" in path.parts:
            yield path, "jinja2"


def _messages(catalogue: Catalog) -> Iterable[Message]:
    return (m for m in catalogue if m.id)


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def _strings(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, str):
        return (message.string,)
    return tuple(message.string or ("",))
