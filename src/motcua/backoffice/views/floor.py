"""Answers the hall's pages for officers: my counter with its calls; the manager's hall, figures and set-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.floor import Standing, grounds_of
from motcua.core.forms import parse_day
from motcua.core.kernel import Refused
from motcua.services.floor import desks
from motcua.services.floor.counter_pages import counter_page
from motcua.services.floor.estimates import history_of
from motcua.services.floor.figures import day_figures, day_plan, hall_now
from motcua.services.floor.halls import hall_of_unit
from motcua.services.floor.running import (
    GroupEntry,
    RulesEntry,
    add_device,
    close_hall,
    is_live_part_well,
    is_silent,
    live_listeners,
    make_hall,
    managed_hall,
    pause_group,
    reopen_hall,
    resume_group,
    revoke_device,
    save_group,
    save_rules,
    set_notice,
)
from motcua.services.floor.tickets import come_back
from motcua.services.premises.effects import faults_of_day
from motcua.services.premises.faults import open_faults
from motcua.services.times import local_day, system_now
from motcua.store.floor.models import DeviceKind, Hall, HallDevice, HallGroup
from motcua.store.lawfiles import law_book
from motcua.store.organisation.models import Counter
from motcua.store.organisation.roles import Role
from motcua.ui.live import allow_live, live_address, unless_known
from motcua.ui.officers import OfficerRequest, officer_page

desk_page = officer_page(Role.COUNTER_OFFICER, Role.POSTAL_OFFICER)
manager_page = officer_page(Role.CENTRE_MANAGER)


@never_cache
@require_http_methods(["GET", "POST"])
@desk_page
def hall_desk(request: OfficerRequest) -> HttpResponse:
    """My counter: call, call again, send on, set aside, finish, pause; each by a key."""
    if request.method == "GET":
        return _desk(request)
    act = _DESK_ACTS.get(request.POST.get("act", ""))
    try:
        if act is not None:
            act(request)
    except Refused as refusal:
        return _desk(request, problems=refusal.problems)
    return redirect("counter" if request.POST.get("next") == reverse("counter") else "hall_desk")


@require_GET
@desk_page
def hall_desk_now(request: OfficerRequest) -> HttpResponse:
    """What of my counter's page changes by itself: who waits, who was set aside."""
    page = counter_page(request.actor, now=system_now())
    return unless_known(
        request, render(request, "backoffice/hall/_waiting.html", {"page": page, "Standing": Standing})
    )


@never_cache
@require_http_methods(["GET", "POST"])
@manager_page
def hall_manage(request: OfficerRequest) -> HttpResponse:
    """The hall on one page: who waits, who sits where, what is late, the notice, pauses."""
    if hall_of_unit(request.actor.unit_id) is None:
        if request.method == "POST":
            make_hall(request.actor)
            return redirect("hall_setup")
        return render(request, "backoffice/hall/none.html")
    hall = managed_hall(request.actor)
    if request.method == "POST":
        _manage(request)
        return redirect("hall_manage")
    now = system_now()
    plan = day_plan(hall, day=local_day(now), now=now)
    context = {**_manager_context(hall), "live": live_address(request, hall.stream), "soon": plan.soon(now)}
    return allow_live(request, render(request, "backoffice/hall/manage.html", context))


@require_GET
@manager_page
def hall_manage_now(request: OfficerRequest) -> HttpResponse:
    """What of the manager's page changes by itself."""
    hall = managed_hall(request.actor)
    return unless_known(request, render(request, "backoffice/hall/_now.html", _manager_context(hall)))


@require_GET
@manager_page
def hall_figures(request: OfficerRequest) -> HttpResponse:
    """Waits measured on a day, its load by quarter of an hour, and the counters such a day asks for."""
    hall, now = managed_hall(request.actor), system_now()
    day = parse_day(request.GET.get("day", "")) or local_day(now)
    context = {
        "hall": hall,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < local_day(now) else None,
        "figures": day_figures(hall, day),
        "plan": day_plan(hall, day=day, now=now),
        "faults": faults_of_day(hall, day, now=now),
        "known": history_of(hall.id, now=now).known,
    }
    return render(request, "backoffice/hall/figures.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@manager_page
def hall_setup(request: OfficerRequest) -> HttpResponse:
    """Groups and their counters, the rules of the queue, kiosks and displays with their addresses."""
    hall, problems = managed_hall(request.actor), ()
    if request.method == "POST":
        try:
            _set_up(request)
        except Refused as refusal:
            problems = refusal.problems  # type: ignore[assignment]
        else:
            messages.success(request, _("Saved."))
            return redirect("hall_setup")
    now = system_now()
    devices = HallDevice.objects.filter(hall=hall, revoked_at__isnull=True).order_by("kind", "name")
    groups = HallGroup.objects.filter(hall=hall).order_by("letter").prefetch_related("counters")
    context = {
        "hall": hall,
        "groups": [(g, {c.id for c in g.counters.all()}) for g in groups],
        "counters": list(Counter.objects.filter(unit_id=hall.unit_id).order_by("number")),
        "devices": [
            (
                d,
                request.build_absolute_uri(reverse(f"portal:{d.kind}", kwargs={"token": d.token})),
                is_silent(d, now=now),
            )
            for d in devices
        ],
        "kinds": DeviceKind.choices,
        "rules": grounds_of(law_book().regime_on(local_day(now))),
        "problems": problems,
        "post": request.POST,
    }
    return render(request, "backoffice/hall/setup.html", context, status=422 if problems else 200)


def _desk(request: OfficerRequest, problems: Any = ()) -> HttpResponse:
    page = counter_page(request.actor, now=system_now())
    if page is None:
        return render(request, "backoffice/hall/none.html", {"is_officer": True})
    context = {
        "page": page,
        "Standing": Standing,
        "problems": problems,
        "live": live_address(request, page.hall.stream),
    }
    return allow_live(request, render(request, "backoffice/hall/desk.html", context, status=422 if problems else 200))


def _send_on(request: OfficerRequest) -> None:
    kind, _sep, number = request.POST.get("target", "").partition(":")
    found = int(number) if number.isdecimal() and len(number) < 10 else None
    target = desks.Target(counter_id=found) if kind == "counter" else desks.Target(group_id=found)
    desks.send_on(seen=_seen(request), target=target, actor=request.actor, now=system_now())


def _call_next(request: OfficerRequest) -> None:
    seen = _seen(request)
    called = desks.call_next(seen=seen, actor=request.actor, now=system_now())
    if called is None:
        messages.info(request, _("Nobody waits for this counter."))


def _seen(request: OfficerRequest) -> str:
    return request.POST.get("seen", "")[:24]


def _with_seen(act: Callable[..., object]) -> Callable[[OfficerRequest], None]:
    def run(request: OfficerRequest) -> None:
        act(seen=_seen(request), actor=request.actor, now=system_now())

    return run


def _plainly(act: Callable[..., object]) -> Callable[[OfficerRequest], None]:
    def run(request: OfficerRequest) -> None:
        act(actor=request.actor, now=system_now())

    return run


_DESK_ACTS: dict[str, Callable[[OfficerRequest], object]] = {
    "open": lambda r: desks.open_desk(counter_id=_int(r, "counter") or 0, actor=r.actor, now=system_now()),
    "close": _plainly(desks.close_desk),
    "pause": _plainly(desks.pause_desk),
    "resume": _plainly(desks.resume_desk),
    "next": _call_next,
    "again": _with_seen(desks.call_again),
    "aside": _with_seen(desks.set_aside),
    "finish": _with_seen(desks.finish),
    "send": _send_on,
    "back": lambda r: come_back(r.POST.get("ticket", "")[:24], now=system_now(), actor=r.actor),
}


def _manager_context(hall: Hall) -> dict[str, Any]:
    now = system_now()
    devices = HallDevice.objects.filter(hall=hall, revoked_at__isnull=True).order_by("kind", "name")
    return {
        "hall": hall,
        "view": hall_now(hall, now=now),
        "silent": [d for d in devices if is_silent(d, now=now)],
        "faults": open_faults(hall.unit_id),
        "is_live_well": is_live_part_well(),
        "listeners": live_listeners(),
    }


def _manage(request: OfficerRequest) -> None:
    act, now = request.POST.get("act", ""), system_now()
    group = _int(request, "group") or 0
    if act == "notice":
        vi, en = request.POST.get("notice_vi", ""), request.POST.get("notice_en", "")
        set_notice(vi=vi, en=en, actor=request.actor, now=now)
    elif act == "pause":
        pause_group(group, actor=request.actor, now=now)
    elif act == "resume":
        resume_group(group, actor=request.actor, now=now)
    elif act == "close":
        close_hall(actor=request.actor, now=now)
    elif act == "reopen":
        reopen_hall(actor=request.actor, now=now)


def _set_up(request: OfficerRequest) -> None:
    act, now = request.POST.get("act", ""), system_now()
    if act == "rules":
        numbers = ("calls_max", "streak_max", "wait_max_minutes", "target_minutes", "target_percent")
        save_rules(RulesEntry(*(_int(request, n) for n in numbers)), actor=request.actor, now=now)
    elif act == "group":
        save_group(_group(request), actor=request.actor, now=now)
    elif act == "device":
        kind, name = request.POST.get("kind", ""), request.POST.get("name", "")
        add_device(kind=kind, name=name, actor=request.actor, now=now)
    elif act == "revoke":
        revoke_device(_int(request, "device") or 0, actor=request.actor, now=now)


def _group(request: OfficerRequest) -> GroupEntry:
    return GroupEntry(
        id=_int(request, "id") or 0,
        letter=request.POST.get("letter", "").strip()[:2],
        name_vi=request.POST.get("name_vi", ""),
        name_en=request.POST.get("name_en", ""),
        sectors=tuple(s.strip()[:120] for s in request.POST.get("sectors", "").split(";") if s.strip()),
        counters=tuple(int(i) for i in request.POST.getlist("counters") if i.isdecimal() and len(i) < 10),
        is_results=request.POST.get("is_results") == "1",
        slot_places=_int(request, "slot_places"),
    )


def _int(request: OfficerRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None
