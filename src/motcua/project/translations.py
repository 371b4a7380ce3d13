"""Answers whether every text of the pages has its Vietnamese, and compiles the catalogues; needs no GNU gettext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
_METHODS = [("**/migrations/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
_OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
_KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
_PLACE = re.compile(r"%\((\w+)\)[sd]")
LANGUAGE = "vi"
APPS = ("ui", "portal", "backoffice", "reports", "store/organisation")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text of a catalogue."""

    app: str
    text: str
    fault: str


def po_path(app: str) -> Path:
    return SOURCE / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def extract(app: str) -> Catalog:
    """Return the texts that an app's code and templates mark, without translations."""
    catalog = Catalog(locale=LANGUAGE, charset="utf-8")
    found = extract_from_dir(
        str(SOURCE / app), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS, comment_tags=()
    )
    for _file, _line, message, _comments, context in found:
        catalog.add(message, context=context)
    return catalog


def read(app: str) -> Catalog:
    path = po_path(app)
    if not path.exists():
        return Catalog(locale=LANGUAGE, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8")


def update(app: str) -> int:
    """Bring an app's catalogue in line with its texts; return how many texts still lack their Vietnamese."""
    wanted, known = extract(app), read(app)
    merged = Catalog(locale=LANGUAGE, charset="utf-8", project="motcua", header_comment=f"# {app}")
    missing = 0
    for message in sorted((m for m in wanted if m.id), key=lambda m: str(m.id)):
        old = known.get(message.id)
        string = old.string if old is not None else ("", "") if message.pluralizable else ""
        missing += not any(string) if isinstance(string, (tuple, list)) else not string
        merged.add(message.id, string)
    po_path(app).parent.mkdir(parents=True, exist_ok=True)
    with po_path(app).open("wb") as file:
        write_po(file, merged, width=0, omit_header=False, sort_output=True)
    return missing


def check() -> list[Fault]:
    """Return every text that is missing, unused, marked fuzzy, or whose placeholders differ."""
    return [fault for app in APPS for fault in _faults(app)]


def compile_all() -> None:
    """Write the compiled catalogue beside each ``.po`` that is newer."""
    for app in APPS:
        source, target = po_path(app), po_path(app).with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime <= source.stat().st_mtime):
            with target.open("wb") as file:
                write_mo(file, read(app))


def _faults(app: str) -> Iterator[Fault]:
    wanted, known = extract(app), read(app)
    ids = {str(m.id) for m in wanted if m.id}
    for message in (m for m in wanted if m.id):
        translated = known.get(message.id)
        strings = [] if translated is None else _strings(translated.string)
        if not strings or not all(strings):
            yield Fault(app, str(message.id), "has no Vietnamese")
            continue
        if translated is not None and translated.fuzzy:
            yield Fault(app, str(message.id), "is marked fuzzy")
        places = set(_PLACE.findall(str(message.id)))
        if any(set(_PLACE.findall(s)) != places for s in strings):
            yield Fault(app, str(message.id), "has other placeholders in Vietnamese")
    for message in (m for m in known if m.id):
        if str(message.id) not in ids:
            yield Fault(app, str(message.id), "is used nowhere")


def _strings(value: str | tuple[str, ...] | list[str]) -> list[str]:
    # Vietnamese has one form for one and many.
    return [value] if isinstance(value, str) else [v for v in value if v][:1]
