"""Answers campaigns that make the reform known: their materials, where these were shown, whom they reached by count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from motcua.services import audit
from motcua.services.actors import Actor, Denied, answers_for_province
from motcua.services.dossiers.documents import Upload
from motcua.services.duties.enclosures import Owner, checked_files, enclose, enclosures_of
from motcua.services.duties.people import require_reader, require_supervising
from motcua.services.entries import Typed
from motcua.services.times import local_day
from motcua.store.duties.models import Enclosure, EnclosureKind
from motcua.store.training.models import Campaign, Material, MaterialKind, PublicityChannel, Showing

PAGE, REACH_MAX = 50, 10_000_000
_YEARS = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class CampaignEntry:
    """What was typed of a campaign."""

    key: UUID
    title: str
    audience: str
    from_on: str
    to_on: str
    reach_planned: str
    channels: Sequence[str]


@dataclass(frozen=True, slots=True)
class MaterialEntry:
    """What was typed of a material: an address, unless a file comes with it."""

    key: UUID
    kind: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class ShowingEntry:
    """What was typed of a showing; ``material`` is the id of the material."""

    key: UUID
    material: str
    on: str
    place: str
    reach: str
    ground: str


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material with its file and where it was shown."""

    material: Material
    file: Enclosure | None
    showings: tuple[Showing, ...]


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """A campaign as its page shows it; ``reached`` is the sum of what was counted."""

    campaign: Campaign
    materials: tuple[MaterialLine, ...]
    reached: int
    may_run: bool
    today: date


def open_campaign(entry: CampaignEntry, *, actor: Actor, now: datetime) -> Campaign:
    """Return the campaign; once for a key. Problems: ``entry.*``."""
    require_supervising(actor)
    typed, today = Typed(), local_day(now)
    title, audience = typed.line("title", entry.title), typed.line("audience", entry.audience)
    from_on = typed.day("from_on", entry.from_on, first=today - _YEARS, last=today + _YEARS)
    to_on = typed.day("to_on", entry.to_on, first=from_on, last=today + _YEARS)
    reach = typed.whole("reach_planned", entry.reach_planned, least=1, most=REACH_MAX)
    channels = typed.some_of("channels", entry.channels, PublicityChannel.values)
    typed.settle()
    with transaction.atomic():
        campaign, is_new = Campaign.objects.get_or_create(
            key=entry.key,
            defaults={
                "agency_id": actor.agency_id,
                "title": title,
                "audience": audience,
                "channels": channels,
                "from_on": from_on,
                "to_on": to_on,
                "reach_planned": reach,
                "staff_id": actor.staff_id,
                "made_at": now,
            },
        )
        if is_new:
            audit.record("campaign.opened", campaign.public_id, actor=actor, now=now)
    return campaign


def add_material(
    public_id: UUID, entry: MaterialEntry, *, uploads: Sequence[Upload] = (), actor: Actor, now: datetime
) -> Material:
    """Return the material; once for a key. Problems: ``entry.*``, ``material.address``, ``material.nowhere``, ``scan.*``."""
    campaign = _campaign(public_id, actor)
    typed = Typed()
    kind = typed.one_of("kind", entry.kind, MaterialKind.values)
    title = typed.line("title", entry.title)
    address = typed.line_if_any("address", entry.address, limit=300)
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc):
        typed.fault("material.address", "address")
    if not address and not uploads:
        typed.fault("material.nowhere", "address")
    typed.settle()
    if (kept := Material.objects.filter(key=entry.key).first()) is not None:
        return kept
    stored = checked_files(uploads[:1])
    with transaction.atomic():
        owner = Owner(EnclosureKind.CAMPAIGN, campaign.public_id, 0, title)
        enclose(stored, owner, actor=actor, now=now)
        file = Enclosure.objects.filter(
            of_kind=owner.kind, of_id=owner.id, sha256__in=[s.sha256 for s in stored]
        ).first()
        material, _is_new = Material.objects.get_or_create(
            key=entry.key,
            defaults={
                "campaign": campaign,
                "kind": kind,
                "title": title,
                "address": address,
                "enclosure_id": file.public_id if file else None,
                "made_at": now,
            },
        )
        audit.record("campaign.material", campaign.public_id, actor=actor, now=now)
    return material


def add_showing(public_id: UUID, entry: ShowingEntry, *, actor: Actor, now: datetime) -> Showing:
    """Return where a material was shown and how many it reached; once for a key. Problems: ``entry.*``."""
    campaign = _campaign(public_id, actor)
    typed = Typed()
    known = {str(id_): id_ for id_ in Material.objects.filter(campaign=campaign).values_list("id", flat=True)}
    material = typed.one_of("material", entry.material, known)
    on = typed.day("on", entry.on, first=campaign.from_on, last=min(campaign.to_on, local_day(now)))
    place, ground = typed.line("place", entry.place), typed.line("ground", entry.ground)
    reach = typed.whole("reach", entry.reach, least=0, most=REACH_MAX)
    typed.settle()
    with transaction.atomic():
        showing, is_new = Showing.objects.get_or_create(
            key=entry.key,
            defaults={
                "material_id": known[material],
                "on": on,
                "place": place,
                "reach": reach,
                "ground": ground,
                "staff_id": actor.staff_id,
                "made_at": now,
            },
        )
        if is_new:
            audit.record("campaign.shown", campaign.public_id, actor=actor, now=now)
    return showing


def campaigns_of(actor: Actor, *, after: str = "") -> tuple[Sequence[Campaign], str]:
    """Return a page of campaigns with what they reached, the newest first, and the next page's key."""
    require_reader(actor)
    rows = Campaign.objects.all()
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(id__lt=int(after))
    page = list(rows.annotate(reached=Sum("materials__showings__reach")).order_by("-id")[: PAGE + 1])
    return page[:PAGE], str(page[PAGE - 1].id) if len(page) > PAGE else ""


def campaign_page(public_id: UUID, actor: Actor, *, now: datetime) -> CampaignPage:
    """Return the campaign with its materials; a fixed number of statements."""
    require_reader(actor)
    campaign = Campaign.objects.filter(public_id=public_id).first()
    if campaign is None:
        raise Denied("no such campaign")
    files = {f.public_id: f for f in enclosures_of(EnclosureKind.CAMPAIGN, [campaign.public_id])}
    materials = list(Material.objects.filter(campaign=campaign).order_by("id"))
    showings = list(Showing.objects.filter(material__in=materials).order_by("on", "id"))
    lines = tuple(
        MaterialLine(
            material=m,
            file=files.get(m.enclosure_id) if m.enclosure_id else None,
            showings=tuple(s for s in showings if s.material_id == m.id),
        )
        for m in materials
    )
    return CampaignPage(
        campaign=campaign,
        materials=lines,
        reached=sum(s.reach for s in showings),
        may_run=answers_for_province(actor) and campaign.agency_id == actor.agency_id,
        today=local_day(now),
    )


def _campaign(public_id: UUID, actor: Actor) -> Campaign:
    require_supervising(actor)
    campaign = Campaign.objects.filter(public_id=public_id, agency_id=actor.agency_id).first()
    if campaign is None:
        raise Denied("campaign of others")
    return campaign
