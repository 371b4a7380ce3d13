"""Tables of one's own: the store counts as the core does, cells drill to their dossiers, names are kept."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from motcua.core.kernel import Refused
from motcua.core.statistics import NUMBERS, Line, Period, PeriodKind, Window, cross
from motcua.services.actors import Denied
from motcua.services.figures.open_data import MEASURES, periods_to_publish, preview_of, publish
from motcua.services.figures.reporting import Asked, dossiers_behind, keys_of
from motcua.services.figures.saved_tables import remove_table, save_table, saved_table, saved_tables
from motcua.services.figures.tables import NUMBERS_AS_COLUMNS, TableAsked, custom_table
from motcua.services.times import VIETNAM, end_of
from motcua.store.figures.models import DossierFigure
from motcua.store.figures.selectors import Filters, crossed
from motcua.store.ledger.models import AuditEvent
from motcua.store.reporting.models import OpenDataSet, SavedTable
from world import BIRTH, MONDAY, STATUS, World, received

Q4 = Period(PeriodKind.QUARTER, date(2026, 9, 15), date(2026, 12, 14), "2026-Q4")
BEGUN, UNTIL = datetime(2026, 9, 15, tzinfo=VIETNAM), end_of(date(2026, 12, 14))
WINDOW = Window(BEGUN, UNTIL)


@pytest.fixture
def many(world: World) -> World:
    """Rows of every kind: received, due and ended before, in and after the quarter, of two agencies and procedures."""
    first = [received(world.home, BIRTH), received(world.elsewhere, STATUS)]
    rows = {f.dossier_id: f for f in DossierFigure.objects.all()}
    assert len(rows) == len(first)
    at = [BEGUN - timedelta(days=40), BEGUN + timedelta(days=20), MONDAY, UNTIL + timedelta(days=3)]
    number = max(rows) + 1
    made = []
    for row in rows.values():
        for channel in ("ONLINE", "DIRECT", "POST"):
            for came in at:
                for due in (None, *at):
                    for ended in (None, *(end for end in at if end >= came)):
                        kept = (row.agency_id, row.unit_id, row.version_id)
                        made.append(
                            DossierFigure(
                                dossier_id=number, agency_id=kept[0], unit_id=kept[1], version_id=kept[2], channel=channel,
                                received_at=came, due_at=due, ended_at=ended, supplements=0, extensions=0,
                            )
                        )  # fmt: skip
                        number += 1
    DossierFigure.objects.bulk_create(made)
    return world


def asked_for(rows: str, columns: str, number: str = "total", **filters: object) -> TableAsked:
    return TableAsked(Asked(Q4, date(2026, 12, 20), rows, Filters(**filters)), columns, number, NUMBERS)  # type: ignore[arg-type]


def test_the_tables_of_the_store_are_those_of_the_core(many: World) -> None:
    everything = [
        Line(f.dossier_id, f.agency_id, f.unit_id, f.version_id, f.channel, f.received_at, f.due_at, f.ended_at)
        for f in DossierFigure.objects.all()
    ]
    pairs = [("sector", "month"), ("agency", "outcome"), ("unit", "sector"), ("outcome", "channel")]
    pairs += [("procedure", "level"), ("month", "agency"), ("level", "agency")]
    for row, column in pairs:
        keys = [keys_of(everything, WINDOW, by) for by in (row, column)]
        for number in ("total", "resolved", "overdue", "carried"):
            by_core = cross(everything, WINDOW, number=number, row=keys[0], column=keys[1])
            assert crossed(Filters(), WINDOW, number=number, row=row, column=column) == by_core, (row, column, number)


def test_every_cell_drills_to_as_many_dossiers(world: World) -> None:
    office, now = world.home, MONDAY + timedelta(days=3)
    for n in range(7):
        received(office, BIRTH if n % 2 else STATUS, at=MONDAY - timedelta(days=9 * n))
    received(world.elsewhere, BIRTH)
    today = Asked(Q4, now.date(), "procedure")
    for columns in ("outcome", "month", "agency", NUMBERS_AS_COLUMNS):
        for known in (today, replace(today, known_on=now.date() - timedelta(days=1))):
            wanted = TableAsked(known, columns, "total", NUMBERS)
            grid = custom_table(wanted, actor=world.province_leader, now=now)
            cells = [c for row in grid.cells for c in row] + [*grid.row_totals, *grid.totals]
            assert sum(c.value for row in grid.cells for c in row) > 0
            for cell in cells:
                filters = {("agency_id" if k == "agency" else k): v for k, v in cell.only.items()}
                if "agency_id" in filters:
                    filters["agency_id"] = int(filters["agency_id"])  # type: ignore[assignment]
                only = replace(known, by="form", filters=Filters(**filters))  # type: ignore[arg-type]
                rows, _more = dossiers_behind(
                    only, number=cell.number, before=None, actor=world.province_leader, now=now
                )
                assert len(rows) == cell.value, (columns, cell)


def test_a_table_is_of_what_one_answers_for_and_of_something(many: World) -> None:
    later = UNTIL + timedelta(days=6)
    whole = custom_table(asked_for("agency", "outcome"), actor=many.province_leader, now=later)
    own = custom_table(asked_for("agency", "outcome"), actor=many.home.manager, now=later)
    assert whole.total is not None
    assert own.total is not None
    assert (len(whole.rows), len(own.rows)) == (2, 1)
    assert 0 < own.total.value < whole.total.value
    with pytest.raises(Denied):
        custom_table(
            asked_for("agency", "outcome", agency_id=many.elsewhere.agency.id), actor=many.home.dung, now=later
        )
    with pytest.raises(Denied):
        custom_table(asked_for("agency", "outcome"), actor=many.home.chi, now=later)
    wrong = TableAsked(Asked(Q4, date(2026, 12, 20), "nobody"), "nothing", "none", ())
    with pytest.raises(Refused) as refused:
        custom_table(wrong, actor=many.province_leader, now=later)
    assert [p.code for p in refused.value.problems] == ["table.rows", "table.columns", "table.number"]
    with pytest.raises(Refused):
        custom_table(asked_for("agency", "agency"), actor=many.province_leader, now=later)
    with pytest.raises(Refused):
        custom_table(
            replace(asked_for("agency", NUMBERS_AS_COLUMNS), numbers=()), actor=many.province_leader, now=later
        )


def test_a_table_whose_margins_are_false_is_not_shown(many: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from motcua.services.figures import tables

    def false(*args: object, **kwargs: object) -> object:
        found = crossed(*args, **kwargs)  # type: ignore[arg-type]
        return replace(found, total=found.total + 1)

    monkeypatch.setattr(tables.selectors, "crossed", false)
    with pytest.raises(Refused) as refused:
        custom_table(asked_for("agency", "outcome"), actor=many.province_leader, now=UNTIL + timedelta(days=6))
    assert {p.code for p in refused.value.problems} == {"figures.identity"}


def test_a_table_is_kept_under_a_name_shared_in_the_unit_and_removed_by_its_maker(world: World) -> None:
    manager, key = world.home.manager, uuid.uuid4()
    texts = {"rows": "agency", "columns": "outcome", "number": "total", "period": ""}

    def save(name: str, *, shares: bool, key: uuid.UUID) -> SavedTable:
        return save_table(texts, key=key, name=name, shares=shares, actor=manager, now=MONDAY)

    row = save("Quá hạn", shares=False, key=key)
    assert save("Quá hạn", shares=False, key=key) == row, "sent twice, kept once"
    assert row.asked == {"rows": "agency", "columns": "outcome", "number": "total"}
    assert [t.name for t in saved_tables(manager)] == ["Quá hạn"]
    assert saved_tables(world.home.dung) == []
    with pytest.raises(Denied):
        saved_table(row.public_id, world.home.dung)
    save("Quá hạn", shares=True, key=uuid.uuid4())
    assert SavedTable.objects.count() == 1, "the same name is replaced"
    colleague = replace(world.home.dung, unit_id=manager.unit_id)
    assert saved_table(row.public_id, colleague).is_shared
    with pytest.raises(Denied):
        saved_table(row.public_id, world.elsewhere.manager)
    with pytest.raises(Denied):
        remove_table(row.public_id, actor=colleague, now=MONDAY)
    for _ in range(2):
        remove_table(row.public_id, actor=manager, now=MONDAY)
    assert saved_tables(manager) == []
    with pytest.raises(Denied):
        saved_table(row.public_id, manager)
    assert save("Quá hạn", shares=False, key=uuid.uuid4()).public_id != row.public_id, "the name is free again"
    assert set(AuditEvent.objects.filter(act__startswith="table.").values_list("act", flat=True)) == {
        "table.saved",
        "table.removed",
    }
    for name in ("", "x" * 121):
        with pytest.raises(Refused):
            save(name, shares=False, key=uuid.uuid4())


def test_a_quarter_is_published_once_for_good_and_tells_no_small_number(many: World) -> None:
    now = UNTIL + timedelta(days=20)
    assert "2026-Q4" in [p.key for p in periods_to_publish(many.province_leader, now=now)]
    assert periods_to_publish(many.province_leader, now=UNTIL + timedelta(days=10)) != []
    with pytest.raises(Refused):
        preview_of("2026-Q4", actor=many.province_leader, now=UNTIL + timedelta(days=10))
    for wrong in ("2026", "2027-01", "", "x"):
        with pytest.raises(Refused):
            preview_of(wrong, actor=many.province_leader, now=now)
    for actor in (many.province_leader, many.home.manager, many.administrator):
        with pytest.raises(Denied):
            publish("2026-Q4", actor=actor, now=now)
    row = publish("2026-Q4", actor=many.procedure_officer, now=now)
    told = [dict(line) for line in row.content]
    DossierFigure.objects.filter(dossier_id=DossierFigure.objects.order_by("dossier_id")[0].dossier_id).delete()
    assert publish("2026-Q4", actor=many.procedure_officer, now=now + timedelta(days=1)) == row
    assert OpenDataSet.objects.get().content == told
    assert "2026-Q4" not in [p.key for p in periods_to_publish(many.province_leader, now=now)]
    for inside in ("2026-10", "2026-12"):
        with pytest.raises(Refused) as refused:
            publish(inside, actor=many.procedure_officer, now=now)
        assert [p.code for p in refused.value.problems] == ["open.overlaps"]
    for line in row.content:
        assert line["dossiers"] is None or line["dossiers"] == 0 or line["dossiers"] >= row.minimum
        assert (line["dossiers"] is None) == bool(line["status"])
    by_measure = {
        m: sum(x["dossiers"] for x in row.content if (x["measure"], x["class"]) == (m, "total")) for m in MEASURES
    }
    span = {"received_at__range": (BEGUN, UNTIL)}
    # One row was taken away after publishing: what is told is what was there then.
    assert by_measure["received"] - DossierFigure.objects.filter(**span).count() in (0, 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        OpenDataSet.objects.update(hidden=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        OpenDataSet.objects.all().delete()


def test_a_table_asks_the_database_as_often_however_many_rows(
    many: World, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        custom_table(asked_for("procedure", "agency"), actor=many.province_leader, now=UNTIL + timedelta(days=6))
