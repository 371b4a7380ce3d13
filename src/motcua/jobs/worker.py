"""Answers what happens without anybody's click: messages leave, due clocks are looked at, old leftovers go.

The queue lies in the same database (procrastinate), so a job is part of the transaction that asks for it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from motcua.services.applications.first_answer import tell_first_answers
from motcua.services.applications.sweeping import sweep_applications
from motcua.services.boards.digests import make_missing_digests
from motcua.services.clock_upkeep import apply_calendar_changes
from motcua.services.dossiers.consultations import remind_silent
from motcua.services.dossiers.waking import fire_due_timers, tell_heads_of_silent_agencies
from motcua.services.duties.reminding import remind_owed
from motcua.services.floor.bookings import forget_contacts
from motcua.services.floor.desks import close_desks_of_past_days
from motcua.services.floor.notes import forget_notes
from motcua.services.floor.tickets import close_past_days
from motcua.services.housekeeping import forget_old, note_late, send_outbox
from motcua.services.notices.sending import send_notices
from motcua.services.payments.online import ask_refunds, poll_payments
from motcua.services.payments.reconciling import reconcile_recent
from motcua.services.petitions.handling import tell_late
from motcua.services.petitions.sending import forget_petitions
from motcua.services.registers import close_past_registers
from motcua.services.times import system_now
from motcua.services.usual_delay import measure_usual_delays

log = logging.getLogger(__name__)
_BATCHES = 10


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="outbox", pass_context=False)
def send_messages(timestamp: int) -> None:
    """Every minute: turn waiting messages into notices, and hand notices to the channels of their receivers."""
    handed = send_outbox(now=system_now())
    sent = 0
    for _batch in range(_BATCHES):
        sent += (some := send_notices(now=system_now()))
        if not some:
            break
    if handed or sent:
        log.info("%d messages handed over, %d notices sent", handed, sent)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="timers", pass_context=False)
def fire_timers(timestamp: int) -> None:
    """Every minute: times for which processes wait become facts."""
    fired = fire_due_timers(now=system_now())
    if fired:
        log.info("%d times of processes have come", fired)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="silence", pass_context=False)
def urge_the_silent(timestamp: int) -> None:
    """Every ten minutes: remind offices that owe an opinion, tell the heads of agencies that stay silent."""
    now = system_now()
    reminded, told = remind_silent(now=now), tell_heads_of_silent_agencies(now=now)
    if reminded or told:
        log.info("%d offices reminded, %d heads told", reminded, told)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="clocks", pass_context=False)
def wake_due_clocks(timestamp: int) -> None:
    """Every five minutes: tell the heads of units what has become late, and senders of petitions."""
    note_late(now=system_now())
    tell_late(now=system_now())


@app.periodic(cron="30,50 6-10 * * *")
@app.task(queueing_lock="digests", pass_context=False)
def remind_staff(timestamp: int) -> None:
    """Every morning at half past six, or as soon after as a worker runs: one digest for everybody who has work due."""
    made = make_missing_digests(now=system_now())
    if made:
        log.info("%d people reminded", made)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="first-answers", pass_context=False)
def watch_first_answers(timestamp: int) -> None:
    """Every five minutes: tell the manager whose first answer to an online application is near or past due."""
    told = tell_first_answers(now=system_now())
    if told:
        log.info("%d first answers told", told)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="calendars", pass_context=False)
def follow_calendars(timestamp: int) -> None:
    """Every minute: derive clocks anew where a decision has changed a calendar."""
    applied = apply_calendar_changes(now=system_now())
    if applied:
        log.info("%d calendar decisions applied", applied)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="payments", pass_context=False)
def follow_payments(timestamp: int) -> None:
    """Every minute: ask the gateway after payments of which nothing was heard, and for what is to be given back."""
    now = system_now()
    known, returned = poll_payments(now=now), ask_refunds(now=now)
    if known or returned:
        log.info("%d payments known, %d refunds paid", known, returned)


@app.periodic(cron="35 7 * * *")
@app.task(queueing_lock="owed", pass_context=False)
def tell_what_is_owed(timestamp: int) -> None:
    """Every morning: tell heads what their agencies owe, and whoever gave it what is late; one message a person."""
    told = remind_owed(now=system_now())
    if told:
        log.info("%d people told what is owed", told)


@app.periodic(cron="23 1 * * *")
@app.task(queueing_lock="reconciling", pass_context=False)
def compare_with_gateway(timestamp: int) -> None:
    """Every night: hold the gateway's statement of the two days before against our books."""
    log.info("%d days compared with the gateway", reconcile_recent(now=system_now()))


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="kiosk-notes", pass_context=False)
def forget_cards(timestamp: int) -> None:
    """Every quarter of an hour: forget what kiosks read from cards of visitors who were never served."""
    forget_notes(now=system_now())


@app.periodic(cron="11 0 * * *")
@app.task(queueing_lock="halls", pass_context=False)
def end_day_of_halls(timestamp: int) -> None:
    """Every night: close what was left open in the halls, forget telephone numbers of past appointments."""
    now = system_now()
    closed, forgotten = close_past_days(now=now), forget_contacts(now=now)
    closed += close_desks_of_past_days(now=now)
    if closed or forgotten:
        log.info("%d numbers and counters closed, %d contacts forgotten", closed, forgotten)


@app.periodic(cron="17 2 * * *")
@app.task(queueing_lock="leftovers", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every night: forget parked forms, old drafts and counted tries; in January close last year's registers."""
    forget_old(before=_days_ago(system_now(), 7))
    sweep_applications(now=system_now())
    forget_petitions(now=system_now())
    closed = close_past_registers(now=system_now())
    if closed:
        log.info("%d registers closed", closed)


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="delays", pass_context=False)
def measure_delays(timestamp: int) -> None:
    """Every night: how long each procedure really took of late."""
    log.info("%d procedures measured", measure_usual_delays(now=system_now()))


def _days_ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def work() -> None:
    """Run until a signal says stop; a job that is under way is finished first."""
    app.with_connector(app.connector.get_worker_connector()).run_worker(wait=True, install_signal_handlers=True)  # type: ignore[attr-defined]
