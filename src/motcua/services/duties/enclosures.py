"""Answers how files lie with duties, conferences and campaigns: content checked as that of scans, kept under its digest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.dossiers.documents import Stored, Upload, path_of, take_in
from motcua.services.duties.people import answers_for, require_reader
from motcua.store.directives.models import ConferencePoint
from motcua.store.duties.models import Duty, Enclosure, EnclosureKind

FILES_MAX = 10
FIELD = "files"


@dataclass(frozen=True, slots=True)
class Owner:
    """What files belong to: its kind, its public id, and the event of a duty that they came with."""

    kind: EnclosureKind
    id: UUID
    seq: int = 0
    title: str = ""


def checked_files(uploads: Sequence[Upload]) -> list[Stored]:
    """Return what was handed in, its content stored. Refused with every problem: ``entry.files_many``, ``scan.*``."""
    if len(uploads) > FILES_MAX:
        raise Refused([Problem("entry.files_many", FIELD, values={"limit": str(FILES_MAX)})])
    stored, problems = list[Stored](), list[Problem]()
    for upload in uploads:
        try:
            stored.append(take_in(upload, field=FIELD))
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(problems)
    return stored


def enclose(stored: Sequence[Stored], owner: Owner, *, actor: Actor, now: datetime) -> list[Enclosure]:
    """Return the files that are new there, now lying with their owner: the same content lies once with one event.

    Must run inside the transaction that made the owner's event.
    """
    there = set(
        Enclosure.objects.filter(of_kind=owner.kind, of_id=owner.id, seq=owner.seq).values_list("sha256", flat=True)
    )
    return Enclosure.objects.bulk_create(
        Enclosure(
            of_kind=owner.kind,
            of_id=owner.id,
            seq=owner.seq,
            title=owner.title,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            pages=file.pages,
            sha256=file.sha256,
            staff_id=actor.staff_id,
            added_at=now,
        )
        for file in {file.sha256: file for file in stored}.values()
        if file.sha256 not in there
    )


def enclosures_of(kind: EnclosureKind, ids: Sequence[UUID]) -> list[Enclosure]:
    """Return the files of several owners, oldest first; one statement."""
    return list(Enclosure.objects.filter(of_kind=kind, of_id__in=ids).order_by("id"))


def _of_duty(enclosure: Enclosure, actor: Actor) -> bool:
    duty = Duty.objects.get(public_id=enclosure.of_id)
    return answers_for_province(actor) or answers_for(actor, agency_id=duty.agency_id, unit_id=duty.unit_id)


def _of_conference(enclosure: Enclosure, actor: Actor) -> bool:
    points = ConferencePoint.objects.filter(conference__public_id=enclosure.of_id, agency_id=actor.agency_id)
    return answers_for_province(actor) or points.exists()


_MAY_SEE: dict[str, Callable[[Enclosure, Actor], bool]] = {
    EnclosureKind.DUTY: _of_duty,
    EnclosureKind.CONFERENCE: _of_conference,
    # What is shown to the people is no secret among officers.
    EnclosureKind.CAMPAIGN: lambda _enclosure, _actor: True,
}


def enclosure_for(public_id: UUID, actor: Actor) -> tuple[Enclosure, Path]:
    """Return a file and where its content lies; Denied unless the actor may see what it belongs to."""
    require_reader(actor)
    enclosure = Enclosure.objects.filter(public_id=public_id).first()
    if enclosure is None or not _MAY_SEE[enclosure.of_kind](enclosure, actor):
        raise Denied("file of others")
    return enclosure, path_of(enclosure.sha256)
