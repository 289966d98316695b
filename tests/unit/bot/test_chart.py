"""A chart is drawn whatever its texts contain."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.chart import can_draw, draw
from bot.slack.messages.files import Chart
from bot.slack.messages.kind import Facts
from checks.reading import Series

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("limit", ["", "< 180s", "< 180s, > 1s", "== total", "== true"])
def test_dollar_signs_are_not_math_and_every_limit_is_a_line(limit: str) -> None:
    points = tuple((NOW + timedelta(minutes=at), float(at)) for at in range(3))
    picture = draw("cost in $ \\frac{ $", Series(name="$_{", unit="s", points=points), limit)
    assert picture.png.startswith(b"\x89PNG")
    assert limit in picture.alt_text


def test_without_the_charts_extra_no_picture_is_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Facts(None)
    assert can_draw()
    assert Chart(check="queue-age").moot(nothing) == ""
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as if it were not installed
    assert not can_draw()
    assert "charts" in Chart(check="queue-age").moot(nothing)
