"""Answers the picture of a day's load: a bar for each quarter of an hour, the counters it takes as a line above."""

from __future__ import annotations

from django.utils.translation import gettext as _
from markupsafe import Markup

from motcua.services.floor.figures import DayPlan, QuarterLine

_WIDE, _HIGH, _GAP, _FOOT, _TOP = 20, 150, 4, 18, 16


def load_picture(plan: DayPlan) -> Markup:
    """Return the bars; the table beside them says the same."""
    quarters = plan.quarters
    if not quarters:
        return Markup("")
    most = max([1.0, *(q.usual for q in quarters), *(float(q.today or 0) for q in quarters)])
    width = len(quarters) * _WIDE
    bars = Markup("").join(_bar(i, q, most) for i, q in enumerate(quarters))
    label = _("Usual visitors by quarter of an hour, today's as a frame, counters needed above")
    return Markup('<svg class="load" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">{bars}</svg>').format(
        w=width, h=_TOP + _HIGH + _FOOT, label=label, bars=bars
    )


def _bar(number: int, quarter: QuarterLine, most: float) -> Markup:
    x, high = number * _WIDE, round(quarter.usual / most * _HIGH, 1)
    parts = Markup('<rect class="usual" x="{x}" y="{y}" width="{w}" height="{h}"/>').format(
        x=x + _GAP / 2, y=_TOP + _HIGH - high, w=_WIDE - _GAP, h=high
    )
    if quarter.today is not None:
        now = round(quarter.today / most * _HIGH, 1)
        parts += Markup('<rect class="today" x="{x}" y="{y}" width="{w}" height="{h}"/>').format(
            x=x + _GAP, y=_TOP + _HIGH - now, w=_WIDE - 2 * _GAP, h=now
        )
    parts += Markup('<text class="need" x="{x}" y="{y}">{n}</text>').format(
        x=x + _WIDE / 2, y=_TOP - 4, n=quarter.need.counters
    )
    if quarter.starts.minute == 0:
        parts += Markup('<text x="{x}" y="{y}">{hour}</text>').format(
            x=x + _WIDE / 2, y=_TOP + _HIGH + _FOOT - 4, hour=f"{quarter.starts.hour}h"
        )
    return parts
