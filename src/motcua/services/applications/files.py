"""Answers how files come to an application and leave it: checked by content as at the counter, kept apart until accepted.

They lie apart from the dossiers' documents, so that what is forgotten with a draft is never a paper of a dossier.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from motcua.core.forms import ComponentRule, PaperRule, paper_asked
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Denied
from motcua.services.applications.drafts import form_of
from motcua.services.dossiers.documents import SIZE_MAX, Upload, disk_problem, inspect, path_of, size_problem, spool
from motcua.services.holdings import HeldPaper
from motcua.services.offerings import component_rules
from motcua.store.applications.models import Application, ApplicationFile, ApplicationKind, ApplicationState

FILES_MAX, TOTAL_MAX = 40, 100 * 1024 * 1024
OTHER_PAPERS = "other"
"""Where files go that belong to no component of the procedure."""


def folder() -> Path:
    return Path(settings.UPLOADS) / "applications"


def path_of_file(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256


class Paper:
    """A component as the applicant is asked for it: its rule, whether it must be there, what was attached to it."""

    __slots__ = ("files", "is_required", "rule", "said")

    def __init__(
        self, rule: ComponentRule, said: PaperRule | None, *, is_required: bool, files: list[ApplicationFile]
    ) -> None:
        self.rule, self.said, self.is_required, self.files = rule, said, is_required, files

    def name(self, language: str) -> str:
        return self.said.en if language == "en" and self.said and self.said.en else self.rule.name


def papers_of(application: Application, answers: dict[str, Sequence[str]] | None = None) -> list[Paper]:
    """Return the papers asked for after the answers, in the procedure's order, with what is attached. One statement."""
    form, typed = form_of(application), answers if answers is not None else application.answers
    files = list(application.files.order_by("id"))
    found = []
    for rule in component_rules(application.offering_id):
        said = form.paper(rule.name)
        is_asked, must = paper_asked(said, typed, is_required=rule.is_required)
        if application.kind == ApplicationKind.SUPPLY:
            is_asked, must = not (said and said.is_filled_here), False
        own = [f for f in files if f.component == rule.key]
        if is_asked or own:
            found.append(Paper(rule, said, is_required=must, files=own))
    return found


def other_files(application: Application) -> list[ApplicationFile]:
    return list(application.files.filter(component=OTHER_PAPERS).order_by("id"))


def components_of(application: Application) -> set[str]:
    return {rule.key for rule in component_rules(application.offering_id)} | {OTHER_PAPERS}


def add_file(application: Application, *, component: str, upload: Upload, now: datetime) -> ApplicationFile:
    """Return the file made of ``upload``. Problems: those of ``add_path``, ``scan.large``, ``scan.disk_full``."""
    name, field = file_name(upload.name), f"file.{component}"
    if upload.size is not None and upload.size > SIZE_MAX:
        raise Refused([Problem("scan.large", field, values={"name": name, "limit": str(SIZE_MAX // 2**20)})])
    try:
        temporary, _, _ = spool(upload.chunks(), folder=folder())
    except OSError as error:
        raise Refused([disk_problem(error, field, name)]) from error
    try:
        return add_path(application, component=component, name=name, path=temporary, now=now)
    finally:
        temporary.unlink(missing_ok=True)


def add_path(
    application: Application, *, component: str, name: str, path: Path, now: datetime, source: str = ""
) -> ApplicationFile:
    """Return the file whose content lies at ``path``; the content is copied. A second time the same, the first is returned.

    Problems: ``application.closed_for_files``, ``application.component_unknown``, ``application.files_many``,
    ``application.files_large``, ``scan.empty``, ``scan.large``, ``scan.kind``, ``scan.broken``, ``scan.pages``,
    ``scan.disk_full``. Nothing is kept when one is found.
    """
    name, field = file_name(name), f"file.{component}"
    if component not in components_of(application):
        raise Refused([Problem("application.component_unknown", "", values={"text": component[:40]})])
    size = path.stat().st_size
    if problem := size_problem(size, field, name):
        raise Refused([problem])
    content = inspect(path, field=field, name=name)
    digest = _digest_of(path)
    with transaction.atomic():
        row = Application.objects.select_for_update().get(id=application.id)
        if problem := _limit_problem(row, size, field):
            raise Refused([problem])
        there = row.files.filter(component=component, sha256=digest).first()
        if there is not None:
            return there
        try:
            _keep(path, digest)
        except OSError as error:
            raise Refused([disk_problem(error, field, name)]) from error
        return ApplicationFile.objects.create(
            application=row,
            component=component,
            name=name,
            media_type=content.media_type,
            size=size,
            pages=content.pages,
            sha256=digest,
            source=source[:120],
            added_at=now,
        )


def attach_held(application: Application, *, component: str, paper: HeldPaper, now: datetime) -> ApplicationFile:
    """Return the file that a paper held becomes in this application; it is not uploaded again."""
    return add_path(application, component=component, name=paper.name, path=paper.path, now=now, source=paper.source)


def remove_file(application: Application, public_id: UUID) -> None:
    """Take a file off again, as long as it was not sent. Denied for any other."""
    if not is_open(application):
        raise Refused([Problem("application.closed_for_files")])
    rows = application.files.filter(public_id=public_id)
    if application.sent_at is not None:
        # What was sent is on the receipt; only what was added since may go.
        rows = rows.filter(added_at__gt=datetime.fromisoformat(application.notice["at"]))
    digests = list(rows.values_list("sha256", flat=True))
    if not rows.delete()[0]:
        raise Denied("file of another application, or sent already")
    forget_files(digests)


def file_for(application: Application, public_id: UUID) -> tuple[ApplicationFile, Path]:
    """Return a file of the application and where it lies. Denied for any other."""
    found = application.files.filter(public_id=public_id).first()
    if found is None:
        raise Denied("file of another application")
    return found, path_of_file(found.sha256)


def is_open(application: Application) -> bool:
    """Return whether files may still come: while it is a draft, or papers were asked for."""
    return application.state in (ApplicationState.DRAFT, ApplicationState.ASKED)


def move_to_dossiers(sha256: str) -> None:
    """Have the content stand among the dossiers' documents as well, under the same name."""
    target = path_of(sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path_of_file(sha256), target)
    except FileExistsError:
        return
    except OSError:
        shutil.copyfile(path_of_file(sha256), target)


def forget_files(digests: Iterable[str]) -> None:
    """Delete contents that no application has any more."""
    wanted = set(digests)
    used = set(ApplicationFile.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
    for digest in wanted - used:
        path_of_file(digest).unlink(missing_ok=True)


def file_name(name: str | None) -> str:
    """Return the last part of a name that a browser gave, readable and short; ``tệp`` for none."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    return nfc("".join(c for c in last if c.isprintable()))[-200:] or "tệp"


def _limit_problem(application: Application, size: int, field: str) -> Problem | None:
    if not is_open(application):
        return Problem("application.closed_for_files")
    if application.files.count() >= FILES_MAX:
        return Problem("application.files_many", field, values={"limit": str(FILES_MAX)})
    total = application.files.aggregate(total=Sum("size"))["total"] or 0
    if total + size > TOTAL_MAX:
        return Problem("application.files_large", field, values={"limit": str(TOTAL_MAX // 2**20)})
    return None


def _keep(path: Path, digest: str) -> None:
    target = path_of_file(digest)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, copy = tempfile.mkstemp(dir=target.parent, prefix="incoming-")
    os.close(descriptor)
    shutil.copyfile(path, copy)
    with Path(copy).open("rb+") as file:
        os.fsync(file.fileno())
    Path(copy).replace(target)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
