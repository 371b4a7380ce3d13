"""Answers the pictures of boards, drawn on the server: bars that differ by pattern and place as well as by colour.

Every bar has its number beside it, and the table beside each picture says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

_WIDE, _HIGH, _TOP, _FOOT, _BAR = 64, 130, 18, 20, 24
_ROW, _NAME, _LINE, _END = 26, 230, 300, 90
_NAME_MAX = 34

# Late is hatched, today is dotted, soon is empty: told apart in grey and on paper. The ids are of the picture's kind.
_PATTERNS = Markup(
    '<defs><pattern id="late-{kind}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="ground late" width="6" height="6"/><rect class="mark" width="2.5" height="6"/></pattern>'
    '<pattern id="today-{kind}" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="ground today" width="6" '
    'height="6"/><circle class="mark" cx="3" cy="3" r="1.2"/></pattern></defs>'
)
_FILLED = ("late", "today")


@dataclass(frozen=True, slots=True)
class Bar:
    """A span of a trend: its name, what came, what was done, and how many of those done were late."""

    name: str
    received: int
    done: int
    late: int


def trend_picture(bars: Sequence[Bar]) -> Markup:
    """Return two bars a span: received (empty) and done (full), the part done late hatched at the foot."""
    if not bars:
        return Markup("")
    most = max([1, *(b.received for b in bars), *(b.done for b in bars)])
    body = Markup("").join(_span(n, bar, most) for n, bar in enumerate(bars))
    label = _("Received, done and done late, by month")
    return _svg("trend", len(bars) * _WIDE, _TOP + _HIGH + _FOOT, label, body)


def done_picture(bars: Sequence[tuple[str, int]]) -> Markup:
    """Return a bar a week: how many steps were done."""
    if not bars:
        return Markup("")
    most = max([1, *(n for _name, n in bars)])
    body = Markup("").join(
        _bar(n * _WIDE + 8, count, most, "done") + _text(n * _WIDE + 8 + _BAR, _TOP + _HIGH + 15, name)
        for n, (name, count) in enumerate(bars)
    )
    return _svg("trend", len(bars) * _WIDE, _TOP + _HIGH + _FOOT, _("Steps done, by week"), body)


def urgent_picture(rows: Sequence[tuple[str, int, int, int]]) -> Markup:
    """Return a line a place or officer: late (hatched), due today (dotted), due soon (empty), with their numbers."""
    if not any(late or today or soon for _name, late, today, soon in rows):
        return Markup("")
    most = max(late + today + soon for _name, late, today, soon in rows)
    body = Markup("").join(_line(n, row, most) for n, row in enumerate(rows))
    label = _("Late, due today and due soon")
    return _svg("urgent", _NAME + _LINE + _END, len(rows) * _ROW + 4, label, body)


def _svg(kind: str, width: int, height: int, label: str, body: Markup) -> Markup:
    return Markup(
        '<svg class="board-picture {kind}" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img"'
        ' aria-label="{label}">{defs}{body}</svg>'
    ).format(kind=kind, w=width, h=height, label=label, defs=_PATTERNS.format(kind=kind), body=body)


def _span(number: int, bar: Bar, most: int) -> Markup:
    x = number * _WIDE + 6
    parts = _bar(x, bar.received, most, "received") + _bar(x + _BAR + 2, bar.done, most, "done")
    if bar.late:
        high = max(2.0, bar.late / most * _HIGH)
        parts += Markup(
            '<rect class="late" fill="url(#late-trend)" x="{x}" y="{y:.1f}" width="{w}" height="{h:.1f}"/>'
        ).format(x=x + _BAR + 2, y=_TOP + _HIGH - high, w=_BAR, h=high)
    return parts + _text(x + _BAR, _TOP + _HIGH + 15, bar.name)


def _bar(x: int, count: int, most: int, kind: str) -> Markup:
    high = count / most * _HIGH
    return Markup('<rect class="{kind}" x="{x}" y="{y:.1f}" width="{w}" height="{h:.1f}"/>').format(
        kind=kind, x=x, y=_TOP + _HIGH - high, w=_BAR, h=high
    ) + _text(x + _BAR // 2, round(_TOP + _HIGH - high - 4), str(count), "count")


def _line(number: int, row: tuple[str, int, int, int], most: int) -> Markup:
    name, late, today, soon = row
    y, x = number * _ROW + 4, float(_NAME)
    short = name if len(name) <= _NAME_MAX else name[: _NAME_MAX - 1] + "…"
    parts = Markup('<text class="name" x="{x}" y="{y}">{name}</text>').format(x=_NAME - 8, y=y + 14, name=short)
    for kind, count in (("late", late), ("today", today), ("soon", soon)):
        if count:
            wide = max(3.0, count / most * _LINE)
            fill = Markup(' fill="url(#{kind}-urgent)"').format(kind=kind) if kind in _FILLED else ""
            parts += Markup('<rect class="{kind}"{fill} x="{x:.1f}" y="{y}" width="{w:.1f}" height="18"/>').format(
                kind=kind, fill=fill, x=x, y=y, w=wide
            )
            x += wide
    said = f"{late} / {today} / {soon}"
    return parts + Markup('<text class="count" x="{x:.1f}" y="{y}">{said}</text>').format(
        x=x + 6, y=y + 14, said=said
    )


def _text(x: int, y: int, text: str, kind: str = "axis") -> Markup:
    return Markup('<text class="{kind}" x="{x}" y="{y}">{text}</text>').format(kind=kind, x=x, y=y, text=text)


def key_picture(kind: str) -> Markup:
    """Return the swatch that a picture's key shows before a word; ``kind`` as the bar's class, with its picture."""
    picture, _sep, name = kind.partition("-")
    fill = Markup(' fill="url(#{name}-{picture})"').format(name=name, picture=picture) if name in _FILLED else ""
    return Markup(
        '<svg class="board-picture" viewBox="0 0 24 16" aria-hidden="true"><rect class="{name}"{fill} x="1" y="1"'
        ' width="22" height="14"/></svg>'
    ).format(name=name, fill=fill)
