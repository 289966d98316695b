"""A picture of a reading and its limit, for those who want a file: the extra `charts`."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from checks.limits import Limit, Quantity
from checks.reading import Record, Series
from checks.result import Result
from checks.units import say_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = (7.0, 2.8)  # inches, at 144 dots each
MOST_ALT_TEXT = 1000


class Picture(Record):
    title: str
    alt_text: str  # for people who cannot see it
    png: bytes


def can_draw() -> bool:
    """Whether the extra `charts` is installed."""
    return find_spec("matplotlib") is not None


def charted(result: Result) -> tuple[Series, str] | None:
    """Returns the series of the worst reading that has one, and its limit as configured; None if there is
    none.
    """
    series = {each.name: each for look in result.measurements for each in look.series}
    worst_first = sorted(result.judged, key=lambda judged: -judged.severity)
    for judged in worst_first:
        if judged.reading.name in series:
            return series[judged.reading.name], judged.limit
    return next(((each, "") for each in series.values()), None)


def draw(title: str, series: Series, limit: str) -> Picture:
    """Takes some 70 ms, and loads matplotlib on first use: call it off the event loop."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=144, layout="constrained")
    axes = figure.subplots()
    times: Any = [at for at, _ in series.points]  # matplotlib accepts dates, though its type hints do not
    axes.plot(times, [value for _, value in series.points], color="#1d4e89", linewidth=1.5)
    for each in limit.split(", "):
        _draw_limit(axes, each)
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_ylabel(_literally(f"{series.name} ({series.unit})" if series.unit else series.name))
    axes.set_title(_literally(title), fontsize=10, loc="left")
    axes.grid(alpha=0.25)
    axes.margins(x=0.01)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return Picture(title=title, alt_text=_describe(title, series, limit), png=buffer.getvalue())


def _draw_limit(axes: Axes, limit: str) -> None:
    bound = _bound(limit)
    if bound is not None:
        axes.axhline(
            bound, color="#b3261e", linestyle="--", linewidth=1.2, label=_literally(f"limit {limit}")
        )
        axes.legend(loc="upper left", fontsize=8, framealpha=0.8)


def _literally(text: str) -> str:
    """Escapes dollar signs, between which matplotlib would typeset mathematics."""
    return text.replace("$", r"\$")


def _bound(limit: str) -> float | None:
    if not limit:
        return None
    operand = Limit.parse(limit).operand
    return float(operand.number) if isinstance(operand, Quantity) else None


def _describe(title: str, series: Series, limit: str) -> str:
    values = [value for _, value in series.points]
    if not values:
        return f"{title}: no points"
    first, last = series.points[0][0], series.points[-1][0]
    said = (
        f"{title}: {series.name} from {first:%H:%M} to {last:%H:%M} UTC, lowest {say_value(min(values), series.unit)}, "
        f"highest {say_value(max(values), series.unit)}, last {say_value(values[-1], series.unit)}"
    )
    return (f"{said}; limit {limit}" if limit else said)[:MOST_ALT_TEXT]
