"""Results are signed so that others can tell, entered, handed over, shown, and revoked for all to see."""

from __future__ import annotations

import random
import subprocess
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, pem
from django.test import override_settings

from motcua.core.dossier import FactKind, NationalState
from motcua.core.kernel import Refused
from motcua.integrations.signer.adapter import PadesSigner
from motcua.integrations.signer.test_authority import TestAuthority
from motcua.services.actors import Actor, Denied
from motcua.services.adapters import put_in
from motcua.services.applications.by_applicant import citizen_dossier
from motcua.services.citizens import citizen_of_account
from motcua.services.dossiers.steps import complete_step
from motcua.services.offerings import running_offering
from motcua.services.results.checking import check_file, check_token, state_on
from motcua.services.results.delivering import deliver_online
from motcua.services.results.held import held_results
from motcua.services.results.issuing import ResultEntry, digest_of, issue_result, revoke_result
from motcua.services.results.reading import (
    ResultFilter,
    end_share,
    file_of,
    result_for,
    results_for,
    results_of_citizen,
    share_result,
    shared_result,
)
from motcua.store.citizens.models import Account, Assurance
from motcua.store.dossiers.models import Dossier, Fact
from motcua.store.dossiers.writing import load
from motcua.store.ledger.models import OutboxMessage
from motcua.store.results.models import Delivery, Result
from world import MONDAY, PERMIT, Office, World, received

TODAY = MONDAY.date()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    """One authority for all tests of this file: making keys costs time."""
    return TestAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _signing(authority: TestAuthority, tmp_path: Path):  # type: ignore[no-untyped-def]
    with put_in(signer=PadesSigner(authority)), override_settings(UPLOADS=tmp_path):
        yield


def approved(office: Office, code: str = PERMIT) -> uuid.UUID:
    """Return a dossier that went through every step but the hand-over."""
    public_id = received(office, code).public_id
    steps = running_offering(office.offerings[code]).net.steps
    while (dossier := load(public_id)) and steps[dossier.tasks[0].step].kind != "return":
        task = dossier.tasks[0]
        who = {"counter_officer": office.binh, "case_officer": office.chi}.get(task.role, office.dung)
        complete_step(
            public_id=public_id, step=task.step, outcome="done", reason="", seen_version=dossier.version,
            actor=_placed(who, task.unit_id, task.role), now=MONDAY,
        )  # fmt: skip
    return public_id


def _placed(actor: Actor, unit_id: int, role: str) -> Actor:
    from dataclasses import replace

    return replace(actor, unit_id=unit_id, roles=actor.roles | {role})


def issued(office: Office, public_id: uuid.UUID | None = None, **entry: object) -> Result:
    public_id = public_id or approved(office)
    dossier = load(public_id)
    assert dossier is not None
    _, result = issue_result(
        public_id=public_id, entry=ResultEntry(**entry), seen_version=dossier.version, actor=office.dung, now=MONDAY,  # type: ignore[arg-type]
    )  # fmt: skip
    return result


def holder(result: Result, *, level: Assurance = Assurance.IDENTITY):  # type: ignore[no-untyped-def]
    account = Account.objects.create(party_id=result.holder_id, assurance=level, name="An", made_at=MONDAY)
    citizen = citizen_of_account(account.id)
    assert citizen is not None
    return citizen


@pytest.mark.django_db
def test_a_result_is_signed_by_whom_decided_and_sealed_by_the_agency(world: World) -> None:
    result = issued(world.home, fields="Số tầng: 3\nDiện tích: 80 m²", valid_to_on=date(2027, 11, 16))
    found = check_file(file_of(result).read_bytes(), on=TODAY)
    assert found.verdict == "issued"
    assert [(s.name, s.is_intact, s.is_trusted) for s in found.signatures] == [
        ("Dung", True, True),
        (world.home.agency.name, True, True),
    ]
    assert found.signatures[0].at == MONDAY
    assert (result.number, result.state) == ("1/KQ-UBND", "valid")
    fact = Fact.objects.get(kind=FactKind.RESULT_ISSUED)
    assert fact.body["content"] == digest_of(result)
    assert OutboxMessage.objects.filter(topic="result.ready", key=str(result.public_id)).exists()


@pytest.mark.django_db
def test_the_holder_is_told_of_decision_and_hand_over_and_led_to_the_result_and_the_rating(world: World) -> None:
    result = issued(world.home)
    assert result.dossier is not None
    key, an = result.dossier.public_id, holder(result)
    page = citizen_dossier(key, an, on=TODAY)
    assert page is not None
    assert [t.kind for t in page.told] == [FactKind.RECEIVED, FactKind.DECIDED]
    assert [r.public_id for r in page.results] == [result.public_id]
    assert page.rating_path.endswith("/rate")
    issued(world.home, approved(world.home))
    again = citizen_dossier(key, an, on=TODAY)
    assert again is not None
    assert len(again.results) == 1, "results of the holder's other dossiers stand at those"
    assert deliver_online(public_id=result.public_id, citizen=an, now=MONDAY + timedelta(hours=1))
    returned = citizen_dossier(key, an, on=TODAY)
    assert returned is not None
    assert [t.kind for t in returned.told] == [FactKind.RECEIVED, FactKind.DECIDED, FactKind.RETURNED]


@pytest.mark.django_db
def test_other_programs_find_the_signatures_right_and_a_changed_byte_wrong(
    world: World, authority: TestAuthority, tmp_path: Path
) -> None:
    pdf = file_of(issued(world.home)).read_bytes()
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(pdf)
    changed = bytearray(pdf)
    changed[1_500] ^= 1
    bad.write_bytes(bytes(changed))
    assert _poppler(good).count("Signature is Valid") == 2
    assert "Total document signed" in _poppler(good)
    assert "Signature is Valid" not in _poppler(bad)
    assert [_openssl(pdf, n, authority, tmp_path) for n in (0, 1)] == [True, True]
    assert [_openssl(bytes(changed), n, authority, tmp_path) for n in (0, 1)] == [False, False]
    assert check_file(bytes(changed), on=TODAY).verdict == "altered"


def _poppler(path: Path) -> str:
    """Return what poppler's pdfsig says; the authority itself it does not know."""
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


def _openssl(pdf: bytes, number: int, authority: TestAuthority, folder: Path) -> bool:
    """Return whether openssl finds a signature right over the bytes that it says it covers, under the test root."""
    parts = pdf.split(b"/ByteRange")
    start, length, second, rest = (int(n) for n in parts[number + 1].split(b"[")[1].split(b"]")[0].split())
    covered = pdf[start : start + length] + pdf[second : second + rest]
    hexadecimal = pdf[start + length : second].strip(b"<>").rstrip(b"0")
    raw = bytes.fromhex((hexadecimal + b"0" * (len(hexadecimal) % 2)).decode())
    padded = raw + b"\0" * 8
    signature = cms.ContentInfo.load(padded[: _der_length(padded)])
    (folder / "covered").write_bytes(covered)
    (folder / "signature").write_bytes(signature.dump())
    (folder / "root").write_bytes(pem.armor("CERTIFICATE", authority.root().dump()))
    checked = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-inform", "DER", "-in", str(folder / "signature")),
            *("-content", str(folder / "covered"), "-binary", "-CAfile", str(folder / "root")),
            *("-purpose", "any", "-cades", "-out", "/dev/null"),
        ],
        capture_output=True,
        check=False,
    )
    return checked.returncode == 0


def _der_length(data: bytes) -> int:
    size = data[1] & 0x7F
    return 2 + size + int.from_bytes(data[2 : 2 + size], "big") if data[1] & 0x80 else 2 + data[1]


@pytest.mark.django_db
def test_only_who_decided_or_a_head_above_signs(world: World) -> None:
    public_id = approved(world.home)
    dossier = load(public_id)
    assert dossier is not None
    for actor in (world.home.binh, world.home.chi, world.elsewhere.dung):
        with pytest.raises(Denied):
            issue_result(
                public_id=public_id, entry=ResultEntry(), seen_version=dossier.version, actor=actor, now=MONDAY
            )
    fresh = received(world.home, PERMIT).public_id
    with pytest.raises(Denied):
        issue_result(public_id=fresh, entry=ResultEntry(), seen_version=1, actor=world.home.dung, now=MONDAY)


@pytest.mark.django_db
def test_a_second_result_replaces_the_first_and_says_so(world: World) -> None:
    public_id = approved(world.home)
    first = issued(world.home, public_id)
    with pytest.raises(Refused, match=r"result\.exists"):
        issued(world.home, public_id)
    with pytest.raises(Refused, match=r"step\.reason_missing"):
        issued(world.home, public_id, replaces=first.public_id)
    second = issued(world.home, public_id, replaces=first.public_id, reason="Sai số tầng")
    first.refresh_from_db()
    assert (first.state, first.replaced_by_id) == ("replaced", second.id)
    answers = [check_token(r.token, on=TODAY) for r in (first, second)]
    assert [a.state for a in answers if a] == ["replaced", "valid"]


@pytest.mark.django_db
def test_a_revoked_result_says_so_to_everybody_who_checks(world: World) -> None:
    result = issued(world.home)
    with pytest.raises(Refused, match=r"result\.decision_missing"):
        revoke_result(public_id=result.public_id, reason="x", decision_no="", actor=world.home.dung, now=MONDAY)
    for actor in (world.elsewhere.dung, world.home.chi):
        with pytest.raises(Denied):
            revoke_result(public_id=result.public_id, reason="x", decision_no="1", actor=actor, now=MONDAY)
    revoke_result(
        public_id=result.public_id, reason="Cấp sai đối tượng", decision_no="12/QĐ", actor=world.home.dung, now=MONDAY
    )
    by_token = check_token(result.token, on=TODAY)
    by_file = check_file(file_of(result).read_bytes(), on=TODAY)
    assert by_token is not None
    assert (by_token.state, by_token.decision_no) == ("revoked", "12/QĐ")
    assert by_file.result is not None
    assert by_file.result.state == "revoked"
    assert held_results(result.holder_id, TODAY) == []
    assert Fact.objects.filter(kind=FactKind.RESULT_REVOKED).count() == 1


@pytest.mark.django_db
def test_a_result_runs_out_on_the_day_after_its_last(world: World) -> None:
    result = issued(world.home, valid_to_on=TODAY)
    assert [state_on(result, TODAY + timedelta(days=n)) for n in (0, 1)] == ["valid", "expired"]
    assert [len(held_results(result.holder_id, TODAY + timedelta(days=n))) for n in (-1, 0, 1)] == [0, 1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"\x00" * 500, b"%PDF-1.4\n1 0 obj\n<</ByteRange[0 1"])
def test_a_file_from_a_stranger_that_cannot_be_read_is_no_signed_file(world: World, content: bytes) -> None:
    assert check_file(content, on=TODAY).verdict == "unsigned"


@pytest.mark.django_db
def test_what_another_authority_signed_is_unharmed_but_not_known(world: World, tmp_path: Path) -> None:
    pdf = file_of(issued(world.home)).read_bytes()
    Result.objects.all().delete()
    assert check_file(pdf, on=TODAY).verdict == "signed"
    with put_in(signer=PadesSigner(TestAuthority(tmp_path / "other"))):
        assert check_file(pdf, on=TODAY).verdict == "foreign"
    assert check_file(pdf + b"\n% more", on=TODAY).verdict == "altered"


@pytest.mark.django_db
def test_officers_find_the_results_of_their_unit_or_agency_and_no_others(world: World) -> None:
    result = issued(world.home)
    other = issued(world.elsewhere)
    for actor in (world.home.binh, world.home.chi, world.home.dung):
        assert [r.id for r in results_for(actor, ResultFilter(), after="").rows] == [result.id]
        with pytest.raises(Denied):
            result_for(other.public_id, actor)
    assert len(results_for(world.province_leader, ResultFilter(), after="").rows) == 2
    with pytest.raises(Denied):
        results_for(world.administrator, ResultFilter(), after="")

    def found(**wanted: object) -> int:
        return len(results_for(world.home.dung, ResultFilter(**wanted), after="").rows)  # type: ignore[arg-type]

    assert [found(holder="nguyen thi AN"), found(holder="Hường"), found(number="1/KQ-UBND"), found(number="2")] == [
        *(1, 0, 1, 0)
    ]
    assert [found(kind="phép"), found(from_on=TODAY), found(to_on=TODAY - timedelta(days=1))] == [1, 1, 0]


@pytest.mark.django_db
def test_a_holder_sees_shows_and_takes_his_result_and_nobody_elses(world: World) -> None:
    result = issued(world.home)
    citizen, stranger = holder(result), Account.objects.create(name="x", made_at=MONDAY)
    other = citizen_of_account(stranger.id)
    assert other is not None
    assert (len(results_of_citizen(citizen)), results_of_citizen(other)) == (1, [])
    share = share_result(public_id=result.public_id, days=7, citizen=citizen, now=MONDAY)
    assert shared_result(share.token, now=MONDAY) == result
    assert shared_result(share.token, now=MONDAY + timedelta(days=8)) is None
    end_share(share_id=share.id, public_id=result.public_id, citizen=citizen, now=MONDAY)
    assert shared_result(share.token, now=MONDAY) is None
    with pytest.raises(Refused, match=r"share\.days"):
        share_result(public_id=result.public_id, days=400, citizen=citizen, now=MONDAY)
    with pytest.raises(Denied):
        share_result(public_id=result.public_id, days=7, citizen=other, now=MONDAY)
    with pytest.raises(Denied):
        deliver_online(public_id=result.public_id, citizen=other, now=MONDAY)
    assert [deliver_online(public_id=result.public_id, citizen=citizen, now=MONDAY) for _ in range(2)] == [
        True,
        False,
    ]
    assert Dossier.objects.get(id=result.dossier_id).state == NationalState.RETURNED
    assert Delivery.objects.get().way == "online"


@pytest.mark.django_db
def test_an_unconfirmed_account_sees_no_result(world: World) -> None:
    citizen = holder(issued(world.home), level=Assurance.CONTACT)
    assert results_of_citizen(citizen) == []


@pytest.mark.django_db
def test_no_change_of_a_signed_file_is_taken_for_the_file_and_none_breaks_the_check(world: World) -> None:
    pdf = file_of(issued(world.home)).read_bytes()
    chance = random.Random(7)
    for _ in range(40):
        changed = bytearray(pdf)
        for _ in range(chance.choice((1, 1, 3, 200))):
            changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
        cut = changed[: chance.randrange(len(changed))] if chance.random() < 0.3 else changed
        assert check_file(bytes(cut), on=TODAY).verdict in ("altered", "unsigned", "foreign", "signed")
        assert check_file(bytes(cut), on=TODAY).result is None
