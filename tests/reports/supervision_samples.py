"""The papers of supervision that the tests look at; writes the golden files when run."""

from __future__ import annotations

from paper_samples import GOLDEN, at, pictures, texts

from motcua.reports.papers.content import Head
from motcua.reports.papers.kinds import Paper
from motcua.reports.papers.rendering import render_pdf
from motcua.reports.papers.supervision_content import (
    CertificateSheet,
    CertificatesPaper,
    FindingRow,
    InspectionRecord,
    ItemRow,
    Minutes,
    PointRow,
    SampledRow,
    UrgingPaper,
)

PROVINCE = Head("", "Ủy ban nhân dân tỉnh Bắc Ninh", "Bắc Ninh", "3/BB", at(25, 16))
RECORD = InspectionRecord(
    head=PROVINCE,
    unit="Trung tâm Phục vụ hành chính công phường Kinh Bắc",
    subject="Tiếp nhận, giải quyết và trả kết quả thủ tục hành chính",
    decision="Quyết định số 112/QĐ-UBND ngày 02/11/2026, Chủ tịch Ủy ban nhân dân tỉnh",
    period="từ ngày 01/10/2026 đến ngày 31/10/2026",
    visit="25/11/2026",
    sample="2 hồ sơ, chọn theo dấu hiệu rủi ro từ 143 hồ sơ",
    seed="112/QĐ-UBND|2026-11-02|H05.45/centre|2026-10-01|2026-10-31",
    digest="ed2c8e6cfa46e1b0a19f8554b9a11526f7a3371450eac27cb8da08cf4bb75fec",
    rows=[
        SampledRow(1, "H05.45-261027-0001", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "17:00 27/10/2026", "09:10 28/10/2026", "quá hạn, đã hẹn lại", "Chưa đúng 1: Quá hạn thì có văn bản xin lỗi trước hạn"),
        SampledRow(2, "H05.45-261019-0001", "Đăng ký khai sinh", "17:00 19/10/2026", "13:31 19/10/2026", "xong sát hạn", "Đúng quy định"),
    ],
    findings=[FindingRow(1, "Nghiêm trọng. Không có văn bản xin lỗi. (hồ sơ số 1)", "Gửi văn bản xin lỗi.\nQuán triệt trong đơn vị.", "02/12/2026")],
    conclusion="Cơ bản đúng quy định.\nCần khắc phục việc xin lỗi khi quá hạn.",
    inspector="Đào Thị Kim Ngân",
)  # fmt: skip
MINUTES = Minutes(
    head=PROVINCE,
    name="Hội nghị trực tuyến về cơ chế một cửa, một cửa liên thông",
    starts_at=at(25, 8),
    chair="Tạ Minh Cường",
    agenda="Khai mạc\nBáo cáo\nKết luận",
    points=[
        PointRow("Ủy ban nhân dân tỉnh Bắc Ninh", "Số 10, đường Phù Đổng Thiên Vương", "tại hội trường chính", "12", "12"),
        PointRow("Ủy ban nhân dân phường Kinh Bắc", "Trụ sở UBND phường", "truyền hình hội nghị", "8", "…"),
    ],
    expected="20",
    present="12",
    documents=["Báo cáo tháng 10"],
    conclusions=["Giải quyết dứt điểm hồ sơ quá hạn.", "Bố trí người hướng dẫn nộp trực tuyến."],
    maker="Đào Thị Kim Ngân",
)  # fmt: skip
URGING = UrgingPaper(
    head=Head("", "Ủy ban nhân dân tỉnh Bắc Ninh", "Bắc Ninh", "7/ĐĐ", at(25, 9)),
    to="Ủy ban nhân dân phường Kinh Bắc",
    day="25/11/2026",
    text="Việc này đã được nhắc tại hội nghị.",
    answer_by="02/12/2026",
    items=[ItemRow("Chỉ đạo: Giải quyết dứt điểm hồ sơ quá hạn", "05/11/2026"), ItemRow("Hồ sơ quá hạn: H05.45-261027-0001", "20/11/2026")],
    signer="Tạ Minh Cường",
)  # fmt: skip
CERTIFICATES = CertificatesPaper(
    [
        CertificateSheet(
            head=Head(
                "Ủy ban nhân dân tỉnh Bắc Ninh", "Văn phòng Ủy ban nhân dân tỉnh", "Bắc Ninh", f"{n}/2026", at(25, 12)
            ),
            name=name,
            unit="Trung tâm Phục vụ hành chính công phường Kinh Bắc",
            course="Tiếp nhận hồ sơ, số hóa và hướng dẫn nộp trực tuyến",
            held="ngày 20/11/2026 tại Hội trường Ủy ban nhân dân tỉnh",
            expires="ngày 25/01/2027",
        )
        for n, name in enumerate(("Phan Quang Nam", "Trịnh Đình Trung"), start=1)
    ]
)
PAPERS: dict[str, Paper] = {
    "inspection": RECORD,
    "minutes": MINUTES,
    "urging": URGING,
    "certificates": CERTIFICATES,
}


def write_golden() -> None:
    for name, paper in PAPERS.items():
        pdf = render_pdf(paper, form_set="")
        pictures(pdf)[0].save(GOLDEN / f"{name}.png", optimize=True)
        (GOLDEN / f"{name}.txt").write_text("\n".join(texts(pdf)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_golden()
