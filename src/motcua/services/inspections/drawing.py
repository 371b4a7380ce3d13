"""Answers how a sample is drawn and frozen: candidates weighed by the signs in their facts, drawn by the published seed."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from motcua.core.inspection import (
    Candidate,
    DossierTraits,
    InspectionAct,
    InspectionState,
    candidate_digest,
    draw,
    may_inspect,
    overtakers,
    risks_of,
)
from motcua.core.kernel import Problem, Refused
from motcua.services import audit
from motcua.services.actors import Actor
from motcua.services.inspections.planning import locked
from motcua.services.times import VIETNAM, end_of, local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.inspections.models import Inspection, SampledDossier, SampleDraw
from motcua.store.lawfiles import law_book
from motcua.store.lawfiles.supervision import supervision_rules
from motcua.store.voices.models import Petition

CANDIDATES_MAX = 20_000


def draw_sample(public_id: UUID, *, actor: Actor, now: datetime) -> Inspection:
    """Return the inspection with its sample, drawn once and never again.

    Candidates are the dossiers that the unit received in the period, with their facts as they stand now. Problems:
    ``inspection.not_now``, ``inspection.period_open``, ``inspection.nothing``, ``inspection.many``.
    """
    with transaction.atomic():
        inspection = locked(public_id, actor)
        days_left = (inspection.to_on - local_day(now)).days + 1
        state = InspectionState(inspection.state)
        if problems := may_inspect(state, InspectionAct.DRAW, days_left=days_left):
            raise Refused(problems)
        traits = _traits_of(inspection)
        if not traits:
            raise Refused([Problem("inspection.nothing")])
        if len(traits) > CANDIDATES_MAX:
            raise Refused([Problem("inspection.many", values={"limit": str(CANDIDATES_MAX)})])
        signs = _signs(traits, at=now)
        _freeze(inspection, signs, {t.id: n for n, t in traits.items()}, actor=actor, now=now)
        inspection.state = InspectionState.DRAWN
        inspection.save()
        audit.record("inspection.drawn", inspection.public_id, actor=actor, now=now, candidates=len(traits))
    return inspection


def _traits_of(inspection: Inspection) -> dict[int, DossierTraits]:
    """Return the candidates by the number of their row; two statements, whatever their number."""
    begun = datetime.combine(inspection.from_on, time(0), VIETNAM)
    rows = list(
        Dossier.objects.filter(
            reception_unit_id=inspection.unit_id, received_at__gte=begun, received_at__lte=end_of(inspection.to_on)
        )
        .order_by("id")
        .values_list(
            "id", "public_id", "offering_id", "received_at", "due_at", "ended_at", "supplement_count",
            "extension_count",
        )[: CANDIDATES_MAX + 1]
    )  # fmt: skip
    about = dict(
        Petition.objects.filter(dossier_id__in=[r[0] for r in rows])
        .exclude(code="")
        .values("dossier_id")
        .annotate(count=Count("id"))
        .values_list("dossier_id", "count")
    )
    return {
        row[0]: DossierTraits(
            id=str(row[1]),
            matter=row[2],
            received_at=row[3],
            due_at=row[4],
            ended_at=row[5],
            supplements=row[6],
            extensions=row[7],
            petitions=about.get(row[0], 0),
        )
        for row in rows
    }


def _signs(traits: dict[int, DossierTraits], *, at: datetime) -> list[tuple[Candidate, tuple[str, ...]]]:
    edge = timedelta(hours=law_book().regime_on(local_day(at)).number("supervision.edge_hours"))
    weights, ahead = supervision_rules().weights, overtakers(traits.values())
    found = []
    for dossier in traits.values():
        risks = risks_of(dossier, at=at, edge=edge, is_overtaking=dossier.id in ahead)
        found.append((Candidate(dossier.id, 1 + sum(weights[r] for r in risks)), risks))
    return found


def _freeze(
    inspection: Inspection,
    signs: Sequence[tuple[Candidate, tuple[str, ...]]],
    numbers: dict[str, int],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    candidates, risks = [c for c, _risks in signs], {c.id: r for c, r in signs}
    SampleDraw.objects.create(
        inspection=inspection,
        candidates=[[c.id, c.weight, list(r)] for c, r in sorted(signs, key=lambda s: s[0].id)],
        count=len(candidates),
        digest=candidate_digest(candidates),
        weights=supervision_rules().weights,
        staff_id=actor.staff_id,
        drawn_at=now,
    )
    SampledDossier.objects.bulk_create(
        SampledDossier(
            inspection=inspection,
            place=drawn.place,
            dossier_id=numbers[drawn.candidate.id],
            risks=list(risks[drawn.candidate.id]),
        )
        for drawn in draw(candidates, seed=inspection.seed, size=inspection.size)
    )


def candidate_list(inspection: Inspection) -> str:
    """Return the list of candidates as CSV, from which anybody draws the sample again; see ``docs/inspection``.

    Shape: lines ``seed``, ``size``, ``digest``; then columns id, weight, place (empty when not drawn), signs.
    It names no person and no dossier code: an id tells nothing to whoever may not open the dossier.
    """
    frozen = SampleDraw.objects.get(inspection=inspection)
    places = {str(s.dossier.public_id): s.place for s in inspection.sample.select_related("dossier")}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows([["seed", inspection.seed], ["size", inspection.size], ["digest", frozen.digest]])
    writer.writerow(["id", "weight", "place", "signs"])
    writer.writerows([id_, weight, places.get(id_, ""), " ".join(risks)] for id_, weight, risks in frozen.candidates)
    return text.getvalue()


def drawn_again(inspection: Inspection) -> bool:
    """Return whether the frozen list, drawn again now, gives the sample that is stored."""
    frozen = SampleDraw.objects.get(inspection=inspection)
    again = draw(
        [Candidate(id_, weight) for id_, weight, _risks in frozen.candidates],
        seed=inspection.seed,
        size=inspection.size,
    )
    stored = inspection.sample.order_by("place").values_list("place", "dossier__public_id")
    return [(d.place, d.candidate.id) for d in again] == [(place, str(id_)) for place, id_ in stored]
