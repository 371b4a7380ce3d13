"""Patterns as questions, and papers that could be left out: who sees, asks and answers; nothing accuses, nobody is named."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from test_cost_pages import BEFORE, typed

from motcua.core.integrity import Worked
from motcua.services.actors import Denied
from motcua.services.cuts import CutReason, cuts_page
from motcua.services.dossiers.steps import complete_step
from motcua.services.integrity import signals as service
from motcua.services.integrity.questions import ask, question_page, questions, say
from motcua.services.integrity.signals import signal_report
from motcua.store.catalogue.models import Procedure
from motcua.store.dossiers.models import Dossier
from motcua.store.ledger.models import AuditEvent
from motcua.store.offerings.models import Offering, ProcessVersion
from motcua.store.reporting.models import IntegrityNote, IntegrityQuestion
from world import AN, BIRTH, MONDAY, PASSWORD, STATUS, World, received

LATER = MONDAY + timedelta(days=20)
DAYS = {"from_on": MONDAY.date() - timedelta(days=5), "to_on": LATER.date()}


def signed_in(username: str) -> Client:
    client = Client()
    assert client.login(username=username, password=PASSWORD)
    return client


def done(world: World, at: datetime) -> Dossier:
    """A dossier of Bình's office that Chi examined and Dũng decided, to its end."""
    home = world.home
    row = Dossier.objects.get(public_id=received(home, STATUS, at=at).public_id)
    for _step in range(9):
        row.refresh_from_db()
        task = row.tasks.order_by("step").first()
        if task is None or row.ended_at is not None:
            break
        who = {"counter_officer": home.binh, "case_officer": home.chi}.get(task.role, home.dung)
        by = replace(who, unit_id=task.unit_id, roles=frozenset({task.role}))
        at += timedelta(minutes=5)
        complete_step(
            public_id=row.public_id,
            step=task.step,
            outcome="done",
            reason="",
            seen_version=row.version,
            actor=by,
            now=at,
        )
    return row


@pytest.fixture
def pattern(world: World, monkeypatch: pytest.MonkeyPatch, settings: object) -> World:
    """Chi gave a new day in all her dossiers, her peers elsewhere in none: her dossiers are real, theirs are made up."""
    settings.DEMO_OFFSET = LATER - datetime.now(UTC)  # type: ignore[attr-defined]
    rows = [done(world, MONDAY + timedelta(hours=n)) for n in range(3)]
    assert all(row.ended_at for row in rows)
    plain = service._worked

    def worked(*days: object) -> list[Worked]:
        found = list(plain(*days))  # type: ignore[arg-type]
        assert {w.officer_id for w in found} == {world.home.chi.staff_id}
        own = [replace(w, extensions=1) for w in found]
        # Ten of her own, of which three are those in the store, and twenty of a colleague in the other commune.
        own += [replace(own[0], dossier_id=9000 + n) for n in range(7)]
        others = [
            replace(own[0], dossier_id=9100 + n, officer_id=world.elsewhere.chi.staff_id, extensions=0,
                    agency_id=world.elsewhere.agency.id)
            for n in range(20)
        ]  # fmt: skip
        return [*own, *others]

    monkeypatch.setattr(service, "_worked", worked)
    return world


@pytest.mark.django_db
def test_dossiers_are_compared_by_who_examined_them(world: World) -> None:
    rows = [done(world, MONDAY), done(world, MONDAY + timedelta(hours=2))]
    found = list(service._worked(DAYS["from_on"], LATER))
    assert [(w.dossier_id, w.officer_id, w.extensions, w.waited) for w in found] == [
        (row.id, world.home.chi.staff_id, 0, timedelta(0)) for row in rows
    ]
    assert signal_report(actor=world.province_leader, now=LATER, **DAYS).lines == ()


@pytest.mark.django_db
def test_a_pattern_is_asked_about_once_answered_and_closed(pattern: World) -> None:
    world = pattern
    report = signal_report(actor=world.procedure_officer, now=LATER, **DAYS)
    (line,) = report.lines
    assert (line.signal.hits, line.signal.cases, line.signal.pool_cases) == (10, 10, 30)
    assert (report.compared, line.officer) == (30, "Chi")
    assert signal_report(actor=world.home.dung, now=LATER, **DAYS).lines == (line,)
    assert signal_report(actor=world.elsewhere.dung, now=LATER, **DAYS).lines == ()
    for actor in (world.home.chi, world.home.manager, world.administrator):
        with pytest.raises(Denied):
            signal_report(actor=actor, now=LATER, **DAYS)
    key, of = uuid.uuid4(), {"actor": world.procedure_officer, "now": LATER}
    row = ask(line.digest, text="Vì sao?", key=key, **of, **DAYS)
    again = ask(line.digest, text="Vì sao?", key=uuid.uuid4(), actor=world.province_leader, now=LATER, **DAYS)
    assert again == row, "asked once, whoever asks"
    with pytest.raises(Denied):
        ask("0" * 64, text="x", key=key, **of, **DAYS)
    page = question_page(row.public_id, world.home.dung)
    assert (page.may_answer, page.may_close) == (True, False)
    with pytest.raises(Denied):
        question_page(row.public_id, world.elsewhere.dung)
    with pytest.raises(Denied):
        say(row.public_id, "close", "x", key=uuid.uuid4(), actor=world.home.dung, now=LATER)
    answer = uuid.uuid4()
    for _ in range(2):
        say(row.public_id, "answer", "Phải xác minh", key=answer, actor=world.home.dung, now=LATER)
    say(row.public_id, "close", "Đã rõ", key=uuid.uuid4(), **of)
    assert [n.kind for n in IntegrityNote.objects.order_by("id")] == ["asked", "answered", "closed"]
    assert [q.question.is_closed for q in questions(world.home.dung)[0]] == [True]
    assert AuditEvent.objects.filter(act__startswith="integrity.").count() == 3
    for change in ({"computed": {}}, {"officer_id": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            IntegrityQuestion.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        IntegrityNote.objects.all().delete()


@pytest.mark.django_db
def test_nobody_answers_for_what_he_is_himself_asked_about(pattern: World) -> None:
    world = pattern
    (line,) = signal_report(actor=world.province_leader, now=LATER, **DAYS).lines
    row = ask(line.digest, text="Vì sao?", key=uuid.uuid4(), actor=world.province_leader, now=LATER, **DAYS)
    himself = replace(world.home.dung, staff_id=world.home.chi.staff_id)
    assert not question_page(row.public_id, himself).may_answer
    with pytest.raises(Denied):
        say(row.public_id, "answer", "x", key=uuid.uuid4(), actor=himself, now=LATER)


@pytest.mark.django_db
def test_the_pages_say_how_it_was_computed_and_name_no_applicant(pattern: World) -> None:
    officer, head = signed_in("kiemsoat"), signed_in("dung")
    days = f"from_on={DAYS['from_on']:%d/%m/%Y}&to_on={DAYS['to_on']:%d/%m/%Y}"
    listed = officer.get(f"/integrity?{days}").content.decode()
    assert "10/10" in listed
    assert "0/20" in listed
    digest = listed.partition("/integrity/patterns/")[2][:64]
    page = officer.get(f"/integrity/patterns/{digest}?{days}").content.decode()
    for told in ("Vì sao", "0/20", "phân phối siêu bội", "dưới một phần triệu"):
        assert told in page, told
    codes = [d.code for d in Dossier.objects.all()]
    assert all(code in page for code in codes)
    assert f'href="/dossiers/{Dossier.objects.first().public_id}"' not in page, "figures are his, dossiers are not"
    assert "/dossiers/" in head.get(f"/integrity/patterns/{digest}?{days}").content.decode()
    entry = {"key": str(uuid.uuid4()), "text": "Đề nghị giải thích"}
    assert officer.post(f"/integrity/patterns/{digest}?{days}", {**entry, "text": " "}).status_code == 422
    address = officer.post(f"/integrity/patterns/{digest}?{days}", entry)["Location"]
    asked = head.get(address).content.decode()
    assert "Đề nghị giải thích" in asked
    answer = {"key": str(uuid.uuid4()), "act": "answer", "text": "Vì phải xác minh"}
    assert head.post(address, {**answer, "text": ""}).status_code == 422
    assert head.post(address, answer).status_code == 302
    assert officer.post(address, {**answer, "key": str(uuid.uuid4()), "act": "close"}).status_code == 302
    assert "đã đóng" in head.get("/integrity").content.decode()
    for text in (listed, page, asked, head.get(address).content.decode()):
        assert AN.name not in text
        assert AN.id_number not in text


@pytest.mark.django_db
def test_papers_that_could_go_come_with_reason_count_and_the_way_to_a_proposal(
    world: World, django_assert_max_num_queries: object
) -> None:
    procedure = Procedure.objects.get(code=BIRTH)
    papers = [c["name"] for g in procedure.current_version.content["component_groups"] for c in g["components"]]  # type: ignore[union-attr]
    for row in Offering.objects.filter(procedure_version__procedure=procedure):
        process = ProcessVersion.objects.get(id=row.process_version_id)
        definition = {**process.definition}
        definition["steps"] = [
            {**s, "reads": [papers[0]]} if n == 1 else s for n, s in enumerate(definition["steps"])
        ]
        row.process_version = ProcessVersion.objects.create(
            key=f"read-{row.id}", number=1, name="x", definition=definition, source="test", digest=f"{row.id:064d}",
            step_sum_days=1, published_at=MONDAY,
        )  # fmt: skip
        row.save()
    for n in range(3):
        received(world.home, BIRTH, at=MONDAY + timedelta(hours=n))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        found, _next = cuts_page(world.procedure_officer, now=LATER)
    cuts = next(p for p in found if p.code == BIRTH)
    unread = [c.name for c in cuts.cuts if c.reason is CutReason.UNREAD]
    assert sorted(unread) == sorted(papers[1:])
    assert cuts.received == 3
    assert max(c.asked for c in cuts.cuts) == 3
    silent = next(p for p in found if p.code == STATUS)
    assert not silent.is_stated
    assert not [c for c in silent.cuts if c.reason is CutReason.UNREAD], "of what is not stated nothing is said"
    client = signed_in("kiemsoat")
    assert f"/costs/{procedure.id}/new" in client.get("/cuts").content.decode()
    client.post(f"/costs/{procedure.id}/new", typed([*BEFORE, ("prepare", unread[0], "1", "", "")], fees=""))
    page = client.get("/cuts").content.decode()
    assert f"/costs/{procedure.id}/new?before=1&amp;drop=" in page
    form = client.get(f"/costs/{procedure.id}/new", {"before": "1", "drop": unread[0]}).content.decode()
    assert f"Bỏ giấy tờ: {unread[0]}"[:60] in form
    assert form.count(unread[0]) == 1, "its line is gone, its name is in the title of the proposal"
    assert "Đi nộp" in form
    assert "/costs/" not in signed_in("lanhdao").get("/cuts").content.decode().partition("<main")[2]
