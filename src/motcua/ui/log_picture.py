"""Answers the picture of a process as a log shows it: activities one below the other, arcs for what follows what.

Forward on the right, back on the left, the thicker the more often; the tables beside it say the same in words.
"""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _
from markupsafe import Markup

from motcua.core.mining import EventLog, Graph

NODES_MAX, ARCS_MAX = 24, 60
_BOX_W, _BOX_H, _ROW, _SIDE, _TOP, _NAME_MAX = 380, 30, 52, 190, 8, 52


def log_picture(log: EventLog, graph: Graph) -> Markup:
    """Return the picture of the most frequent activities, in the order in which cases usually come to them."""
    shown = _in_order(log, graph)
    if not shown:
        return Markup("")
    place = {activity: row for row, activity in enumerate(shown)}
    edges = sorted(
        ((a, b, e.count) for (a, b), e in graph.edges.items() if a in place and b in place),
        key=lambda edge: (-edge[2], edge[0], edge[1]),
    )[:ARCS_MAX]
    most = max([1, *(count for _a, _b, count in edges)])
    width, height = 2 * _SIDE + _BOX_W, _TOP + len(shown) * _ROW
    arcs = Markup("").join(
        _arc(place[a], place[b], count, most, log.activities[a], log.activities[b]) for a, b, count in edges
    )
    boxes = Markup("").join(_box(row, log.activities[a], graph.counts.get(a, 0)) for a, row in place.items())
    label = (
        _("What follows what: forward on the right, back on the left") + f" ({len(shown)} / {len(log.activities)})"
    )
    return Markup(
        '<svg class="log" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">{arcs}{boxes}</svg>'
    ).format(w=width, h=height, label=label, arcs=arcs, boxes=boxes)


def _in_order(log: EventLog, graph: Graph) -> list[int]:
    """Return the most frequent activities by their usual place in a case."""
    if not log.events:
        return []
    starts = np.repeat(log.starts[:-1], np.diff(log.starts))
    places = np.arange(log.events) - starts
    n = len(log.activities)
    mean = np.bincount(log.activity, weights=places, minlength=n) / np.maximum(
        1, np.bincount(log.activity, minlength=n)
    )
    frequent = sorted(graph.counts, key=lambda a: (-graph.counts[a], a))[:NODES_MAX]
    return sorted(frequent, key=lambda a: (float(mean[a]), a))


def _box(row: int, name: str, count: int) -> Markup:
    text = name if len(name) <= _NAME_MAX else name[: _NAME_MAX - 1] + "…"
    return Markup(
        '<g><title>{name}: {count}</title><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="4"/>'
        '<text x="{tx}" y="{ty}">{text}</text><text class="count" x="{cx}" y="{ty}">{count}</text></g>'
    ).format(
        name=name,
        count=count,
        x=_SIDE,
        y=_TOP + row * _ROW,
        w=_BOX_W,
        h=_BOX_H,
        tx=_SIDE + 10,
        ty=_TOP + row * _ROW + 20,
        cx=_SIDE + _BOX_W - 10,
        text=text,
    )


def _arc(start: int, end: int, count: int, most: int, before: str, after: str) -> Markup:
    thick = round(1 + 5 * (count / most) ** 0.5, 1)
    title = f"{before} → {after}: {count}"
    if end == start + 1:
        x, y = _SIDE + _BOX_W / 2, _TOP + start * _ROW + _BOX_H
        path = f"M{x:g} {y:g}V{y + _ROW - _BOX_H:g}"
        text = Markup('<text class="count next" x="{x}" y="{y}">{count}</text>').format(
            x=x + 8, y=y + 15, count=count
        )
        return Markup('<g class="forward"><title>{t}</title><path d="{p}" stroke-width="{w}"/>{text}</g>').format(
            t=title, p=path, w=thick, text=text
        )
    is_back = end <= start
    x = _SIDE if is_back else _SIDE + _BOX_W
    bulge = min(_SIDE - 12, 28 + 14 * abs(end - start)) * (-1 if is_back else 1)
    # Out a little below the middle and in a little above it, so that the two ends of a box can be told apart.
    y1, y2 = _TOP + start * _ROW + 20, _TOP + end * _ROW + 10
    path = f"M{x} {y1}C{x + bulge * 1.3:g} {y1} {x + bulge * 1.3:g} {y2} {x} {y2}"
    return Markup('<g class="{k}"><title>{t}</title><path d="{p}" stroke-width="{w}"/></g>').format(
        k="back" if is_back else "forward", t=title, p=path, w=thick
    )
