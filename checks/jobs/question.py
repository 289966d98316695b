"""A measure's query: its statement, wrapped to count the rows that it could not place. Pure."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from checks.jobs.layout import Layout
from checks.reading import Moment, Window
from checks.sources.postgres.clock import naive

_POINTS = 60  # in a chart's series, at most twice as many
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # older times count as this old
_COUNTED = 1001  # per kind of unplaced rows; "more than 1,000" is precise enough
_LIMITS = {"most": 5, "long": 200, "counted": _COUNTED}  # offenders; characters of a text of one
_TIME = re.compile(r"\{(\w+)_at\}")


@dataclass(frozen=True)
class Question:
    """One statement: `%(name)s` binds a value of `params`, `{name}` is an identifier of `names`."""

    text: str
    params: Mapping[str, Any]
    names: Mapping[str, Sequence[str]]
    time_zone: str  # in which the database reads times without a zone


def question(
    text: str,
    tables: Sequence[str],
    layout: Layout,
    bound: Mapping[str, Any],
    names: Mapping[str, Sequence[str]],
) -> Question:
    """The statement `text` over `tables` (of the layout), as it is asked; times in `bound` have a zone.

    Its result has, besides the columns of `text`, `doubts`: [{what, word, rows}, …], rows that it should have
    counted but could not place; and `ahead`: how many seconds the latest time that it read is ahead of the
    clock.

    Columns without a zone contain times of the layout's zone. If that is UTC, bounds are converted to times
    without a zone, and compared directly. Otherwise the session is in that zone: then PostgreSQL compares
    such a column with a bound that has a zone, by the column's index, and `{x_at}` casts.
    """
    utc = layout.time_zone == "UTC"
    params = {
        name: naive(value) if utc and isinstance(value, datetime) else value for name, value in bound.items()
    }
    whole = _with_doubts(text, tables)
    whole = _TIME.sub(r"{\1}" if utc else r"{\1}::timestamptz", whole)
    whole = whole.replace("{clock}", "now() AT TIME ZONE 'UTC'" if utc else "now()")
    return Question(whole, {**layout.words(), **_LIMITS, **params}, names, layout.time_zone)


def _with_doubts(text: str, tables: Sequence[str]) -> str:
    found = "".join(f",\n(\n{shipped(table)}) AS of_{table}" for table in tables)
    unplaced = "".join(f" || coalesce(of_{table}.unplaced, '[]')" for table in tables)
    latest = "".join(f", of_{table}.latest" for table in tables)
    return _DOUBTS.format(statement=text, found=found, unplaced=unplaced, latest=latest)


# Times beyond all calendars have no distance; ten years are enough.
_DOUBTS = """
SELECT measured.*, jsonb_build_array(measured.unplaced){unplaced} AS doubts,
       CASE WHEN greatest(measured.latest{latest}) > clock THEN extract(
           epoch FROM least(greatest(measured.latest{latest}), clock + interval '3653 days') - clock
       ) END AS ahead
FROM (
{statement}
) AS measured, (SELECT greatest({{clock}}, %(now)s) AS clock) AS here{found}
"""


def shipped(name: str) -> str:
    """The text of a statement that is next to this file."""
    return importlib.resources.files("checks.jobs").joinpath(f"{name}.sql").read_text("utf-8")


def bucket(window: Window) -> timedelta:
    return max(1, round((window.end - window.start) / _MINUTE / _POINTS)) * _MINUTE


def instants(moment: Moment, window: Window | None) -> dict[str, Any]:
    """The parameters that every statement may use."""
    times = {"now": moment.now, "epoch": _EPOCH}
    return times | {"start": window.start, "end": window.end, "bucket": bucket(window)} if window else times
