"""Answers a life event with what each of its procedures asks, as published now."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.core.catalogue import ProcedureContent
from motcua.core.kernel import Confidence
from motcua.store.catalogue.models import Procedure
from motcua.store.lawfiles.life_events import life_events


@dataclass(frozen=True, slots=True)
class EventPage:
    """An event with its procedures; those that the catalogue does not have are left out."""

    key: str
    name: str
    lead: str
    is_confirmed: bool
    steps: tuple[tuple[str, ProcedureContent], ...]


def event_names(language: str) -> list[tuple[str, str]]:
    """Return key and name of every life event."""
    return [(e.key, e.name(language)) for e in life_events()]


def event_page(key: str, language: str) -> EventPage | None:
    """Return the event in words; ``None`` when there is none of that key. One statement."""
    event = next((e for e in life_events() if e.key == key), None)
    if event is None:
        return None
    rows = Procedure.objects.select_related("current_version").filter(
        code__in=[s.procedure for s in event.steps], current_version__isnull=False
    )
    contents = {p.code: ProcedureContent.from_json(p.current_version.content) for p in rows if p.current_version}
    steps = tuple((s.text(language), contents[s.procedure]) for s in event.steps if s.procedure in contents)
    return EventPage(
        event.key, event.name(language), event.lead(language), event.confidence is Confidence.TEXT, steps
    )
