"""Processes that between them use every kind of node, for recorded histories."""

from __future__ import annotations

from collections.abc import Iterator

from motcua.core.process import Definition
from motcua.core.process.written import Written, read_written

_EVERYTHING = """
key = "history-everything"
name = "Mọi loại nút"

[units]
reception = "Bộ phận Một cửa"
division = "Phòng chuyên môn"
leadership = "Lãnh đạo"

[[field]]
name = "area"
type = "integer"
[[field]]
name = "kind"
type = "choice"
choices = ["house", "factory"]
[[field]]
name = "offices"
type = "list"
[[field]]
name = "urgent"
type = "boolean"

[[table]]
name = "signer"
rules = [{ when = "area > 50", gives = "leadership" }, { gives = "division" }]

[[step]]
key = "receive"
task = "Tiếp nhận"
kind = "receive"
unit = "reception"
role = "counter_officer"
time = "1 giờ"
collects = ["area", "kind", "urgent"]
next = "appraise"

[[step]]
key = "appraise"
task = "Thẩm định"
kind = "appraise"
unit = "division"
role = "case_officer"
time = "8 giờ"
collects = ["offices"]
with = ["leadership"]
next = { done = "fork", back = "receive", refuse = "return" }

[[parallel]]
key = "fork"
next = ["ask", "site", "some"]

[[step]]
key = "ask"
task = "Lấy ý kiến"
kind = "consult"
unit = "division"
role = "case_officer"
time = "8 giờ"
each = "offices"
next = "join"

[[step]]
key = "site"
task = "Kiểm tra thực địa"
kind = "appraise"
unit = "division"
role = "case_officer"
time = "8 giờ"
next = "join"

[[boundary]]
key = "late"
kind = "timer"
at = "site"
for = "1 working day"
beside = true
next = ["tell"]

[[send]]
key = "tell"
message = "late"
next = ["told"]

[[inclusive]]
key = "some"
ways = [{ when = "area > 50", to = "fire" }, { when = "kind = 'factory'", to = "environment" }, { otherwise = true, to = "plain" }]

[[step]]
key = "fire"
task = "Phòng cháy"
kind = "appraise"
unit = "division"
role = "case_officer"
time = "4 giờ"
next = "together"

[[step]]
key = "environment"
task = "Môi trường"
kind = "appraise"
unit = "division"
role = "case_officer"
time = "4 giờ"
next = "together"

[[step]]
key = "plain"
task = "Rà soát"
kind = "automatic"
unit = ""
role = ""
time = "0 giờ"
next = "together"

[[inclusive]]
key = "together"
ways = [{ otherwise = true, to = "join" }]

[[parallel]]
key = "join"
next = ["wait"]

[[wait]]
key = "wait"
kind = "event"
next = ["paid", "expired"]

[[wait]]
key = "paid"
kind = "message"
for = "paid"
next = ["part"]

[[wait]]
key = "expired"
kind = "timer"
for = "30 working days"
next = ["return"]

[[part]]
key = "part"
name = "Ký"
start = "draft"
members = ["draft", "sign", "signed"]
next = ["return"]

[[boundary]]
key = "stopped"
kind = "message"
at = "part"
for = "stop"
next = ["return"]

[[step]]
key = "draft"
task = "Dự thảo"
kind = "approve"
unit = "division"
role = "unit_leader"
time = "4 giờ"
next = { done = "sign" }

[[step]]
key = "sign"
task = "Ký"
kind = "sign"
unit = "leadership"
role = "agency_leader"
time = "4 giờ"
unit_by = "signer"
next = { done = "signed", back = "draft" }

[[end]]
key = "signed"
result = "done"

[[step]]
key = "return"
task = "Trả kết quả"
kind = "return"
unit = "reception"
role = "counter_officer"
time = "0 giờ"
next = "which"

[[choice]]
key = "which"
ways = [{ when = "urgent", to = "now" }, { otherwise = true, to = "end" }]

[[end]]
key = "end"
result = "returned"

[[end]]
key = "now"
result = "returned"
ends_all = true

[[end]]
key = "told"
result = "done"
"""

_IN_TURN = """
key = "history-in-turn"
name = "Lần lượt"

[units]
reception = "Bộ phận Một cửa"
division = "Phòng chuyên môn"

[[field]]
name = "rounds"
type = "integer"

[[step]]
key = "receive"
task = "Tiếp nhận"
kind = "receive"
unit = "reception"
role = "counter_officer"
time = "1 giờ"
collects = ["rounds"]
next = "look"

[[step]]
key = "look"
task = "Từng nơi xem"
kind = "appraise"
unit = "division"
role = "case_officer"
time = "4 giờ"
each = "rounds"
in_turn = true
next = "return"

[[step]]
key = "return"
task = "Trả kết quả"
kind = "return"
unit = "reception"
role = "counter_officer"
time = "0 giờ"
next = "end"

[[end]]
key = "end"
result = "returned"
"""


def everything() -> Iterator[Definition]:
    for text in (_EVERYTHING, _IN_TURN):
        read = read_written(text)
        assert isinstance(read, Written), read
        yield read.definition
