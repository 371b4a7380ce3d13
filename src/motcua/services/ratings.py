"""Answers what people thought of the service: one rating each, naming nobody, shown as figures with counts.

Source: Decree 61/2018/NĐ-CP, art. 27 (privacy of who answers) and art. 29 (channels of rating).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from django.db.models import Count

from motcua.core.dossier import NationalState
from motcua.core.kernel import Problem, Refused, paragraphs
from motcua.services.actors import Actor, require
from motcua.services.secrets import is_secret_for, once_key, secret_for
from motcua.services.times import local_day
from motcua.services.tracking import secret_of
from motcua.store.dossiers.models import Dossier
from motcua.store.organisation.models import Counter
from motcua.store.organisation.roles import Role
from motcua.store.voices.models import Petition, Rating, RatingKind

TEXT_MAX = 1000
SCORES = (5, 4, 3, 2, 1)
COUNT_MIN = 5
"""Fewer answers than this are shown as a count alone: figures and texts of so few could point at somebody."""


@dataclass(frozen=True, slots=True)
class RatedPlace:
    """Where the service was given."""

    unit_id: int
    agency_id: int
    counter_id: int | None = None
    procedure_code: str = ""


def can_rate_dossier(dossier: Dossier) -> bool:
    """Return whether the dossier has come to an end and was not rated yet."""
    is_over = NationalState(dossier.state) >= NationalState.DONE or NationalState(dossier.state).is_final
    return is_over and not Rating.objects.filter(once_key=once_key("dossier", dossier.public_id)).exists()


def rateable(*, code: str, secret: str) -> Dossier | None:
    """Return the dossier of a receipt when it can be rated now."""
    dossier = Dossier.objects.filter(code=code.strip().upper()).first()
    if dossier is None or not _is_its_secret(dossier, secret) or not can_rate_dossier(dossier):
        return None
    return dossier


def _is_its_secret(dossier: Dossier, secret: str) -> bool:
    clean = secret.strip().upper().replace("-", "").replace(" ", "")
    return hmac.compare_digest(secret_of(dossier.public_id).encode(), clean.encode())


def rate_dossier(dossier: Dossier, *, score: int, text: str, now: datetime) -> bool:
    """Keep the rating of a dossier; ``False`` when it was rated already. Refused: ``rating.score``, ``rating.long``."""
    place = RatedPlace(
        dossier.reception_unit_id,
        dossier.handling_agency_id,
        procedure_code=dossier.offering.procedure_version.procedure.code,
    )
    key = once_key("dossier", dossier.public_id)
    return _rate(RatingKind.DOSSIER, key, place, score=score, text=text, now=now)


def rate_visit(*, visit: str, counter_id: int, score: int, text: str, now: datetime) -> bool:
    """Keep the rating of a visit to a counter; ``False`` when this visit was rated already.

    ``visit`` names the visit for good, such as ``ticket:<uuid>``; it is kept as a digest. Refused: ``rating.score``,
    ``rating.long``, ``rating.counter``.
    """
    counter = Counter.objects.select_related("unit").filter(id=counter_id).first()
    if counter is None:
        raise Refused([Problem("rating.counter")])
    place = RatedPlace(counter.unit_id, counter.unit.agency_id, counter_id=counter.id)
    return _rate(RatingKind.VISIT, once_key("visit", visit), place, score=score, text=text, now=now)


def rate_petition(petition: Petition, *, score: int, text: str, now: datetime) -> bool:
    """Keep what the sender thinks of an answer; ``False`` when there is none yet or it was rated already."""
    if petition.answered_at is None:
        return False
    place = RatedPlace(petition.unit_id or 0, petition.agency_id)
    return _rate(
        RatingKind.PETITION, once_key("petition", petition.public_id), place, score=score, text=text, now=now
    )


def is_petition_rated(petition: Petition) -> bool:
    return Rating.objects.filter(once_key=once_key("petition", petition.public_id)).exists()


def _rate(kind: RatingKind, key: str, place: RatedPlace, *, score: int, text: str, now: datetime) -> bool:
    problems = []
    if score not in SCORES:
        problems.append(Problem("rating.score", "score"))
    clean = paragraphs(text)
    if len(clean) > TEXT_MAX:
        problems.append(Problem("rating.long", "text", values={"limit": str(TEXT_MAX)}))
    if problems:
        raise Refused(problems)
    row = Rating(
        kind=kind,
        once_key=key,
        unit_id=place.unit_id,
        agency_id=place.agency_id,
        counter_id=place.counter_id,
        procedure_code=place.procedure_code,
        score=score,
        text=clean,
        on=local_day(now),
    )
    before = Rating.objects.filter(once_key=key).exists()
    Rating.objects.bulk_create([row], ignore_conflicts=True)
    return not before


# The tablet of a counter.


def counter_token(counter_id: int) -> str:
    """Return what stands in the address of a counter's tablet page."""
    return f"{counter_id}-{secret_for('counter tablet', str(counter_id))}"


def counter_of_token(token: str) -> Counter | None:
    number, _, secret = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    if not is_secret_for("counter tablet", number, secret):
        return None
    return Counter.objects.select_related("unit").filter(id=int(number)).first()


# What the manager sees.


@dataclass(frozen=True, slots=True)
class Figures:
    """Ratings of one place: how many, and by score from 5 to 1. ``scores`` is empty below five answers."""

    name: str
    count: int
    scores: tuple[int, ...]

    @property
    def percent_good(self) -> int | None:
        """Return the share of 4 and 5, whole percent; ``None`` below five answers."""
        return round(100 * (self.scores[0] + self.scores[1]) / self.count) if self.scores else None


@dataclass(frozen=True, slots=True)
class RatingReport:
    """Ratings of a unit in a span of days."""

    whole: Figures
    counters: tuple[Figures, ...]
    kinds: tuple[Figures, ...]
    texts: tuple[tuple[int, str], ...]


def rating_report(actor: Actor, *, first: date, last: date) -> RatingReport:
    """Return the unit's figures; texts only where there are at least five of the span, in no order of time."""
    require(actor, Role.CENTRE_MANAGER, Role.AGENCY_LEADER)
    rows = Rating.objects.filter(on__gte=first, on__lte=last)
    own = {"unit_id": actor.unit_id} if actor.has(Role.CENTRE_MANAGER) else {"agency_id": actor.agency_id}
    rows = rows.filter(**own)
    by: list[dict[str, Any]] = [
        dict(row) for row in rows.values("counter_id", "kind", "score").annotate(n=Count("id")).order_by()
    ]
    used = [b["counter_id"] for b in by if b["counter_id"] is not None]
    names = {c.id: f"{c.number}. {c.name}" for c in Counter.objects.filter(id__in=used)}
    texts = [(r.score, r.text) for r in rows.exclude(text="").only("score", "text")[:500]]
    # Shuffled by what they say, the same at every opening, so that the order tells nothing of who came when.
    Random(len(texts)).shuffle(texts := sorted(texts))  # noqa: S311
    return RatingReport(
        whole=_figures("", by),
        counters=tuple(
            _figures(name, [b for b in by if b["counter_id"] == key]) for key, name in sorted(names.items())
        ),
        kinds=tuple(_figures(kind, [b for b in by if b["kind"] == kind]) for kind in RatingKind.values),
        texts=tuple(texts) if len(texts) >= COUNT_MIN else (),
    )


def ratings_of_unit(unit_id: int, *, first: date, last: date) -> Figures:
    """Return the ratings of a unit in a span of days; who may see them, the caller has asked."""
    rows = Rating.objects.filter(unit_id=unit_id, on__gte=first, on__lte=last)
    return _figures("", [dict(row) for row in rows.values("score").annotate(n=Count("id")).order_by()])


def _figures(name: str, by: Sequence[Mapping[str, Any]]) -> Figures:
    count = sum(b["n"] for b in by)
    if count < COUNT_MIN:
        return Figures(name, count, ())
    return Figures(name, count, tuple(sum(b["n"] for b in by if b["score"] == s) for s in SCORES))


def tablets_of_unit(unit_id: int) -> list[tuple[str, str]]:
    """Return the unit's counters with the token of their tablet page."""
    rows = Counter.objects.filter(unit_id=unit_id).order_by("number")
    return [(f"{c.number}. {c.name}", counter_token(c.id)) for c in rows]
