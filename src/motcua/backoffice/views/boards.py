"""Answers today's boards: of an officer, a unit, a centre, an agency, the province; and what is behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.core.kernel import Problem, Refused
from motcua.core.statistics import LateCause
from motcua.services.boards.desks import desk_now, desk_trend
from motcua.services.boards.digests import unread_digest
from motcua.services.boards.lists import BoardList, BoardQuery, Key, board_list
from motcua.services.boards.offices import DAYS, PlaceLine, office_now, office_trend
from motcua.services.boards.rules import OFFICES, READERS, BoardKind, boards_of, soon_days
from motcua.services.figures.reporting import READERS as FIGURES_READERS
from motcua.services.times import VIETNAM, local_day, system_now
from motcua.ui.board_pictures import Bar
from motcua.ui.live import unless_known
from motcua.ui.officers import OfficerRequest, officer_page

_PICTURED = 15
_CAUSES = {c.value for c in LateCause}


@require_GET
@officer_page(*READERS)
def board(request: OfficerRequest) -> HttpResponse:
    """The widest board of the post."""
    kinds = boards_of(request.actor)
    if not kinds:
        raise Http404
    return _board(request, kinds[0])


@require_GET
@officer_page(*READERS)
def board_of(request: OfficerRequest, kind: str) -> HttpResponse:
    return _board(request, _kind(kind))


@require_GET
@officer_page(*READERS)
def board_now(request: OfficerRequest, kind: str) -> HttpResponse:
    """The part of a board that follows what happens, asked for again and again; answered only when it has changed."""
    found, now = _kind(kind), system_now()
    return unless_known(request, render(request, _template(found, "_now"), _now(request, found, now)))


@require_GET
@officer_page(*READERS)
def board_dossiers(request: OfficerRequest, kind: str) -> HttpResponse:
    """The dossiers behind a number of a board, a page at a time."""
    found, now, problems = _kind(kind), system_now(), list[Problem]()
    texts = {name: request.GET.get(name, "")[:40] for name in ("number", "agency", "cause", "owner", "staff")}
    page = BoardList((), None, "")
    try:
        page = board_list(
            found, _query(texts), after=_key(request.GET.get("after", "")), actor=request.actor, now=now
        )
    except Refused as refusal:
        problems = list(refusal.problems)
    is_office = found in OFFICES
    context = {
        "kind": found.value,
        "page": page,
        "number": texts["number"] if not problems else "",
        "cause": texts["cause"] if texts["cause"] in _CAUSES else "",
        "is_office": is_office,
        "definitions": "office_definitions" if is_office else "desk_definitions",
        "problems": problems,
        "now": now,
        "more": f"?{urlencode({**_given(texts), 'after': _text(page.following)})}" if page.following else "",
        "soon_days": soon_days(now),
    }
    return render(request, "backoffice/boards/dossiers.html", context, status=422 if problems else 200)


def _board(request: OfficerRequest, kind: BoardKind) -> HttpResponse:
    now = system_now()
    context = {
        **_now(request, kind, now),
        "kinds": [k.value for k in boards_of(request.actor)],
        "part": _template(kind, "_now"),
        "digest": unread_digest(request.actor, now=now),
        "soon_days": soon_days(now),
        **(_office_trend(request, kind, now) if kind in OFFICES else _desk_trend(request, kind, now)),
    }
    return render(request, _template(kind, "board"), context)


def _now(request: OfficerRequest, kind: BoardKind, now: datetime) -> dict[str, Any]:
    context: dict[str, Any] = {"kind": kind.value, "now": now, "days": DAYS}
    if kind in OFFICES:
        view = office_now(kind, request.actor, now=now)
        context |= {
            "view": view,
            "urgent_places": [p for p in view.places if _is_urgent(p)],
            "quiet_places": [p for p in view.places if not _is_urgent(p)],
            "pictured": [_urgent(p) for p in view.places[:_PICTURED] if _is_urgent(p)],
            "since": _days_ago(now, DAYS),
            "may_see_figures": request.actor.has(*FIGURES_READERS),
        }
        return context
    desk = desk_now(kind, request.actor, now=now)
    loads = [(line.name or _("nobody"), line.late, line.today, line.soon) for line in desk.load]
    return {**context, "view": desk, "pictured": loads}


def _office_trend(request: OfficerRequest, kind: BoardKind, now: datetime) -> dict[str, Any]:
    trend = office_trend(kind, request.actor, now=now)
    bars = [
        Bar(f"{m.from_at.astimezone(VIETNAM):%m/%y}", m.counts.received, m.counts.done, m.counts.late)
        for m in trend.months
    ]
    return {"trend": trend, "bars": bars}


def _desk_trend(request: OfficerRequest, kind: BoardKind, now: datetime) -> dict[str, Any]:
    weeks = desk_trend(kind, request.actor, now=now)
    return {"weeks": weeks, "bars": [(f"{w.from_at.astimezone(VIETNAM):%d/%m}", w.done) for w in weeks]}


def _is_urgent(place: PlaceLine) -> bool:
    return place.open.late + place.open.today + place.open.soon > 0


def _urgent(place: PlaceLine) -> tuple[str, int, int, int]:
    return place.name, place.open.late, place.open.today, place.open.soon


def _days_ago(now: datetime, days: int) -> str:
    return f"{local_day(now) - timedelta(days=days):%d/%m/%Y}"


def _template(kind: BoardKind, part: str) -> str:
    folder = "office" if kind in OFFICES else "desk"
    return f"backoffice/boards/{folder}{part if part.startswith('_') else ''}.html"


def _kind(text: str) -> BoardKind:
    try:
        return BoardKind(text)
    except ValueError:
        raise Http404 from None


def _query(texts: Mapping[str, str]) -> BoardQuery:
    return BoardQuery(
        number=texts["number"],
        agency_id=_id(texts["agency"]),
        cause=texts["cause"] if texts["cause"] in _CAUSES else "",
        owner=texts["owner"],
        staff_id=_id(texts["staff"]),
    )


def _given(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in texts.items() if value}


def _id(text: str) -> int | None:
    """Return the id; one that is no number is of nothing, and not of everything."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _key(text: str) -> Key | None:
    """Return the key of a page, ``instant_id`` or ``none_id``; ``None`` where the text is none."""
    at, _sep, number = text.rpartition("_")
    try:
        return (None if at == "none" else datetime.fromisoformat(at), int(number)) if at else None
    except ValueError:
        return None


def _text(key: Key | None) -> str:
    return f"{key[0].isoformat() if key[0] else 'none'}_{key[1]}" if key else ""
