"""A procedure as linked data: what is published and nothing else, in the words of each vocabulary."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from motcua.core.catalogue import Component, ComponentGroup, Fee, LegalBasis, Method, ProcedureContent, with_online
from motcua.core.catalogue.linked_data import cpsv_ap, duration_of, schema_org

ADDRESS = "https://motcua.example/procedures/1.001193"
BIRTH = ProcedureContent(
    code="1.001193",
    name="Đăng ký khai sinh",
    sector="Hộ tịch",
    subjects=("Công dân Việt Nam",),
    term="1 month",
    methods=(
        Method("DIRECT", "5 working days", (Fee("Lệ phí", 8000), Fee("Phí", None, "theo Nghị quyết HĐND"))),
        Method("ONLINE", "5 working days", (Fee("Lệ phí", 8000),)),
    ),
    component_groups=(
        ComponentGroup("", (Component("Tờ khai", 1, 0, "Mẫu 01"), Component("Giấy chứng sinh", 1, 0))),
    ),
    results=("Giấy khai sinh",),
    legal_bases=(LegalBasis("60/2014/QH13", "Luật Hộ tịch"),),
    competent_agency="UBND cấp xã",
)


def test_search_engines_get_the_service_with_its_ways_fees_and_result() -> None:
    found = schema_org(BIRTH, address=ADDRESS)
    assert (found["@type"], found["identifier"], found["url"]) == ("GovernmentService", "1.001193", ADDRESS)
    assert [(c["name"], c["processingTime"]) for c in found["availableChannel"]] == [
        ("counter", "05 ngày làm việc"), ("online", "05 ngày làm việc"),
    ]  # fmt: skip
    # A fee of two ways is one fee; one without an amount has no price.
    assert [o.get("price") for o in found["offers"]] == [8000, None]
    assert found["serviceOutput"] == [{"@type": "Thing", "name": "Giấy khai sinh"}]


def test_a_procedure_that_is_taken_online_says_so_once() -> None:
    listed = replace(BIRTH, methods=BIRTH.methods[:1])
    found = schema_org(with_online(listed), address=ADDRESS)
    assert [(c["name"], c["processingTime"]) for c in found["availableChannel"]] == [
        ("counter", "05 ngày làm việc"), ("online", "05 ngày làm việc"),
    ]  # fmt: skip
    assert with_online(BIRTH) is BIRTH
    assert with_online(replace(listed, methods=(), term="3 working days")).methods == (
        Method("ONLINE", "3 working days"),
    )


def test_catalogues_get_papers_results_costs_and_law() -> None:
    found = cpsv_ap(BIRTH, address=ADDRESS)
    assert found["@type"] == "cpsv:PublicService"
    assert [i["dct:title"]["@value"] for i in found["cpsv:hasInput"]] == ["Tờ khai", "Giấy chứng sinh"]
    assert "dct:type" not in found["cpsv:hasInput"][1]
    assert [o["dct:title"]["@value"] for o in found["cpsv:produces"]] == ["Giấy khai sinh"]
    assert [c.get("cv:value", {}).get("@value") for c in found["cv:hasCost"]] == ["8000", None]
    assert found["cv:hasLegalResource"][0]["dct:identifier"] == "60/2014/QH13"
    assert found["cv:processingTime"] == {"@type": "xsd:duration", "@value": "P1M"}
    used = {key.split(":")[0] for key in json.dumps(found).split('"') if ":" in key and "//" not in key}
    assert {u for u in used if u.isalpha()} <= set(found["@context"]) | {"P"}


@pytest.mark.parametrize(
    ("term", "said"), [("10 calendar days", "P10D"), ("2 weeks", "P2W"), ("5 working days", None), ("", None)]
)
def test_only_what_a_duration_can_say_is_one(term: str, said: str | None) -> None:
    found = duration_of(term)
    assert (found["@value"] if found else None) == said


def test_what_is_not_stated_is_left_out() -> None:
    bare = ProcedureContent(code="9.000001", name="Thủ tục", sector="")
    for found in (schema_org(bare, address=ADDRESS), cpsv_ap(bare, address=ADDRESS)):
        text = json.dumps(found)
        assert "null" not in text
        assert '""' not in text
        assert "[]" not in text
    assert "provider" not in schema_org(bare, address=ADDRESS)
    assert schema_org(replace(bare, executing_agency="Sở"), address=ADDRESS)["provider"]["name"] == "Sở"
