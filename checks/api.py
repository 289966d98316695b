"""The public API for kinds of check and source, both our own and those of other packages.

    from checks.api import Cause, Check, CheckError, Measurement, Moment, Reading, Window

See `docs/plugins.md`. Changes here get a line in the CHANGELOG that says what to do. `checks.contract` has the
contract of every kind, for tests.
"""

from __future__ import annotations

from checks.aside import aside
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
from checks.sources.refusal import REDIRECTS, Refusals, refused
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
from checks.wording import Wording, excerpt

__all__ = [  # noqa: RUF022  grouped by purpose
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
    # the arguments of a measurement
    "Context",
    "Moment",
    "Secrets",
    "Window",
    "evaluate",
    "opened",
    # off the event loop
    "aside",
    # over HTTP
    "Answer",
    "Call",
    "HttpTarget",
    "REDIRECTS",
    "Refusals",
    "refused",
    # the results
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
    "Wording",
    "excerpt",
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
