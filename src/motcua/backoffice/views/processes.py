"""Answers the pages of internal processes: read, compared, written as a table, drawn, checked, published."""

from __future__ import annotations

import difflib
import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.backoffice.process_form import changed, read_sheet, sheet_from, sheet_of
from motcua.backoffice.process_page import editor_context, element_words, findings_context, said_changes
from motcua.backoffice.process_reading import Reading, drawn_words
from motcua.core.forms import parse_day
from motcua.core.kernel import Problem, Refused
from motcua.core.kernel.text import fold
from motcua.core.process.written import Written, read_written
from motcua.services import process_drafts as drafts
from motcua.services import process_use as process_use_service
from motcua.services.dossiers import moving
from motcua.services.dossiers.moving import MoveEntry
from motcua.services.process_checks import offerings_of
from motcua.services.process_drafts import Approval, DraftContent, Overtaken
from motcua.services.process_use import UseEntry
from motcua.services.times import local_day, system_now
from motcua.store.dossiers.live import live_by_process_version
from motcua.store.offerings.models import ProcessDraft, ProcessVersion
from motcua.store.offerings.selectors import drafts_of_agency, latest_process_versions, versions_of_process
from motcua.store.organisation.roles import Role
from motcua.store.organisation.selectors import names_of_staff
from motcua.ui.officers import OfficerRequest, officer_page

reading_page = officer_page(Role.PROCEDURE_OFFICER, Role.ADMINISTRATOR)
writing_page = officer_page(Role.PROCEDURE_OFFICER)
_XML_MAX = 4 * 1024 * 1024


def _may_write(request: OfficerRequest) -> bool:
    return request.actor.has(Role.PROCEDURE_OFFICER)


# Published versions


@require_GET
@reading_page
def processes(request: OfficerRequest) -> HttpResponse:
    may_write = _may_write(request)
    context = {
        "versions": list(latest_process_versions()),
        "drafts": list(drafts_of_agency(request.actor.agency_id)) if may_write else [],
        "may_write": may_write,
    }
    return render(request, "backoffice/processes/list.html", context)


@require_GET
@reading_page
def process(request: OfficerRequest, version_id: int) -> HttpResponse:
    """A version in words and drawn, what the checker says of it, and what is different from another version."""
    version = _version(version_id)
    content = drafts.content_of_version(version)
    others = list(versions_of_process(version.key))
    asked = request.GET.get("against", "")
    numbers = [o.number for o in others if o.id != version.id]
    earlier = [n for n in numbers if n < version.number]
    wanted = int(asked) if asked.isdecimal() and int(asked) in numbers else max(earlier, default=None)
    against = next((o for o in others if o.number == wanted), None)
    context = {
        "version": version,
        "problems": [Problem(p["code"], p["field"], None, p["values"]) for p in version.report],
        "others": others,
        "against": against,
        "choices": [(str(n), str(n)) for n in numbers],
        "live": live_by_process_version(version.key),
        "may_write": _may_write(request),
        **_changes(_version(against.id) if against else None, content),
        **findings_context(content, agency_id=request.actor.agency_id, now=system_now()),
    }
    return render(request, "backoffice/processes/version.html", context)


@require_GET
@reading_page
def process_bpmn(request: OfficerRequest, version_id: int) -> HttpResponse:
    version = _version(version_id)
    return _file(
        drafts.bpmn_of(drafts.content_of_version(version), said=drawn_words()),
        f"{version.key}-v{version.number}.bpmn",
    )


@require_GET
@reading_page
def process_toml(request: OfficerRequest, version_id: int) -> HttpResponse:
    version = _version(version_id)
    return _file(drafts.content_of_version(version).text(), f"{version.key}-v{version.number}.toml")


# Drafts


@require_http_methods(["GET", "POST"])
@writing_page
def process_new(request: OfficerRequest) -> HttpResponse:
    """A new draft, from nothing or from a file."""
    typed = {name: request.POST.get(name, "")[:600] for name in ("name", "key")}
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            return redirect("process_draft", draft_id=_started(request, typed).id)
        except Refused as refusal:
            problems = refusal.problems
    context = {"typed": typed, "problems": problems}
    return render(request, "backoffice/processes/new.html", context, status=422 if problems else 200)


def _started(request: OfficerRequest, typed: dict[str, str]) -> ProcessDraft:
    now = system_now()
    if request.POST.get("act") != "file":
        return drafts.start_draft(**typed, actor=request.actor, now=now)
    file = request.FILES.get("file")
    if file is None:
        raise Refused([Problem("draft.file_missing", "file")])
    if (file.size or 0) > drafts.FILE_MAX:
        raise Refused([Problem("draft.file_too_large", "file", values={"name": file.name or ""})])
    made = drafts.drafts_from_file(file.name or "", file.read(), actor=request.actor, now=now)
    if len(made) > 1:
        messages.success(request, _("%(count)s drafts were made; this is the first.") % {"count": len(made)})
    return made[0]


@require_POST
@writing_page
def process_start_draft(request: OfficerRequest, version_id: int) -> HttpResponse:
    draft, is_new = drafts.draft_from_version(version_id, actor=request.actor, now=system_now())
    if not is_new:
        messages.info(request, _("A draft of this process was there already; this is it."))
    return redirect("process_draft", draft_id=draft.id)


@require_http_methods(["GET", "POST"])
@writing_page
def process_draft(request: OfficerRequest, draft_id: int) -> HttpResponse:
    """The table editor. An act on a row shows the row and saves nothing; saving asks what is entered to be readable."""
    draft = drafts.draft_of(draft_id, actor=request.actor)
    content = drafts.content_of(draft)
    if request.method != "POST":
        sheet = sheet_of(content.definition, content.units, content.stated_days)
        return _editor(request, draft, content, sheet)
    act, seen = request.POST.get("act", "save")[:40], _number(request.POST.get("seen"))
    if act == "mine":
        return _go_on_with_mine(request, draft, seen)
    sheet = sheet_from(request.POST)
    if act != "save":
        sheet, go_to = changed(sheet, act)
        return _editor(request, draft, content, sheet, seen=seen, go_to=go_to, is_unsaved=True)
    read = read_sheet(sheet, key=draft.key)
    if not isinstance(read, Written):
        return _editor(request, draft, content, sheet, seen=seen, problems=read, is_unsaved=True)
    made = DraftContent(read.definition, read.units, read.stated_days, content.layout)
    return _save(request, draft, made, seen, "process_draft")


def _editor(
    request: OfficerRequest,
    draft: ProcessDraft,
    content: DraftContent,
    sheet: dict[str, Any],
    *,
    seen: int | None = None,
    problems: tuple[Problem, ...] = (),
    go_to: str = "",
    is_unsaved: bool = False,
) -> HttpResponse:
    context = {
        **editor_context(sheet, problems=problems, go_to=go_to),
        **_draft_context(request, draft),
        **findings_context(content, agency_id=request.actor.agency_id, now=system_now()),
        "seen": draft.version if seen is None else seen,
        "is_unsaved": is_unsaved,
        "source": _draft_address(draft),
    }
    return render(request, "backoffice/processes/edit.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@writing_page
def process_drawing(request: OfficerRequest, draft_id: int) -> HttpResponse:
    """The drawing. What it draws that cannot be run is refused by name, and the drawing stays on the page."""
    draft = drafts.draft_of(draft_id, actor=request.actor)
    content = drafts.content_of(draft)
    problems: tuple[Problem, ...] = ()
    xml, seen = drafts.bpmn_of(content, said=drawn_words()), draft.version
    if request.method == "POST":
        xml, seen = request.POST.get("xml", "")[:_XML_MAX], _number(request.POST.get("seen"))
        made = drafts.content_of_drawing(xml, of=content)
        if isinstance(made, DraftContent):
            return _save(request, draft, made, seen, "process_drawing")
        problems = made
    context = {
        **_draft_context(request, draft),
        **findings_context(content, agency_id=request.actor.agency_id, now=system_now()),
        "xml": xml,
        "seen": seen,
        "problems": problems,
        "element_words": json.dumps(element_words(), ensure_ascii=False),
    }
    return render(request, "backoffice/processes/drawing.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@writing_page
def process_publish(request: OfficerRequest, draft_id: int) -> HttpResponse:
    """What would be published and why it cannot be, the differences, and the form for the chair's decision."""
    draft = drafts.draft_of(draft_id, actor=request.actor)
    content, newest = drafts.content_of(draft), drafts.newest_version(draft.key)
    typed = {name: request.POST.get(name, "")[:60] for name in ("decision_no", "decided_on")}
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            version = drafts.publish_draft(
                draft_id,
                approval=Approval(typed["decision_no"].strip(), parse_day(typed["decided_on"]), typed["decided_on"]),
                seen_version=_number(request.POST.get("seen")),
                seen_number=_number(request.POST.get("newest")),
                actor=request.actor,
                now=system_now(),
            )
        except Refused as refusal:
            problems = refusal.problems
        else:
            messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
            return redirect("process", version_id=version.id)
    context = {
        **_draft_context(request, draft),
        **findings_context(content, agency_id=request.actor.agency_id, now=system_now()),
        **_changes(newest, content),
        "against": newest,
        "newest_number": newest.number if newest else 0,
        "live_count": sum(live_by_process_version(draft.key).values()),
        "typed": typed,
        "problems": problems,
    }
    return render(request, "backoffice/processes/publish.html", context, status=422 if problems else 200)


@require_POST
@writing_page
def process_discard(request: OfficerRequest, draft_id: int) -> HttpResponse:
    drafts.discard_draft(draft_id, actor=request.actor, now=system_now())
    messages.success(request, _("The draft is discarded."))
    return redirect("processes")


@require_GET
@writing_page
def process_draft_bpmn(request: OfficerRequest, draft_id: int) -> HttpResponse:
    draft = drafts.draft_of(draft_id, actor=request.actor)
    return _file(drafts.bpmn_of(drafts.content_of(draft), said=drawn_words()), f"{draft.key}-draft.bpmn")


@require_GET
@writing_page
def process_draft_toml(request: OfficerRequest, draft_id: int) -> HttpResponse:
    draft = drafts.draft_of(draft_id, actor=request.actor)
    return _file(drafts.content_of(draft).text(), f"{draft.key}-draft.toml")


# Use


@require_http_methods(["GET", "POST"])
@writing_page
def process_use(request: OfficerRequest, version_id: int) -> HttpResponse:
    """For which procedures of an office the version runs from a day on, and which units do its parts."""
    version, today = _version(version_id), local_day(system_now())
    sent = request.POST if request.method == "POST" else request.GET
    agencies = list(process_use_service.offices_for(request.actor).values_list("id", "short_name"))
    wanted = _number(sent.get("agency")) or request.actor.agency_id
    if not sent.get("agency"):
        # The first office that works by any version of it, if there is one.
        using = {o.agency_id for o in offerings_of(version.key, on=today)}
        wanted = next((i for i, _name in agencies if i in using), wanted)
    agency_id = wanted if wanted in dict(agencies) else agencies[0][0]
    content = drafts.content_of_version(version)
    slots = process_use_service.slots_of(content.definition)
    typed = {slot: _number(sent.get(f"slot.{slot}")) or None for slot in slots}
    chosen = [_number(i) for i in request.POST.getlist("offering")]
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        day = request.POST.get("from_on", "")[:20]
        code = request.POST.get("procedure_code", "")[:20]
        entry = UseEntry(version.id, agency_id, chosen, typed, parse_day(day), code)
        try:
            made, _remarks = process_use_service.put_into_use(entry, actor=request.actor, now=system_now())
        except Refused as refusal:
            problems = refusal.problems
        else:
            messages.success(
                request, _("%(count)s procedures run by it from %(day)s on.") % {"count": len(made), "day": day}
            )
            return redirect("process", version_id=version.id)
    # Those that run by the process already stand at the top; then by the alphabet.
    offerings = sorted(
        process_use_service.offered_by(agency_id, on=today),
        key=lambda o: (o.process_version.key != version.key, fold(o.procedure_version.name)),
    )
    known: dict[str, int] = next((o.slots for o in offerings if o.process_version.key == version.key), {})
    context = {
        "version": version,
        "agencies": [(str(i), name) for i, name in agencies],
        "agency_id": agency_id,
        "offerings": offerings,
        "chosen": chosen or [o.id for o in offerings if o.process_version.key == version.key],
        "slots": [
            {"slot": s, "name": content.units.get(s, s), "unit": str(typed[s] or known.get(s) or "")} for s in slots
        ],
        "units": [(str(i), name) for i, name in process_use_service.units_for(agency_id)],
        "from_on": request.POST.get("from_on", ""),
        "procedure_code": request.POST.get("procedure_code", ""),
        "problems": problems,
    }
    return render(request, "backoffice/processes/use.html", context, status=422 if problems else 200)


@require_http_methods(["GET", "POST"])
@writing_page
def process_move(request: OfficerRequest, version_id: int) -> HttpResponse:
    """Live dossiers of an office that go on under this version: the map of steps, what it would do, and doing it."""
    version = _version(version_id)
    sent = request.POST if request.method == "POST" else request.GET
    agencies = list(process_use_service.offices_for(request.actor).values_list("id", "short_name"))
    agency_id = _number(sent.get("agency"))
    if agency_id not in dict(agencies):
        agency_id = next(iter(moving.offices_running(version, [i for i, _name in agencies])), agencies[0][0])
    origins = moving.origins(version, agency_id)
    wanted = _number(sent.get("from"))
    origin = next((v for v, _count in origins if v.id == wanted), origins[0][0] if origins else None)
    context: dict[str, Any] = {
        "version": version,
        "agencies": [(str(i), name) for i, name in agencies],
        "agency_id": agency_id,
        "origins": [(str(v.id), f"{v.key} {v.number} ({count})") for v, count in origins],
        "origin": origin,
        "reason": request.POST.get("reason", ""),
        "problems": (),
    }
    if origin is None:
        return render(request, "backoffice/processes/move.html", context)
    steps = {name.removeprefix("step."): str(sent[name])[:80] for name in sent if name.startswith("step.")}
    entry = MoveEntry(version.id, origin.id, agency_id, steps, context["reason"], after_id=_number(sent.get("after")))
    if request.method == "POST":
        try:
            rows = moving.move_dossiers(entry, actor=request.actor, now=system_now())
        except Refused as refusal:
            context["problems"] = refusal.problems
        else:
            moved = sum(r.problem is None for r in rows)
            messages.success(
                request,
                _("%(moved)s dossiers go on by this version; %(kept)s stay where they are.")
                % {"moved": moved, "kept": len(rows) - moved},
            )
            return redirect("process", version_id=version.id)
    plan = moving.plan_move(entry, actor=request.actor, now=system_now())
    new_steps = drafts.content_of_version(version).definition.steps
    context |= {
        "plan": plan,
        "problems": context["problems"] or plan.problems,
        "new_steps": [(s.key, s.name) for s in new_steps],
        "added": [s.name for s in new_steps if s.key not in {to for _key, _name, to in plan.pairs}],
        "movable": sum(r.problem is None for r in plan.rows),
        "after": entry.after_id,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "backoffice/processes/move.html", context, status=status)


# Within


def _save(request: OfficerRequest, draft: ProcessDraft, made: DraftContent, seen: int, page: str) -> HttpResponse:
    try:
        drafts.save_draft(draft.id, made, seen_version=seen, actor=request.actor, now=system_now())
    except Overtaken as overtaken:
        return _conflict(request, overtaken)
    messages.success(request, _("Saved."))
    return redirect(page, draft_id=draft.id)


def _conflict(request: OfficerRequest, overtaken: Overtaken) -> HttpResponse:
    """Show both texts, and let the reader choose; what was saved meanwhile is never written over unseen."""
    text = overtaken.mine.text()
    mine, theirs = _compared(text, overtaken.theirs.text())
    context = {
        **_draft_context(request, overtaken.draft),
        "mine": mine,
        "theirs": theirs,
        "text": text,
        "layout": json.dumps(dict(overtaken.mine.layout)),
    }
    return render(request, "backoffice/processes/conflict.html", context, status=409)


def _go_on_with_mine(request: OfficerRequest, draft: ProcessDraft, seen: int) -> HttpResponse:
    read = read_written(request.POST.get("text", ""))
    if not isinstance(read, Written) or read.definition.id != draft.key:
        raise Http404
    try:
        layout = json.loads(request.POST.get("layout", "{}"))
    except ValueError:
        layout = {}
    made = DraftContent(read.definition, read.units, read.stated_days, layout if isinstance(layout, dict) else {})
    return _save(request, draft, made, seen, "process_draft")


def _compared(mine: str, theirs: str) -> tuple[list[tuple[bool, str]], list[tuple[bool, str]]]:
    """Return the lines of both texts, each with whether the other has another line there."""
    left, right = mine.splitlines(), theirs.splitlines()
    same = difflib.SequenceMatcher(a=left, b=right, autojunk=False).get_matching_blocks()
    kept_left = {b.a + i for b in same for i in range(b.size)}
    kept_right = {b.b + i for b in same for i in range(b.size)}
    return (
        [(i not in kept_left, line) for i, line in enumerate(left)],
        [(i not in kept_right, line) for i, line in enumerate(right)],
    )


def _draft_context(request: OfficerRequest, draft: ProcessDraft) -> dict[str, Any]:
    name = (
        names_of_staff({draft.staff_id}).get(draft.staff_id, "") if draft.staff_id != request.actor.staff_id else ""
    )
    return {"draft": draft, "saved_by": name, "reading": _reading(drafts.content_of(draft))}


def _changes(before: ProcessVersion | None, content: DraftContent) -> dict[str, Any]:
    changes = said_changes(drafts.content_of_version(before), content) if before else []
    return {"changes": changes, "reading": _reading(content)}


def _reading(content: DraftContent) -> Reading:
    return Reading(content.definition, content.units)


def _version(version_id: int) -> ProcessVersion:
    found = ProcessVersion.objects.filter(id=version_id).first()
    if found is None:
        raise Http404
    return found


def _draft_address(draft: ProcessDraft) -> str:
    return reverse("process_draft_bpmn", kwargs={"draft_id": draft.id})


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _file(text: str, name: str) -> HttpResponse:
    kind = "application/xml" if name.endswith(".bpmn") else "application/toml"
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
