"""Answers what the job worker does: sends what waits, marks what is late, forgets what is no longer needed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from motcua.services.dossiers.committing import PROCESS_MESSAGE
from motcua.services.dossiers.waking import deliver_message
from motcua.services.notices.making import make_notices
from motcua.services.one_time_codes import forget_codes
from motcua.store.citizens.models import Notice
from motcua.store.dossiers.models import IntakeDraft
from motcua.store.duties.models import Reminder
from motcua.store.ledger.models import OutboxMessage, ParkedForm, TryCount

ATTEMPTS_MAX = 8
_BATCH = 500

Channel = Callable[[OutboxMessage], None]


def hand_over(message: OutboxMessage, *, now: datetime) -> None:
    """Bring a message where it belongs: to processes that wait for it, or to the people it concerns, as notices."""
    if message.topic == PROCESS_MESSAGE:
        deliver_message(sender=UUID(message.key), name=message.body["name"], now=now)
    else:
        make_notices(message, now=now)


def send_outbox(*, now: datetime, channel: Channel | None = None) -> int:
    """Hand waiting messages to the channel, oldest first; return how many left.

    A message that fails is tried again later, at most eight times, then stays visible in the queue. Two workers
    never take the same message.
    """
    sent, hand = 0, channel or partial(hand_over, now=now)
    with transaction.atomic():
        waiting = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(sent_at__isnull=True, next_attempt_at__lte=now, attempts__lt=ATTEMPTS_MAX)
            .order_by("next_attempt_at", "id")[:_BATCH]
        )
        for message in waiting:
            message.attempts += 1
            try:
                # One message that cannot be handed over must not hold up the others, nor undo what they wrote.
                with transaction.atomic():
                    hand(message)
            except (OSError, ValueError, LookupError) as error:
                message.last_error = str(error)[:200]
                message.next_attempt_at = now + timedelta(minutes=2**message.attempts)
            else:
                message.sent_at = now
                sent += 1
            message.save(update_fields=["attempts", "last_error", "next_attempt_at", "sent_at"])
    return sent


def note_late(*, now: datetime) -> int:
    """Put a notice in the outbox for each dossier whose due instant has passed; return how many.

    The due instant is derived, never counted down: this only looks at what should be looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH late AS (UPDATE dossiers_dossier SET look_again_at = NULL"
            " WHERE look_again_at IS NOT NULL AND look_again_at <= %s RETURNING public_id)"
            " INSERT INTO ledger_outboxmessage (topic, key, body, made_at, attempts, next_attempt_at, last_error)"
            " SELECT 'dossier.late', public_id::text, '{}'::jsonb, %s, 0, %s, '' FROM late",
            [now, now, now],
        )
        return int(cursor.rowcount)


def forget_old(*, before: datetime) -> None:
    """Delete parked forms, intakes left for a week, tries counted, reminders of past days, and scans that belong to nothing."""
    ParkedForm.objects.filter(made_at__lt=before).delete()
    IntakeDraft.objects.filter(saved_at__lt=before, closed_at__isnull=True).delete()
    IntakeDraft.objects.filter(closed_at__lt=before, documents__isnull=True).delete()
    TryCount.objects.filter(made_at__lt=before).delete()
    forget_codes(before=before)
    Notice.objects.filter(made_at__lt=before).exclude(contact="").update(contact="")
    Reminder.objects.filter(made_at__lt=before).delete()
    for leftover in settings.UPLOADS.glob("incoming-*"):
        if leftover.stat().st_mtime < before.timestamp():
            leftover.unlink(missing_ok=True)
