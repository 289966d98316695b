"""What kinds of check and source are made of: all that they import from canary, ours and those of other packages.

    from checks.api import Cause, Check, CheckError, Measurement, Moment, Reading, Window

`docs/plugins.md` shows how. What stands here changes only with a line in the CHANGELOG that says what to do. For the tests
of a kind, `checks.contract` has what every kind promises.
"""

from __future__ import annotations

from checks.base import Check, Source
from checks.context import Context, opened
from checks.evaluate import evaluate
from checks.limits import Limit, Limits
from checks.numbers import Number, Scalar, is_number, number_in_json, parse_number
from checks.outcome import Cause, CheckError, Outcome
from checks.placeholders import CodeTemplate, Template, fill, fill_within, names_in, value_of
from checks.reading import Measurement, Moment, Reading, Series, Window
from checks.result import Result
from checks.secrets import Secrets, SecretText
from checks.sources.endpoint import HttpEndpoint
from checks.sources.target import Answer, Call, HttpTarget
from checks.units import (
    UNITS,
    Duration,
    Size,
    Unit,
    in_unit,
    parse_duration,
    say_count,
    say_duration,
    say_size,
    say_value,
)

__all__ = [  # noqa: RUF022  by what they are for
    # what is configured
    "Check",
    "CodeTemplate",
    "Duration",
    "HttpEndpoint",
    "Limit",
    "Limits",
    "SecretText",
    "Size",
    "Source",
    "Template",
    "Unit",
    # what it is asked, and by whom
    "Context",
    "Moment",
    "Secrets",
    "Window",
    "evaluate",
    "opened",
    # over HTTP
    "Answer",
    "Call",
    "HttpTarget",
    # what it says
    "Cause",
    "CheckError",
    "Measurement",
    "Number",
    "Outcome",
    "Reading",
    "Result",
    "Scalar",
    "Series",
    # numbers, units and words
    "UNITS",
    "fill",
    "fill_within",
    "in_unit",
    "is_number",
    "names_in",
    "number_in_json",
    "parse_duration",
    "parse_number",
    "say_count",
    "say_duration",
    "say_size",
    "say_value",
    "value_of",
]
