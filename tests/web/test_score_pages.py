"""Points of units: from facts to evidence, who sees whose, and a bundle that an independent program works out again."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.core.kernel import Refused
from motcua.services.actors import Actor, Denied
from motcua.services.dossiers.returns import return_result
from motcua.services.dossiers.steps import complete_step
from motcua.services.dossiers.supplements import ask_supplement
from motcua.services.scores.bundles import bundle_text
from motcua.services.scores.sheets import Scores, evidence_of, record_posting, scores_of
from motcua.store.dossiers.models import Dossier
from motcua.store.measures.models import PostingCheck
from motcua.store.organisation.models import Staff
from motcua.store.voices.models import Petition, Rating
from world import AN, BIRTH, MONDAY, PASSWORD, STATUS, Office, World, received

ROOT = Path(__file__).resolve().parents[2]
LATER = MONDAY + timedelta(days=40)
FIRST, LAST = date(2026, 11, 1), date(2026, 12, 20)


def worked(office: Office, dossier: Dossier, *, at: datetime) -> int:
    """Let Bình, Chi and Dũng do their steps, ten minutes each."""
    version = dossier.version
    for step, actor in ((0, office.binh), (1, office.chi), (2, office.dung)):
        version = complete_step(
            public_id=dossier.public_id, step=step, outcome="done", reason="", seen_version=version, actor=actor,
            now=at + timedelta(minutes=10 * step),
        ).version  # fmt: skip
    return version


def some_dossiers(world: World) -> list[Dossier]:
    """A quick one, one with papers asked for, one that is late, one that is open."""
    home = world.home
    rows = [Dossier.objects.get(public_id=received(home, code).public_id) for code in (BIRTH, STATUS, BIRTH, STATUS)]
    version = worked(home, rows[0], at=MONDAY + timedelta(hours=1))
    return_result(
        public_id=rows[0].public_id, collector=AN, authorisation="", seen_version=version, actor=home.binh,
        now=MONDAY + timedelta(hours=3),
    )  # fmt: skip
    ask_supplement(
        public_id=rows[1].public_id, items=["x"], reason="y", seen_version=rows[1].version, actor=home.binh,
        now=MONDAY + timedelta(hours=2),
    )  # fmt: skip
    worked(home, rows[2], at=MONDAY + timedelta(days=30))
    return rows


def scores(world: World, actor: Actor | None = None, **changes: object) -> Scores:
    values = {"actor": actor or world.home.manager, "from_on": FIRST, "to_on": LAST, "now": LATER, **changes}
    return scores_of(**values)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_unit_is_scored_from_its_facts_and_each_point_leads_to_its_dossiers(world: World) -> None:
    quick, asked, late, still = some_dossiers(world)
    (unit,) = scores(world).units
    assert {c.ref for c in unit.cases} == {str(quick.public_id), str(late.public_id)}
    marks = {m.indicator: m for m in unit.nine.marks}
    assert (marks["1"].numerator, marks["1"].denominator) == (1, 2), "on time on the same day, and late"
    assert (marks["3"].numerator, marks["3"].denominator) == (4, 2)
    assert unit.nine.dropped == ("6",), "nobody has looked what is posted"
    lines, counts = evidence_of(unit, "1")
    assert [(line.code, line.points) for line in lines] == [(late.code, 0), (quick.code, 1)]
    assert counts is None
    lines, _ = evidence_of(unit, "2.1")
    assert {line.code: line.points for line in lines} == {quick.code: 1, asked.code: 1, late.code: 0, still.code: 0}
    assert len(unit.officers) == 3, "who received, who worked and who signed"


@pytest.mark.django_db
def test_the_independent_program_gives_the_same_digits_and_finds_a_changed_one(world: World, tmp_path: Path) -> None:
    some_dossiers(world)
    received(world.elsewhere)
    found = scores(world, world.province_leader)
    assert len(found.units) == 2
    text = bundle_text(found)
    assert text == bundle_text(scores(world, world.province_leader)), "the same facts give the same bytes"
    for trace in ("Nguyễn Thị An", "999190000001", *Staff.objects.values_list("full_name", flat=True)):
        assert trace not in text
    bundle = json.loads(text)
    assert recomputed(tmp_path, bundle) == 0
    changed = bundle["units"][0]["results"]["index"]
    changed["points"] = str(float(changed["points"]) + 0.01)
    assert recomputed(tmp_path, bundle) == 1


def recomputed(folder: Path, bundle: object) -> int:
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    program = ROOT / "docs" / "scoring" / "recompute.py"
    assert len(program.read_text(encoding="utf-8").splitlines()) <= 100
    return subprocess.run(
        [sys.executable, "-I", str(program), str(path)], check=False, capture_output=True
    ).returncode


@pytest.mark.django_db
def test_complaints_ratings_and_petitions_weigh_and_a_refused_complaint_does_not(world: World) -> None:
    quick = some_dossiers(world)[0]
    home = world.home
    before = scores(world).units[0]
    for state in ("true", "false"):
        Petition.objects.create(
            key=uuid.uuid4(), code=f"P{state}", agency=home.agency, about="CONDUCT", dossier=quick, contact="x",
            title="x", text="x", made_at=MONDAY, received_at=MONDAY + timedelta(hours=3),
        )  # fmt: skip
    true, false = Petition.objects.order_by("id")
    for petition in (true, false):
        petition.events.create(seq=1, act=1, at=MONDAY + timedelta(hours=3))
    false.events.create(seq=2, act=2, at=MONDAY + timedelta(hours=4))
    Rating.objects.create(
        kind="DOSSIER", once_key="k", unit_id=home.centre.id, agency_id=home.agency.id, score=1, on=MONDAY.date()
    )
    after = scores(world).units[0]
    case = next(c for c in after.cases if c.ref == str(quick.public_id))
    assert case.complaints == 1
    seven = {m.indicator: m for m in after.nine.marks}["7"]
    assert (seven.numerator, seven.denominator) == (0, 2)
    assert after.of_unit.petitions == 2
    assert (after.of_unit.petitions_in_time, after.of_unit.dragging) == (1, 1), "the open one is past its 15 days"
    was, now = before.counts["5.4"][0], after.counts["5.4"][0]
    assert was - now == 2, "one complained, one was not content"


@pytest.mark.django_db
def test_who_looked_gives_the_sixth_indicator_once_and_never_the_units_own_manager(world: World) -> None:
    some_dossiers(world)
    home, key = world.home, uuid.uuid4()
    entry = {"unit_id": home.centre.id, "is_posted": True, "on": MONDAY.date(), "ground": "Biên bản 1", "key": key}
    for _ in range(2):
        record_posting(**entry, actor=world.procedure_officer, now=LATER)  # type: ignore[arg-type]
    assert PostingCheck.objects.count() == 1
    assert {m.indicator: m.points for m in scores(world).units[0].nine.marks}["6"] == 2
    for stranger in (home.manager, world.elsewhere.dung, home.binh):
        with pytest.raises(Denied):
            record_posting(**entry, actor=stranger, now=LATER)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        record_posting(
            unit_id=home.centre.id, is_posted=None, on=None, ground="", key=key, actor=home.dung, now=LATER
        )  # fmt: skip
    assert {p.code for p in refused.value.problems} == {"score.posted_missing", "score.day", "score.ground"}
    with pytest.raises(DatabaseError), transaction.atomic():
        PostingCheck.objects.update(is_posted=False)


@pytest.mark.django_db
def test_everybody_sees_the_units_he_answers_for(world: World) -> None:
    home, elsewhere = world.home, world.elsewhere
    for actor, units in (
        (home.manager, {home.centre.id}),
        (elsewhere.dung, {elsewhere.centre.id}),
        (world.province_leader, {home.centre.id, elsewhere.centre.id}),
        (world.procedure_officer, {home.centre.id, elsewhere.centre.id}),
    ):
        assert {u.unit.id for u in scores(world, actor).units} == units
    with pytest.raises(Denied):
        scores(world, elsewhere.manager, unit_id=home.centre.id)


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow_with_the_dossiers(world: World) -> None:
    counts = []
    for _ in range(2):
        some_dossiers(world)
        scores(world)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            scores(world)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14


@pytest.mark.django_db
def test_pages_show_points_evidence_and_bundle(world: World, settings: object) -> None:
    settings.DEMO_OFFSET = LATER - datetime.now(UTC)  # type: ignore[attr-defined]
    rows = some_dossiers(world)
    client = Client()
    assert client.login(username="giamdoc", password=PASSWORD)
    days = "?from_on=01/11/2026&to_on=20/12/2026"
    page = client.get(f"/scores{days}")
    assert page.status_code == 200
    centre = world.home.centre.id
    text = client.get(f"/scores/{centre}{days}").content.decode()
    assert "Thời gian của từng đơn vị" in text
    assert "Binh" in text, "the manager sees the officers"
    for point in ("1", "3", "5", "8", "9", "2.1", "5.4", "3.1"):
        answer = client.get(f"/scores/{centre}/{point}{days}")
        assert answer.status_code == 200, point
    assert rows[0].code in client.get(f"/scores/{centre}/2.1{days}").content.decode()
    assert client.get(f"/scores/{centre}/77{days}").status_code == 404
    assert client.get("/scores?from_on=99/99/2026").status_code == 422
    bundle = client.get(f"/scores/bundle{days}")
    assert bundle["Content-Disposition"].startswith("attachment")
    assert len(bundle.json()["units"]) == 1
    officer = Client()
    officer.login(username="kiemsoat", password=PASSWORD)
    text = officer.get(f"/scores/{centre}{days}").content.decode()
    assert "Binh" not in text, "who leads nobody there sees no names"
    wrong = officer.post(f"/scores/{centre}{days}", {"ground": "Biên bản 5"})
    assert wrong.status_code == 422
    assert "Biên bản 5" in wrong.content.decode(), "nothing typed is lost"
    fine = {"is_posted": "no", "on": "16/11/2026", "ground": "Biên bản 5", "key": str(uuid.uuid4())}
    assert officer.post(f"/scores/{centre}{days}", fine).status_code == 302
    assert "Biên bản 5" in officer.get(f"/scores/{centre}{days}").content.decode()


@pytest.mark.django_db
def test_too_many_for_one_page_leaves_each_unit_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    some_dossiers(world)
    monkeypatch.setattr("motcua.services.scores.collecting.DOSSIERS_MAX", 3)
    client = Client()
    client.login(username="lanhdao", password=PASSWORD)
    answer = client.get("/scores?from_on=01/11/2026&to_on=20/12/2026")
    assert answer.status_code == 422
    assert f"/scores/{world.elsewhere.centre.id}?" in answer.content.decode()
    one = client.get(f"/scores/bundle?from_on=01/11/2026&to_on=20/12/2026&unit={world.elsewhere.centre.id}")
    assert [u["unit"] for u in one.json()["units"]] == [world.elsewhere.centre.name]
