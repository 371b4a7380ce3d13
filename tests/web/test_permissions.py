"""The permission matrix: every address × every role, and a stranger from another unit; anonymous reaches public pages only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from applying import begun, open_online, sent
from campaign_cast import everything
from floor_cast import make_floor
from motcua.services.actors import Actor
from motcua.services.dossiers.slips import SlipRequest, give_supplement_slip
from motcua.services.form_drafts import start_form_draft
from motcua.services.numbers import reserve_block
from motcua.services.petitions.sending import confirm_petition
from motcua.services.postal.handing import hand_over_bag
from motcua.services.postal.slips import SlipEntry, take_slip
from motcua.services.premises.notices import facts_of_month
from motcua.services.process_drafts import start_draft
from motcua.store.applications.models import Application
from motcua.store.catalogue.models import ImportRun, ProcedureVersion
from motcua.store.citizens.models import Account, Mandate, Membership, Organisation
from motcua.store.dossiers.models import Consultation, Document, Dossier, IntakeDraft, Party
from motcua.store.institutions.models import OneStopList, PromulgationDecision
from motcua.store.offerings.models import ProcessVersion
from motcua.store.organisation.models import Delegation, Post, Staff
from motcua.store.organisation.roles import Role
from motcua.store.payments.models import CashReceipt, Charge
from motcua.store.premises.models import Asset, Fault, HeadsMeeting, InvestmentLine, MonthlyNotice
from motcua.store.reporting.models import IntegrityQuestion, OpenDataSet, SavedTable
from motcua.store.results.models import Delivery, Result, ScanBatch, ScanPage
from motcua.store.staffing.models import Leave, OfficerRecord
from motcua.store.voices.models import Petition, PetitionPaper
from station import a_station
from world import AN, BIRTH, MONDAY, PASSWORD, PERMIT, World, an_intake, received

PUBLIC = {
    *(f"api:{name}" for name in ("procedures", "procedure", "life_events", "centres", "tracked", "receipt")),
    *("api:api-root", "api:openapi-json"),
    *(
        "portal:home",
        "portal:procedures",
        "portal:procedure",
        "portal:procedure_data",
        "portal:life_event",
        "portal:track",
        "portal:tracked",
        "portal:receipt_check",
        "portal:apply_start",
        "application_receipt",
        "portal:application",
        "portal:form_page",
        "portal:papers",
        "portal:check",
        "portal:application_file",
        "portal:begin_upload",
        "portal:upload",
    ),
    *(
        "sample_paper",
        "portal:pay",
        "portal:pay_back",
        "portal:pay_callback",
        "portal:carrier_callback",
        "portal:check",
        "portal:check_result",
        "portal:shared_result",
        "simulated_pay",
        "simulated_parcels",
        *("portal:open_data", "portal:open_data_catalogue", "portal:open_data_file"),
        "portal:accessibility",
        "portal:centres",
        "portal:privacy",
        "portal:sign_in",
        "portal:sign_in_code",
        "portal:sign_out",
        "portal:identify",
        "portal:identity_back",
        "portal:zalo_news",
        "portal:simulated",
        "portal:petitions",
        "portal:petition_new",
        "portal:petition_code",
        "portal:petition_look_up",
        "portal:petition_status",
        "portal:petition_act",
        "portal:petition_answer",
        "portal:rate",
        "portal:tablet",
        *("portal:centre", "portal:appointment", "portal:visit", "portal:follow", "portal:follow_now"),
        *("portal:kiosk", "portal:kiosk_ticket", "portal:display", "portal:display_board"),
        "login",
        "logout",
        "language",
        "health",
    ),
}
# Pages of a signed-in citizen. Those with parameters (in `things`, all of the account of An) are hidden from others.
CITIZEN = {
    "portal:my_dossiers",
    "portal:my_dossier",
    *("portal:my", "portal:my_notices", "portal:my_acting", "portal:my_mandates", "portal:my_mandate_answer"),
    *("portal:my_clerk", "portal:my_preferences", "portal:my_contact", "portal:my_contact_code", "portal:my_data"),
    *("portal:my_data_file", "portal:my_delete", "portal:my_petitions"),
    *("portal:my_results", "portal:my_result", "portal:my_result_file"),
}
CITIZEN_POST_ONLY = {"portal:my_mandate_answer", "portal:my_clerk"}
# Which of the cast may reach what; everybody else gets 403, or 404 where the page itself hides.
COUNTER = {"binh", "binhxa", "giamdoc", "giamdocxa", "buudien", "buudienxa"}
RECEIVE = {"binh", "binhxa", "buudien", "buudienxa"}
DESK = {*COUNTER, "chi", "chixa", "dung", "dungxa"}
READERS = {*DESK, "lanhdao"}
LEAD = {"dung", "dungxa", "giamdoc", "giamdocxa"}
OFFICE = {"kiemsoat", "quantri"}
HOME_HEADS = {"giamdoc", "dung"}
MANAGERS = {"giamdoc", "giamdocxa"}
EVERYBODY = {*READERS, *OFFICE}
OWN_DOSSIER = {"binh", "giamdoc", "buudien", "dung", "lanhdao"}
DRAFT_PAGES = (
    *("process_draft", "process_drawing", "process_publish", "process_draft_bpmn", "process_draft_toml"),
    "process_discard",
)
FORM_DRAFT_PAGES = ("form_draft", "form_preview", "form_publish", "form_discard")
MATRIX: dict[str, set[str]] = {
    **dict.fromkeys(("start", "choose_post", "organisation", "agency", "agency_calendar", "delegations"), EVERYBODY),
    **dict.fromkeys(("counter", "numbers"), COUNTER),
    **dict.fromkeys(("cash", "cash_day", "cash_day_paper"), COUNTER),
    **{key: {"binh", "giamdoc", "buudien"} for key in ("cash_charge", "cash_receipt_paper")},
    **{key: {"buudien", "buudienxa"} for key in ("postal", "postal_find", "postal_start")},
    "postal_intake": {"buudien"},
    **{
        key: {"binh", "giamdoc", "buudien"}
        for key in ("post_slip", "post_slip_paper", "hand_over", "hand_over_paper")
    },
    "hand_overs": COUNTER,
    "scans": RECEIVE,
    **{key: {"binh", "buudien"} for key in ("scan", "scan_picture")},
    "results": READERS,
    **{key: {"binh", "giamdoc", "buudien", "chi", "dung", "lanhdao"} for key in ("result", "result_file")},
    "delivery_paper": OWN_DOSSIER,
    "reconciliation": {"giamdoc", "giamdocxa"},
    "number_block": {"binh", "giamdoc", "buudien"},
    **dict.fromkeys(("close_registers", "unreached"), MANAGERS),
    "ratings": LEAD,
    **{key: {"lanhdao", "kiemsoat"} for key in ("costs", "procedure_costs")},
    "cost_entry": {"kiemsoat"},
    "process_log": {*LEAD, "lanhdao", "kiemsoat"},
    **{key: {*LEAD, "lanhdao", "kiemsoat"} for key in ("scores", "score_bundle")},
    **{key: {"giamdoc", "dung", "lanhdao", "kiemsoat"} for key in ("unit_scores", "score_evidence")},
    "petitions": {*LEAD, "lanhdao", "kiemsoat"},
    **dict.fromkeys(("petition", "petition_paper"), HOME_HEADS),
    **dict.fromkeys(("find_procedure", "start_intake", "offline", "offline_worker", "offline_register"), RECEIVE),
    **{key: {"binh", "buudien"} for key in ("offline_pack", "offline_merge")},
    "stations": COUNTER,
    "intake": {"binh"},
    **dict.fromkeys(("hall_desk", "hall_desk_now"), RECEIVE),
    "hall_manage": {"giamdoc", "giamdocxa"},
    **{key: {"giamdoc"} for key in ("hall_manage_now", "hall_figures", "hall_setup")},
    "receipt": {"binh", "giamdoc", "buudien"},
    "online": COUNTER,
    **{key: {"binh", "giamdoc", "buudien"} for key in ("online_application", "online_file")},
    "dossier_message": {"binh", "buudien"},
    **dict.fromkeys(("forms", "form"), OFFICE),
    **{key: {"kiemsoat"} for key in ("form_start_draft", *FORM_DRAFT_PAGES)},
    "slip": {"binh", "giamdoc", "buudien"},
    "dossiers": READERS,
    **dict.fromkeys(("dossier", "act", "paper"), OWN_DOSSIER),
    "slip_paper": {"binh", "giamdoc", "buudien"},
    "document": OWN_DOSSIER,
    "desk": DESK,
    "many": DESK,
    "questions": {"chi", "chixa", "dung", "dungxa"},
    "question": {"chi", "chixa"},
    "on_spot": {*LEAD, "lanhdao", *OFFICE},
    "lead": LEAD,
    "timeliness": {*LEAD, "lanhdao"},
    **{key: {*MANAGERS, "dung", "dungxa", "lanhdao", "kiemsoat"} for key in ("figures", "figures_dossiers")},
    **{key: {*READERS, "kiemsoat"} for key in ("board", "digests")},
    **dict.fromkeys(("board_of", "board_now", "board_dossiers", "apologies"), LEAD),
    "apology": HOME_HEADS,
    **{
        key: {*MANAGERS, "dung", "dungxa", "lanhdao", "kiemsoat"}
        for key in (
            *("petition_figures", "petition_figures_list", "cause_figures", "cause_figures_list", "tables"),
            *("monthly", "monthly_done"),
        )
    },
    **{key: {"giamdoc"} for key in ("saved_table", "remove_table")},
    **{key: {"lanhdao", "kiemsoat"} for key in ("cuts", "open_data")},
    "integrity": {"dung", "dungxa", "lanhdao", "kiemsoat"},
    "integrity_signal": set(),
    "integrity_question": {"dung", "lanhdao", "kiemsoat"},
    "register": {*COUNTER, "dung", "dungxa"},
    **dict.fromkeys(
        ("catalogue", "imports", "import_run", "processes", "process", "procedure_version", "law", "law_examples"),
        OFFICE,
    ),
    **dict.fromkeys(("process_bpmn", "process_toml"), OFFICE),
    **{
        key: {"kiemsoat"}
        for key in ("process_new", "process_start_draft", "process_use", "process_move", *DRAFT_PAGES)
    },
    **{key: {*LEAD, "lanhdao", *OFFICE} for key in ("institutions", "institution_texts", "promulgation")},
    **{
        key: {*LEAD, "lanhdao", *OFFICE}
        for key in ("process_approvals", "one_stop_lists", "one_stop_list", "samples")
    },
    **{
        key: {"kiemsoat"} for key in ("institution_text_new", "promulgation_new", "one_stop_list_new", "sample_entry")
    },
    "posted_list": {*LEAD, "binh", "binhxa", "lanhdao", *OFFICE},
    "posted_list_paper": {*HOME_HEADS, "binh", "lanhdao", *OFFICE},
    "simulate": {*LEAD, "lanhdao", *OFFICE},
    "publish_version": {"kiemsoat"},
    "unit": {"giamdoc", "dung", "quantri"},
    "revoke": {"binh", "giamdoc", "quantri"},
    **dict.fromkeys(("rota", "leaves", "equipment", "month_notices"), COUNTER),
    **dict.fromkeys(("staff_list", "asset_new", "premises", "investment", "meetings", "meeting_new"), MANAGERS),
    **{key: {"giamdoc"} for key in ("officer_record", "fault", "investment_line", "meeting")},
    **{key: {"binh", "giamdoc", "buudien"} for key in ("asset", "month_notice")},
    "leave": {"binh", "giamdoc"},
    "staff_terms": {*MANAGERS, "lanhdao", "kiemsoat"},
    "readiness": {*MANAGERS, "lanhdao", "kiemsoat"},
    "unit_readiness": {"giamdoc", "lanhdao", "kiemsoat"},
}
# Whoever supervises or heads; of records of Bình's agency and centre only those who answer for them.
SUPERVISION = {"lanhdao", "kiemsoat"}
MATRIX |= {
    **{
        key: {*LEAD, *SUPERVISION}
        for key in (
            *("owed", "inspections", "conferences", "directives", "urging", "courses", "campaigns"),
            *("course", "campaign"),
        )
    },
    **{
        key: {*HOME_HEADS, *SUPERVISION}
        for key in (
            *("duty", "enclosure", "inspection", "inspection_candidates", "inspection_record"),
            *("conference", "conference_minutes", "directive", "letter", "letter_paper", "course_certificates"),
        )
    },
    **dict.fromkeys(
        ("inspection_new", "inspection_dossier", "conference_new", "directive_new", "letter_new", "course_new"),
        SUPERVISION,
    ),
    "campaign_new": SUPERVISION,
}
POST_ONLY = {
    "remove_table",
    "leave",
    "fault",
    "investment_line",
    "dossier_message",
    "form_start_draft",
    "form_discard",
    "process_start_draft",
    "process_discard",
    "many",
    "close_registers",
    "start_intake",
    "postal_start",
    "offline_register",
    "offline_merge",
    "act",
    "publish_version",
    "revoke",
    "logout",
    "language",
}


def routes() -> Iterator[tuple[str, URLPattern]]:
    def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                name = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from walk(pattern, name)
            else:
                yield f"{prefix}{pattern.name}", pattern

    yield from walk(get_resolver(), "")


@pytest.fixture
def things(world: World, settings: object, tmp_path: Path) -> dict[str, dict[str, object]]:
    """One record of each kind, all of Bình's centre, by the name of the route that shows it."""
    home = world.home
    settings.UPLOADS = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "00").mkdir()
    (tmp_path / "00" / ("0" * 64)).write_bytes(b"x")
    receipt = received(home)
    dossier = Dossier.objects.get(public_id=receipt.public_id)
    slip = give_supplement_slip(SlipRequest(an_intake(home, counts=[]), ["x"], "y"), actor=home.binh, now=MONDAY)
    draft = IntakeDraft.objects.create(
        key=uuid.uuid4(),
        staff_id=home.binh.staff_id,
        unit=home.centre,
        offering_id=an_intake(home).offering_id,
        saved_at=MONDAY,
    )
    document = Document.objects.create(
        dossier=dossier,
        component="c1",
        name="x.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        added_at=MONDAY,
        staff_id=1,
    )
    binh = Staff.objects.get(username="binh")
    delegation = Delegation.objects.create(
        post=Post.objects.get(id=home.binh.post_id),
        from_staff=binh,
        to_staff_id=home.manager.staff_id,
        from_at=MONDAY.replace(year=2017),
        to_at=MONDAY.replace(year=2017, month=12),
        reason="x",
        made_by=binh,
        made_at=MONDAY,
    )
    run = ImportRun.objects.create(files=["x"], started_at=MONDAY, ended_at=MONDAY, counts={"records": 0, "imported": 0, "imported_with_defects": 0, "unchanged": 0, "refused": 0})  # fmt: skip
    station = a_station(home.binh)
    paid = received(home, PERMIT, fee_paid="75000")
    charge = Charge.objects.get(dossier_id=paid.dossier_id)
    block = reserve_block(agency_id=home.agency.id, on=MONDAY.date(), count=3, actor=home.binh, now=MONDAY)
    question = Consultation.objects.create(
        dossier=dossier, key="c9", from_unit=home.division, to_unit=world.elsewhere.division, of="x", question="?",
        asked_at=MONDAY, due_at=MONDAY,
    )  # fmt: skip
    slip_of_post = take_slip(
        SlipEntry(uuid.uuid4(), home.offerings[BIRTH], AN, an_intake(home).counts, is_signed=True),
        actor=home.postal,
        now=MONDAY,
    )
    bag = hand_over_bag(slip_ids=[slip_of_post.public_id], actor=home.postal, now=MONDAY)
    batch = ScanBatch.objects.create(
        dossier=dossier, component="c1", name="x", pages_stated=1, unit=home.centre, staff_id=1, made_at=MONDAY
    )
    picture = ScanPage.objects.create(
        batch=batch, position=1, name="x.png", media_type="image/png", size=1, sha256="0" * 64
    )
    draft_of_post = IntakeDraft.objects.create(
        key=uuid.uuid4(), staff_id=home.postal.staff_id, unit=home.centre, offering_id=home.offerings[BIRTH],
        saved_at=MONDAY,
    )  # fmt: skip
    result = Result.objects.create(
        token="T" * 26, agency=home.agency, unit=home.centre, dossier=dossier, holder_id=dossier.applicant_id,
        holder_folded="x", procedure_code=BIRTH, kind="x", number="1", year=2026, issued_on=MONDAY.date(),
        template="x", sha256="0" * 64, size=1, signed_by_id=1, signed_at=MONDAY,
    )  # fmt: skip
    Account.objects.filter(id=account_of("an@example.vn")).update(party=dossier.applicant_id, assurance=2)
    delivery = Delivery.objects.create(
        dossier=dossier, way="counter", unit=home.centre, number=1, year=2026, staff_id=1, at=MONDAY
    )
    of_dossier = {"public_id": receipt.public_id}
    version = ProcedureVersion.objects.order_by("id").first()
    process = ProcessVersion.objects.order_by("id").first()
    assert version is not None
    assert process is not None
    officer = world.procedure_officer
    make_floor(world)
    form_draft = start_form_draft(BIRTH, actor=officer, now=MONDAY)
    draft_process = start_draft(key="QT-1", name="Quy trình", actor=officer, now=MONDAY)
    petition = Petition.objects.create(
        key=uuid.uuid4(), agency=home.agency, about="AGENCY", contact="an@example.vn", title="x", text="x", made_at=MONDAY
    )  # fmt: skip
    confirm_petition(petition.public_id, contact="an@example.vn", now=MONDAY)
    paper = PetitionPaper.objects.create(
        petition=petition, name="x.pdf", media_type="application/pdf", size=1, sha256="0" * 64, added_at=MONDAY
    )
    decided = PromulgationDecision.objects.create(
        key=uuid.uuid4(), number="1/QĐ", title="x", level="PROVINCE", decided_on=MONDAY.date(), staff_id=1, made_at=MONDAY
    )  # fmt: skip
    one_stop = OneStopList.objects.create(
        key=uuid.uuid4(), level="COMMUNE", decision_no="2/QĐ", decided_on=MONDAY.date(), from_on=MONDAY.date(),
        staff_id=1, made_at=MONDAY,
    )  # fmt: skip
    return {
        **centre_things(world),
        **supervised_things(world, tmp_path),
        "promulgation": {"public_id": decided.public_id},
        "one_stop_list": {"public_id": one_stop.public_id},
        "posted_list_paper": {"unit_id": home.centre.id},
        **{key: {"code": BIRTH} for key in ("sample_entry", "sample_paper")},
        "petition": {"public_id": petition.public_id},
        "petition_paper": {"public_id": petition.public_id, "paper_id": paper.public_id},
        **report_things(world),
        **citizen_things(world, receipt.public_id),
        **application_things(world, tmp_path, receipt.public_id),
        **{key: {"draft_id": form_draft.id} for key in FORM_DRAFT_PAGES},
        **{key: {"key": BIRTH} for key in ("form", "form_start_draft")},
        **{key: {"draft_id": draft_process.id} for key in DRAFT_PAGES},
        **dict.fromkeys(("dossier", "act", "receipt", "apology"), of_dossier),
        **{key: {"kind": "unit"} for key in ("board_of", "board_now", "board_dossiers")},
        "paper": {**of_dossier, "form": "receipt"},
        "slip": {"public_id": slip.public_id},
        "slip_paper": {"public_id": slip.public_id},
        "document": {"public_id": document.public_id},
        "intake": {"key": draft.key},
        **{key: {"public_id": station.public_id} for key in ("offline_pack", "offline_merge")},
        "question": {"public_id": question.public_id},
        **{name: {"agency_id": home.agency.id} for name in ("agency", "agency_calendar")},
        "unit": {"unit_id": home.centre.id},
        "unit_scores": {"unit_id": home.centre.id},
        **{key: {"procedure_id": version.procedure_id} for key in ("procedure_costs", "cost_entry")},
        "score_evidence": {"unit_id": home.centre.id, "point": "2.1"},
        "revoke": {"delegation_id": delegation.id},
        "number_block": {"block_id": block.id},
        **{key: {"public_id": slip_of_post.public_id} for key in ("post_slip", "post_slip_paper")},
        **{key: {"public_id": bag.public_id} for key in ("hand_over", "hand_over_paper")},
        "scan": {"public_id": batch.public_id},
        "scan_picture": {"public_id": batch.public_id, "page_id": picture.id},
        "postal_intake": {"key": draft_of_post.key},
        **{
            key: {"public_id": result.public_id}
            for key in ("result", "result_file", "portal:my_result", "portal:my_result_file")
        },
        "delivery_paper": {"public_id": delivery.public_id},
        "cash_charge": {"public_id": charge.public_id},
        "cash_receipt_paper": {"public_id": CashReceipt.objects.get().public_id},
        "import_run": {"run_id": run.id},
        **{
            key: {"version_id": process.id}
            for key in (
                "process",
                "process_bpmn",
                "process_toml",
                "process_start_draft",
                "process_use",
                "process_move",
            )
        },
        "procedure_version": {"version_id": version.id},
        "publish_version": {"version_id": version.id},
    }


def report_things(world: World) -> dict[str, dict[str, object]]:
    """A table that the manager of Bình's centre keeps, published figures, a question to Bình's agency."""
    home = world.home
    table = SavedTable.objects.create(
        key=uuid.uuid4(), staff_id=home.manager.staff_id, unit_id=home.centre.id, name="x", asked={"rows": "sector"},
        made_at=MONDAY,
    )  # fmt: skip
    days = {"from_on": MONDAY.date(), "to_on": MONDAY.date()}
    OpenDataSet.objects.create(
        period="2026-Q3", minimum=5, content=[], hidden=0, sha256="0" * 64, staff_id=1, published_at=MONDAY, **days
    )
    computed = {
        "hits": 3, "cases": 9, "pool_hits": 4, "pool_cases": 30, "chance": ["1", "400"], "comparisons": 2, "evidence": [],
    }  # fmt: skip
    question = IntegrityQuestion.objects.create(
        signal="0" * 64, kind="new_day", agency_id=home.agency.id, officer_id=home.chi.staff_id, procedure_code=BIRTH,
        computed=computed, asked_at=MONDAY, **days,
    )  # fmt: skip
    return {
        **{key: {"public_id": table.public_id} for key in ("saved_table", "remove_table")},
        "portal:open_data_file": {"period": "2026-Q3", "kind": "csv"},
        "integrity_question": {"public_id": question.public_id},
        "integrity_signal": {"digest": "0" * 64},
    }


def centre_things(world: World) -> dict[str, dict[str, object]]:
    """One record of each kind of Bình's centre: an officer, a leave of his, a machine and its fault, a plan, papers."""
    home = world.home
    of_unit = {"unit": home.centre, "made_by_id": 1, "made_at": MONDAY}
    record = OfficerRecord.objects.create(unit=home.centre, staff_id=home.binh.staff_id, changed_at=MONDAY)
    leave = Leave.objects.create(
        key=uuid.uuid4(), unit=home.centre, staff_id=home.binh.staff_id, kind="annual", from_on=MONDAY.date(), from_half=1,
        to_on=MONDAY.date(), to_half=2, state="asked", asked_at=MONDAY,
    )  # fmt: skip
    asset = Asset.objects.create(key=uuid.uuid4(), kind="scanner", name="x", inventory_no="1", **of_unit)
    fault = Fault.objects.create(
        key=uuid.uuid4(),
        asset=asset,
        unit=home.centre,
        what="x",
        since_at=MONDAY,
        reported_at=MONDAY,
        reported_by_id=1,
    )
    line = InvestmentLine.objects.create(
        key=uuid.uuid4(), year=2026, name="x", quantity=1, amount_vnd=1, ground="x", **of_unit
    )
    meeting = HeadsMeeting.objects.create(key=uuid.uuid4(), on=MONDAY.date(), attendees="x", matters="x", **of_unit)
    facts = facts_of_month(home.manager, MONDAY.date().replace(day=1), now=MONDAY)
    notice = MonthlyNotice.objects.create(
        unit=home.centre, month=MONDAY.date().replace(day=1), facts=facts, published_by_id=1, published_at=MONDAY
    )
    made = (
        *(("officer_record", record), ("leave", leave), ("asset", asset), ("fault", fault)),
        *(("investment_line", line), ("meeting", meeting), ("month_notice", notice)),
    )
    return {
        **{name: {"public_id": thing.public_id} for name, thing in made},
        "unit_readiness": {"unit_id": home.centre.id},
    }


def supervised_things(world: World, folder: Path) -> dict[str, dict[str, object]]:
    """An inspection with its record, a conference, a directive with evidence, a letter: all of Bình's agency."""
    made = everything(world)
    return {
        **{
            name: {"public_id": made.inspection}
            for name in ("inspection", "inspection_candidates", "inspection_record")
        },
        "inspection_dossier": {"public_id": made.inspection, "place": 1},
        **{name: {"public_id": made.conference} for name in ("conference", "conference_minutes")},
        "directive": {"public_id": made.directive},
        "duty": {"public_id": made.duty},
        "enclosure": {"public_id": made.enclosure},
        **{name: {"public_id": made.letter} for name in ("letter", "letter_paper")},
        "letter_new": {"agency_id": world.home.agency.id},
        **{name: {"public_id": made.course} for name in ("course", "course_certificates")},
        "campaign": {"public_id": made.campaign},
    }


def citizen_things(world: World, dossier_id: uuid.UUID) -> dict[str, dict[str, object]]:
    """One record of each kind that a citizen sees, all of the account of An."""
    an, other = account_of("an@example.vn"), account_of("be@example.vn")
    holder = Party.objects.get(kind="PERSON", id_number="999190000001")
    Account.objects.filter(id=an).update(assurance=2, id_number="999190000001", party=holder)
    mandate = Mandate.objects.create(principal_id=other, agent_id=an, until_on=MONDAY.date(), made_at=MONDAY)
    party = Party.objects.create(kind="ORGANISATION", name="Công ty", name_folded="cong ty", id_number="0099900004")
    organisation = Organisation.objects.create(party=party, made_at=MONDAY)
    Membership.objects.create(
        organisation=organisation, account_id=an, role="REPRESENTATIVE", made_at=MONDAY, accepted_at=MONDAY
    )
    return {
        "portal:my_mandate_answer": {"public_id": mandate.public_id},
        "portal:my_clerk": {"organisation_id": organisation.public_id},
    }


def application_things(world: World, folder: Path, dossier: uuid.UUID) -> dict[str, dict[str, object]]:
    """An application to Bình's centre with a file; and the dossier of An, as sent from his account."""
    open_online(world.home)
    application = sent(world.home, folder)
    own = begun(world.home)
    Application.objects.filter(id=own.id).update(
        account_id=account_of("an@example.vn"), dossier_id=Dossier.objects.get(public_id=dossier).id
    )
    of_application = {"public_id": application.public_id}
    return {
        "online_application": of_application,
        "online_file": {**of_application, "file_id": application.files.get().public_id},
        "dossier_message": {"public_id": dossier},
        "portal:my_dossier": {"public_id": dossier},
    }


def account_of(email: str) -> int:
    """Return the account of a citizen, made when there is none yet."""
    return Account.objects.get_or_create(email=email, defaults={"made_at": MONDAY})[0].id


def signed_in_as(account_id: int) -> Client:
    """Return the browser of a citizen who has signed in."""
    client = Client()
    session = client.session
    session["account"] = account_id
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    return client


def cast(world: World) -> dict[str, Actor]:
    offices = (world.home, world.elsewhere)
    people = [a for o in offices for a in (o.binh, o.chi, o.dung, o.manager, o.postal)]
    people += [world.administrator, world.procedure_officer, world.province_leader]
    names = dict(Staff.objects.values_list("id", "username"))
    return {names[a.staff_id]: a for a in people}


def test_every_route_is_in_the_matrix_or_public() -> None:
    names = {name for name, _ in routes()}
    assert names == PUBLIC | set(MATRIX) | CITIZEN
    assert not PUBLIC & CITIZEN


def test_every_view_declares_who_may_open_it() -> None:
    for name, pattern in routes():
        view = pattern.callback
        while not hasattr(view, "required_roles") and hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        assert hasattr(view, "required_roles"), name
        assert (view.required_roles is None) == (name in PUBLIC), name
        assert (view.required_roles == {"citizen"}) == (name in CITIZEN), name


def test_every_role_is_in_the_cast(world: World) -> None:
    held = {role for actor in cast(world).values() for role in actor.roles}
    assert held == set(Role)


@pytest.mark.django_db
def test_the_whole_matrix(world: World, things: dict[str, dict[str, object]]) -> None:
    from django.urls import reverse

    wrong = []
    for username in cast(world):
        client = Client()
        assert client.login(username=username, password=PASSWORD)
        for name, allowed in MATRIX.items():
            Delegation.objects.update(revoked_at=None)
            address = reverse(name, kwargs=things.get(name))
            answer = _ask(client, name, address, offering=world.home.offerings[BIRTH])
            is_in = answer.status_code not in (403, 404)
            if is_in != (username in allowed):
                wrong.append((username, name, answer.status_code))
    assert wrong == []


@pytest.mark.django_db
def test_anonymous_reaches_public_pages_only(world: World, things: dict[str, dict[str, object]]) -> None:
    from django.urls import reverse

    client = Client()
    for name in MATRIX:
        answer = _ask(client, name, reverse(name, kwargs=things.get(name)))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/login"), name
    for address in (
        "/",
        "/procedures?q=khai+sinh",
        "/procedures/1.001193",
        "/track",
        "/accessibility",
        "/privacy",
        "/login",
        "/health",
        "/petitions",
        "/petitions/new",
        "/petitions/status",
        "/account/identify",
    ):
        assert client.get(address).status_code == 200, address


@pytest.mark.django_db
def test_pages_of_citizens_send_everybody_else_to_sign_in(world: World, things: dict[str, dict[str, object]]) -> None:
    from django.urls import reverse

    officer = Client()
    officer.login(username="binh", password=PASSWORD)
    for client in (Client(), officer):
        for name in sorted(CITIZEN):
            answer = _ask_as_citizen(client, name, reverse(name, kwargs=things.get(name)))
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/account/sign-in?next="), name


@pytest.mark.django_db
def test_what_is_one_citizens_own_does_not_exist_for_another(
    world: World, things: dict[str, dict[str, object]]
) -> None:
    from django.urls import reverse

    an, stranger = account_of("an@example.vn"), account_of("stranger@example.vn")
    Account.objects.filter(id=stranger).update(assurance=2, id_number="999190000007")
    for name in sorted(CITIZEN):
        address = reverse(name, kwargs=things.get(name))
        own = _ask_as_citizen(signed_in_as(an), name, address)
        assert own.status_code not in (403, 404), (name, own.status_code)
        others = _ask_as_citizen(signed_in_as(stranger), name, address)
        assert (others.status_code == 404) == (name in things), (name, others.status_code)


@pytest.mark.django_db
def test_an_unknown_dossier_looks_like_a_forbidden_one(world: World) -> None:
    client = Client()
    client.login(username="chi", password=PASSWORD)
    assert client.get(f"/dossiers/{uuid.uuid4()}").status_code == 403
    receipt = received(world.elsewhere)
    assert client.get(f"/dossiers/{receipt.public_id}").status_code == 403


def _ask(client: Client, name: str, address: str, *, offering: int = 0):  # type: ignore[no-untyped-def]
    answer = client.post(address, {"offering": offering}) if name in POST_ONLY else client.get(address)
    for close in answer._resource_closers:
        close()
    return answer


def _ask_as_citizen(client: Client, name: str, address: str):  # type: ignore[no-untyped-def]
    answer = client.post(address, {"act": "accept"}) if name in CITIZEN_POST_ONLY else client.get(address)
    for close in answer._resource_closers:
        close()
    return answer
