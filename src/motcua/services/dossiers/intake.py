"""Answers how a dossier is received: checks everything at once, gives code and due instant, writes it once.

Slips given instead of a receipt are in ``slips``; scans in ``documents``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from motcua.core.dossier import Fact, FactKind, dossier_code
from motcua.core.fees import Quote
from motcua.core.forms import (
    ComponentCount,
    PartyEntry,
    check_components,
    check_party,
    missing_components,
)
from motcua.core.forms.components import Received
from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import LegalRef, Problem, Refused, nfc
from motcua.core.regimes import Regime
from motcua.services.actors import Actor, require_counter
from motcua.services.dossiers.committing import PROCESS_MESSAGE, new_tasks, next_timer, received
from motcua.services.fees import quote_for
from motcua.services.numbers import Offline, OfflineNumber, agency_code_on, checked_offline, owner_on
from motcua.services.offerings import Running, Seat, component_rules, is_receivable, running_offering
from motcua.services.on_spot import delegated_kinds
from motcua.services.payments.cash import CashGiven, cash_in, parse_vnd
from motcua.services.payments.charges import attach_charges, charge_dossier, charges_of, open_charge
from motcua.services.receiving_terms import due_when_received
from motcua.services.registers import is_closed
from motcua.services.times import local_day
from motcua.store.dossiers.models import Document, Dossier, IntakeDraft
from motcua.store.dossiers.receiving import (
    NewDossier,
    dossier_of_intake,
    insert_dossier,
    open_duplicates,
    save_party,
)
from motcua.store.lawfiles import law_book
from motcua.store.ledger.numbers import code_scope, paper_scope, take_numbers
from motcua.store.payments.models import Charge

DUPLICATE_DAYS = 180
SUBJECT_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True)
class Intake:
    """What the counter officer entered. ``key`` is made when the page opens: the same key is received once.

    ``fee_answers`` are what the fee depends on: numbers of copies and pages, exemptions. A dossier made of an
    ``application`` takes over what is owed and paid for that.
    """

    key: UUID
    offering_id: int
    applicant: PartyEntry
    proxy: PartyEntry | None = None
    channel: str = "DIRECT"
    subject: str = ""
    counts: Sequence[ComponentCount] = ()
    fee_paid: str = ""
    fee_answers: Mapping[str, Any] = field(default_factory=dict)
    application: UUID | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    is_duplicate_accepted: bool = False
    offline: Offline | None = None
    not_asked: Sequence[str] = ()
    """Components that the answers of the electronic form say are not of this case."""
    is_online: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the applicant takes home."""

    dossier_id: int
    public_id: UUID
    code: str
    number: int
    received_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Checked:
    applicant: PartyRecord
    proxy: PartyRecord | None
    received: tuple[Received, ...]
    fee: Quote
    fee_paid_vnd: int
    offline: OfflineNumber | None


def receive_dossier(intake: Intake, *, actor: Actor, now: datetime) -> Receipt:
    """Return the receipt of the dossier; with the same key the same receipt, however often it is sent.

    Problems: those of the parties and components, ``intake.offering_elsewhere``, ``component.missing`` for all
    missing papers at once, ``intake.fee_form``, ``intake.fee_other``, ``cash.day_closed``, ``intake.subject_long``,
    ``intake.channel_unknown``, ``intake.duplicate`` (a warning: accepted with ``is_duplicate_accepted``).
    Source: Decree 61/2018/NĐ-CP, art. 17; Decree 118/2025/NĐ-CP, art. 17.
    Guarantee: when it returns, everything is committed; when it raises, nothing is.
    """
    require_counter(actor)
    if earlier := dossier_of_intake(intake.key):
        return _receipt_of(earlier)
    running = running_offering(intake.offering_id)
    checked = _check(intake, running, actor=actor, now=now)
    try:
        with transaction.atomic():
            return _write(intake, checked, running, actor=actor, now=now)
    except IntegrityError as error:
        # The same key from a second click: it waited for the first to commit, which has made the dossier.
        if earlier := dossier_of_intake(intake.key):
            return _receipt_of(earlier)
        if checked.offline is not None and "code" in str(error):
            values = {"code": str(checked.offline.code)}
            raise Refused([Problem("offline.used", "offline.code", values=values)]) from None
        raise


def missing_of(intake: Intake) -> tuple[Problem, ...]:
    """Return the papers that are missing from this intake, all at once; for the slip and the page."""
    rules = component_rules(intake.offering_id)
    received, _ = check_components(rules, intake.counts)
    return missing_components(rules, received)


def _check(intake: Intake, running: Running, *, actor: Actor, now: datetime) -> _Checked:
    today = local_day(now)
    problems: list[Problem] = []
    if not is_receivable(running.id, unit_id=actor.unit_id, on=today):
        problems.append(Problem("intake.offering_elsewhere", field="offering"))
    if intake.channel not in (("ONLINE",) if intake.is_online else ("DIRECT", "POST")):
        problems.append(Problem("intake.channel_unknown", field="channel", values={"text": intake.channel}))
    applicant = check_party(intake.applicant, prefix="applicant", on=today)
    proxy = check_party(intake.proxy, prefix="proxy", on=today) if intake.proxy else None
    problems += applicant if isinstance(applicant, tuple) else ()
    problems += proxy if isinstance(proxy, tuple) else ()
    rules = component_rules(intake.offering_id)
    received, count_problems = check_components(rules, intake.counts)
    asked = [r for r in rules if r.key not in intake.not_asked]
    problems += count_problems or _with_article(missing_components(asked, received), today)
    fee = fee_of(intake, on=today)
    paid, fee_problems = _paid(intake.fee_paid, fee)
    problems += fee_problems
    if len(intake.subject) > SUBJECT_LENGTH_MAX:
        problems.append(Problem("intake.subject_long", field="subject", values={"limit": str(SUBJECT_LENGTH_MAX)}))
    offline = checked_offline(intake.offline, running, actor=actor, now=now) if intake.offline else None
    problems += offline if isinstance(offline, tuple) else ()
    if isinstance(offline, OfflineNumber) and is_closed(
        unit_id=actor.unit_id, sector=running.sector, year=offline.code.on.year
    ):
        problems.append(Problem("register.closed", "offline.code", values={"year": str(offline.code.on.year)}))
    if not problems and isinstance(applicant, PartyRecord) and not intake.is_duplicate_accepted:
        problems += _duplicates(applicant, intake.offering_id, now=now)
    if problems or isinstance(applicant, tuple) or isinstance(proxy, tuple) or isinstance(offline, tuple):
        raise Refused(problems)
    return _Checked(applicant, proxy, received, fee, paid, offline)


def _with_article(problems: Sequence[Problem], on: Any) -> tuple[Problem, ...]:
    ref = article_for("reception.check", on)
    return tuple(Problem(p.code, p.field, ref, p.values) for p in problems)


def article_for(key: str, on: Any) -> LegalRef | None:
    """Return the article in force on that day that carries the parameter ``key``, if the act names one."""
    param = law_book().regime_on(on).find(key)
    return param.ref if param else None


def fee_of(intake: Intake, *, on: date) -> Quote:
    """Return what this intake costs by the tariff of the day."""
    return quote_for(intake.offering_id, on=on, channel=intake.channel, answers=intake.fee_answers)


def _paid(text: str, fee: Quote) -> tuple[int, tuple[Problem, ...]]:
    """Return what was paid in cash: all of what the tariff says, or nothing yet."""
    if not text.strip():
        return 0, ()
    amount = parse_vnd(text)
    if amount is None:
        return 0, (Problem("intake.fee_form", field="fee_paid", values={"text": text.strip()}),)
    if amount not in (0, fee.total_vnd):
        values = {"amount": f"{fee.total_vnd:,}".replace(",", "."), "paid": f"{amount:,}".replace(",", ".")}
        return 0, (Problem("intake.fee_other", field="fee_paid", values=values),)
    return amount, ()


def _duplicates(applicant: PartyRecord, offering_id: int, *, now: datetime) -> list[Problem]:
    from motcua.store.offerings.selectors import procedure_id_of

    found = open_duplicates(
        id_number=applicant.id_number,
        procedure_id=procedure_id_of(offering_id),
        since=now - timedelta(days=DUPLICATE_DAYS),
    )
    return [
        Problem(
            "intake.duplicate",
            field="applicant.id_number",
            values={"codes": ", ".join(d.code for d in found)},
        )
        for _ in found[:1]
    ]


def _write(intake: Intake, checked: _Checked, running: Running, *, actor: Actor, now: datetime) -> Receipt:
    offline = checked.offline
    # What was received on paper while the system was down keeps its hour and the code it was given.
    at = offline.received_at if offline else now
    today = local_day(at)
    regime = law_book().regime_on(today)
    due_at = due_when_received(running=running, at=at)
    applicant_id = save_party(checked.applicant)
    proxy_id = save_party(checked.proxy) if checked.proxy else None
    code, yearly = _numbers(running, regime, offline, on=today, actor=actor)
    body: dict[str, Any] = {"offering": running.id, "code": code, "channel": intake.channel}
    if offline is not None:
        body |= {"entered_at": now.isoformat(), "block": offline.block_id}
    if due_at is not None:
        # What the receipt promises: printed again later, it says what it said.
        body["due"] = due_at.isoformat()
    on_spot = delegated_kinds(running.id, unit_id=actor.unit_id, on=today)
    if on_spot:
        body["on_spot"] = list(on_spot)
    if values := _values(intake, running):
        body["values"] = values
    if checked.fee_paid_vnd:
        body["paid_vnd"] = checked.fee_paid_vnd
    fact = Fact(1, FactKind.RECEIVED, at, actor.staff_id, actor.post_id, actor.unit_id, body)
    followed = received(fact, running, code=code)
    seat = Seat(actor.unit_id, followed.life.values, on_spot)
    new = NewDossier(
        intake_key=intake.key,
        handling_agency_id=running.agency_id,
        reception_unit_id=actor.unit_id,
        code=code,
        receipt_number=yearly,
        regime=regime.id,
        offering_id=running.id,
        channel=intake.channel,
        applicant_id=applicant_id,
        proxy_id=proxy_id,
        applicant_name=checked.applicant.name,
        subject=nfc(intake.subject),
        term_text=str(running.term),
        fee_vnd=checked.fee.total_vnd,
        fee_paid_vnd=checked.fee_paid_vnd,
        components=checked.received,
        form=intake.form,
        due_at=due_at,
        life=followed.life,
        tasks=new_tasks(running, followed.opened, seat, now=at, due_at=due_at),
        timer_at=next_timer(followed.facts, running),
        on_spot=on_spot,
    )
    messages = tuple((PROCESS_MESSAGE, {"name": name}) for name in followed.sent)
    charge = _charge(intake, checked, applicant_id, actor=actor, now=now)
    dossier_id, public_id = insert_dossier(new, followed.facts, messages=messages)
    if charge is not None:
        charge_dossier(charge, dossier_id)
    if intake.application is not None:
        attach_charges(application=intake.application, dossier_id=dossier_id)
    Document.objects.filter(draft_id=intake.key).update(dossier_id=dossier_id)
    IntakeDraft.objects.filter(key=intake.key).update(closed_at=now, data={})
    return Receipt(dossier_id, public_id, code, yearly, at, due_at)


def _charge(intake: Intake, checked: _Checked, applicant_id: int, *, actor: Actor, now: datetime) -> Charge | None:
    """Return what is owed for the dossier, with its receipt where it was paid in cash at once.

    It is paid before the dossier is written: the first fact says so, and no second one is needed. What came by the
    post has its charge since the slip; what was sent online gets it now, for the fee is owed from acceptance.
    """
    if not checked.fee.total_vnd or (intake.application is not None and charges_of(application=intake.application)):
        return None
    charge = open_charge(
        key=uuid5(intake.key, "fee"), offering_id=intake.offering_id, unit_id=actor.unit_id, quote=checked.fee,
        channel=intake.channel, now=now, party_id=applicant_id,
    )  # fmt: skip
    if checked.fee_paid_vnd:
        cash = CashGiven(uuid5(intake.key, "cash"), payer=(checked.proxy or checked.applicant).name)
        cash_in(charge, cash, actor=actor, now=now)
    return charge


def _values(intake: Intake, running: Running) -> dict[str, Any]:
    """Return what of the form the process itself reads; the rest of it is no business of the facts."""
    return {f.name: intake.form[f.name] for f in running.net.definition.fields if intake.form.get(f.name) is not None}


def _numbers(
    running: Running, regime: Regime, offline: OfflineNumber | None, *, on: date, actor: Actor
) -> tuple[str, int]:
    """Return the dossier's code and its number in the unit's receipts of the year."""
    receipts = paper_scope(actor.unit_id, "receipt", on.year)
    if offline is not None:
        (yearly,) = take_numbers(receipts)
        return str(offline.code), yearly
    agency_code = agency_code_on(regime, handling_agency_id=running.agency_id, receiving_agency_id=actor.agency_id)
    owner = owner_on(regime, running)
    daily, yearly = take_numbers(code_scope(agency_code + (f":{owner}" if owner else ""), on), receipts)
    return dossier_code(agency_code=agency_code, on=on, number=daily, owner=owner), yearly


def _receipt_of(dossier: Dossier) -> Receipt:
    return Receipt(
        dossier.id,
        dossier.public_id,
        dossier.code,
        dossier.receipt_number,
        dossier.received_at,
        dossier.due_at,
    )
