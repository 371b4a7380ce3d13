"""The papers that the tests look at: one of each form, always the same; writes the golden files when run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pypdfium2
from PIL import Image

from motcua.reports.papers.content import (
    Apology,
    ControlSlip,
    Handover,
    Head,
    Line,
    Person,
    Receipt,
    Refusal,
    Register,
    RegisterRow,
    StopNotice,
    Supplement,
)
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.rendering import FORM_NUMBERS, render_pdf

GOLDEN = Path(__file__).parent / "golden"
VIETNAM = timezone(timedelta(hours=7))
CODE, SECRET = "H05.101-261120-0001", "ABCDEFGHJKLMNO"
ADDRESS = f"https://motcua.bacninh.gov.vn/track/{CODE}/{SECRET}"
CENTRE = "Trung tâm Phục vụ hành chính công phường Kinh Bắc"
COUNTER = f"Nguyễn Thị Bình, {CENTRE}, 0222 3001 165"
ARTICLE = "khoản 1 Điều 17 Nghị định số 118/2025/NĐ-CP"
HOUSE = "Cấp giấy phép xây dựng mới đối với nhà ở riêng lẻ"
BUSINESS = "Đăng ký thành lập hộ kinh doanh"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


def head(number: str) -> Head:
    return Head("Ủy ban nhân dân phường Kinh Bắc", CENTRE, "Kinh Bắc", f"{number}-TTPVHCC", at(20, 9, 42))


AN = Person(
    "Nguyễn Văn An",
    "003085000001",
    "Số 12 đường Nguyễn Trãi, phường Kinh Bắc, tỉnh Bắc Ninh",
    "0900 100 001",
    "an.nguyen@example.vn",
)
HUONG = Person("Giáp Thị Hường", "003190000002", "Thôn Đoài, xã Yên Phong, tỉnh Bắc Ninh", "0900 100 002")
RECEIPT = Receipt(
    head=head("1204/TNHS"),
    code=CODE,
    applicant=AN,
    proxy=None,
    matter=BUSINESS,
    components=[
        Line("Giấy đề nghị đăng ký hộ kinh doanh", 1, 0),
        Line("Bản sao biên bản họp thành viên hộ gia đình về việc thành lập hộ kinh doanh", 0, 1),
        Line("Văn bản ủy quyền của thành viên hộ gia đình cho một thành viên làm chủ hộ", 0, 1),
    ],
    sets=1,
    term="05 ngày làm việc",
    received_at=at(20, 9, 42),
    due_at=at(27, 17),
    return_at=CENTRE,
    register_no="1204/2026",
    officer="Nguyễn Thị Bình",
    fee="100.000 đồng",
    tracking_url=ADDRESS,
    secret=SECRET,
)
SUPPLEMENT = Supplement(
    head=head("37/PBS"),
    code=CODE,
    applicant=AN,
    matter=HOUSE,
    items=[
        "Giấy chứng nhận quyền sử dụng đất (1 bản sao)",
        "Bản vẽ thiết kế xây dựng (2 bản chính): thiếu mặt bằng móng và sơ đồ đấu nối hạ tầng kỹ thuật",
        "Đơn đề nghị chưa ghi diện tích xây dựng tầng 1 và chưa có chữ ký của chủ đầu tư",
    ],
    reason="Hồ sơ chưa đủ thành phần theo danh mục đã công bố",
    article=ARTICLE,
    contact=COUNTER,
    officer="Nguyễn Thị Bình",
)
REFUSAL = Refusal(
    head=head("5/PTC"),
    code="",
    applicant=HUONG,
    matter="Đăng ký khai sinh",
    items=[],
    reason="Trẻ em đã được đăng ký khai sinh tại Ủy ban nhân dân xã Yên Phong ngày 12 tháng 10 năm 2026.",
    article=ARTICLE,
    contact=COUNTER,
    officer="Nguyễn Thị Bình",
)
APOLOGY = Apology(
    head=Head(
        "Ủy ban nhân dân tỉnh Bắc Ninh", "Sở Nông nghiệp và Môi trường", "Bắc Ninh", "12/PXL-SNNMT", at(20, 9, 42)
    ),
    code=CODE,
    applicant=AN,
    agency="Sở Nông nghiệp và Môi trường",
    matter="Cấp lại Giấy chứng nhận do bị mất",
    received_at=at(6, 8, 5),
    due_at=at(23, 8, 5),
    new_due_at=at(27, 17),
    reason="Cơ quan thuế chưa xác định xong nghĩa vụ tài chính",
    article="",
    signer="Bùi Thị Oanh",
)
STOP = StopNotice(
    head=head("2/TBD"),
    code=CODE,
    applicant=AN,
    matter=HOUSE,
    requested_at=at(20, 9, 30),
    channel="Trực tiếp",
    state="Đang thẩm định, chưa có kết quả",
    reason="Chủ đầu tư thay đổi thiết kế",
    returned=["Giấy chứng nhận quyền sử dụng đất (1 bản chính)", "Bản vẽ thiết kế (2 bộ)"],
    refund="75.000 đồng",
    article="Điều 21 Nghị định số 118/2025/NĐ-CP",
    officer="Nguyễn Thị Bình",
)
COUNTER_OFFICER = "Nguyễn Thị Bình, Trung tâm PVHCC"
SPECIALIST = "Đỗ Thu Hà, Phòng Kinh tế, Hạ tầng và Đô thị"
CHAIR = "Lê Tiến Dũng, Lãnh đạo UBND phường"
CONTROL = ControlSlip(
    head=head("1204/PKS"),
    code=CODE,
    matter=BUSINESS,
    agency="Ủy ban nhân dân phường Kinh Bắc",
    received_at=at(20, 9, 42),
    due_at=at(27, 17),
    rows=[
        Handover(COUNTER_OFFICER, SPECIALIST, at(20, 9, 50), "Tiếp nhận, chuyển hồ sơ", "Trước hạn", ""),
        Handover(SPECIALIST, CHAIR, at(25, 9), "Thẩm định", "Đúng hạn", "trả lại: chưa ghi mã ngành"),
        Handover(CHAIR, COUNTER_OFFICER, at(26, 10), "Ký, đóng dấu, chuyển kết quả", "Trước hạn", ""),
    ],
    coordinating=["Thuế cơ sở 1 tỉnh Bắc Ninh"],
)


def register_row(number: int) -> RegisterRow:
    people = ("Nguyễn Văn An", "Giáp Thị Hường", "Công Tằng Tôn Nữ Nguyễn Phúc Hoàng Bảo Trân")
    matters = ("Đăng ký khai sinh", "Cấp bản sao Trích lục hộ tịch", "Cấp Giấy xác nhận tình trạng hôn nhân")
    return RegisterRow(
        number=number,
        code=f"H05.101-261120-{number:04d}",
        matter=matters[number % 3],
        applicant=people[number % 3],
        contact="Số 12 đường Nguyễn Trãi, phường Kinh Bắc, tỉnh Bắc Ninh, 0900 100 001",
        agency="Ủy ban nhân dân phường Kinh Bắc",
        received_at=at(20, 9, 42),
        due_at=at(27, 17) if number % 3 else None,
        returned_at=at(26, 10) if number % 4 else None,
        channel="Trực tiếp",
        note="Trước hạn" if number % 4 else "",
    )


def register_of(rows: int) -> Register:
    return Register(
        head=head("…/STD"),
        sector="Hộ tịch",
        period="từ ngày 01/11/2026 đến ngày 20/11/2026",
        rows=[register_row(number) for number in range(1, rows + 1)],
        book="01",
    )


SAMPLES: dict[str, Paper] = {
    "receipt": RECEIPT,
    "receipt-by-proxy": replace(RECEIPT, proxy=HUONG, proxy_paper="Giấy ủy quyền ngày 19/11/2026"),
    "supplement": SUPPLEMENT,
    "refusal": REFUSAL,
    "apology": APOLOGY,
    "stop": STOP,
    "control": CONTROL,
    "register": register_of(18),
}


def cases() -> Iterator[tuple[str, str]]:
    """Every sample in every form set that has its form."""
    for form_set, forms in FORM_NUMBERS.items():
        yield from ((name, form_set) for name, paper in SAMPLES.items() if type(paper) in forms)


def pictures(pdf: bytes, *, dpi: int = 72) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def texts(pdf: bytes) -> list[str]:
    """The text of each page, every gap one space."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return [re.sub(r"\s+", " ", page.replace("\u200b", "")).strip() for page in pages]


def write_golden() -> None:
    for name, form_set in cases():
        pdf = render_pdf(SAMPLES[name], form_set=form_set)
        pictures(pdf)[0].save(GOLDEN / f"{name}-{form_set}.png", optimize=True)
        (GOLDEN / f"{name}-{form_set}.txt").write_text("\n".join(texts(pdf)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_golden()
