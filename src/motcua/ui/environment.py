"""Answers how pages are rendered: one Jinja2 environment with what every template may use."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from motcua.core.calendar import parse_term
from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import Timeliness, timeliness
from motcua.core.kernel import LegalRef, Problem
from motcua.core.scoring import shown
from motcua.services.times import system_now
from motcua.ui.board_pictures import done_picture, key_picture, trend_picture, urgent_picture
from motcua.ui.board_words import BOARD_WORDS
from motcua.ui.citizen_words import CITIZEN_WORDS
from motcua.ui.citizens import acting_of, citizen_of, may_act_for_others
from motcua.ui.institution_words import INSTITUTION_WORDS
from motcua.ui.load_picture import faulty_quarters, load_picture
from motcua.ui.measure_words import MEASURE_WORDS
from motcua.ui.menu import menu
from motcua.ui.path_picture import elapsed, path_picture
from motcua.ui.pictures import timeline
from motcua.ui.problem_texts import ProblemText, problem_text
from motcua.ui.staff_words import STAFF_WORDS
from motcua.ui.supervision_words import SUPERVISION_WORDS
from motcua.ui.words import (
    APPLICATIONS,
    ATTEMPTS,
    CALENDAR_CHANGES,
    CALL_REASONS,
    CAUSES,
    CHANNELS,
    DAY_KINDS,
    DELIVERY_WAYS,
    DIFFERENCES,
    FACTS,
    FEE_REASONS,
    FORM_CHANGES,
    FORM_PARTS,
    FORM_PROPERTIES,
    GROUNDS,
    INDEX_REASONS,
    LEVELS,
    OUTCOMES,
    OWNERS,
    PARAM_VALUES,
    PARCELS,
    PAUSES,
    POST_SLIPS,
    PROGRESS,
    PROGRESS_PLAIN,
    REFUND_REASONS,
    REFUNDS,
    RESULT_STATES,
    ROLES,
    SLIPS,
    STANDINGS,
    STATES,
    STEP_KINDS,
    TIMELINESS,
    TOLD,
    UNIT_KINDS,
    WIDGETS,
)


def environment(**options: Any) -> Environment:
    """Return the environment; a name that a template misspells is an error, not an empty string."""
    made = Environment(  # noqa: S701 - Django passes autoescape=True
        **{
            **options,
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "extensions": ["jinja2.ext.i18n"],
        }
    )
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        static=static,
        url=url,
        language=lambda: "en" if translation.get_language() == "en" else "vi",
        csrf_field=csrf_field,
        problem=problem,
        problems_of=problems_of,
        reason=reason,
        param_value=param_value,
        menu=menu,
        acting_of=acting_of,
        may_act_for_others=may_act_for_others,
        citizen_of=lambda request: citizen_of(request) if hasattr(request, "session") else None,
        demo_day=lambda: system_now() if settings.DEMO_OFFSET else None,
        timeline=timeline,
        path_picture=path_picture,
        load_picture=load_picture,
        faulty_quarters=faulty_quarters,
        trend_picture=trend_picture,
        done_picture=done_picture,
        key_picture=key_picture,
        urgent_picture=urgent_picture,
        timeliness=lambda due_at, ended_at, at: timeliness(due_at=due_at, ended_at=ended_at, at=at),
        Timeliness=Timeliness,
        words={
            **CITIZEN_WORDS,
            **MEASURE_WORDS,
            **STAFF_WORDS,
            **SUPERVISION_WORDS,
            **BOARD_WORDS,
            **INSTITUTION_WORDS,
            "states": STATES,
            "facts": FACTS,
            "outcomes": OUTCOMES,
            "timeliness": TIMELINESS,
            "roles": ROLES,
            "levels": LEVELS,
            "unit_kinds": UNIT_KINDS,
            "progress": PROGRESS,
            "progress_plain": PROGRESS_PLAIN,
            "applications": APPLICATIONS,
            "told": TOLD,
            "widgets": WIDGETS,
            "form_parts": FORM_PARTS,
            "form_changes": FORM_CHANGES,
            "form_properties": FORM_PROPERTIES,
            "channels": CHANNELS,
            "pauses": PAUSES,
            "index_reasons": INDEX_REASONS,
            "slips": SLIPS,
            "days": DAY_KINDS,
            "owners": OWNERS,
            "causes": CAUSES,
            "calendar_changes": CALENDAR_CHANGES,
            "step_kinds": STEP_KINDS,
            "fee_reasons": FEE_REASONS,
            "standings": STANDINGS,
            "attempts": ATTEMPTS,
            "differences": DIFFERENCES,
            "refunds": REFUNDS,
            "result_states": RESULT_STATES,
            "delivery_ways": DELIVERY_WAYS,
            "parcels": PARCELS,
            "post_slips": POST_SLIPS,
            "refund_reasons": REFUND_REASONS,
            "call_reasons": CALL_REASONS,
            "grounds": GROUNDS,
        },
    )
    made.filters.update(vnd=vnd, day=day, instant=instant, remaining=remaining, term=term, weekday=weekday)
    made.filters.update(elapsed=elapsed, hours=hours, clock=clock, iso_instant=iso_instant, iso_day=iso_day)
    made.filters.update(number=number, decimal=decimal, worktime=worktime)
    made.filters.update(legal=legal, score=score)
    return made


def legal(text: str) -> str:
    """Return a reference that was stored as ``act, place`` as its reader cites it."""
    act, _sep, place = text.partition(", ")
    return LegalRef(act, place).text("en" if translation.get_language() == "en" else "vi")


def score(points: Fraction, decimals: int) -> str:
    """Return points with so many digits, as the reader writes them: ``12,4`` or ``12.4``."""
    text = shown(points, decimals)
    return text if translation.get_language() == "en" else text.replace(".", ",")


def url(name: str, **kwargs: Any) -> str:
    return reverse(name, kwargs=kwargs or None)


def csrf_field(request: Any) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request))


def problem(found: Problem) -> ProblemText:
    return problem_text(found, translation.get_language() or "vi")


def reason(stored: dict[str, Any]) -> str:
    """Return the text of a problem that was stored as ``{code, field, values}``."""
    return problem(Problem(stored["code"], stored.get("field", ""), None, stored.get("values", {}))).reason


def param_value(value: Any) -> str:
    """Return a legal parameter's value in words; codes of the law stay as they are."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    parts = [str(v) for v in value] if isinstance(value, tuple) else [str(value)]
    return ", ".join(str(PARAM_VALUES.get(p, p)) for p in parts)


def problems_of(problems: Any, field: str) -> list[ProblemText]:
    """Return the texts of the problems that concern one field."""
    return [problem(p) for p in problems if p.field == field]


def vnd(amount: int | None) -> str:
    """Return an amount as ``1.024.000 đ``."""
    return "" if amount is None else f"{amount:,} đ".replace(",", ".")


def number(count: int) -> str:
    """Return a count as ``1.024``, in English as ``1,024``."""
    text = f"{count:,}"
    return text if translation.get_language() == "en" else text.replace(",", ".")


def decimal(value: float, places: int = 2) -> str:
    """Return a number with a fraction as ``1.024,5``, in English as ``1,024.5``; zeros at its end are left out."""
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if translation.get_language() == "en" else text.translate(str.maketrans(",.", ".,"))


def day(value: date | datetime | None) -> str:
    """Return a day as ``11/09/2018``; an instant is taken in Vietnam's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM)
    return f"{value:%d/%m/%Y}"


def instant(value: datetime | None) -> str:
    """Return an instant as ``11/09/2018 15:20`` in Vietnam's zone."""
    return "" if value is None else f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def iso_instant(text: str) -> str:
    """Return an instant that a fact holds as text, as ``11/09/2018 15:20``."""
    return instant(datetime.fromisoformat(text))


def iso_day(text: str) -> str:
    """Return a day that a form holds as ISO text, as ``11/09/2018``; what is none as it is."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def clock(value: datetime | None) -> str:
    """Return the hour of an instant as ``15:20``."""
    return "" if value is None else f"{value.astimezone(VIETNAM):%H:%M}"


def hours(minutes: float) -> str:
    """Return working minutes as ``7:30``."""
    whole = round(minutes)
    return f"{whole // 60}:{whole % 60:02}"


def worktime(minutes: float) -> str:
    """Return working minutes in words, such as ``2.5 working days`` of eight hours, ``3 hours`` or ``20 minutes``."""
    whole = max(round(minutes), 1)
    if whole >= 480:
        days = round(whole / 240) / 2
        text = decimal(days, 1)
        return ngettext("%(n)s working day", "%(n)s working days", 1 if days == 1 else 2) % {"n": text}
    if whole >= 60:
        return ngettext("%(n)d hour", "%(n)d hours", round(whole / 60)) % {"n": round(whole / 60)}
    return ngettext("%(n)d minute", "%(n)d minutes", whole) % {"n": whole}


def weekday(value: date | datetime) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM)
    names = (
        gettext("Monday"),
        gettext("Tuesday"),
        gettext("Wednesday"),
        gettext("Thursday"),
        gettext("Friday"),
        gettext("Saturday"),
        gettext("Sunday"),
    )
    return names[value.weekday()]


def remaining(due_at: datetime | None, now: datetime) -> str:
    """Return how long until (or since) an instant: ``2 days 3 hours left``, ``1 day late``."""
    if due_at is None:
        return gettext("nothing owed now")
    gap = due_at - now
    size = _span(abs(gap))
    return (
        gettext("%(span)s left") % {"span": size}
        if gap >= timedelta(0)
        else gettext("%(span)s late") % {"span": size}
    )


def term(text: str) -> str:
    """Return a term in the reader's words; an empty one says that the source states none."""
    if not text:
        return gettext("not stated")
    return parse_term(text).text("en" if translation.get_language() == "en" else "vi")


def _span(gap: timedelta) -> str:
    days, hours, minutes = gap.days, gap.seconds // 3600, gap.seconds % 3600 // 60
    parts = []
    if days:
        parts.append(ngettext("%(n)d day", "%(n)d days", days) % {"n": days})
    if hours and days < 10:
        parts.append(ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours})
    if not days and (minutes or not hours):
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes})
    return " ".join(parts)
