"""Answers how a citizen fills in and sends an application: begin, form, papers, check, sent; and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.core.forms import stopped_by
from motcua.core.kernel import Problem, Refused
from motcua.portal import apply_pages as pages
from motcua.services.actors import Denied
from motcua.services.applications import drafts, files, sending
from motcua.services.applications.by_applicant import send_supply
from motcua.services.applications.first_answer import first_answer_rule
from motcua.services.applications.forms import definition_of, form_in_force
from motcua.services.catalogue import current_procedure
from motcua.services.holdings import papers_held
from motcua.services.limits import address_of, is_within_limit
from motcua.services.times import local_day, system_now
from motcua.store.applications.models import Application, ApplicationKind, ApplicationState
from motcua.ui.access import View, public_page
from motcua.ui.applications import APPLICATIONS_MAX, open_application
from motcua.ui.citizens import APPLICATIONS_KEY, acting_of, citizen_of
from motcua.ui.files import attachment

BEGUN_PER_HOUR, FILES_PER_HOUR = 30, 200


def kept_page(view: Callable[..., HttpResponse]) -> View:
    """Mark a page that a browser may show again from its own history, with what was typed, and nobody else may keep.

    Without script that is what saves the typing when the connection is cut while a page is sent.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True, max_age=0)
        return response

    return page


def application_page(view: Callable[..., HttpResponse]) -> View:
    """Mark a page of one application, for its holder; everybody else is asked for the code."""

    @wraps(view)
    @public_page
    def page(request: HttpRequest, public_id: uuid.UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        application = open_application(request, public_id)
        if application is None:
            return _ask_code(request, public_id)
        return view(request, application, *args, **kwargs)

    page.required_roles = None  # type: ignore[attr-defined]
    return page


def _ask_code(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    is_wrong = bool(request.POST.get("code"))
    problems = [Problem("application.code_wrong", "code")] if is_wrong else []
    context = {"public_id": public_id, "problems": problems}
    return render(request, "portal/apply/code.html", context, status=403 if is_wrong else 200)


# Beginning


@kept_page
@require_http_methods(["GET", "POST"])
@public_page
def start(request: HttpRequest, code: str) -> HttpResponse:
    """What will be asked, who may apply, where it goes; and the draft begins."""
    procedure = current_procedure(code)
    if procedure is None:
        raise Http404
    now, citizen = system_now(), citizen_of(request)
    form = definition_of(form_in_force(procedure.code, now=now))
    offices = drafts.online_offices(procedure.code, now=now)
    answers = {q.key: request.POST.getlist(q.key) for q in form.eligibility}
    problems: list[Problem] = []
    if request.method == "POST" and offices:
        begun = _begin(request, procedure.code, answers)
        if isinstance(begun, Application):
            return redirect(pages.first_address(begun, citizen))
        problems = begun
    usual = pages.number_of(request.POST.get("offering", "")) or drafts.usual_office(offices, citizen)
    context = {
        "procedure": procedure,
        "form": form,
        "offices": [(str(o.offering_id), f"{o.agency_name} – {o.unit_name}") for o in offices],
        "usual": usual,
        "answers": answers,
        "stopped": stopped_by(form, answers),
        "problems": problems,
        "key": request.POST.get("key") or uuid.uuid4(),
        "citizen": citizen,
        "days": drafts.DRAFT_DAYS,
    }
    return render(request, "portal/apply/start.html", context, status=422 if problems else 200)


def _begin(request: HttpRequest, code: str, answers: dict[str, list[str]]) -> Application | list[Problem]:
    """Return the draft that begins here, opened on this device, or why it does not."""
    now, acting = system_now(), acting_of(request)
    if not is_within_limit(f"begin:{address_of(request)}", BEGUN_PER_HOUR, minutes=60, now=now):
        return [Problem("application.too_often")]
    try:
        made = drafts.begin(
            key=pages.uuid_of(request.POST.get("key", "")),
            procedure_code=code,
            offering_id=pages.number_of(request.POST.get("offering", "")),
            answers=answers,
            mode=request.POST.get("mode", ""),
            language=get_language() or "vi",
            citizen=citizen_of(request),
            now=now,
            ground=acting.key if acting else None,
        )
    except Refused as refusal:
        return list(refusal.problems)
    if acting is not None:
        drafts.fill_in_principal(made, acting, now=now)
    held = request.session.get(APPLICATIONS_KEY, [])
    request.session[APPLICATIONS_KEY] = [*held, str(made.public_id)][-APPLICATIONS_MAX:]
    return made


# One application


@kept_page
@require_http_methods(["GET", "POST"])
@application_page
def application(request: HttpRequest, application: Application) -> HttpResponse:
    """The draft as a list of what is done and what is left; once sent, its receipt and what became of it."""
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            if (answer := _act(request, application)) is not None:
                return answer
            return redirect("portal:application", public_id=application.public_id)
        except Refused as refusal:
            problems = list(refusal.problems)
    context = pages.context_of(request, application) | {"problems": problems, "note": request.POST.get("note", "")}
    if application.state == ApplicationState.DRAFT:
        return render(request, "portal/apply/overview.html", context, status=422 if problems else 200)
    context["rule"] = first_answer_rule(system_now())
    context["papers"] = files.papers_of(application) if application.state == ApplicationState.ASKED else []
    context["other_files"] = files.other_files(application)
    is_asked = application.state == ApplicationState.ASKED
    context["form_pages"] = pages.pages_to_put_right(request, application) if is_asked else []
    return render(request, "portal/apply/sent.html", context, status=422 if problems else 200)


def _act(request: HttpRequest, application: Application) -> HttpResponse | None:
    act, now = request.POST.get("act", ""), system_now()
    if act == "mode":
        drafts.set_mode(application, request.POST.get("mode", ""), now=now)
        return redirect(pages.first_address(application, citizen_of(request)))
    if act == "other":
        drafts.set_for_other(application, request.POST.get("other") == "1", now=now)
        return redirect(pages.first_address(application, citizen_of(request)))
    if act == "mail":
        email = request.POST.get("email", "")
        if not is_within_limit(f"mail:{application.public_id}", 5, minutes=60, now=now):
            raise Refused([Problem("application.too_often")])
        if problems := drafts.mail_code(application, email=email, now=now):
            raise Refused(problems)
        messages.success(request, _("We are sending the link and the code to you."))
    if act == "discard":
        drafts.discard(application)
        messages.success(request, _("The draft and its files are gone."))
        return redirect("portal:home")
    if act == "take_back":
        sending.take_back(application, now=now)
    if act == "supplied":
        sending.send_supplement(application, citizen_of(request), note=request.POST.get("note", ""), now=now)
    return None


@kept_page
@require_http_methods(["GET", "POST"])
@application_page
def form_page(request: HttpRequest, application: Application, page: str) -> HttpResponse:
    """One page of the form. Every sending saves, right or wrong; a wrong one is shown again with all that is wrong."""
    is_open = application.state in (ApplicationState.DRAFT, ApplicationState.ASKED)
    if not is_open or application.kind != ApplicationKind.NEW:
        return redirect("portal:application", public_id=application.public_id)
    shown = pages.shown_page(request, application, page)
    if shown is None:
        return redirect(pages.first_address(application, citizen_of(request)))
    if request.method == "GET":
        return render(request, "portal/apply/form.html", shown.context(request))
    now, post = system_now(), {name: request.POST.getlist(name) for name in shown.names}
    saved, elsewhere = drafts.save_answers(
        application,
        post,
        names=shown.names,
        seen=pages.number_of(request.POST.get("seen", "")),
        by=request.POST.get("by", "")[:40].replace("\x00", ""),
        now=now,
    )
    if request.POST.get("act") == "save" or "X-Autosave" in request.headers:
        return HttpResponse(status=409 if elsewhere else 204)
    again = pages.shown_page(request, saved, page)
    if again is None:
        return redirect(pages.first_address(saved, citizen_of(request)))
    if request.POST.get("act") == "card":
        return _from_card(request, saved, again, page)
    problems = [*elsewhere, *(p for p in again.problems if p.field not in {e.field for e in elsewhere})]
    is_more = set(again.now_names) - set(shown.now_names)
    if problems:
        context = again.context(request, typed=post if elsewhere else None) | {
            "problems": problems if elsewhere or not is_more else [p for p in problems if p.field not in is_more],
            "is_more": bool(is_more),
        }
        return render(request, "portal/apply/form.html", context, status=422)
    if application.state == ApplicationState.ASKED:
        return redirect("portal:application", public_id=application.public_id)
    return redirect(again.next_address)


def _from_card(request: HttpRequest, application: Application, shown: pages.Shown, page: str) -> HttpResponse:
    filled = pages.fill_from_card(application, request.POST.get("card", ""), shown)
    if isinstance(filled, tuple):
        context = shown.context(request) | {"problems": filled, "card": request.POST.get("card", "")}
        return render(request, "portal/apply/form.html", context, status=422)
    drafts.save_answers(
        application, filled, names=list(filled), seen=application.version, by="card", now=system_now()
    )
    return redirect("portal:form_page", public_id=application.public_id, page=page)


@kept_page
@require_http_methods(["GET", "POST"])
@application_page
def papers(request: HttpRequest, application: Application) -> HttpResponse:
    """The papers: files attached one by one, resumed by script, or taken from what is held already."""
    if not files.is_open(application):
        return redirect("portal:application", public_id=application.public_id)
    problems: list[Problem] = []
    if request.method == "POST":
        problems = _papers_act(request, application)
        if not problems:
            return redirect(
                pages.after_papers(application)
                if request.POST.get("act") in ("next", "supply")
                else pages.address("portal:papers", application)
            )
    context = pages.context_of(request, application) | pages.papers_context(request, application)
    return render(
        request, "portal/apply/papers.html", context | {"problems": problems}, status=422 if problems else 200
    )


def _papers_act(request: HttpRequest, application: Application) -> list[Problem]:
    act, now = request.POST.get("act", ""), system_now()
    try:
        if act == "remove":
            files.remove_file(application, pages.uuid_of(request.POST.get("file", "")))
        elif act == "use":
            paper = next(
                (
                    p
                    for p in papers_held(citizen_of(request), on=local_day(system_now()))
                    if p.key == request.POST.get("held")
                ),
                None,
            )
            if paper is None:
                raise Http404
            files.attach_held(application, component=request.POST.get("component", ""), paper=paper, now=now)
        elif act == "supply":
            send_supply(application, citizen_of(request), now=now)
    except Refused as refusal:
        return list(refusal.problems)
    except Denied:
        raise Http404 from None
    return _attach(request, application)


def _attach(request: HttpRequest, application: Application) -> list[Problem]:
    problems: list[Problem] = []
    for name, uploads in request.FILES.lists():
        for upload in uploads:
            now = system_now()
            if not is_within_limit(f"file:{address_of(request)}", FILES_PER_HOUR, minutes=60, now=now):
                return [*problems, Problem("application.too_often")]
            try:
                files.add_file(application, component=name.removeprefix("file."), upload=upload, now=now)
            except Refused as refusal:
                problems += refusal.problems
    return problems


@kept_page
@require_http_methods(["GET", "POST"])
@application_page
def check(request: HttpRequest, application: Application) -> HttpResponse:
    """All answers, papers and the fee on one page, and the button that sends."""
    if application.state != ApplicationState.DRAFT or application.kind != ApplicationKind.NEW:
        return redirect("portal:application", public_id=application.public_id)
    now, citizen = system_now(), citizen_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            sending.send(application, citizen, now=now)
            return redirect("portal:application", public_id=application.public_id)
        except Refused as refusal:
            problems = tuple(refusal.problems)
    found = sending.review(application, citizen, now=now)
    context = pages.context_of(request, application) | {
        "review": found,
        "problems": problems,
        "rows": pages.review_rows(application, found),
    }
    return render(request, "portal/apply/check.html", context, status=422 if problems else 200)


@require_GET
@application_page
def file(request: HttpRequest, application: Application, file_id: uuid.UUID) -> HttpResponse:
    """A file of the application, as an attachment that the browser must not interpret."""
    try:
        found, path = files.file_for(application, file_id)
    except Denied:
        raise Http404 from None
    return attachment(path, name=found.name, media_type=found.media_type)
