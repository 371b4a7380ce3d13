"""Answers what speaks against publishing a process in the offices that use it, and what a file's processes lack.

The proof itself is ``core.proving``; here are the offices, their posts, calendars, terms and papers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q

from motcua.core.calendar import Calendar, Term, parse_term
from motcua.core.catalogue import ProcedureContent
from motcua.core.clock import ends_at_closing
from motcua.core.process import Definition
from motcua.core.process.table import RECEPTION
from motcua.core.proving import Finding, Office, office_findings, paper_findings, prove, stated_term, time_findings
from motcua.services.calendars import calendar_of
from motcua.services.times import local_day
from motcua.store.catalogue.models import ProcedureVersion
from motcua.store.lawfiles import law_book
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Agency, Appointment, Post, Unit, UnitKind

_OFFICES_SAID = 30
"""So many findings of posts are told; a province has hundreds of offices."""


def findings_of(
    definition: Definition, *, stated_days: float | None = None, agency_id: int | None = None, now: datetime
) -> tuple[Finding, ...]:
    """Return what the checker finds, errors first: the process itself, and every office that offers something by it.

    Where no office uses it yet, the term is that which its own table states (``stated_days``, in days of eight
    hours), by the calendar of ``agency_id`` or of the whole country.
    """
    found = list(prove(definition))
    if any(f.problem.code.startswith("process.") for f in found):
        return tuple(found)
    today = local_day(now)
    offerings = list(offerings_of(definition.id, on=today))
    if offerings:
        found += _of_offerings(definition, offerings, today)
    elif stated_days:
        calendar = law_book().calendar() if agency_id is None else calendar_of(agency_id)
        found += time_findings(
            definition, stated_term(stated_days), calendar, at_closing=_at_closing(calendar, today)
        )
    return tuple(sorted(_once(found), key=lambda f: not f.is_error))


def findings_for_use(
    definition: Definition, offering: Offering, *, slots: Mapping[str, int], now: datetime
) -> tuple[Finding, ...]:
    """Return what hinders one office from working by the process, with units chosen for its slots."""
    today = local_day(now)
    wanted = Offering(
        id=offering.id,
        agency=offering.agency,
        procedure_version=offering.procedure_version,
        term_text=offering.term_text,
        slots=dict(slots),
    )
    return tuple(_once(_of_offerings(definition, [wanted], today)))


def offerings_of(key: str, *, on: date) -> Iterable[Offering]:
    """Return the offerings in force that any version of the process runs."""
    in_force = Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=on)
    rows = Offering.objects.filter(in_force, process_version__key=key)
    return rows.select_related("agency", "procedure_version").order_by("agency_id", "id")


def offices_of(offerings: Sequence[Offering], *, on: date) -> dict[int, Office]:
    """Return who could do the steps of each offering on a day, by the offering's id; three statements in all."""
    agencies = {o.agency_id for o in offerings}
    receptions = _receptions(agencies)
    units = {int(u) for o in offerings for u in o.slots.values()} | {r for r in receptions.values() if r}
    people = _people(units, on)
    names = dict(Unit.objects.filter(id__in=units).values_list("id", "name"))
    made = {}
    for offering in offerings:
        slots = {slot: int(unit) for slot, unit in offering.slots.items()}
        if receptions.get(offering.agency_id):
            slots[RECEPTION] = receptions[offering.agency_id]
        made[offering.id] = Office(
            name=offering.agency.short_name,
            posts={slot: people[unit] for slot, unit in slots.items()},
            units={slot: names.get(unit, slot) for slot, unit in slots.items()},
        )
    return made


def _of_offerings(definition: Definition, offerings: Sequence[Offering], today: date) -> list[Finding]:
    found = list[Finding]()
    terms: dict[tuple[str, str], tuple[Term, Calendar]] = {}
    contents: dict[int, ProcedureVersion] = {}
    for offering in offerings:
        calendar = calendar_of(offering.agency_id)
        terms[offering.term_text, calendar.version] = (parse_term(offering.term_text), calendar)
        contents.setdefault(offering.procedure_version_id, offering.procedure_version)
    for term, calendar in terms.values():
        found += time_findings(definition, term, calendar, at_closing=_at_closing(calendar, today))
    for version in contents.values():
        papers = ProcedureContent.from_json(version.content).components
        found += paper_findings(definition, [c.name for c in papers])
    for office in offices_of(offerings, on=today).values():
        found += office_findings(definition, office)
    return found


def _once(found: Iterable[Finding]) -> list[Finding]:
    """Return each finding once; of those about offices the first few."""
    made, said, offices = list[Finding](), set[tuple[object, ...]](), 0
    for one in found:
        mark = (one.problem.code, tuple(sorted(one.problem.values.items())), one.path)
        offices += "office" in one.problem.values
        if mark not in said and ("office" not in one.problem.values or offices <= _OFFICES_SAID):
            said.add(mark)
            made.append(one)
    return made


def _receptions(agencies: set[int]) -> dict[int, int]:
    """Return the one-stop unit of each agency: its own, or else that of the agency above."""
    above = dict(Agency.objects.filter(id__in=agencies, parent_id__isnull=False).values_list("id", "parent_id"))
    rows = Unit.objects.filter(
        agency_id__in=agencies | set(above.values()), kind__in=(UnitKind.SERVICE_CENTRE, UnitKind.RECEPTION_SECTION)
    ).order_by("-id")
    own = dict(rows.values_list("agency_id", "id"))
    return {agency: own.get(agency, own.get(above.get(agency, 0), 0)) for agency in agencies}


def _people(units: set[int], on: date) -> defaultdict[int, dict[str, int]]:
    """Return by unit how many hold a post of each role on a day; 0 where the post is vacant."""
    made: defaultdict[int, dict[str, int]] = defaultdict(dict)
    held = Appointment.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on), from_on__lte=on, post__unit_id__in=units
    )
    counts: defaultdict[int, int] = defaultdict(int)
    for post_id in held.values_list("post_id", flat=True):
        counts[post_id] += 1
    for post in Post.objects.filter(unit_id__in=units):
        for role in post.roles:
            made[post.unit_id][role] = made[post.unit_id].get(role, 0) + counts[post.id]
    return made


def _at_closing(calendar: Calendar, on: date) -> bool:
    return calendar.spec.ends_at_closing or ends_at_closing(law_book().regime_on(on))
