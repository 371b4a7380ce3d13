"""Answers the picture of a day's load: a bar for each quarter of an hour, the counters it takes as a line above.

Faults of machines are lines under the bars, each over the quarters that it lasted into.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.utils.translation import gettext as _
from markupsafe import Markup

from motcua.core.floor.staffing import QUARTER_MINUTES
from motcua.services.floor.figures import DayPlan, QuarterLine
from motcua.services.premises.effects import FaultEffect
from motcua.services.times import VIETNAM

_WIDE, _HIGH, _GAP, _FOOT, _TOP, _LANE = 20, 150, 4, 18, 16, 14


def faulty_quarters(plan: DayPlan, fault: FaultEffect) -> tuple[int, ...]:
    """Return the places of the quarters of an hour into which a fault lasted on the day."""
    return tuple(n for n, q in enumerate(plan.quarters) if any(_lasts_into(q.starts, s, e) for s, e in fault.down))


def load_picture(plan: DayPlan, faults: Sequence[FaultEffect] = ()) -> Markup:
    """Return the bars, with faults beneath; the tables beside them say the same."""
    quarters = plan.quarters
    if not quarters:
        return Markup("")
    most = max([1.0, *(q.usual for q in quarters), *(float(q.today or 0) for q in quarters)])
    width = len(quarters) * _WIDE
    bars = Markup("").join(_bar(i, q, most) for i, q in enumerate(quarters))
    bars += Markup("").join(_lane(i, plan, f) for i, f in enumerate(faults))
    label = _("Usual visitors by quarter of an hour, today's as a frame, counters needed above")
    if faults:
        label = f"{label}; {_('faults of machines beneath')}"
    return Markup(
        '<svg class="load" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">{bars}</svg>'
    ).format(w=width, h=_TOP + _HIGH + _FOOT + _LANE * len(faults), label=label, bars=bars)


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


def _lane(number: int, plan: DayPlan, fault: FaultEffect) -> Markup:
    """Return a fault's line: a stroke over each quarter, the name at its beginning."""
    y = _TOP + _HIGH + _FOOT + _LANE * number
    places = faulty_quarters(plan, fault)
    if not places:
        return Markup("")
    parts = Markup("").join(
        Markup('<rect class="fault" x="{x}" y="{y}" width="{w}" height="4"/>').format(x=p * _WIDE, y=y + 9, w=_WIDE)
        for p in places
    )
    return parts + Markup('<text class="fault-name" x="{x}" y="{y}">{name}</text>').format(
        x=places[0] * _WIDE, y=y + 7, name=_short_name(fault)
    )


def _short_name(fault: FaultEffect) -> str:
    counter = fault.fault.counter
    return f"{fault.fault.asset.get_kind_display()}{f' {counter.number}' if counter is not None else ''}"


def _lasts_into(quarter: time, start: datetime, end: datetime) -> bool:
    begins = quarter.hour * 60 + quarter.minute
    return _minute(start) < begins + QUARTER_MINUTES and begins < _minute(end)


def _minute(at: datetime) -> float:
    local = at.astimezone(VIETNAM)
    return local.hour * 60 + local.minute + local.second / 60
