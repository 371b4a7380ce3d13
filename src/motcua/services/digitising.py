"""Answers how papers are scanned (số hóa): pages in their order, counted, signed by the officer; and which may not be."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import typst
from django.db import transaction
from django.db.models import Max

from motcua.core.forms.components import Received
from motcua.core.kernel import Problem, Refused
from motcua.services.actors import Actor, Denied, require_counter
from motcua.services.dossiers.documents import Upload, keep, path_of, take_in
from motcua.services.dossiers.intake import article_for
from motcua.services.dossiers.steps import load_for
from motcua.services.money_ports import Signing, signer
from motcua.services.times import local_day
from motcua.store.dossiers.models import Document, Dossier
from motcua.store.organisation.models import Agency, Unit
from motcua.store.results.models import ScanBatch, ScanPage

PAGES_MAX = 300
# An A4 page at 600 dots an inch has 35 million.
PIXELS_MAX = 60_000_000
_A4 = (595, 842)
SUBMITTED = "submitted"
NATURES = (SUBMITTED, "shown", "verification", "secret")
"""What kind of paper it is: handed in; only shown; of verification or an opinion; secret. Only the first is scanned."""

_EXEMPT = {
    "shown": "scan.exempt_shown", "verification": "scan.exempt_verification", "secret": "scan.exempt_secret",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """A paper to be scanned: which component, how many pages it has, as counted by hand, and what kind it is."""

    component: str
    pages: int
    nature: str = SUBMITTED


def open_batch(*, public_id: UUID, entry: BatchEntry, actor: Actor, now: datetime) -> ScanBatch:
    """Return a new scan of one paper of the dossier.

    Problems: ``scan.exempt_electronic``, ``scan.exempt_shown``, ``scan.exempt_verification``, ``scan.exempt_secret``,
    ``scan.component``, ``scan.pages_stated``. Source: Circular 01/2023/TT-VPCP, art. 8; Circular 03/2025, art. 5(2).
    """
    require_counter(actor)
    dossier = _own_dossier(public_id, actor)
    ref, problems = article_for("digitisation.exempt", local_day(now)), list[Problem]()
    if dossier.channel == "ONLINE":
        problems.append(Problem("scan.exempt_electronic", "nature", ref))
    elif entry.nature != SUBMITTED:
        problems.append(Problem(_EXEMPT.get(entry.nature, "scan.exempt_shown"), "nature", ref))
    found = next((c for c in (Received(**c) for c in dossier.components) if c.key == entry.component), None)
    if found is None:
        problems.append(Problem("scan.component", "component"))
    if not 1 <= entry.pages <= PAGES_MAX:
        pages_ref = article_for("digitisation.pages", local_day(now))
        problems.append(Problem("scan.pages_stated", "pages", pages_ref, {"limit": str(PAGES_MAX)}))
    if problems or found is None:
        raise Refused(problems)
    return ScanBatch.objects.create(
        dossier=dossier,
        component=entry.component,
        name=found.name[:300],
        pages_stated=entry.pages,
        unit_id=actor.unit_id,
        staff_id=actor.staff_id,
        made_at=now,
    )


def add_pages(*, public_id: UUID, uploads: Iterable[Upload], actor: Actor) -> int:
    """Return how many pages were added, in the order in which they came; a PDF brings all its pages.

    Problems: those of ``documents.take_in``, ``scan.batch_signed``, ``scan.too_many``. Files before a bad one stay.
    """
    batch, added, problems = _open(public_id, actor), 0, list[Problem]()
    for upload in uploads:
        try:
            stored = take_in(upload, field="files")
        except Refused as refusal:
            problems += refusal.problems
            continue
        with transaction.atomic():
            ScanBatch.objects.select_for_update().get(id=batch.id)
            last = ScanPage.objects.filter(batch=batch).aggregate(Max("position"))["position__max"] or 0
            if last + stored.pages > PAGES_MAX:
                problems.append(Problem("scan.too_many", "files", values={"limit": str(PAGES_MAX)}))
                break
            ScanPage.objects.bulk_create(
                ScanPage(
                    batch=batch, position=last + number + 1, name=stored.name, media_type=stored.media_type,
                    size=stored.size, sha256=stored.sha256, source_page=number,
                )
                for number in range(stored.pages)
            )  # fmt: skip
        added += stored.pages
    if problems:
        raise Refused(problems)
    return added


def move_page(*, public_id: UUID, page_id: int, by: int, actor: Actor) -> None:
    """Move a page up (-1) or down (+1) among the others."""
    batch = _open(public_id, actor)
    with transaction.atomic():
        ScanBatch.objects.select_for_update().get(id=batch.id)
        pages = list(batch.pages.order_by("position", "id"))
        at = next((n for n, p in enumerate(pages) if p.id == page_id), None)
        if at is None or not 0 <= at + by < len(pages):
            return
        pages.insert(at + by, pages.pop(at))
        _number(pages)


def mark_page(*, public_id: UUID, page_id: int, actor: Actor) -> None:
    """Say, or no longer say, that a page is the second scan of the one before it: what lay under a stuck note."""
    batch = _open(public_id, actor)
    page = batch.pages.filter(id=page_id).first()
    if page is not None:
        page.is_second = not page.is_second
        page.save(update_fields=["is_second"])


def remove_page(*, public_id: UUID, page_id: int, actor: Actor) -> None:
    """Take a page out again; the rest close up."""
    batch = _open(public_id, actor)
    with transaction.atomic():
        ScanBatch.objects.select_for_update().get(id=batch.id)
        batch.pages.filter(id=page_id).delete()
        _number(list(batch.pages.order_by("position", "id")))


def sign_batch(*, public_id: UUID, actor: Actor, now: datetime) -> Document:
    """Return the document made of all pages, signed by the officer, attached to the component.

    There must be as many pages, second scans aside, as were counted by hand. Problems: ``scan.count``,
    ``scan.second_first``, ``scan.batch_signed``, ``scan.page_broken``. Source: Circular 01/2023/TT-VPCP, art. 8.
    """
    with transaction.atomic():
        batch = ScanBatch.objects.select_for_update().filter(id=_open(public_id, actor).id).get()
        if batch.signed_at is not None:
            raise Refused([Problem("scan.batch_signed")])
        pages = list(batch.pages.order_by("position", "id"))
        if problems := _count_problems(batch, pages, now=now):
            raise Refused(problems)
        manifest = [
            {"page": number, "sha256": page.sha256, "of": page.source_page, "second": page.is_second}
            for number, page in enumerate(pages, 1)
        ]
        pdf = _signed(assemble(pages), manifest, actor=actor, now=now)
        document = Document.objects.create(
            dossier_id=batch.dossier_id,
            component=batch.component,
            name=f"so-hoa-{batch.component}.pdf",
            media_type="application/pdf",
            size=len(pdf),
            pages=len(pages),
            sha256=keep(pdf),
            added_at=now,
            staff_id=actor.staff_id,
        )
        batch.manifest, batch.document, batch.signed_at = manifest, document, now
        batch.save(update_fields=["manifest", "document", "signed_at"])
    return document


def assemble(pages: Sequence[ScanPage]) -> bytes:
    """Return one PDF of the pages in their order; pictures are fitted into A4. Problems: ``scan.page_broken``."""
    out = pypdfium2.PdfDocument.new()
    try:
        for number, page in enumerate(pages, 1):
            try:
                _add(out, page)
            except (pypdfium2.PdfiumError, typst.TypstError, OSError, ValueError, AssertionError) as error:
                values = {"page": str(number), "name": page.name}
                raise Refused([Problem("scan.page_broken", values=values)]) from error
        buffer = io.BytesIO()
        out.save(buffer)
        return buffer.getvalue()
    finally:
        out.close()


def scan_station(public_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return what the station shows of one scan: its pages, how many are wanted, how many there are."""
    batch = batch_for(public_id, actor)
    pages = list(batch.pages.order_by("position", "id"))
    return {
        "batch": batch,
        "pages": pages,
        "counted": sum(not p.is_second for p in pages),
        "dossier": batch.dossier,
    }


def station_list(actor: Actor, *, code: str) -> dict[str, Any]:
    """Return the scans that are not signed yet, and the dossier of a code with its papers."""
    require_counter(actor)
    open_batches = ScanBatch.objects.filter(unit_id=actor.unit_id, signed_at__isnull=True).select_related("dossier")
    row = Dossier.objects.filter(code=code.strip().upper(), reception_unit_id=actor.unit_id).first() if code else None
    return {
        "open": list(open_batches.order_by("-made_at", "-id")[:30]),
        "dossier": row,
        "components": [Received(**c) for c in row.components] if row else [],
        "documents": list(row.documents.order_by("id")) if row else [],
    }


def batch_for(public_id: UUID, actor: Actor) -> ScanBatch:
    """Return a scan of the actor's unit; Denied for any other."""
    require_counter(actor)
    batch = ScanBatch.objects.select_related("dossier").filter(public_id=public_id, unit_id=actor.unit_id).first()
    if batch is None:
        raise Denied("scan of another unit")
    return batch


def page_for(page_id: int, public_id: UUID, actor: Actor) -> ScanPage:
    """Return a page of a scan, to be looked at."""
    page = batch_for(public_id, actor).pages.filter(id=page_id).first()
    if page is None:
        raise Denied("no such page")
    return page


def _own_dossier(public_id: UUID, actor: Actor) -> Dossier:
    loaded = load_for(public_id, actor)
    if loaded.reception_unit_id != actor.unit_id:
        raise Denied("dossier of another unit")
    return Dossier.objects.get(id=loaded.id)


def _open(public_id: UUID, actor: Actor) -> ScanBatch:
    batch = batch_for(public_id, actor)
    if batch.signed_at is not None:
        raise Refused([Problem("scan.batch_signed")])
    return batch


def _number(pages: Sequence[ScanPage]) -> None:
    for position, page in enumerate(pages, 1):
        page.position = position
    ScanPage.objects.bulk_update(pages, ["position"])


def _count_problems(batch: ScanBatch, pages: Sequence[ScanPage], *, now: datetime) -> list[Problem]:
    ref, counted = article_for("digitisation.pages", local_day(now)), sum(not p.is_second for p in pages)
    problems = []
    if counted != batch.pages_stated:
        values = {"stated": str(batch.pages_stated), "found": str(counted)}
        problems.append(Problem("scan.count", "pages", ref, values))
    if pages and pages[0].is_second:
        problems.append(Problem("scan.second_first", "pages", ref))
    return problems


def _signed(pdf: bytes, manifest: Sequence[dict[str, Any]], *, actor: Actor, now: datetime) -> bytes:
    """Return the file signed by the officer; the digest of the list of pages stands in the signature's reason."""
    agency = Agency.objects.get(id=Unit.objects.values_list("agency_id", flat=True).get(id=actor.unit_id))
    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()
    reason = f"Số hóa {len(manifest)} trang, danh sách trang {digest}"
    return signer().sign(pdf, Signing(actor.name, agency.name, f"staff:{actor.staff_id}", reason, agency.place, now))


def _add(out: pypdfium2.PdfDocument, page: ScanPage) -> None:
    path = path_of(page.sha256)
    if page.media_type == "application/pdf":
        with pypdfium2.PdfDocument(path) as source:
            out.import_pages(source, [page.source_page])
        return
    with pypdfium2.PdfDocument(_picture_page(path, page.media_type)) as sheet:
        out.import_pages(sheet, [0])


def _picture_page(path: Path, media_type: str) -> bytes:
    """Return a PDF of one page, A4 upright or across, with the picture fitted into it as it was scanned."""
    width, height = _size(path, media_type)
    if width * height > PIXELS_MAX:
        raise ValueError("too many pixels")
    box = _A4 if height >= width else (_A4[1], _A4[0])
    kind = "png" if media_type == "image/png" else "jpg"
    # The file's name is its digest, so that nothing of it can be a command.
    layout = (
        f"#set page(width: {box[0]}pt, height: {box[1]}pt, margin: 0pt)\n"
        f'#image("/{path.parent.name}/{path.name}", format: "{kind}", width: 100%, height: 100%, fit: "contain")'
    )
    compiler = typst.Compiler(layout.encode(), root=str(path.parents[1]), ignore_system_fonts=True)
    pdf: bytes = compiler.compile(format="pdf")  # type: ignore[assignment]
    return pdf


def _size(path: Path, media_type: str) -> tuple[int, int]:
    """Return width and height of a picture in pixels, from its head."""
    if media_type == "image/png":
        with path.open("rb") as f:
            head = f.read(24)
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    with pypdfium2.PdfDocument.new() as scratch:
        image = pypdfium2.PdfImage.new(scratch)
        image.load_jpeg(path, inline=True)
        width, height = image.get_px_size()
    return int(width), int(height)
