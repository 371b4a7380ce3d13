"""Answers how a message of the outbox becomes notices: one for each person concerned, once, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from motcua.services.notices.concerns import Concern, concern_of
from motcua.services.notices.templates import has_template
from motcua.services.notices.times import first_time
from motcua.store.citizens.models import Account, Notice
from motcua.store.ledger.models import OutboxMessage


def make_notices(message: OutboxMessage, *, now: datetime) -> int:
    """Write the notices of a message and return how many. Idempotent: the same message makes none twice."""
    concern = concern_of(message)
    template = template_of(message.topic, concern.variant) if concern else ""
    if concern is None or not template:
        return 0
    rows = [_notice(message, concern, template, account, now=now) for account in _accounts(concern)]
    if not rows:
        rows = [_notice(message, concern, template, None, now=now)]
    made = Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(made)


def template_of(topic: str, variant: str) -> str:
    """Return the most special template of the topic; empty when the topic has none."""
    names = [f"{topic}.{variant}", topic] if variant else [topic]
    return next((name for name in names if has_template(name)), "")


def _accounts(concern: Concern) -> list[Account]:
    """Return the accounts that can be reached or that will read it on their page."""
    return list(Account.objects.filter(id__in=concern.account_ids, deleted_at__isnull=True).order_by("id"))


def _notice(
    message: OutboxMessage, concern: Concern, template: str, account: Account | None, *, now: datetime
) -> Notice:
    # Who came by the national identity alone has no address in the account: what was typed in this matter counts.
    is_reachable = account is not None and bool(account.email or account.phone)
    receiver = f"a{account.id}" if account else f"p{concern.party_id}" if concern.party_id else "c"
    return Notice(
        event_key=f"{message.pk}:{receiver}",
        topic=message.topic,
        template=template,
        values=dict(concern.values),
        account=account,
        party_id=None if is_reachable else concern.party_id,
        contact="" if is_reachable or concern.party_id else concern.contact,
        language=account.language if account else concern.language,
        dossier_id=concern.dossier_id,
        unit_id=concern.unit_id,
        made_at=now,
        next_at=first_time(account, now=now),
    )
