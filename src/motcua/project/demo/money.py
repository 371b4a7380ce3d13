"""Gives the demo what becomes of dossiers at their end: signed results, the day's cash closed, bags of the post."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from motcua.core.forms import ComponentCount, PartyEntry
from motcua.core.kernel import Refused
from motcua.integrations.post_carrier import simulated_carrier
from motcua.integrations.post_carrier.adapter import SignedCarrier
from motcua.project.demo.bank import demo_bank, pay_by_bank
from motcua.services.actors import Actor, actor_of
from motcua.services.adapters import put_in
from motcua.services.offerings import component_rules
from motcua.services.payments.closing import close_day, close_drawer, day_of
from motcua.services.payments.reconciling import reconcile
from motcua.services.postal.handing import Outgoing, hand_over_bag, offer_results, take_results
from motcua.services.postal.parcels import take_news
from motcua.services.postal.slips import SlipEntry, take_slip
from motcua.services.results.issuing import ResultEntry, issue_result, revoke_result
from motcua.services.times import local_day
from motcua.store.dossiers.models import Dossier
from motcua.store.dossiers.writing import load
from motcua.store.lawfiles import law_book
from motcua.store.offerings.models import Offering
from motcua.store.organisation.models import Appointment, Unit, UnitKind
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import holdings_of
from motcua.store.payments.models import CashReceipt, Charge

_PLACES = ("Phường Kinh Bắc", "Thành phố Bắc Ninh")
_RESULTS, _SLIPS = 5, 3
_KEYS = uuid.UUID("6f1c52f0-6f6d-4d0e-9a43-3f1d5d1c0a77")


def make_results_and_post(*, opens_at: datetime) -> None:
    """Make all of it through the services; the same at every run, a few seconds."""
    # The evening of the last working day of the demo's life.
    last = opens_at.replace(hour=16, minute=0)
    while not (last < opens_at and law_book().calendar().is_working(local_day(last))):
        last -= timedelta(days=1)
    carrier = simulated_carrier(settings)
    wired = SignedCarrier(carrier.name, carrier.secret, carrier.handle)
    with transaction.atomic(), put_in(payment_gateway=demo_bank()[1], post_carrier=wired):
        one_stop = Unit.objects.filter(kind__in=UnitKind.one_stop()).order_by("id")
        centre = next((u for place in _PLACES for u in one_stop.filter(name__icontains=place)), None)
        if centre is not None:
            _results(centre, now=last)
            _closings(centre, last=last)
            _odd_money(centre, now=last)
        province = Unit.objects.filter(kind=UnitKind.SERVICE_CENTRE, agency__parent__isnull=True).first()
        if province is not None:
            _post(province, last=last)
        reconcile(on=local_day(last), now=opens_at)


def _actor(unit_id: int, role: Role, now: datetime) -> Actor | None:
    rows = Appointment.objects.filter(post__unit_id=unit_id, post__roles__contains=[role]).order_by("post_id", "id")
    row = rows.select_related("staff").first()
    if row is None:
        return None
    holdings = holdings_of(row.staff_id, at=now, on=local_day(now))
    holding = next((h for h in holdings if h.post_id == row.post_id), None)
    return actor_of(staff_id=row.staff_id, name=row.staff.full_name, holding=holding) if holding else None


def _results(centre: Unit, *, now: datetime) -> None:
    """Sign the results of the last dossiers of the centre's own agency; one is revoked again."""
    head_unit = Unit.objects.filter(agency_id=centre.agency_id, kind=UnitKind.LEADERSHIP).first()
    head = _actor(head_unit.id, Role.AGENCY_LEADER, now) if head_unit else None
    if head is None:
        return
    approved = Dossier.objects.filter(
        reception_unit=centre, handling_agency_id=centre.agency_id, decision="approved", state__in=(9, 10)
    )
    # A citizen who has an account comes first: his results stand in his own store.
    ordered = sorted(approved.order_by("-ended_at", "id")[:200], key=lambda d: not d.applicant.accounts.exists())
    issued = []
    for row in ordered[:_RESULTS]:
        dossier = load(row.public_id)
        if dossier is None:
            continue
        done = issue_result(
            public_id=row.public_id, entry=ResultEntry(), seen_version=dossier.version, actor=head, now=now
        )
        issued.append(done[1])
    if len(issued) == _RESULTS:
        reason = "Thông tin trên kết quả chưa đúng, cấp lại theo đề nghị của người nộp"
        revoke_result(public_id=issued[-1].public_id, reason=reason, decision_no="12/QĐ-UBND", actor=head, now=now)


def _closings(centre: Unit, *, last: datetime) -> None:
    """Close the cash of the last day on which the centre took any."""
    on = CashReceipt.objects.filter(unit=centre).order_by("-on").values_list("on", flat=True).first()
    if on is None:
        return
    for drawer in day_of(centre.id, on).drawers:
        rows = Appointment.objects.filter(staff_id=drawer.staff_id, post__unit_id=centre.id).select_related("staff")
        row = rows.first()
        if row is None:
            continue
        holding = next(h for h in holdings_of(row.staff_id, at=last, on=local_day(last)) if h.unit_id == centre.id)
        officer = actor_of(staff_id=row.staff_id, name=row.staff.full_name, holding=holding)
        close_drawer(on=on, counted=str(drawer.sum_vnd), note="", actor=officer, now=last)
    manager = _actor(centre.id, Role.CENTRE_MANAGER, last)
    if manager is not None:
        close_day(on=on, counted=str(day_of(centre.id, on).cash_vnd), note="", actor=manager, now=last)


def _odd_money(centre: Unit, *, now: datetime) -> None:
    """One payer sends another amount than is owed: it waits for the manager."""
    charge = Charge.objects.filter(unit=centre, standing="open", made_at__lt=now).order_by("-id").first()
    if charge is not None:
        pay_by_bank(charge, is_lost=False, now=now, amount_vnd=charge.amount_vnd + 10_000)


def _post(centre: Unit, *, last: datetime) -> None:
    """Dossiers in a bag that the centre has not signed yet, one still with the post, a result on its way."""
    before = last - timedelta(hours=2)
    postal, counter = (_actor(centre.id, role, before) for role in (Role.POSTAL_OFFICER, Role.COUNTER_OFFICER))
    if postal is None or counter is None:
        return
    offerings = Offering.objects.filter(agency__level="PROVINCE", valid_to_on__isnull=True).order_by("id")[:_SLIPS]
    slips = []
    for number, offering in enumerate(offerings):
        rules = component_rules(offering.id)
        sender = PartyEntry(
            kind="PERSON", name=f"Ngô Văn Thư {number + 1}", id_number=f"99908512345{number}",
            address="Thôn Đông, xã Yên Phong, tỉnh Bắc Ninh", phone="0900000077",
        )  # fmt: skip
        entry = SlipEntry(
            key=uuid.uuid5(_KEYS, f"slip {number}"), offering_id=offering.id, sender=sender,
            counts=[ComponentCount(r.key, str(r.originals), str(r.copies)) for r in rules],
            return_address=sender.address, is_signed=True,
        )  # fmt: skip
        slips.append(take_slip(entry, actor=postal, now=before + timedelta(minutes=10 * number)))
    if len(slips) > 1:
        hand_over_bag(slip_ids=[s.public_id for s in slips[:-1]], actor=postal, now=last)
    ready = (
        Dossier.objects.filter(reception_unit=centre, state=9).select_related("applicant").order_by("due_at", "id")
    )
    row = ready.first()
    if row is None:
        return
    address = row.applicant.address or "Số 1, đường Lý Thái Tổ, Bắc Ninh"
    try:
        bag = offer_results(outgoing=[Outgoing(row.public_id, address)], actor=counter, now=before)
    except Refused:
        return
    take_results(public_id=bag.public_id, trackings={}, actor=postal, now=before + timedelta(minutes=20))
    parcel, carrier = bag.parcels.get(), simulated_carrier(settings)
    news = carrier.news(parcel.tracking, "in_transit", at=last + timedelta(hours=3))
    take_news(news, now=last + timedelta(hours=3))
