"""Draws charts as SVG, by hand: a few lines, in colors that the page sets for light, dark and paper.

Nothing depends on color alone: lines have different dashes, points out of limits are marked, and each chart
is also described in words. All text is escaped here. Sizes are in units of the view box, about a pixel each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.record.document.chart import Bound, Chart, Gauge, Line, Panel, Points, Spans
from bot.record.document.escaping import escape
from bot.record.document.scale import Scale, say_number, say_times, ticks, times

WIDTH = 460
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 6, 22  # around a panel, for its labels
HEIGHT = 130  # of a panel
GAP = 26  # above a panel, for its title
MOST_LABEL = 58  # characters above a panel
MANY_TICKS, MANY_TIMES = 4, 5
ROOM_OF_TIME = 74  # minimum width of a time's label
MOST_MARKS = 60  # points out of limits that are marked

GAUGE_WIDTH, GAUGE_HEIGHT = 120, 14


def draw(chart: Chart, name: str) -> str:
    """`name`: unique in the page, to refer to its title and description."""
    time = Scale(chart.first.timestamp(), chart.last.timestamp(), LEFT, WIDTH - RIGHT)
    if time.high <= time.low:
        time = Scale(time.low - 1, time.high + 1, LEFT, WIDTH - RIGHT)
    height = len(chart.panels) * (GAP + HEIGHT) + TOP + BOTTOM
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{escape(chart.title)}</title><desc id="{name}-d">{escape(chart.description)}</desc>',
    ]
    for at, panel in enumerate(chart.panels):
        top = TOP + GAP + at * (GAP + HEIGHT)
        parts += [*_spans(chart.spans, time, top), *_panel(panel, time, top)]
    parts += [*_times(chart, time, height - BOTTOM), "</svg>"]
    return "".join(parts)


def draw_gauge(gauge: Gauge) -> str:
    """A bar up to the value, the limits as ticks, and a base line where values should be. Decoration: the
    text says it.
    """
    known = [0.0, gauge.value, *(bound.at for bound in gauge.bounds)]
    low, high = min(known), max(known)
    room = (high - low) * 0.12 or 1.0
    scale = Scale(low - (room if low < 0 else 0), high + room, 0.5, GAUGE_WIDTH - 0.5)
    zero, value = scale(0.0), scale(gauge.value)
    kind = "in" if gauge.holds else "out"
    parts = [
        f'<svg class="gauge {kind}" viewBox="0 0 {GAUGE_WIDTH} {GAUGE_HEIGHT}" aria-hidden="true">',
        f'<rect class="track" x="0" y="5" width="{GAUGE_WIDTH}" height="4" rx="2"/>',
        f'<rect class="bar" x="{_n(min(zero, value))}" y="5" width="{_n(max(abs(value - zero), 0.5))}" height="4" rx="2"/>',
        f'<circle class="dot" cx="{_n(min(max(value, 3.5), GAUGE_WIDTH - 3.5))}" cy="7" r="3.5"/>',
    ]
    parts += [
        f'<path class="tick" d="M{_n(scale(bound.at))} 1v12"/>'
        for bound in gauge.bounds
        if bound.at or gauge.value
    ]
    return "".join([*parts, "</svg>"])


def _panel(panel: Panel, time: Scale, top: float) -> Iterator[str]:
    bounds = [bound.at for bound in panel.bounds]
    known = [*panel.values, *bounds]
    low = min(known)
    at = ticks(min(low, 0.0) if low < max(known) * 0.5 or low <= 0 else low, max(known), MANY_TICKS)
    scale = Scale(at[0], at[-1], top + HEIGHT, top)
    yield from _legend(panel, top - 9)
    for value in at:
        y = scale(value)
        yield f'<path class="grid" d="M{LEFT} {_n(y)}H{WIDTH - RIGHT}"/>'
        yield f'<text class="y" x="{LEFT - 6}" y="{_n(y + 4)}">{escape(say_number(value))}</text>'
    for bound in panel.bounds:
        yield from _bound(bound, scale, top)
    for number, line in enumerate(panel.lines):
        yield from _line(line, number, time, scale)
        yield from _marks(line, panel.bounds, time, scale)


def _legend(panel: Panel, y: float) -> Iterator[str]:
    """What the panel shows; for several lines, with the style of each."""
    if len(panel.lines) == 1:
        yield f'<text class="label" x="{LEFT}" y="{_n(y)}">{escape(_cut(panel.label))}</text>'
        return
    x = float(LEFT)
    for number, line in enumerate(panel.lines):
        name = _cut(line.name, MOST_LABEL // len(panel.lines))
        yield f'<path class="line l{number % 3}" d="M{_n(x)} {_n(y - 4)}h18"/>'
        yield f'<text class="label" x="{_n(x + 23)}" y="{_n(y)}">{escape(name)}</text>'
        x += 40 + 6.6 * len(name)


def _bound(bound: Bound, scale: Scale, top: float) -> Iterator[str]:
    """The limit and the area beyond it, hatched by the page's color."""
    y = scale(bound.at)
    if bound.comparison in {"<", "<="}:
        yield _beyond(top, y)
    elif bound.comparison in {">", ">="}:
        yield _beyond(y, top + HEIGHT)
    yield f'<path class="limit" d="M{LEFT} {_n(y)}H{WIDTH - RIGHT}"/>'
    above = y - 5 if y - top > 16 else y + 13  # noqa: PLR2004  the height of its text
    yield f'<text class="limit-label" x="{WIDTH - RIGHT - 3}" y="{_n(above)}">limit {escape(_cut(bound.text, 24))}</text>'


def _beyond(start: float, end: float) -> str:
    width = WIDTH - LEFT - RIGHT
    return f'<rect class="beyond" x="{LEFT}" y="{_n(start)}" width="{width}" height="{_n(max(0.0, end - start))}"/>'


def _line(line: Line, number: int, time: Scale, scale: Scale) -> Iterator[str]:
    yield f'<path class="line l{number % 3}" d="{_path(line, time, scale)}"/>'


def _path(line: Line, time: Scale, scale: Scale) -> str:
    points = [(time(at.timestamp()), scale(value)) for at, value in line.points]
    (x, y), *rest = points
    path = [f"M{_n(x)} {_n(y)}"]
    for x, y in rest:
        path.append(f"H{_n(x)}V{_n(y)}" if line.stepped else f"L{_n(x)} {_n(y)}")
    return "".join(path)


def _marks(line: Line, bounds: Sequence[Bound], time: Scale, scale: Scale) -> Iterator[str]:
    """The points out of limits, as far as they are distinguishable; all points, if there are few."""
    off = [point for point in line.points if not all(bound.allows(point[1]) for bound in bounds)]
    few = len(line.points) <= MANY_TIMES + MANY_TICKS and not line.stepped
    for at, value in line.points if few else ():
        yield f'<circle class="point" cx="{_n(time(at.timestamp()))}" cy="{_n(scale(value))}" r="2.6"/>'
    for at, value in off if len(off) <= MOST_MARKS else ():
        x, y = time(at.timestamp()), scale(value)
        yield f'<path class="off" d="M{_n(x - 3)} {_n(y - 3)}l6 6m0-6l-6 6"/>'


def _spans(spans: Sequence[Spans], time: Scale, top: float) -> Iterator[str]:
    for number, each in enumerate(spans):
        for start, end in each.spans:
            x = time(start.timestamp())
            width = max(time(end.timestamp()) - x, 1.5)
            yield f'<rect class="span s{number % 2}" x="{_n(x)}" y="{_n(top)}" width="{_n(width)}" height="{HEIGHT}"/>'


def _times(chart: Chart, time: Scale, y: float) -> Iterator[str]:
    at = times(chart.first, chart.last, MANY_TIMES) or [chart.first]
    right = 0.0
    for each, said in zip(at, _said(at, chart.first), strict=True):
        x = time(each.timestamp())
        if x - right < ROOM_OF_TIME and right:
            continue
        right = x
        anchor = "start" if x < LEFT + 20 else "end" if x > WIDTH - RIGHT - 20 else "middle"
        yield f'<path class="grid" d="M{_n(x)} {_n(y)}v4"/>'
        yield f'<text class="x {anchor}" x="{_n(x)}" y="{_n(y + 17)}">{escape(said)}</text>'


def _said(at: Sequence[datetime], first: datetime) -> list[str]:
    return say_times(at if len(at) > 1 else [first])


def _cut(text: str, length: int = MOST_LABEL) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _n(value: float) -> str:
    """Rounded to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


__all__ = ["Points", "draw", "draw_gauge"]
