"""Answers how what is being filled in is kept: begun, opened again on any device, saved at each step, forgotten in time.

An application is opened by its account, or by its code: whoever holds the code has it (shown on every page of it).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from motcua.core.forms import FormDefinition, eligibility_problems, stopped_by
from motcua.core.forms.evaluating import MODES
from motcua.core.kernel import Problem, Refused, nfc
from motcua.services.applications.forms import definition_of, form_in_force
from motcua.services.citizens import Citizen
from motcua.services.mandates import Acting
from motcua.services.times import local_day
from motcua.store.applications.models import Application, ApplicationFile, ApplicationKind, ApplicationState
from motcua.store.dossiers.models import Party
from motcua.store.ledger.models import OutboxMessage
from motcua.store.offerings.models import Channel, Offering
from motcua.store.organisation.models import AgencyLevel, Unit, UnitKind

DRAFT_DAYS = 30
TEXT_MAX, VALUES_MAX = 4000, 40
CODE_LENGTH = 12
OTHER = "_other"
"""Kept among the answers: that the account's holder fills in for somebody else, so nothing held of him is used."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office that takes the procedure online: its offering, its name, the unit that receives."""

    offering_id: int
    agency_name: str
    place: str
    unit_id: int
    unit_name: str


def online_offices(procedure_code: str, *, now: datetime) -> tuple[Office, ...]:
    """Return the offices that take the procedure online, by name. Two statements."""
    offerings = (
        _online_offerings(procedure_code, local_day(now)).select_related("agency").order_by("agency__name", "id")
    )
    kinds = UnitKind.one_stop()
    stops = sorted(Unit.objects.filter(kind__in=kinds), key=lambda u: (-kinds.index(u.kind), -u.id))
    units = {u.agency_id: u for u in stops}
    province = Unit.objects.filter(kind=UnitKind.SERVICE_CENTRE, agency__level=AgencyLevel.PROVINCE).first()
    found = []
    for offering in offerings:
        # Departments have no counter of their own: the provincial centre receives for them.
        unit = units.get(offering.agency_id) or province
        if unit is not None:
            agency = offering.agency
            found.append(Office(offering.id, agency.name, agency.place, unit.id, unit.name))
    return tuple(found)


def is_online(procedure_code: str, *, now: datetime) -> bool:
    """Return whether any office takes the procedure online."""
    return _online_offerings(procedure_code, local_day(now)).exists()


def usual_office(offices: Sequence[Office], citizen: Citizen | None) -> int:
    """Return the offering to offer first: of the office that received the citizen's last application, else of the
    place where the citizen lives, as far as one office alone fits; else none (0).
    """
    if len(offices) == 1:
        return offices[0].offering_id
    if citizen is not None:
        units = Application.objects.filter(account_id=citizen.account_id).order_by("-saved_at")
        last = units.values_list("reception_unit_id", flat=True).first()
        for office in offices:
            if office.unit_id == last:
                return office.offering_id
        return _near_home(offices, citizen)
    return 0


def _near_home(offices: Sequence[Office], citizen: Citizen) -> int:
    """Return the offering of the one office of the commune or ward in the citizen's address, else none (0)."""
    address = Party.objects.filter(accounts=citizen.account_id).values_list("address", flat=True).first() or ""
    for part in nfc(address).lower().split(","):
        near = [o for o in offices if part.strip() and nfc(o.agency_name).lower().endswith(f" {part.strip()}")]
        if near:
            return near[0].offering_id if len(near) == 1 else 0
    return 0


def begin(
    *,
    key: UUID,
    procedure_code: str,
    offering_id: int,
    answers: Mapping[str, Sequence[str]],
    mode: str,
    language: str,
    citizen: Citizen | None,
    now: datetime,
    ground: UUID | None = None,
) -> Application:
    """Return the draft made of the first answers; with the same key the same draft. ``ground`` is by what the citizen
    acts for somebody else.

    Problems: ``form.missing`` for each eligibility question, ``application.stopped`` where an answer ends the way,
    ``application.office_missing``.
    """
    version = form_in_force(procedure_code, now=now)
    form = definition_of(version)
    typed = {q.key: _texts(answers.get(q.key, ())) for q in form.eligibility}
    office = next((o for o in online_offices(procedure_code, now=now) if o.offering_id == offering_id), None)
    problems = list(eligibility_problems(form, typed))
    if stopped := stopped_by(form, typed):
        problems.append(Problem("application.stopped", stopped[0].key))
    if office is None:
        problems.append(Problem("application.office_missing", "offering"))
    if problems or office is None:
        raise Refused(problems)
    with transaction.atomic():
        application, _is_new = Application.objects.get_or_create(
            public_id=public_id_of(key),
            defaults={
                "account_id": citizen.account_id if citizen else None,
                "offering_id": office.offering_id,
                "form": version,
                "reception_unit_id": office.unit_id,
                "mode": mode if mode in MODES else MODES[0],
                "language": language,
                "answers": {**typed, **({OTHER: [str(ground)]} if ground else {})},
                **_kept(now),
                "made_at": now,
            },
        )
    return application


def application_of(
    public_id: UUID, *, citizen: Citizen | None, code: str, has_code: bool, now: datetime
) -> Application | None:
    """Return the application for who may open it: its account, or whoever has its code; ``None`` for all others.

    A visitor's draft whose holder has signed in since is kept in the account from then on.
    """
    application = (
        Application.objects.select_related(
            "form",
            "offering__procedure_version__procedure",
            "offering__agency",
            "reception_unit",
            "dossier",
        )
        .filter(public_id=public_id)
        .first()
    )
    is_right = is_code(public_id, code) or has_code
    if application is None or _is_expired(application, now):
        return None
    if citizen is not None and application.account_id == citizen.account_id:
        return application
    if not is_right:
        return None
    if citizen is not None and application.account_id is None:
        Application.objects.filter(id=application.id, account__isnull=True).update(account_id=citizen.account_id)
        application.account_id = citizen.account_id
    return application


def save_answers(
    application: Application,
    posted: Mapping[str, Sequence[str]],
    *,
    names: Sequence[str],
    seen: int,
    by: str,
    now: datetime,
) -> tuple[Application, tuple[Problem, ...]]:
    """Return the application with the answers of ``names`` saved as typed, right or wrong.

    ``seen`` is the save that the page was made from and ``by`` the page's own mark: what another page changed since
    is not written over but named, with what stands there (``application.changed_elsewhere``). Sent again from the page
    that named it, it is written. Refused with ``application.not_draft`` once it was sent, unless something is asked
    for: then answers can be put right as well.
    """
    with transaction.atomic():
        row = Application.objects.select_for_update().get(id=application.id)
        if row.state not in (ApplicationState.DRAFT, ApplicationState.ASKED):
            raise Refused([Problem("application.not_draft")])
        problems = []
        version, is_changed = row.version + 1, False
        for name in names:
            given = _texts(posted.get(name, ()))
            there = row.answers.get(name, [])
            if given == there:
                continue
            at, who = row.changed.get(name, (0, ""))
            if at > seen and who != by:
                problems.append(_elsewhere(application, name, there))
                continue
            row.answers[name], row.changed[name] = given, (version, by)
            is_changed = True
        for field, value in _kept(now).items():
            setattr(row, field, value)
        row.version = version if is_changed else row.version
        row.save(update_fields=["answers", "changed", "version", "saved_at", "expires_at", "told"])
    application.answers, application.changed, application.version = row.answers, row.changed, row.version
    application.saved_at, application.expires_at = row.saved_at, row.expires_at
    return application, tuple(problems)


def set_mode(application: Application, mode: str, *, now: datetime) -> None:
    if mode in MODES and application.state == ApplicationState.DRAFT:
        Application.objects.filter(id=application.id).update(mode=mode, **_kept(now))
        application.mode = mode


def set_for_other(application: Application, is_other: bool, *, now: datetime) -> None:
    """Keep whether the holder of the account fills in for somebody else."""
    answers = {**application.answers, OTHER: ["1"] if is_other else []}
    Application.objects.filter(id=application.id, state=ApplicationState.DRAFT).update(answers=answers, **_kept(now))
    application.answers = answers


def fill_in_principal(application: Application, acting: Acting, *, now: datetime) -> None:
    """Write into the draft who the applicant is when the account's holder acts for somebody.

    What is held of a person is shown and not asked; of an organisation it stands in the fields and can be changed.
    """
    party, form = Party.objects.get(id=acting.party_id), form_of(application)
    known = {
        "kind": party.kind,
        "name": party.name,
        "id_number": party.id_number,
        "birth": f"{party.birth_on:%d/%m/%Y}" if party.birth_on else "",
        "address": party.address,
    }
    answers = dict(application.answers)
    for name, text in known.items():
        field = form.mapped(f"applicant.{name}")
        if field is not None and text and (not field.options or text in {o.value for o in field.options}):
            answers.setdefault(field.name, [text])
    Application.objects.filter(id=application.id, state=ApplicationState.DRAFT).update(answers=answers, **_kept(now))
    application.answers = answers


def mail_code(application: Application, *, email: str, now: datetime) -> tuple[Problem, ...]:
    """Have the code of the draft sent to the address typed; the message itself holds neither address nor code.

    The address is kept with the draft; the code can be derived by whoever sends the message.
    """
    import re

    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}", email.strip()) or len(email) > 120:
        return (
            Problem("form.email", "email", values={"label_vi": "Thư điện tử", "label_en": "E-mail", "text": email}),
        )
    with transaction.atomic():
        Application.objects.filter(id=application.id).update(email=email.strip(), **_kept(now))
        tell("application.kept", application, now=now)
    return ()


def discard(application: Application) -> None:
    """Take a draft away at its holder's wish; its files go with the next sweep."""
    from motcua.services.applications.files import forget_files

    if application.state == ApplicationState.DRAFT:
        digests = list(application.files.values_list("sha256", flat=True))
        Application.objects.filter(id=application.id, state=ApplicationState.DRAFT).delete()
        forget_files(digests)


def erase_drafts_of(account_id: int) -> None:
    """Delete the drafts of an account that goes, with their files; what was sent is an office's matter by now."""
    from motcua.services.applications.files import forget_files

    drafts = Application.objects.filter(account_id=account_id, state=ApplicationState.DRAFT)
    digests = list(ApplicationFile.objects.filter(application__in=drafts).values_list("sha256", flat=True))
    drafts.delete()
    forget_files(digests)


def drafts_of(citizen: Citizen) -> list[Application]:
    """Return the drafts and what was sent and is not yet a dossier, the one saved last first."""
    rows = Application.objects.filter(account_id=citizen.account_id, kind=ApplicationKind.NEW)
    rows = rows.exclude(state=ApplicationState.ACCEPTED)
    return list(
        rows.select_related("offering__procedure_version", "reception_unit").order_by("-saved_at", "-id")[:50]
    )


def public_id_of(key: UUID) -> UUID:
    """Return the public id of the draft that a form with ``key`` begins: no public id is ever such a key.

    So nobody is taken for the beginner of a draft by sending its public id, which stands in its address.
    """
    secret = hashlib.sha256(b"motcua begin " + settings.SECRET_KEY.encode()).digest()
    return UUID(bytes=hmac.new(secret, key.bytes, hashlib.sha256).digest()[:16], version=4)


def code_of(public_id: UUID) -> str:
    """Return the code of an application as it is shown: three groups of four letters and digits, 60 bits."""
    key = hashlib.sha256(b"motcua application " + settings.SECRET_KEY.encode()).digest()
    text = base64.b32encode(hmac.new(key, public_id.bytes, hashlib.sha256).digest()).decode()[:CODE_LENGTH]
    return "-".join(text[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def is_code(public_id: UUID, typed: str) -> bool:
    """Return whether ``typed`` is the code of the application, in capitals or not, with or without its dashes."""
    plain = typed.replace("-", "").replace(" ", "").upper()[:40]
    return hmac.compare_digest(code_of(public_id).replace("-", "").encode(), plain.encode())


def form_of(application: Application) -> FormDefinition:
    return definition_of(application.form)


def tell(topic: str, application: Application, *, now: datetime, **body: Any) -> None:
    """Queue a message about the application; it holds no personal data, the receiver looks them up."""
    OutboxMessage.objects.create(
        topic=topic, key=str(application.public_id), body=body, made_at=now, next_attempt_at=now
    )


def _online_offerings(procedure_code: str, today: date) -> QuerySet[Offering]:
    return Offering.objects.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gte=today),
        procedure_version__procedure__code=procedure_code,
        channels__contains=[Channel.ONLINE],
        valid_from_on__lte=today,
    )


def _kept(now: datetime) -> dict[str, Any]:
    return {"saved_at": now, "expires_at": now + timedelta(days=DRAFT_DAYS), "told": 0}


def _is_expired(application: Application, now: datetime) -> bool:
    return application.state == ApplicationState.DRAFT and application.expires_at <= now


def _texts(given: Sequence[str]) -> list[str]:
    # A text in the database holds no NUL; whoever sends one has not typed it.
    lines = [
        "\n".join(nfc(line) for line in str(v).replace("\x00", "")[:TEXT_MAX].splitlines())
        for v in list(given)[:VALUES_MAX]
    ]
    return [text for text in lines if text.strip()]


def _elsewhere(application: Application, name: str, there: Sequence[str]) -> Problem:
    field = form_of(application).by_name.get(name)
    values = {
        "label_vi": field.vi if field else name,
        "label_en": field.en if field else name,
        "text": ", ".join(there)[:120] or "–",
    }
    return Problem("application.changed_elsewhere", name, values=values)
