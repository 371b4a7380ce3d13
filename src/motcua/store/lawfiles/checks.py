"""Answers whether the files of ``law/`` are sound: acts without gaps, calendars, procedures, lexicon, glossary."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

from motcua.store.lawfiles.book import LAW, LawFilesError, law_book
from motcua.store.lawfiles.costs import check_costs
from motcua.store.lawfiles.examples import faults_of, law_examples
from motcua.store.lawfiles.forms import check_forms
from motcua.store.lawfiles.lexicon import lexicon
from motcua.store.lawfiles.life_events import check_life_events
from motcua.store.lawfiles.premises import check_premises
from motcua.store.lawfiles.procedures import check_procedures, law_procedures
from motcua.store.lawfiles.scores import check_scores
from motcua.store.lawfiles.supervision import check_supervision
from motcua.store.lawfiles.tariffs import check_tariffs
from motcua.store.lawfiles.uses import faults_of_uses

# What the product asks of every one-stop decree.
_ASKED = (
    *("forms.set", "code.form", "reception.is_boundary_free", "reception.check", "reception.slips"),
    *("supplement.requests_max", "supplement.notice_working_days", "supplement.clock"),
    *("extension.notice_days", "extension.count_max", "pause.needs_legal_basis", "deadline.day_ends_at"),
)


def check_law() -> list[str]:
    """Return every fault, each with its file; nothing when the law's data is sound."""
    checks: tuple[Callable[[], list[str]], ...] = (
        *(_regimes, _calendars, check_procedures, check_forms, _tariffs, _lexicon, _life_events),
        *(_glossary, _examples, faults_of_uses, check_scores, check_costs, check_premises, check_supervision),
    )
    faults: list[str] = []
    for check in checks:
        try:
            faults += check()
        except LawFilesError as error:
            faults.append(str(error))
    return faults


def _tariffs() -> list[str]:
    fees = {p.content.code: p.content.fee_vnd for p in law_procedures()}
    return check_tariffs(fees, on=date(law_book().years[-1].year, 12, 31))


def _life_events() -> list[str]:
    return check_life_events({p.content.code for p in law_procedures()})


def _regimes() -> list[str]:
    book, faults = law_book(), list[str]()
    first = min(a.in_force_from for a in book.acts if a.regime == a.id)
    last = date(book.years[-1].year, 12, 31)
    day = first
    seen: set[tuple[str, ...]] = set()
    while day <= last:
        try:
            regime = book.regime_on(day)
        except LawFilesError:
            faults.append(f"acts: no one-stop decree on {day}")
            day += timedelta(days=31)
            continue
        acts = tuple(a.id for a in regime.acts)
        if acts not in seen:
            seen.add(acts)
            faults += [f"acts: {key} is not set on {day} ({regime.id})" for key in _ASKED if key not in regime.params]
        day += timedelta(days=1)
    known = {a.id for a in book.acts}
    faults += [f"{a.id}: amends {b}, which is not there" for a in book.acts for b in a.amends if b not in known]
    return faults


def _examples() -> list[str]:
    return [f"examples: {fault}" for example in law_examples() for fault in faults_of(example)]


def _calendars() -> list[str]:
    faults = []
    years = law_book().years
    faults += [f"calendars: {a.year} is followed by {b.year}" for a, b in pairwise(years) if b.year != a.year + 1]
    for year in years:
        faults += [f"{year.year}: {d} is a weekend and needs no day off" for d in year.days_off if d.weekday() > 4]
        faults += [f"{year.year}: {d} is no weekend day" for d in year.make_up_days if d.weekday() < 5]
        faults += [
            f"{year.year}: {d} is of another year"
            for d in {**year.days_off, **year.make_up_days}
            if d.year != year.year
        ]
    return faults


def _lexicon() -> list[str]:
    # Reading it compiles every phrase; an entry without words would raise.
    return [] if lexicon().read("đăng ký khai sinh").phrases else ["lexicon: the commonest words are not understood"]


def _glossary() -> list[str]:
    terms = tomllib.loads((LAW / "glossary.toml").read_text(encoding="utf-8"))["term"]
    names = [t["identifier"] for t in terms]
    faults = [f"glossary: {n} stands there twice" for n in sorted(set(names)) if names.count(n) > 1]
    return faults + [
        f"glossary: {t['identifier']} lacks vi or en" for t in terms if not t.get("vi") or not t.get("en")
    ]


def glossary_identifiers() -> set[str]:
    """Return the names that the glossary gives; a test holds the models against them."""
    terms = tomllib.loads((LAW / "glossary.toml").read_text(encoding="utf-8"))["term"]
    return {t["identifier"] for t in terms}
