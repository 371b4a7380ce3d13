"""Whatever is typed or put into an address of the citizens' pages, the answer is a page and never a fault of ours."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_petitions import Box, sent

from motcua.services.adapters import put_in
from motcua.services.identity import identify
from motcua.services.petitions.sending import petition_secret
from motcua.services.ports import Person
from motcua.services.ratings import counter_token
from motcua.store.citizens.models import Account
from motcua.store.organisation.models import Counter
from motcua.store.voices.models import Petition
from world import MONDAY, World

ODD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["\x00", "a\x00b", "'", "%00", "1" * 400, "0" * 30, "²", "\ud7ff", "<script>", "-1", "9" * 18, "NaN", "{}"]),
)  # fmt: skip
FORMS = {
    "/account/sign-in": ("contact", "next"),
    "/account/code": ("code",),
    "/account/identify": ("next",),
    "/petitions/new": ("key", "agency", "about", "reference", "title", "text", "name", "contact"),
    "/petitions/new/code": ("code",),
    "/petitions/status": ("code", "secret"),
    "/my/mandates": ("contact", "scope", "code", "until"),
    "/my/acting": ("acting", "next"),
    "/my/preferences": ("name", "language", "channel1", "quiet_from", "quiet_to"),
    "/my/contact": ("contact",),
    "/my/contact/code": ("code",),
    "/track": ("code", "secret"),
}
ASKED = ("/petitions?q={}", "/petitions?after={}", "/my/notices?before={}", "/account/identity/back?state={}&code={}")


@pytest.mark.django_db
def test_no_input_is_a_fault_of_ours(world: World) -> None:
    with put_in(courier_email=Box(), courier_sms=Box()):
        petition = sent(world)
    status = f"/petitions/status/{petition.code}/{petition_secret(petition.public_id)}/act"
    tablet = f"/rate/{counter_token(Counter.objects.create(unit=world.home.centre, number=1, name='x').id)}"
    account = Account.objects.create(email="an@example.vn", made_at=MONDAY)
    person = Person("999190000001", "An", date(1990, 2, 1), "Nữ", "x", 2)
    client = Client()
    session = client.session
    session["account"] = identify(account_id=account.id, person=person, language="vi", now=MONDAY)
    session.save()
    client.cookies["sessionid"] = str(session.session_key)
    forms = {**FORMS, status: ("act", "text", "score", "remark"), tablet: ("visit", "score", "remark")}

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(forms)))
        body = {name: data.draw(ODD) for name in forms[path]}
        if path == status:
            body["act"] = data.draw(st.sampled_from(["rate", "supply", "x"]))
        with put_in(courier_email=Box(), courier_sms=Box()):
            answer = client.post(path, body)
        assert answer.status_code < 500, (path, body)
        address = data.draw(st.sampled_from(ASKED))
        from urllib.parse import quote

        given_text = quote(data.draw(ODD))
        assert client.get(address.format(given_text, given_text)).status_code < 500, address

    ask()
    assert Petition.objects.filter(id=petition.id).exists()
