"""Answers how delegations for absence are made and ended, and who may look at and change the organisation."""

from __future__ import annotations

from datetime import datetime

from motcua.core.kernel import Problem, Refused, nfc
from motcua.services import audit
from motcua.services.actors import Actor, Denied
from motcua.services.times import local_day
from motcua.store.organisation.models import Appointment, Delegation, Post, Staff
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import staff_of_unit

DAYS_MAX = 180


def delegate_post(
    *,
    post_id: int,
    to_staff_id: int,
    from_at: datetime | None,
    to_at: datetime | None,
    reason: str,
    decision_no: str,
    actor: Actor,
    now: datetime,
) -> Delegation:
    """Return the delegation that hands a post's powers to a colleague of the same unit for an absence.

    The holder delegates his own post, the head those of his unit, an administrator any. Problems:
    ``delegation.to_missing``, ``delegation.to_elsewhere``, ``delegation.to_self``, ``delegation.days_missing``,
    ``delegation.ends_before``, ``delegation.past``, ``delegation.long``, ``delegation.reason_missing``.
    """
    post = Post.objects.select_related("unit").filter(id=post_id).first()
    if post is None or not _may_delegate(actor, post):
        raise Denied("post of another unit")
    today = local_day(now)
    holder = (
        Appointment.objects.filter(post_id=post.id, from_on__lte=today)
        .exclude(to_on__lt=today)
        .order_by("id")
        .first()
    )
    problems = []
    if not reason.strip():
        problems.append(Problem("delegation.reason_missing", field="reason"))
    if from_at is None or to_at is None:
        problems.append(Problem("delegation.days_missing", field="from_on" if from_at is None else "to_on"))
    elif to_at <= from_at:
        problems.append(Problem("delegation.ends_before", field="to_on"))
    elif to_at <= now:
        problems.append(Problem("delegation.past", field="to_on"))
    elif (to_at - from_at).days > DAYS_MAX:
        problems.append(Problem("delegation.long", field="to_on", values={"limit": str(DAYS_MAX)}))
    if holder is None:
        problems.append(Problem("delegation.post_empty", field="post_id"))
    if not to_staff_id:
        problems.append(Problem("delegation.to_missing", field="to_staff_id"))
    elif holder is not None and to_staff_id == holder.staff_id:
        problems.append(Problem("delegation.to_self", field="to_staff_id"))
    elif not staff_of_unit(post.unit_id, on=today).filter(id=to_staff_id).exists():
        problems.append(Problem("delegation.to_elsewhere", field="to_staff_id"))
    if problems or holder is None or from_at is None or to_at is None:
        raise Refused(problems)
    delegation = Delegation.objects.create(
        post=post,
        from_staff_id=holder.staff_id,
        to_staff_id=to_staff_id,
        from_at=from_at,
        to_at=to_at,
        reason=nfc(reason)[:200],
        decision_no=nfc(decision_no)[:60],
        made_by_id=actor.staff_id,
        made_at=now,
    )
    _record("delegation.made", delegation, actor=actor, now=now)
    return delegation


def revoke_delegation(*, delegation_id: int, actor: Actor, now: datetime) -> None:
    """End a delegation now; what was done under it stays done."""
    delegation = (
        Delegation.objects.select_related("post__unit").filter(id=delegation_id, revoked_at__isnull=True).first()
    )
    if delegation is None or not _may_delegate(actor, delegation.post):
        raise Denied("delegation of another unit")
    delegation.revoked_at = now
    delegation.save(update_fields=["revoked_at"])
    _record("delegation.revoked", delegation, actor=actor, now=now)


def posts_to_delegate(actor: Actor) -> list[Post]:
    """Return the posts whose powers the actor may hand on: his own, or those of the unit he heads."""
    posts = Post.objects.filter(unit_id=actor.unit_id).order_by("id")
    if not actor.has(Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER):
        posts = posts.filter(id=actor.post_id)
    return list(posts)


def delegations_of_unit(unit_id: int) -> list[Delegation]:
    return list(
        Delegation.objects.filter(post__unit_id=unit_id)
        .select_related("post", "from_staff", "to_staff")
        .order_by("-from_at", "-id")[:50]
    )


def people_of_unit(unit_id: int, *, now: datetime) -> list[Staff]:
    return list(staff_of_unit(unit_id, on=local_day(now)))


def _may_delegate(actor: Actor, post: Post) -> bool:
    if actor.has(Role.ADMINISTRATOR):
        return True
    if post.unit_id != actor.unit_id:
        return False
    # Powers that were themselves delegated cannot be handed on.
    is_own = post.id == actor.post_id and not actor.delegated_by
    return is_own or actor.has(Role.UNIT_LEADER, Role.AGENCY_LEADER, Role.CENTRE_MANAGER)


def _record(act: str, delegation: Delegation, *, actor: Actor, now: datetime) -> None:
    audit.record(act, delegation.id, actor=actor, now=now, post=delegation.post_id, to=delegation.to_staff_id)
