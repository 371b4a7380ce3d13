"""Answers when a notice may leave: not in the quiet hours of its receiver, once a day where a digest is wished."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.services.times import VIETNAM
from motcua.store.citizens.models import Account

DIGEST_HOUR = 18
_BACK_OFF_MINUTES = (1, 5, 30)
TRIES_MAX = len(_BACK_OFF_MINUTES)


def first_time(account: Account | None, *, now: datetime) -> datetime:
    """Return when a notice made now may first leave."""
    if account is None:
        return now
    at = _at_hour(now, DIGEST_HOUR) if account.is_digest else now
    return after_quiet(account, at=at)


def after_quiet(account: Account | None, *, at: datetime) -> datetime:
    """Return ``at``, or the end of the quiet hours that it lies in. They may go over midnight."""
    if account is None or account.quiet_from is None or account.quiet_to is None:
        return at
    hour = at.astimezone(VIETNAM).hour
    start, end = account.quiet_from, account.quiet_to
    is_quiet = start <= hour < end if start < end else hour >= start or hour < end
    return _at_hour(at, end) if is_quiet and start != end else at


def next_try(*, tries: int, now: datetime, seconds_asked: int = 0) -> datetime:
    """Return when to try again after ``tries`` on a channel; never before the channel asks."""
    wait = timedelta(minutes=_BACK_OFF_MINUTES[min(tries, TRIES_MAX) - 1])
    return now + max(wait, timedelta(seconds=seconds_asked))


def _at_hour(at: datetime, hour: int) -> datetime:
    """Return the next instant that is ``hour`` o'clock in Vietnam."""
    local = at.astimezone(VIETNAM)
    found = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return found if found > local else found + timedelta(days=1)
