"""Every form of both sets, filled from the facts of a dossier: numbers of unit and year, days, articles."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pypdfium2
import pytest

from motcua.reports.filling import control_content, receipt_content, register_content, slip_content
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.rendering import FORM_NUMBERS, render_pdf
from motcua.services.dossiers.clock_acts import StopEntry, extend_due, stop_at_request
from motcua.services.dossiers.slips import SlipRequest, give_refusal_slip, give_supplement_slip
from motcua.services.dossiers.steps import complete_step
from motcua.services.dossiers.supplements import ask_supplement, supply_supplement
from motcua.services.times import VIETNAM
from motcua.store.dossiers.models import Dossier
from world import STATUS, World, an_intake, received

REGIMES = {"2018": datetime(2019, 3, 4, 9, 0, tzinfo=VIETNAM), "2025": datetime(2026, 3, 2, 9, 0, tzinfo=VIETNAM)}


def text_of(content: Paper, form_set: str) -> str:
    with pypdfium2.PdfDocument(render_pdf(content, form_set=form_set)) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def forms_of(world: World, at: datetime) -> dict[str, tuple[Paper, str]]:
    """Return each form that a dossier received at ``at`` can have, by its key, filled from what happened."""
    home = world.home
    found: dict[str, tuple[Paper, str]] = {}
    for name, give in (("supplement", give_supplement_slip), ("refusal", give_refusal_slip)):
        intake = an_intake(home, STATUS, counts=[])
        slip = give(SlipRequest(intake, ["Ảnh 4x6"], "Chưa đủ"), actor=home.binh, now=at)
        found[name] = slip_content(slip.public_id, home.binh)
    receipt = received(home, STATUS, at=at)
    public_id = receipt.public_id
    complete_step(
        public_id=public_id, step=0, outcome="done", reason="", seen_version=1, actor=home.binh,
        now=at + timedelta(minutes=30),
    )  # fmt: skip
    _, slip = ask_supplement(
        public_id=public_id, items=["Bản án"], reason="thiếu", seen_version=2, actor=home.binh,
        now=at + timedelta(hours=1),
    )  # fmt: skip
    found["supplement after acceptance"] = slip_content(slip.public_id, home.binh)
    supply_supplement(public_id=public_id, seen_version=3, actor=home.binh, now=at + timedelta(hours=2))
    due_at = Dossier.objects.get(public_id=public_id).due_at
    assert due_at is not None
    _, slip = extend_due(
        public_id=public_id, new_due_at=due_at + timedelta(days=7), reason="Chờ xác minh", seen_version=4,
        actor=home.dung, now=due_at - timedelta(days=1),
    )  # fmt: skip
    found["apology"] = slip_content(slip.public_id, home.dung)
    found["receipt"] = receipt_content(public_id, home.binh)
    found["control"] = control_content(public_id, home.binh)
    if at >= REGIMES["2025"]:
        _, slip = stop_at_request(
            public_id=public_id, entry=StopEntry("Không còn nhu cầu", "DIRECT", ["Bản án"], ""), seen_version=5,
            actor=home.binh, now=due_at,
        )  # fmt: skip
        found["stop"] = slip_content(slip.public_id, home.binh)
    found["register"] = register_content(
        actor=home.binh, sector="Hộ tịch", from_on=at.date(), to_on=at.date(), now=due_at
    )
    return found


@pytest.mark.parametrize("form_set", sorted(REGIMES))
def test_every_form_of_the_set_is_filled_from_facts_and_numbered(world: World, form_set: str) -> None:
    at = REGIMES[form_set]
    forms = forms_of(world, at)
    assert {used for _, used in forms.values()} == {form_set}
    assert {type(content) for content, _ in forms.values()} == set(FORM_NUMBERS[form_set])
    for name, (content, used) in forms.items():
        text = text_of(content, used)
        assert f"Mẫu số {FORM_NUMBERS[used][type(content)]}" in text, name
        assert "Nguyễn Thị An" in text or name == "control", name
    code = Dossier.objects.get().code
    assert f"{at:%y%m%d}-0001" in code
    # A long code may be broken over two lines.
    assert code in "".join(text_of(*forms["apology"]).split()).replace("\u200b", "")
    assert "1/PXL" in text_of(*forms["apology"])
    assert "1/PBS-TTPVHCC" in text_of(*forms["supplement"])
    # The second supplement slip of the unit in that year, though the first was given before acceptance.
    assert "2/PBS-TTPVHCC" in text_of(*forms["supplement after acceptance"])
    assert "1/PTC-TTPVHCC" in text_of(*forms["refusal"])
    article = {"2018": "khoản 9 Điều 19 Nghị định 61/2018/NĐ-CP", "2025": "Nghị định 118/2025/NĐ-CP"}[form_set]
    assert article in text_of(*forms["apology"]).replace("\r\n", " ").replace("\n", " ")


def test_the_stop_notice_marks_what_is_not_confirmed(world: World) -> None:
    text = text_of(*forms_of(world, REGIMES["2025"])["stop"])
    assert "1/TBD-TTPVHCC" in text
    assert "(*)" in text


def test_numbers_start_again_with_the_year(world: World) -> None:
    numbers: list[tuple[date, int]] = []
    for day in (datetime(2025, 12, 30, 9, tzinfo=VIETNAM), datetime(2025, 12, 31, 9, tzinfo=VIETNAM),
                datetime(2026, 1, 5, 9, tzinfo=VIETNAM)):  # fmt: skip
        intake = an_intake(world.home, STATUS, counts=[])
        slip = give_supplement_slip(SlipRequest(intake, ["x"], "y"), actor=world.home.binh, now=day)
        receipt = received(world.home, STATUS, at=day)
        assert slip.number == receipt.number
        numbers.append((day.date(), receipt.number))
    assert [number for _, number in numbers] == [1, 2, 1]


def test_the_receipt_printed_again_says_what_it_promised(world: World) -> None:
    at = REGIMES["2025"]
    receipt = received(world.home, STATUS, at=at)
    promised = receipt.due_at
    first, _ = receipt_content(UUID(str(receipt.public_id)), world.home.binh)
    assert promised is not None
    Dossier.objects.update(due_at=promised + timedelta(days=3))
    again, _ = receipt_content(receipt.public_id, world.home.binh)
    assert first == again
