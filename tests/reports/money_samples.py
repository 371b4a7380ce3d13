"""The papers of money, post and results that the tests look at; writes the golden files when run."""

from __future__ import annotations

from paper_samples import AN, CENTRE, CODE, GOLDEN, HOUSE, HUONG, at, head, pictures, texts

from motcua.reports.papers.content import Head, Line
from motcua.reports.papers.giving_content import DeliveryPaper, HandOverPaper, HandOverRow, PostSlipPaper, ResultPaper
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.money_content import CashPaper, DayRow, DaySheet, Sum
from motcua.reports.papers.rendering import render_pdf

CASH = CashPaper(
    head=head("12/BLTT"),
    code=CODE,
    payer=AN.name,
    matter=HOUSE,
    lines=[Sum("Lệ phí cấp giấy phép xây dựng nhà ở riêng lẻ", "75.000 đồng")],
    total="75.000 đồng",
    words="Bảy mươi lăm nghìn đồng",
    cancels="",
    reason="",
    officer="Nguyễn Thị Bình",
)
CANCELLED = CashPaper(
    head=head("13/BLTT"),
    code=CODE,
    payer=AN.name,
    matter=HOUSE,
    lines=CASH.lines,
    total="-75.000 đồng",
    words="Âm bảy mươi lăm nghìn đồng",
    cancels="12/2026",
    reason="Thu nhầm người",
    officer="Nguyễn Thị Bình",
)
DAY = DaySheet(
    head=head("…/BKTT"),
    day="20/11/2026",
    rows=[
        DayRow("12/2026", "Tiền mặt", CODE, HOUSE, "75.000 đồng", "Nguyễn Thị Bình"),
        DayRow("14000001", "Trực tuyến", "H05.101-261120-0002", "Đăng ký thường trú", "10.000 đồng", ""),
    ],
    cash="75.000 đồng",
    online="10.000 đồng",
    total="85.000 đồng",
    counted="75.000 đồng",
    note="",
    officer="Trần Văn Phú",
)
SLIP = PostSlipPaper(
    head=head("7/PGHS"),
    applicant=HUONG,
    agency="Ủy ban nhân dân phường Kinh Bắc",
    matter=HOUSE,
    components=[Line("Đơn đề nghị cấp giấy phép xây dựng", 1, 0), Line("Bản vẽ thiết kế xây dựng", 2, 0)],
    fee="75.000 đồng",
    return_address="Thôn Đoài, xã Yên Phong, tỉnh Bắc Ninh",
    officer="Lý Văn Thư",
)
BAG_IN = HandOverPaper(
    head=head("3/BBGN"),
    direction="in",
    giver="Lý Văn Thư",
    giver_side="Bưu chính",
    taker="Nguyễn Thị Bình",
    taker_side=CENTRE,
    given_at=at(20, 16, 30),
    signed_at=at(20, 16, 45),
    rows=[
        HandOverRow("7/2026", CODE, HUONG.name, HOUSE, "Đơn đề nghị (1 bản chính, 0 bản sao)", "đủ, đã nhận"),
        HandOverRow(
            "8/2026", "", AN.name, "Đăng ký khai sinh", "Tờ khai (1 bản chính)", "không nhận: thiếu giấy chứng sinh"
        ),
    ],
)
BAG_OUT = HandOverPaper(
    head=head("4/BBGN"),
    direction="out",
    giver="Nguyễn Thị Bình",
    giver_side=CENTRE,
    taker="",
    taker_side="Bưu chính",
    given_at=at(20, 16, 50),
    signed_at=None,
    rows=[HandOverRow("EM123456789VN", CODE, AN.name, HOUSE, "Kết quả giải quyết; Giấy chứng nhận", AN.address)],
)
DELIVERY = DeliveryPaper(
    head=head("9/PBGKQ"),
    code=CODE,
    applicant=AN,
    collector=HUONG,
    matter=HOUSE,
    results=["Giấy phép xây dựng, số 12/KQ-UBND"],
    originals=["Giấy chứng nhận quyền sử dụng đất"],
    way="Trực tiếp tại Bộ phận Một cửa",
    delivered_at=at(26, 10, 5),
    officer="Nguyễn Thị Bình",
)
RESULT = ResultPaper(
    head=Head(
        "Ủy ban nhân dân tỉnh Bắc Ninh", "Ủy ban nhân dân phường Kinh Bắc", "Kinh Bắc", "12/KQ-UBND", at(25, 9)
    ),
    title="Giấy phép xây dựng",
    code=CODE,
    holder=AN,
    birth="01/02/1985",
    statement=f"Ủy ban nhân dân phường Kinh Bắc cấp cho người có tên dưới đây kết quả giải quyết thủ tục “{HOUSE}”.",
    fields=[Sum("Số tầng", "3"), Sum("Diện tích xây dựng", "80 m²")],
    legal=["Luật Xây dựng (50/2014/QH13)"],
    valid_to="25/11/2027",
    signer="Lê Tiến Dũng",
    signer_title="Chủ tịch",
    check_url="https://motcua.bacninh.gov.vn/check/ABCDEFGHJKLMNOPQRSTUVWXYZ2",
)
PAPERS: dict[str, Paper] = {
    "cash": CASH,
    "cash-cancelled": CANCELLED,
    "cash-day": DAY,
    "post-slip": SLIP,
    "hand-over-in": BAG_IN,
    "hand-over-out": BAG_OUT,
    "delivery": DELIVERY,
    "result": RESULT,
}
A4 = {"cash-day", "hand-over-in", "hand-over-out", "result"}


def write_golden() -> None:
    for name, paper in PAPERS.items():
        pdf = render_pdf(paper, form_set="2025")
        pictures(pdf)[0].save(GOLDEN / f"{name}.png", optimize=True)
        (GOLDEN / f"{name}.txt").write_text("\n".join(texts(pdf)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_golden()
