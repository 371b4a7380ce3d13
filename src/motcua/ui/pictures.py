"""Answers small pictures drawn on the server: the days of a term, a week a row, marked by letter as well as by colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from motcua.core.calendar.working import VIETNAM
from motcua.core.clock import DayKind, DayLine
from motcua.ui.words import DAY_KINDS

_CELL, _GAP, _WEEK, _LABEL = 34, 3, 7, 44
_SIGNS = {
    DayKind.OFF: "–",
    DayKind.RECEIVED: "●",
    DayKind.RESTARTED: "●",
    DayKind.PAUSED: "‖",
    DayKind.WAITING: "?",
    DayKind.LAPSED: "×",
    DayKind.CARRIED: "→",
    DayKind.EXTENDED: "+",
}
_WEEKS_MAX = 20


def timeline(days: Sequence[DayLine], now: datetime) -> Markup:
    """Return the days as an SVG that reads like a calendar, Monday to Sunday, the due day framed.

    Each day shows its date and its number in the term, the hours counted on it, or a sign; the table beside the
    picture says the same in words. Of a term longer than twenty weeks the last twenty are drawn.
    """
    if not days:
        return Markup("")
    first = days[0].day.toordinal() - days[0].day.weekday()
    weeks = (days[-1].day.toordinal() - first) // _WEEK + 1
    skipped = max(0, weeks - _WEEKS_MAX)
    today = now.astimezone(VIETNAM).date()
    cells = [
        _cell(d, first, skipped, _marks(d, days[-1], today))
        for d in days
        if (d.day.toordinal() - first) // _WEEK >= skipped
    ]
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Su"))
    heads = [
        Markup('<text class="name" x="{}" y="11">{}</text>').format(_LABEL + i * (_CELL + _GAP) + _CELL // 2, name)
        for i, name in enumerate(names)
    ]
    width, height = _LABEL + _WEEK * (_CELL + _GAP), 16 + (weeks - skipped) * (_CELL + _GAP)
    kinds = ", ".join(str(DAY_KINDS[k]) for k in dict.fromkeys(d.kind.value for d in days))
    label = _("Days from reception to the due day") + f": {days[0].day:%d/%m/%Y} – {days[-1].day:%d/%m/%Y} ({kinds})"
    return Markup(
        '<svg class="days" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">{body}</svg>'
    ).format(w=width, h=height, label=label, body=Markup("").join([*heads, *cells]))


def _marks(line: DayLine, last: DayLine, today: date) -> str:
    return (" last" if line is last else "") + (" today" if line.day == today else "")


def _cell(line: DayLine, first: int, skipped: int, mark: str) -> Markup:
    place = line.day.toordinal() - first
    column, row = place % _WEEK, place // _WEEK - skipped
    x, y = _LABEL + column * (_CELL + _GAP), 16 + row * (_CELL + _GAP)
    hours = f"{line.minutes // 60}:{line.minutes % 60:02}" if line.minutes else ""
    sign = hours or (str(line.counted) if line.counted else _SIGNS.get(line.kind, ""))
    label = Markup("")
    if column == 0 or line.kind is DayKind.RECEIVED:
        label = Markup('<text class="month" x="{}" y="{}">{}</text>').format(
            _LABEL - 4, y + _CELL // 2 + 4, f"{line.day:%d/%m}"
        )
    return Markup(
        '{label}<g class="d-{kind}{mark}"><title>{title}</title><rect x="{x}" y="{y}" width="{s}" height="{s}" rx="3"/>'
        '<text class="date" x="{dx}" y="{dy}">{date}</text><text class="sign" x="{cx}" y="{cy}">{sign}</text></g>'
    ).format(
        label=label,
        kind=line.kind.value,
        mark=mark,
        title=escape(f"{line.day:%d/%m/%Y}: {DAY_KINDS[line.kind.value]}"),
        x=x,
        y=y,
        s=_CELL,
        dx=x + 3,
        dy=y + 10,
        date=line.day.day,
        cx=x + _CELL // 2,
        cy=y + 27,
        sign=sign,
    )
