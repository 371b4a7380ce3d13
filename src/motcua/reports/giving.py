"""Answers how papers of giving and taking are filled: a result handed over, slips and hand-overs of the post."""

from __future__ import annotations

from uuid import UUID

from motcua.reports.filling import head_of, person_of
from motcua.reports.papers.content import DeliveryPaper, Person
from motcua.services.actors import Actor
from motcua.services.offerings import running_offering
from motcua.services.results.delivering import delivery_for
from motcua.services.results.issuing import results_of_dossier
from motcua.store.organisation.models import Unit
from motcua.store.organisation.selectors import names_of_staff

_WAYS = {"counter": "Trực tiếp tại Bộ phận Một cửa", "post": "Qua dịch vụ bưu chính", "online": "Trực tuyến"}


def delivery_content(public_id: UUID, actor: Actor) -> DeliveryPaper:
    """Return the record that a result was handed over; Denied unless the actor may read the dossier."""
    delivery = delivery_for(public_id, actor)
    dossier = delivery.dossier
    unit = delivery.unit or Unit.objects.select_related("agency__parent").get(id=dossier.reception_unit_id)
    running = running_offering(dossier.offering_id)
    results = [f"{r.kind}, số {r.number}" for r in results_of_dossier(dossier.id) if r.state == "valid"]
    collector = delivery.collector
    return DeliveryPaper(
        head=head_of(unit, "delivery", delivery.number, delivery.at),
        code=dossier.code,
        applicant=person_of(dossier.applicant),
        collector=person_of(collector) if collector else Person(""),
        matter=dossier.subject or running.procedure_name,
        results=results or ["Kết quả giải quyết hồ sơ"],
        originals=list(delivery.originals),
        way=_WAYS[delivery.way],
        delivered_at=delivery.at,
        officer=names_of_staff({delivery.staff_id}).get(delivery.staff_id, ""),
    )
