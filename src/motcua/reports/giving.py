"""Answers how papers of giving and taking are filled: a result handed over, slips and hand-overs of the post."""

from __future__ import annotations

from uuid import UUID

from motcua.reports.filling import head_of, person_of, vnd_of
from motcua.reports.papers.content import Line, Person
from motcua.reports.papers.giving_content import DeliveryPaper, HandOverPaper, HandOverRow, PostSlipPaper
from motcua.services.actors import Actor
from motcua.services.offerings import running_offering
from motcua.services.postal.pages import record_page
from motcua.services.postal.slips import slip_for_post
from motcua.services.results.delivering import delivery_for
from motcua.services.results.issuing import results_of_dossier
from motcua.store.organisation.models import Unit
from motcua.store.organisation.selectors import names_of_staff
from motcua.store.post.models import HandOver, HandOverItem, Parcel

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


def post_slip_content(public_id: UUID, actor: Actor) -> PostSlipPaper:
    """Return the slip of a dossier that the post took in; Denied outside the unit it goes to."""
    slip = slip_for_post(public_id, actor)
    running = running_offering(slip.offering_id)
    papers = [Line(p["name"], p["originals"], p["copies"]) for p in slip.papers if p["originals"] or p["copies"]]
    return PostSlipPaper(
        head=head_of(slip.unit, "post_slip", slip.number, slip.taken_at),
        applicant=person_of(slip.sender),
        agency=slip.offering.agency.name,
        matter=running.procedure_name,
        components=papers,
        fee=vnd_of(slip.fee_vnd) if slip.fee_vnd else "Không thu",
        return_address=slip.return_address or "Nhận tại Bộ phận Một cửa",
        officer=names_of_staff({slip.staff_id}).get(slip.staff_id, ""),
    )


def hand_over_content(public_id: UUID, actor: Actor) -> HandOverPaper:
    """Return the record of a hand-over with all that is in it; Denied outside the unit."""
    page = record_page(public_id, actor)
    bag, centre = page["bag"], page["bag"].unit.name
    sides = ("Bưu chính", centre) if bag.direction == HandOver.IN else (centre, "Bưu chính")
    return HandOverPaper(
        head=head_of(bag.unit, "hand_over", bag.number, bag.given_at),
        direction=bag.direction,
        giver=page["giver"],
        giver_side=sides[0],
        taker=page["taker"],
        taker_side=sides[1],
        given_at=bag.given_at,
        signed_at=bag.signed_at,
        rows=[_row(i, page["parcels"]) for i in page["items"]],
    )


def _row(item: HandOverItem, parcels: dict[int, Parcel]) -> HandOverRow:
    found = {"taken": "đủ, đã nhận", "refused": "không nhận", "missing": "không có trong túi"}.get(item.outcome, "")
    if item.slip is not None:
        slip = item.slip
        papers = "; ".join(f"{p['name']} ({p['originals']} bản chính, {p['copies']} bản sao)" for p in slip.papers)
        code = slip.dossier.code if slip.dossier else ""
        note = f"{found}: {item.note}" if item.note else found
        name = running_offering(slip.offering_id).procedure_name
        return HandOverRow(f"{slip.number}/{slip.year}", code, slip.sender.name, name, papers, note)
    dossier = item.dossier
    if dossier is None:
        raise AssertionError("an item of nothing")
    parcel = parcels.get(dossier.id)
    papers = "; ".join(["Kết quả giải quyết", *item.originals])
    name = running_offering(dossier.offering_id).procedure_name
    return HandOverRow(
        parcel.tracking if parcel else "", dossier.code, dossier.applicant_name, name, papers, item.note
    )
