"""The invented persons whom the simulated national identity knows. No number that begins with 999 is anybody's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person; ``level`` 2 has shown the card to an officer, ``level`` 1 has only registered."""

    key: str
    id_number: str
    name: str
    birth: str
    sex: str
    address: str
    level: int = 2
    represents: tuple[tuple[str, str], ...] = ()


PERSONS = (
    DemoPerson("an", "999190000001", "Nguyễn Thị An", "1990-02-01", "Nữ", "Số 1, phường Kinh Bắc, tỉnh Bắc Ninh"),
    DemoPerson("bach", "999185000002", "Trần Văn Bách", "1985-07-15", "Nam", "Số 2, phường Võ Cường, tỉnh Bắc Ninh"),
    DemoPerson("cuc", "999158000003", "Lê Thị Cúc", "1958-11-30", "Nữ", "Thôn Đông, xã Gia Bình, tỉnh Bắc Ninh"),
    DemoPerson(
        "dat",
        "999179000004",
        "Phạm Văn Đạt",
        "1979-05-09",
        "Nam",
        "Số 4, phường Vũ Ninh, tỉnh Bắc Ninh",
        represents=(("0099900004", "Công ty cổ phần Gốm Luy Lâu"),),
    ),
    DemoPerson("gam", "999200000005", "Hoàng Thị Gấm", "2000-01-20", "Nữ", "Số 5, phường Kinh Bắc, tỉnh Bắc Ninh", 1),
)
