"""Answers how a file comes with a petition: its content is checked as a dossier's scan is, and kept under its digest."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.dossiers.documents import Upload, inspect, path_of
from motcua.store.voices.models import Petition, PetitionPaper

FILES_MAX, SIZE_MAX = 5, 10 * 1024 * 1024
FIELD = "files"


class Files(Protocol):
    """The files of a form."""

    def getlist(self, key: str) -> list[Upload]: ...


def checked_papers(uploads: Sequence[Upload], *, now: datetime) -> list[PetitionPaper]:
    """Return the papers, not yet of a petition. Refused with every problem: ``petition.files_many``, ``scan.*``."""
    if len(uploads) > FILES_MAX:
        raise Refused([Problem("petition.files_many", FIELD, values={"limit": str(FILES_MAX)})])
    papers: list[PetitionPaper] = []
    problems: list[Problem] = []
    for upload in uploads:
        try:
            papers.append(_checked(upload, now=now))
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(problems)
    return papers


def _checked(upload: Upload, *, now: datetime) -> PetitionPaper:
    name = nfc(Path(upload.name or "").name)[:200] or "file"
    temporary, digest, size = _spooled(upload)
    try:
        if size > SIZE_MAX:
            limit = str(SIZE_MAX // 2**20)
            raise Refused([Problem("scan.large", FIELD, values={"name": name, "limit": limit})])
        if size == 0:
            raise Refused([Problem("scan.empty", FIELD, values={"name": name})])
        content = inspect(temporary, field=FIELD, name=name)
        target = path_of(digest)
        target.parent.mkdir(exist_ok=True)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return PetitionPaper(
        name=name, media_type=content.media_type, size=size, pages=content.pages, sha256=digest, added_at=now
    )


def _spooled(upload: Upload) -> tuple[Path, str, int]:
    folder = Path(settings.UPLOADS)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, path = tempfile.mkstemp(dir=folder, prefix="incoming-")
    with os.fdopen(descriptor, "wb") as file:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > SIZE_MAX:
                break
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Path(path), digest.hexdigest(), size


def keep_papers(petition: Petition, papers: Sequence[PetitionPaper]) -> None:
    for paper in papers:
        paper.petition = petition
    PetitionPaper.objects.bulk_create(papers)


def paper_of(petition: Petition, public_id: UUID) -> tuple[PetitionPaper, Path] | None:
    """Return a paper of this petition and where its content lies."""
    paper = PetitionPaper.objects.filter(petition=petition, public_id=public_id).first()
    return (paper, path_of(paper.sha256)) if paper else None
