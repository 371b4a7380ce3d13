"""Answers the picture of a dossier's path: a lane for each unit, a bar for each step, on one scale of time.

Names stand beside the bars as text, so that it can be read on a telephone and without colour; the table says the same.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from markupsafe import Markup

from motcua.core.calendar.working import VIETNAM
from motcua.services.paths import Bar, Path

_WIDTH, _HEIGHT, _BAR_MIN = 1000, 22, 4
_LANES_MAX = 40


def path_picture(path: Path, now: datetime) -> Markup:
    """Return the lanes of the path as a list; each bar's place and length are its time."""
    lanes: dict[str, list[Bar]] = {}
    for bar in path.bars:
        lanes.setdefault(bar.lane, []).append(bar)
    last = max([path.end, *(b.end for b in path.bars), *([path.due_at] if path.due_at else [])])
    span = max((last - path.start).total_seconds(), 1.0)

    def x(at: datetime) -> float:
        return round((at - path.start).total_seconds() / span * _WIDTH, 1)

    due = Markup("")
    if path.due_at is not None:
        due = Markup('<line class="due" x1="{0}" x2="{0}" y1="0" y2="{1}"/>').format(x(path.due_at), _HEIGHT)
    rows = [
        Markup(
            '<li><span class="lane">{lane}</span><svg viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img"'
            ' aria-label="{label}">{bars}{due}</svg><span class="quiet">{names}</span></li>'
        ).format(
            lane=lane,
            w=_WIDTH,
            h=_HEIGHT,
            label=lane + ": " + "; ".join(f"{b.name} {_when(b)}" for b in bars),
            bars=Markup("").join(_bar(b, x(b.start), x(b.end)) for b in bars),
            due=due,
            names=" · ".join(f"{b.name} ({elapsed(int((b.end - b.start).total_seconds() // 60))})" for b in bars),
        )
        for lane, bars in list(lanes.items())[:_LANES_MAX]
    ]
    scale = f"{path.start.astimezone(VIETNAM):%d/%m %H:%M} → {last.astimezone(VIETNAM):%d/%m %H:%M}"
    if path.due_at is not None:
        scale += " · " + _("the line marks the due instant")
    return Markup('<p class="quiet">{}</p><ol class="lanes">{}</ol>').format(scale, Markup("").join(rows))


def elapsed(minutes: int) -> str:
    """Return a time by the clock on the wall as ``2 d 3:05``: days of 24 hours, hours and minutes."""
    days, rest = divmod(int(minutes), 1440)
    clock = f"{rest // 60}:{rest % 60:02}"
    return _("%(days)s d %(clock)s") % {"days": days, "clock": clock} if days else clock


def _bar(bar: Bar, start: float, end: float) -> Markup:
    marks = ("open " if bar.is_open else "") + ("late" if bar.is_late else "")
    return Markup(
        '<rect class="{marks}" x="{x}" y="3" width="{w}" height="{h}"><title>{title}</title></rect>'
    ).format(
        marks=marks.strip(),
        x=start,
        w=max(round(end - start, 1), _BAR_MIN),
        h=_HEIGHT - 6,
        title=f"{bar.name}: {_when(bar)}",
    )


def _when(bar: Bar) -> str:
    start, end = bar.start.astimezone(VIETNAM), bar.end.astimezone(VIETNAM)
    until = _("until now") if bar.is_open else f"{end:%d/%m %H:%M}"
    return f"{start:%d/%m %H:%M} – {until}" + (", " + _("late") if bar.is_late else "")
