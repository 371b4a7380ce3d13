"""Answers how a file comes with a petition: its content is checked as a dossier's scan is, and kept under its digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from motcua.core.kernel import Problem, Refused
from motcua.services.dossiers.documents import Upload, path_of, take_in
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
    stored = take_in(upload, field=FIELD)
    return PetitionPaper(
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        pages=stored.pages,
        sha256=stored.sha256,
        added_at=now,
    )


def keep_papers(petition: Petition, papers: Sequence[PetitionPaper]) -> None:
    for paper in papers:
        paper.petition = petition
    PetitionPaper.objects.bulk_create(papers)


def paper_of(petition: Petition, public_id: UUID) -> tuple[PetitionPaper, Path] | None:
    """Return a paper of this petition and where its content lies."""
    paper = PetitionPaper.objects.filter(petition=petition, public_id=public_id).first()
    return (paper, path_of(paper.sha256)) if paper else None
