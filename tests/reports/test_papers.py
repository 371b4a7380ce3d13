"""Papers look as agreed, say what they were given and nothing else, and can be printed, scanned and read aloud."""

from __future__ import annotations

import ctypes
import threading
import tomllib
import unicodedata
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_samples import (
    ADDRESS,
    AN,
    APOLOGY,
    GOLDEN,
    HUONG,
    RECEIPT,
    SAMPLES,
    STOP,
    SUPPLEMENT,
    cases,
    pictures,
    register_of,
    texts,
)
from PIL import Image, ImageChops, ImageFilter

from motcua.reports.papers.content import Line, Person
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.rendering import FOLDER, render_pdf

_A5, _A4_ACROSS = (420, 595), (842, 595)
_MM_PER_INCH = 25.4


def differs(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pages differ by more than how edges of letters are smoothed."""
    if one.size != other.size:
        return True
    small = [page.resize((page.width // 4, page.height // 4), Image.Resampling.BOX) for page in (one, other)]
    histogram = ImageChops.difference(small[0], small[1]).histogram()
    far, total = sum(histogram[40:]), sum(histogram)
    return far > total // 2000 or sum(histogram[90:]) > 2


@pytest.mark.parametrize(("name", "form_set"), list(cases()))
def test_each_form_of_each_set_looks_and_reads_as_agreed(name: str, form_set: str) -> None:
    pdf = render_pdf(SAMPLES[name], form_set=form_set)
    assert "\n".join(texts(pdf)) + "\n" == (GOLDEN / f"{name}-{form_set}.txt").read_text(encoding="utf-8")
    with Image.open(GOLDEN / f"{name}-{form_set}.png") as agreed:
        assert not differs(pictures(pdf)[0], agreed)


def test_the_comparison_of_pictures_notices_one_word() -> None:
    (page,) = pictures(render_pdf(replace(RECEIPT, fee="90.000 đồng, còn nợ"), form_set="2025"))
    with Image.open(GOLDEN / "receipt-2025.png") as agreed:
        assert differs(page, agreed)


@pytest.mark.parametrize(("name", "form_set"), list(cases()))
def test_slips_are_a5_and_the_register_is_a4_across(name: str, form_set: str) -> None:
    with pypdfium2.PdfDocument(render_pdf(SAMPLES[name], form_set=form_set)) as document:
        sizes = {tuple(round(side) for side in page.get_size()) for page in document}
    assert sizes == {_A4_ACROSS if name == "register" else _A5}


def test_each_set_numbers_its_own_forms_and_2018_knows_no_stop_notice() -> None:
    for name, form_set, number in (
        ("receipt", "2018", "01"),
        ("apology", "2018", "04"),
        ("control", "2018", "05"),
        ("register", "2018", "06"),
        ("stop", "2025", "05"),
        ("control", "2025", "06"),
        ("register", "2025", "07"),
    ):
        circular = {"2018": "01/2018/TT-VPCP", "2025": "03/2025/TT-VPCP"}[form_set]
        assert f"Mẫu số {number}, Thông tư số {circular}" in texts(render_pdf(SAMPLES[name], form_set=form_set))[0]
    with pytest.raises(KeyError):
        render_pdf(STOP, form_set="2018")
    with pytest.raises(KeyError):
        render_pdf(RECEIPT, form_set="2025", language="fr")


def test_a_personal_number_is_asked_by_the_forms_of_2025_only() -> None:
    assert AN.id_number in texts(render_pdf(RECEIPT, form_set="2025"))[0]
    assert AN.id_number not in texts(render_pdf(RECEIPT, form_set="2018"))[0]


def test_what_is_not_confirmed_of_the_stop_notice_is_marked_on_it() -> None:
    (text,) = texts(render_pdf(STOP, form_set="2025"))
    for field in ("Trực tiếp", "chưa có kết quả", "75.000 đồng", "Giấy tờ trả lại:"):
        assert f"{field}(*)" in text
    assert "(*) Nội dung chưa được đối chiếu" in text


@pytest.mark.parametrize("serial", range(0, 10_000, 417))
def test_the_qr_of_a_receipt_leads_to_its_tracking_page(serial: int) -> None:
    address = f"https://motcua.bacninh.gov.vn/track/H05.199-261120-{serial:04d}/{'QRSTUVWXYZ2345'[serial % 9 :]}"
    (page,) = pictures(render_pdf(replace(RECEIPT, tracking_url=address), form_set="2025"), dpi=150)
    assert [found.text for found in zxingcpp.read_barcodes(page)] == [address]


def test_the_qr_is_at_least_20_mm_wide_and_survives_a_poor_printer() -> None:
    dpi = 300
    (page,) = pictures(render_pdf(RECEIPT, form_set="2025"), dpi=dpi)
    (found,) = zxingcpp.read_barcodes(page)
    width = (found.position.top_right.x - found.position.top_left.x) / dpi * _MM_PER_INCH
    assert 20 <= width <= 27
    smeared = page.filter(ImageFilter.GaussianBlur(3)).point(lambda grey: 255 if grey > 128 else 0)
    assert [again.text for again in zxingcpp.read_barcodes(smeared)] == [ADDRESS]


_TRICKS = ("#", "[", "]", "$", "*", "_", "`", "\\", '"', "'", "<", ">", "@", "{", "}", "=", "//", "/*", "~", "a", "Ễ")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(_TRICKS), min_size=1, max_size=24).map("".join))
def test_a_name_is_printed_as_it_is_written_whatever_its_signs(name: str) -> None:
    # The dossier code after it shows that nothing of the layout was swallowed.
    (text,) = texts(render_pdf(replace(SUPPLEMENT, applicant=replace(AN, name=f"x{name}x")), form_set="2025"))
    squeezed = text.replace(" ", "")
    assert f"Hồsơcủa:x{name}xSốđịnhdanh" in squeezed
    assert f"Mãhồsơ:{SUPPLEMENT.code}" in squeezed


@pytest.mark.parametrize("name", ["#panic()", "#[*x*]", "$ 1/0 $", '#read("paper.typ")', '"; #import "x"', "{code}"])
def test_commands_and_placeholders_in_content_stay_text(name: str) -> None:
    (text,) = texts(render_pdf(replace(APOLOGY, agency=name, matter=name), form_set="2025"))
    assert text.count(name) == 4


def test_a_name_in_decomposed_letters_is_printed_composed() -> None:
    decomposed = unicodedata.normalize("NFD", HUONG.name)
    (text,) = texts(render_pdf(replace(SUPPLEMENT, applicant=replace(HUONG, name=decomposed)), form_set="2025"))
    assert HUONG.name in text


def _fonts(pdf: bytes) -> set[tuple[str, bool]]:
    """Name and whether embedded of each font that a text on any page is set in."""
    found = set()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                font = pdfium.FPDFTextObj_GetFont(item)
                name = ctypes.create_string_buffer(100)
                pdfium.FPDFFont_GetBaseFontName(font, name, len(name))
                found.add((name.value.decode().partition("+")[2], bool(pdfium.FPDFFont_GetIsEmbedded(font))))
    return found


def test_only_liberation_serif_is_used_and_it_is_embedded() -> None:
    foreign = replace(RECEIPT, applicant=Person("王小明 😀 Жуков مريم"), matter="ℵ₀ ⟹ ☎")
    for paper in (*SAMPLES.values(), foreign):
        fonts = _fonts(render_pdf(paper, form_set="2025"))
        assert fonts
        assert all(name.startswith("LiberationSerif") and is_embedded for name, is_embedded in fonts)


@pytest.mark.parametrize(("name", "form_set"), list(cases()))
def test_what_a_file_says_of_itself_names_the_form_and_no_person(name: str, form_set: str) -> None:
    pdf = render_pdf(SAMPLES[name], form_set=form_set)
    with pypdfium2.PdfDocument(pdf) as document:
        said = document.get_metadata_dict()
    assert "(Mẫu số " in said["Title"]
    assert not {said[key] for key in ("Author", "Subject", "Keywords")} - {""}
    for private in (AN.name, HUONG.name, AN.id_number, RECEIPT.code):
        assert private not in "".join(said.values())


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render_pdf(RECEIPT, form_set="2025") == render_pdf(replace(RECEIPT), form_set="2025")


def test_sixty_papers_go_on_over_pages_under_a_repeated_head_with_the_signatures_at_the_end() -> None:
    lines = [Line(f"Giấy tờ thứ {number} về nguồn gốc và quá trình sử dụng đất", 1, 2) for number in range(1, 61)]
    pages = texts(render_pdf(replace(RECEIPT, components=lines), form_set="2025"))
    assert len(pages) > 2
    assert all(f"Trang {number}/{len(pages)}" in page for number, page in enumerate(pages, start=1))
    with_rows = [page for page in pages if "Giấy tờ thứ" in page]
    assert all("TT Tên giấy tờ Bản chính Bản sao" in page for page in with_rows)
    whole = " ".join(pages)
    assert all(f"{number} Giấy tờ thứ {number} về" in whole for number in range(1, 61))
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in pages[-1]
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" not in "".join(pages[:-1])


def test_a_register_repeats_its_head_on_every_page() -> None:
    pages = texts(render_pdf(register_of(60), form_set="2025"))
    assert len(pages) > 2
    assert all("Nhận hồ sơ Hẹn trả kết quả Trả kết quả" in page for page in pages)
    assert "Tổng số hồ sơ: 60." in pages[-1]


@pytest.mark.parametrize(
    "long",
    [
        "Công Tằng Tôn Nữ Nguyễn Phúc Hoàng Bảo Trân " * 5,
        "x" * 200,
        "mot.dia.chi.thu.rat.dai." * 8 + "@example.vn",
        "Ủ" * 150,
    ],
)
def test_long_names_break_and_stay_on_the_sheet(long: str) -> None:
    person = Person(long, "003085000001", long, "0900 100 001", long)
    papers: list[Paper] = [
        replace(RECEIPT, applicant=person, proxy=person, matter=long),
        replace(SUPPLEMENT, applicant=person, items=[long], contact=long, officer=long),
        replace(register_of(1), rows=[replace(register_of(1).rows[0], applicant=long, contact=long, matter=long)]),
    ]
    for paper in papers:
        pdf = render_pdf(paper, form_set="2025")
        assert long.replace(" ", "") in "".join(texts(pdf)).replace(" ", "")
        for page in pictures(pdf):
            # 5 mm at each side is what a cheap printer cannot reach.
            edge = round(5 / _MM_PER_INCH * 72)
            sides = [page.crop((0, 0, edge, page.height)), page.crop((page.width - edge, 0, page.width, page.height))]
            assert all(side.getextrema() == (255, 255) for side in sides)


@pytest.mark.parametrize(
    "code", ["000.00.31.H05-190304-0001", "000.101.15.H05-250630-10001", "H05.15.02.01-260202-0710001"]
)
def test_a_long_dossier_code_stays_in_one_piece_on_slips_and_in_its_column_of_the_register(code: str) -> None:
    for paper in (RECEIPT, SUPPLEMENT, APOLOGY, STOP):
        pdf = render_pdf(replace(paper, code=code), form_set="2025")  # type: ignore[arg-type]
        with pypdfium2.PdfDocument(pdf) as document:
            text = "".join(page.get_textpage().get_text_bounded() for page in document)
        # Copied out of the paper it is the code and nothing else.
        assert code in text or (paper is APOLOGY and code in text.replace("\r\n", ""))
    register = register_of(1)
    register = replace(register, rows=[replace(register.rows[0], code=code)])
    assert code in texts(render_pdf(register, form_set="2025"))[0].replace(" ", "")


def test_english_stands_beside_the_vietnamese_and_replaces_nothing() -> None:
    vietnamese = " ".join(texts(render_pdf(RECEIPT, form_set="2025")))
    english = " ".join(texts(render_pdf(RECEIPT, form_set="2025", language="en")))
    assert "Result due" not in vietnamese
    assert "/ Result due" in english
    for caption in ("Mã hồ sơ", "Thời gian trả kết quả giải quyết hồ sơ", "NGƯỜI NỘP HỒ SƠ", "Bản chính"):
        assert caption in english


def test_every_caption_has_both_languages_and_is_used() -> None:
    captions = tomllib.loads((FOLDER / "captions.toml").read_text(encoding="utf-8"))
    layouts = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(FOLDER).glob("*.typ")))
    made_by_set = {("common", "circular_2018"), ("common", "circular_2025"), ("apology", "title_2018")}
    made_by_set |= {("apology", "title_2025"), ("cash", "title"), ("cash", "title_cancelled")}
    made_by_set |= {("hand_over", "in"), ("hand_over", "out")}
    # A letter has no title on its sheet; its file has.
    made_by_set |= {("urging", "title")}
    for room, entries in captions.items():
        for key, caption in entries.items():
            assert caption["vi"]
            assert set(caption) == {"vi", "en"}
            is_used = f'"{room}", "{key}"' in layouts or (
                room in ("register", "day", "figures") and f'column("{key}"' in layouts
            )
            is_used = is_used or (room == "derivation" and f't("{key}")' in layouts)
            # By the kind of a day and its weekday, each of which a sheet of the tests has.
            is_used = is_used or room in ("derivation_kinds", "weekdays") or f'line-of("{key}"' in layouts
            is_used = is_used or (room == "receipt" and f'head-cell("{key}")' in layouts)
            assert is_used or (room, key) in made_by_set, (room, key)


def test_threads_print_at_the_same_time_without_meeting() -> None:
    wanted = render_pdf(RECEIPT, form_set="2025")
    printed: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: printed.extend(render_pdf(RECEIPT, form_set="2025") for _ in range(5)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert printed == [wanted] * 20


def test_registers_printed_one_after_another_do_not_pile_up_in_memory() -> None:
    def resident_mb() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

    render_pdf(register_of(300), form_set="2025")
    before = resident_mb()
    for rows in range(301, 306):
        render_pdf(register_of(rows), form_set="2025")
    # What is kept of five such registers would be about 200 MB.
    assert resident_mb() - before < 60
