"""Answers programs what pages answer people without an account: procedures, life events, centres, a dossier's progress.

Nothing here names a person; what needs an account is not here.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query, Status
from ninja.errors import HttpError, ValidationError

from motcua.api.schemas import (
    PRINTED,
    CentreList,
    CentreOut,
    EventList,
    EventOut,
    Fault,
    Found,
    FoundList,
    Paper,
    ProcedureOut,
    ProgressOut,
    ReceiptOut,
    TrackIn,
    UsualDelayOut,
)
from motcua.services.catalogue import current_procedure, search_procedures
from motcua.services.centres import one_stop_units
from motcua.services.life_events import event_names, event_page
from motcua.services.limits import address_of, is_within_limit
from motcua.services.offline.receipts import check_receipt
from motcua.services.times import system_now
from motcua.services.tracking import track
from motcua.services.usual_delay import usual_delay_of

VERSION = "1.0"
PER_ADDRESS, TRACKING_PER_ADDRESS, TRACKING_PER_CODE, MINUTES = 600, 20, 10, 10
CENTRES_MAX = 50

api = NinjaAPI(
    title="Một Cửa",
    version=VERSION,
    description="Open data of a one-stop shop: procedures, life events, one-stop units, and how far a dossier is.",
    urls_namespace="api",
    # The page that comes along loads its parts from elsewhere, which no page here does.
    docs_url=None,
    openapi_url="/openapi.json",
)

Text = Annotated[str, Query(max_length=200, description="Everyday words; marks and case do not matter.")]
Code = Annotated[str, Path(max_length=40, pattern=PRINTED)]
Token = Annotated[str, Path(max_length=400, pattern=PRINTED)]
Answer = Any


class TooMany(Exception):
    """Asked more often than one address may."""


@api.exception_handler(TooMany)
def too_many(request: HttpRequest, error: TooMany) -> Any:
    return api.create_response(request, fault("limit", _("Asked too often; try again in ten minutes.")), status=429)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> Any:
    fields = ", ".join(".".join(str(part) for part in e["loc"][1:]) for e in error.errors)
    text = _("These are missing, too long or of another form: %(fields)s") % {"fields": fields or "body"}
    return api.create_response(request, fault("form", text), status=422)


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> Any:
    return api.create_response(request, fault("body", _("The body is no JSON.")), status=error.status_code)


def fault(code: str, text: str) -> dict[str, str]:
    return {"code": code, "text": text}


def _limit(request: HttpRequest, *keys: tuple[str, int]) -> None:
    now = system_now()
    # All are asked, whatever the first says: the answer must not tell which one was reached.
    limits = [(f"api:{address_of(request)}", PER_ADDRESS), *keys]
    allowed = [is_within_limit(key, most, minutes=MINUTES, now=now) for key, most in limits]
    if not all(allowed):
        raise TooMany


@api.get(
    "/procedures", response={200: FoundList, 422: Fault, 429: Fault}, summary="Find a procedure in everyday words"
)
def procedures(request: HttpRequest, q: Text, limit: Annotated[int, Query(ge=1, le=50)] = 20) -> Answer:
    _limit(request)
    return {
        "items": [_found(request, h.code, h.name) for h in search_procedures(q, limit=limit)] if q.strip() else []
    }


@api.get(
    "/procedures/{code}",
    response={200: ProcedureOut, 404: Fault, 422: Fault, 429: Fault},
    summary="What a procedure asks, takes and gives",
)
def procedure(request: HttpRequest, code: Code) -> Answer:
    _limit(request)
    found = current_procedure(code)
    if found is None:
        return Status(404, fault("unknown", _("There is no such procedure.")))
    delay = usual_delay_of(found.code)
    return ProcedureOut(
        code=found.code,
        name=found.name,
        sector=found.sector,
        levels=list(found.levels),
        term=found.term,
        fee_vnd=found.fee_vnd,
        papers=[
            Paper(name=c.name, originals=c.originals, copies=c.copies, is_required=c.is_required, form=c.form)
            for c in found.components
        ],
        results=list(found.results),
        usual_delay=UsualDelayOut.from_orm(delay) if delay else None,
    )


@api.get("/life-events", response={200: EventList, 429: Fault}, summary="What may have to be done at a turn of life")
def life_events(request: HttpRequest) -> Answer:
    _limit(request)
    language, items = get_language() or "vi", []
    for key, name in event_names(language):
        page = event_page(key, language)
        steps = page.steps if page else ()
        items.append(EventOut(key=key, name=name, procedures=[_found(request, c.code, c.name) for _text, c in steps]))
    return {"items": items}


@api.get("/centres", response={200: CentreList, 422: Fault, 429: Fault}, summary="One-stop units")
def centres(request: HttpRequest, q: Text = "") -> Answer:
    _limit(request)
    found = one_stop_units(q, limit=CENTRES_MAX + 1)
    items = [
        CentreOut(id=c.unit_id, name=c.name, agency=c.agency, level=c.level, address=c.address, phone=c.phone)
        for c in found[:CENTRES_MAX]
    ]
    return {"items": items, "is_cut": len(found) > CENTRES_MAX}


@api.post(
    "/track",
    response={200: ProgressOut, 400: Fault, 404: Fault, 422: Fault, 429: Fault},
    summary="How far a dossier is, for who holds its receipt",
)
def tracked(request: HttpRequest, receipt: TrackIn) -> Answer:
    """Code and secret go in the body, so that no log keeps them."""
    code = receipt.code.strip().upper()
    _limit(
        request,
        (f"track:address:{address_of(request)}", TRACKING_PER_ADDRESS),
        (f"track:code:{code}", TRACKING_PER_CODE),
    )
    progress = track(code=code, secret=receipt.secret.replace("-", "").replace(" ", ""))
    if progress is None:
        return Status(404, fault("unknown", _("Code and secret do not belong together.")))
    return {"code": progress.code, "percent": progress.percent, "state": progress.state_key}


@api.get(
    "/receipts/{token}",
    response={200: ReceiptOut, 404: Fault, 422: Fault, 429: Fault},
    summary="Whether a receipt of a counter without network is genuine",
)
def receipt(request: HttpRequest, token: Token) -> Answer:
    _limit(request, (f"receipt:{address_of(request)}", TRACKING_PER_ADDRESS))
    checked = check_receipt(token)
    if checked is None:
        return Status(404, fault("unknown", _("This is not a receipt of ours, or it was changed.")))
    return ReceiptOut(
        code=checked.code,
        unit=checked.unit_name,
        received_at=checked.received_at,
        due_at=checked.due_at,
        is_in_the_system=checked.progress is not None,
    )


def _found(request: HttpRequest, code: str, name: str) -> Found:
    address = request.build_absolute_uri(reverse("portal:procedure", kwargs={"code": code}))
    return Found(code=code, name=name, address=address)
