"""Answers what of applications is forgotten: drafts that nobody came back to, what broke off on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from motcua.services.applications.drafts import tell
from motcua.services.applications.files import folder, forget_files
from motcua.store.applications.models import Application, ApplicationFile, ApplicationState, Upload

WARN_DAYS, BROKEN_DAYS = 3, 7
_BATCH = 500


def sweep_applications(*, now: datetime) -> int:
    """Delete drafts past their day with their files, warn of those near it; return how many were deleted.

    Topic ``application.expiring`` leaves once, three days before. Uploads that broke off a week ago go as well.
    """
    _warn(now)
    old = Application.objects.filter(state=ApplicationState.DRAFT, expires_at__lte=now).order_by("expires_at")
    ids = list(old.values_list("id", flat=True)[:_BATCH])
    with transaction.atomic():
        digests = list(ApplicationFile.objects.filter(application_id__in=ids).values_list("sha256", flat=True))
        deleted = Application.objects.filter(id__in=ids, state=ApplicationState.DRAFT, expires_at__lte=now)
        count = deleted.count()
        deleted.delete()
    forget_files(digests)
    broken = now - timedelta(days=BROKEN_DAYS)
    Upload.objects.filter(made_at__lt=broken).delete()
    if folder().is_dir():
        _sweep_pieces(broken)
    return count


def _warn(now: datetime) -> None:
    near = Application.objects.filter(
        state=ApplicationState.DRAFT, expires_at__lte=now + timedelta(days=WARN_DAYS), expires_at__gt=now, told=0
    )
    with transaction.atomic():
        for row in near.select_for_update(skip_locked=True).order_by("expires_at")[:_BATCH]:
            if row.account_id is not None or row.email:
                tell("application.expiring", row, now=now)
            row.told = 1
            row.save(update_fields=["told"])


def _sweep_pieces(broken: datetime) -> None:
    for pattern in ("incoming-*", "partial-*", "*/incoming-*"):
        for leftover in folder().glob(pattern):
            if leftover.stat().st_mtime < broken.timestamp():
                leftover.unlink(missing_ok=True)
