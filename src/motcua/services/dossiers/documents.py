"""Answers how a scan is taken in: its content is checked, not its name; it is stored under its digest.

Nothing is ever run or rendered on the way; a file leaves only as an attachment.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

import puremagic
import pypdfium2
from django.conf import settings

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.actors import Actor, Denied, require_counter
from motcua.store.dossiers.models import Document, IntakeDraft
from motcua.store.dossiers.writing import load

SIZE_MAX = 20 * 1024 * 1024
PAGES_MAX = 500
_KINDS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jfif": "image/jpeg",
    ".png": "image/png",
}
_IMAGE_SIDE_MAX = 20_000


class Upload(Protocol):
    """What a web framework hands over of a file."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def chunks(self) -> Iterable[bytes]: ...


@dataclass(frozen=True, slots=True)
class Content:
    """What a file turned out to be."""

    media_type: str
    pages: int | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was taken in: its name, kind, size in bytes, pages and digest."""

    name: str
    media_type: str
    size: int
    pages: int
    sha256: str


def add_scan(*, draft_key: UUID, component: str, upload: Upload, actor: Actor, now: datetime) -> Document:
    """Return the document made of ``upload``, attached to the draft's component.

    Problems: ``scan.empty``, ``scan.large``, ``scan.kind`` (the content is no PDF, JPEG or PNG, whatever the name
    says), ``scan.broken``, ``scan.pages``, ``scan.disk_full``. Nothing is kept when one is found.
    """
    require_counter(actor)
    draft = IntakeDraft.objects.filter(key=draft_key, staff_id=actor.staff_id, closed_at__isnull=True).first()
    if draft is None:
        raise Denied("draft of another officer")
    stored = take_in(upload, field=f"scan.{component}")
    return Document.objects.create(
        draft=draft,
        component=component,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        pages=stored.pages,
        sha256=stored.sha256,
        added_at=now,
        staff_id=actor.staff_id,
    )


def take_in(upload: Upload, *, field: str) -> Stored:
    """Return what ``upload`` turned out to be, once it lies under its digest. Nothing is kept when it is refused.

    Problems: ``scan.empty``, ``scan.large``, ``scan.kind``, ``scan.broken``, ``scan.pages``, ``scan.disk_full``.
    """
    name = nfc(Path(upload.name or "").name)[:200] or "scan"
    if upload.size is not None and upload.size > SIZE_MAX:
        raise Refused([Problem("scan.large", field, values={"name": name, "limit": str(SIZE_MAX // 2**20)})])
    try:
        temporary, digest, size = spool(upload.chunks(), folder=Path(settings.UPLOADS))
    except OSError as error:
        raise Refused([disk_problem(error, field, name)]) from error
    try:
        if problem := size_problem(size, field, name):
            raise Refused([problem])
        content = inspect(temporary, field=field, name=name)
        _keep(temporary, digest)
    except OSError as error:
        raise Refused([disk_problem(error, field, name)]) from error
    finally:
        temporary.unlink(missing_ok=True)
    return Stored(name, content.media_type, size, content.pages or 1, digest)


def remove_scan(*, public_id: UUID, actor: Actor) -> None:
    """Take a scan off a draft again; once received, a document stays."""
    removed, _ = Document.objects.filter(
        public_id=public_id,
        draft__staff_id=actor.staff_id,
        draft__closed_at__isnull=True,
        dossier__isnull=True,
    ).delete()
    if not removed:
        raise Denied("document of another draft")


def document_for(public_id: UUID, actor: Actor) -> tuple[Document, Path]:
    """Return a document and where its content lies; Denied unless the actor may read its draft or dossier."""
    from motcua.services.actors import require_read

    document = Document.objects.select_related("draft", "dossier").filter(public_id=public_id).first()
    if document is None:
        raise Denied("no such document")
    if document.dossier is not None:
        loaded = load(document.dossier.public_id)
        if loaded is None:
            raise Denied("no such dossier")
        require_read(actor, loaded)
    elif document.draft is None or document.draft.staff_id != actor.staff_id:
        raise Denied("document of another draft")
    return document, path_of(document.sha256)


def path_of(sha256: str) -> Path:
    return Path(settings.UPLOADS) / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Store bytes under their SHA-256 and return it; bytes that are there already stay as they are."""
    digest = hashlib.sha256(content).hexdigest()
    folder = Path(settings.UPLOADS)
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix="incoming-")
    with os.fdopen(descriptor, "wb") as f:
        f.write(content)
        f.flush()
        os.fsync(f.fileno())
    _keep(Path(name), digest)
    return digest


def inspect(path: Path, *, field: str, name: str) -> Content:
    """Return what the file is; Refused with ``scan.kind``, ``scan.broken`` or ``scan.pages`` when it is no scan."""
    media_type = _media_type(path)
    if media_type is None:
        raise Refused([Problem("scan.kind", field, values={"name": name})])
    if media_type == "application/pdf":
        try:
            with pypdfium2.PdfDocument(path) as pdf:
                pages = len(pdf)
        except pypdfium2.PdfiumError:
            raise Refused([Problem("scan.broken", field, values={"name": name})]) from None
        if not 1 <= pages <= PAGES_MAX:
            raise Refused([Problem("scan.pages", field, values={"name": name, "limit": str(PAGES_MAX)})])
        return Content(media_type, pages)
    if not _is_whole_image(path, media_type):
        raise Refused([Problem("scan.broken", field, values={"name": name})])
    return Content(media_type, 1)


def spool(chunks: Iterable[bytes], *, folder: Path) -> tuple[Path, str, int]:
    """Return where the bytes lie for now, their SHA-256 and size; nothing stays when the disk refuses.

    More than the largest file is not read: its size then says that it is too large.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor, path = tempfile.mkstemp(dir=folder, prefix="incoming-")
    try:
        with os.fdopen(descriptor, "wb") as f:
            for chunk in chunks:
                size += len(chunk)
                if size > SIZE_MAX:
                    break
                digest.update(chunk)
                f.write(chunk)
            f.flush()
            os.fsync(f.fileno())
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise
    return Path(path), digest.hexdigest(), size


def _keep(temporary: Path, digest: str) -> None:
    target = path_of(digest)
    target.parent.mkdir(exist_ok=True)
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def size_problem(size: int, field: str, name: str) -> Problem | None:
    if size == 0:
        return Problem("scan.empty", field, values={"name": name})
    if size > SIZE_MAX:
        return Problem("scan.large", field, values={"name": name, "limit": str(SIZE_MAX // 2**20)})
    return None


def _media_type(path: Path) -> str | None:
    try:
        kind = puremagic.from_file(str(path))
    except (puremagic.PureError, ValueError):
        return None
    return _KINDS.get(kind.lower())


def _is_whole_image(path: Path, media_type: str) -> bool:
    content = path.read_bytes()
    if media_type == "image/png":
        width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
        has_end = content.rstrip(b"\x00").endswith(b"IEND\xaeB`\x82")
        return has_end and 0 < width <= _IMAGE_SIDE_MAX and 0 < height <= _IMAGE_SIDE_MAX
    return content[:2] == b"\xff\xd8" and b"\xff\xd9" in content[-64:]


def disk_problem(error: OSError, field: str, name: str) -> Problem:
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem("scan.disk_full", field, values={"name": name})
    raise error
