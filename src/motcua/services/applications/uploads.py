"""Answers how a file comes in pieces and goes on where it stopped: begun, a piece at the place reached, whole.

The way is that of tus: the offset is what is stored, a piece at any other place is refused with the right one, and
whole means checked, by its length, its SHA-256 and its content. A piece that is cut on the way counts as far as it came.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from motcua.core.kernel import Problem, Refused
from motcua.services.applications.files import (
    add_path,
    components_of,
    file_name,
    folder,
    is_open,
)
from motcua.services.dossiers.documents import SIZE_MAX, disk_problem
from motcua.store.applications.models import Application, ApplicationFile, Upload

PIECE_MAX = 1024 * 1024
OPEN_MAX = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload is. ``file`` is there once it is whole and right."""

    public_id: UUID
    offset: int
    length: int
    file: ApplicationFile | None


class WrongPlace(Exception):
    """The piece does not begin where the file ends so far; ``offset`` is the right place."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def begin_upload(
    application: Application, *, component: str, name: str, length: int, mark: str, now: datetime
) -> Progress:
    """Return the upload of this file: a new one, or the one begun before with the same mark, as far as it came.

    Problems: ``application.closed_for_files``, ``application.component_unknown``, ``application.uploads_many``,
    ``scan.empty``, ``scan.large``.
    """
    name, field = file_name(name), f"file.{component}"
    problems = []
    if not is_open(application):
        problems.append(Problem("application.closed_for_files"))
    if component not in components_of(application):
        problems.append(Problem("application.component_unknown", "", values={"text": component[:40]}))
    if length <= 0:
        problems.append(Problem("scan.empty", field, values={"name": name}))
    if length > SIZE_MAX:
        problems.append(Problem("scan.large", field, values={"name": name, "limit": str(SIZE_MAX // 2**20)}))
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        row = Application.objects.select_for_update().get(id=application.id)
        there = row.uploads.filter(component=component, mark=mark[:80]).first()
        is_same = there is not None and there.length == length and not there.problem
        if there is not None and is_same and (there.file_id is not None or there.offset < there.length):
            return _progress(there)
        if there is not None:
            _forget(there)
        if row.uploads.filter(file__isnull=True).count() >= OPEN_MAX:
            raise Refused([Problem("application.uploads_many", field, values={"limit": str(OPEN_MAX)})])
        made = Upload.objects.create(
            application=row, component=component, name=name, mark=mark[:80], length=length, made_at=now
        )
    return _progress(made)


def progress_of(application: Application, public_id: UUID) -> Progress | None:
    found = application.uploads.select_related("file").filter(public_id=public_id).first()
    return _progress(found) if found else None


def add_piece(
    application: Application, public_id: UUID, *, offset: int, piece: bytes, sha256: str, now: datetime
) -> Progress | None:
    """Return how far the upload is after ``piece``; ``None`` when there is none such.

    ``sha256`` is asked of the whole file when the last piece has come; empty asks nothing. Raises WrongPlace.
    Problems: ``application.checksum``, and those of a file's content; the upload is begun anew then.
    Guarantee: a piece sent twice is stored once.
    """
    with transaction.atomic():
        upload = (
            application.uploads.select_for_update(of=("self",))
            .select_related("file")
            .filter(public_id=public_id)
            .first()
        )
        if upload is None:
            return None
        if upload.file_id is not None:
            if offset == upload.length and not piece:
                return _progress(upload)
            raise WrongPlace(upload.offset)
        if offset != upload.offset or offset + len(piece) > upload.length:
            raise WrongPlace(upload.offset)
        try:
            _append(upload, piece)
        except OSError as error:
            raise Refused([disk_problem(error, f"file.{upload.component}", upload.name)]) from error
        upload.offset += len(piece)
        upload.save(update_fields=["offset"])
    if upload.offset < upload.length:
        return _progress(upload)
    return _whole(application, upload, sha256, now=now)


def partial_path(public_id: UUID) -> Path:
    return folder() / f"partial-{public_id}"


def _whole(application: Application, upload: Upload, sha256: str, *, now: datetime) -> Progress:
    path, field = partial_path(upload.public_id), f"file.{upload.component}"
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if sha256 and digest != sha256.lower():
            raise Refused([Problem("application.checksum", field, values={"name": upload.name})])
        made = add_path(application, component=upload.component, name=upload.name, path=path, now=now)
    except Refused as refusal:
        Upload.objects.filter(id=upload.id).update(problem=refusal.problems[0].code[:40])
        path.unlink(missing_ok=True)
        raise
    except FileNotFoundError:
        # The bytes are gone (a sweep, another disk): it begins anew.
        Upload.objects.filter(id=upload.id).delete()
        raise WrongPlace(0) from None
    Upload.objects.filter(id=upload.id).update(file=made)
    upload.file = made
    path.unlink(missing_ok=True)
    return _progress(upload)


def _append(upload: Upload, piece: bytes) -> None:
    folder().mkdir(parents=True, exist_ok=True)
    descriptor = os.open(partial_path(upload.public_id), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        # Whatever lies beyond the offset came without its row being saved: it is written again.
        file.truncate(upload.offset)
        file.seek(upload.offset)
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _forget(upload: Upload) -> None:
    partial_path(upload.public_id).unlink(missing_ok=True)
    upload.delete()


def _progress(upload: Upload) -> Progress:
    return Progress(upload.public_id, upload.offset, upload.length, upload.file)
