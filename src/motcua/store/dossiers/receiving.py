"""Answers how a new dossier is written: party, row, first fact, first tasks, numbers, notice; in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from motcua.core.dossier import Fact, Life
from motcua.core.forms.components import Received
from motcua.core.forms.parties import PartyRecord
from motcua.core.kernel import fold
from motcua.store.dossiers.models import Dossier, Party
from motcua.store.dossiers.writing import NewTask, chain, fact_arrays
from motcua.store.figures.writing import KEPT_UP, RETURNED


@dataclass(frozen=True, slots=True)
class NewDossier:
    """All of a dossier that is known at its reception."""

    intake_key: UUID
    handling_agency_id: int
    reception_unit_id: int
    code: str
    receipt_number: int
    regime: str
    offering_id: int
    channel: str
    applicant_id: int
    proxy_id: int | None
    applicant_name: str
    subject: str
    term_text: str
    fee_vnd: int
    fee_paid_vnd: int
    components: Sequence[Received]
    form: Mapping[str, Any]
    due_at: datetime | None
    life: Life
    tasks: Sequence[NewTask]
    timer_at: datetime | None = None
    parent_id: int | None = None
    parent_step: int | None = None
    parent_instance: int = 0
    on_spot: Sequence[str] = ()
    reader_unit_ids: tuple[int, ...] = ()


def save_party(record: PartyRecord) -> int:
    """Return the id of the party; one with the same number is brought up to date, empty fields keep what is known."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dossiers_party (kind, id_number, old_id_number, name, name_folded, birth_on, sex, address,"
            " id_issued_on, phone, email) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (kind, id_number) WHERE NOT (id_number = '') DO UPDATE SET name = excluded.name,"
            " name_folded = excluded.name_folded, birth_on = coalesce(excluded.birth_on, dossiers_party.birth_on),"
            " sex = coalesce(nullif(excluded.sex, ''), dossiers_party.sex),"
            " address = coalesce(nullif(excluded.address, ''), dossiers_party.address),"
            " id_issued_on = coalesce(excluded.id_issued_on, dossiers_party.id_issued_on),"
            " phone = coalesce(nullif(excluded.phone, ''), dossiers_party.phone),"
            " email = coalesce(nullif(excluded.email, ''), dossiers_party.email),"
            " old_id_number = coalesce(nullif(excluded.old_id_number, ''), dossiers_party.old_id_number)"
            " RETURNING id",
            [
                *(record.kind, record.id_number, record.old_id_number, record.name, fold(record.name)),
                *(record.birth_on, record.sex, record.address, record.issued_on, record.phone, record.email),
            ],
        )
        return int(cursor.fetchone()[0])


_INSERT = """
WITH d AS (
  INSERT INTO dossiers_dossier (public_id, intake_key, handling_agency_id, reception_unit_id, support_unit_id,
    system_of_record, code, receipt_number, regime, offering_id, channel, applicant_id, proxy_id, applicant_name,
    applicant_folded, subject, term_text, fee_vnd, fee_paid_vnd, components, form, received_at, version, digest, state,
    marking, due_at, look_again_at, supplement_count, extension_count, open_pauses, decision, unit_ids, values,
    timer_at, escalation, parent_id, parent_step, parent_instance, on_spot)
  VALUES (%(public_id)s, %(intake_key)s, %(handling_agency_id)s, %(reception_unit_id)s, NULL, 'motcua', %(code)s,
    %(receipt_number)s, %(regime)s, %(offering_id)s, %(channel)s, %(applicant_id)s, %(proxy_id)s, %(applicant_name)s,
    %(applicant_folded)s, %(subject)s, %(term_text)s, %(fee_vnd)s, %(fee_paid_vnd)s, %(components)s::jsonb,
    %(form)s::jsonb, %(received_at)s, %(version)s, %(digest)s, %(state)s, %(marking)s, %(due_at)s, %(due_at)s, 0, 0, 0, '',
    %(unit_ids)s::bigint[], %(values)s::jsonb, %(timer_at)s, 0, %(parent_id)s, %(parent_step)s, %(parent_instance)s,
    %(on_spot)s::text[])
  RETURNING {returned}
), f AS (
  INSERT INTO dossiers_fact (dossier_id, seq, kind, at, staff_id, post_id, unit_id, body, digest)
  SELECT d.id, n.seq, n.kind, n.at, n.staff_id, n.post_id, n.unit_id, n.body::jsonb, n.digest FROM d,
    unnest(%(f_seq)s::int[], %(f_kind)s::int[], %(f_at)s::timestamptz[], %(f_staff)s::bigint[], %(f_post)s::bigint[],
           %(f_unit)s::bigint[], %(f_body)s::text[], %(f_digest)s::bytea[])
    AS n(seq, kind, at, staff_id, post_id, unit_id, body, digest)
), t AS (
  INSERT INTO dossiers_task (dossier_id, step, instance, part, unit_id, role, assignee_id, opened_at, due_at)
  SELECT d.id, n.step, n.instance, n.part, n.unit_id, n.role, NULL, %(received_at)s, n.due_at FROM d,
    unnest(%(t_step)s::int[], %(t_instance)s::int[], %(t_part)s::int[], %(t_unit)s::bigint[], %(t_role)s::text[],
           %(t_due)s::timestamptz[])
    AS n(step, instance, part, unit_id, role, due_at)
), m AS (
  INSERT INTO ledger_outboxmessage (topic, key, body, made_at, attempts, next_attempt_at, last_error)
  SELECT n.topic, %(public_id)s::text, n.body::jsonb, %(received_at)s, 0, %(received_at)s, '' FROM d,
    unnest(%(m_topic)s::text[], %(m_body)s::text[]) AS n(topic, body)
){kept_up}
SELECT id FROM d
""".replace("{returned}", RETURNED).replace("{kept_up}", KEPT_UP)


def public_id_of(intake_key: UUID) -> UUID:
    """Return the public id that the dossier of this intake gets.

    As hard to guess as the intake's own random key, and the same at every run of the demo.
    """
    return uuid5(intake_key, "dossier")


def insert_dossier(
    new: NewDossier, facts: Sequence[Fact], *, messages: Sequence[tuple[str, Mapping[str, Any]]] = ()
) -> tuple[int, UUID]:
    """Write the dossier with its first facts and tasks; return its id and public id. One statement."""
    public_id = public_id_of(new.intake_key)
    digests = chain(b"", public_id, facts)
    topics = [("dossier.received", {"state": 2}), *messages]
    left_out = ("life", "tasks", "components", "form", "reader_unit_ids")
    values: dict[str, Any] = {
        **{k: v for k, v in asdict(new).items() if k not in left_out},
        "public_id": public_id,
        "applicant_folded": fold(new.applicant_name),
        "components": json.dumps([asdict(c) for c in new.components], ensure_ascii=False),
        "form": json.dumps(new.form, ensure_ascii=False),
        "received_at": facts[0].at,
        "version": facts[-1].seq,
        "digest": digests[-1],
        "state": int(new.life.state),
        "marking": new.life.process.to_bytes(),
        "values": json.dumps(new.life.values, ensure_ascii=False),
        "unit_ids": sorted({new.reception_unit_id, *(t.unit_id for t in new.tasks), *new.reader_unit_ids}),
        **fact_arrays(facts, digests),
        "on_spot": list(new.on_spot),
        "t_step": [t.step for t in new.tasks],
        "t_instance": [t.instance for t in new.tasks],
        "t_part": [t.part for t in new.tasks],
        "t_unit": [t.unit_id for t in new.tasks],
        "t_role": [t.role for t in new.tasks],
        "t_due": [t.due_at for t in new.tasks],
        "m_topic": [topic for topic, _ in topics],
        "m_body": [json.dumps(body) for _, body in topics],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return int(cursor.fetchone()[0]), public_id


def dossier_of_intake(intake_key: UUID) -> Dossier | None:
    """Return the dossier that this intake has become, if it has: a second click finds it here."""
    return Dossier.objects.filter(intake_key=intake_key).first()


def open_duplicates(*, id_number: str, procedure_id: int, since: datetime) -> list[Dossier]:
    """Return dossiers of the same person and procedure received since then that are not ended, newest first."""
    if not id_number:
        return []
    party = Party.objects.filter(id_number=id_number).values("id")
    return list(
        Dossier.objects.filter(
            applicant_id__in=party,
            offering__procedure_version__procedure_id=procedure_id,
            received_at__gte=since,
            state__lt=9,
        ).order_by("-received_at", "-id")[:5]
    )
