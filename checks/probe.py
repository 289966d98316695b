"""Asks an HTTP endpoint, once or several times in a row, and holds the answers against expectations."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from checks.base import Check
from checks.expect import CelExpectation
from checks.limits import Limits
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Reading, Window
from checks.sources.http import Answer, Call, HttpTarget, refuse_our_headers
from checks.units import Duration, say_duration

_ARGUMENT = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_PATH_CHARACTERS = "/?:@!$&'()*+,;=-._~%"
_DEEPEST_JSON = 100
_LONGEST_LINE = 300
_ROOM = 0.25  # of a window, that must be left for the repeats to begin in it
_EDGE = 0.05  # of a window, on either side of its beginning, where the target's clock and ours may disagree about it
_LONGEST_EDGE = timedelta(seconds=2)


class Request(BaseModel):
    """What to ask. `{name}` in the path stands for an argument of the run."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    method: Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: str = Field(pattern=r"^/", max_length=2000)
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    json_: Any = Field(default=None, alias="json", description="Sent as the body")
    bearer: bool = Field(default=True, description="false: without the source's bearer")
    repeat: int = Field(default=1, ge=1, le=100, description="So many requests, one after the other")
    within: Duration | None = Field(
        default=None, description="All of them in one such stretch of the clock, like the same minute"
    )

    @field_validator("headers")
    @classmethod
    def _leaves_ours(cls, headers: dict[str, str]) -> dict[str, str]:
        return refuse_our_headers(headers)

    def call(self, arguments: Mapping[str, str]) -> Call:
        """CheckError where the path needs an argument that the run lacks, or that would climb out of it."""
        path = _ARGUMENT.sub(lambda match: _segment(match[1], arguments), self.path)
        if self.query:
            path += ("&" if "?" in path else "?") + urlencode(self.query)
        path = quote(path, safe=_PATH_CHARACTERS)
        return Call(self.method, path, self.headers, self.json_, self.bearer)


class Probe(Check):
    """`expect` sees `first`, `last` and `responses`: each with status, body, headers and ms."""

    source_kind: ClassVar[str | None] = "http"
    kind: Literal["http.probe"]
    request: Request
    expect: tuple[CelExpectation, ...] = Field(
        default=(), description="CEL over first, last and responses; each must come out true"
    )

    def readings(self) -> Mapping[str, str]:
        return {
            "status": "",
            "latency_p95": "s",
            "latency_max": "s",
            "expectations_met": "",
            "expectations_total": "",
        }

    def needs(self) -> frozenset[str]:
        return frozenset(_ARGUMENT.findall(self.request.path))

    def implied(self) -> Limits:
        return Limits.model_validate({"expectations_met": "== expectations_total"} if self.expect else {})

    async def measure(self, source: HttpTarget, moment: Moment, window: Window | None) -> Measurement:
        answers = await self._ask(source, self.request.call(moment.arguments), moment.now)
        facts = [_facts(answer) for answer in answers]
        seen = {"first": facts[0], "last": facts[-1], "responses": facts}
        failures = {one.text: one.failure(seen) for one in self.expect}
        unmet = [_short(source.redact(f"{text}: {why}")) for text, why in failures.items() if why]
        notes = [_short(source.redact(note)) for note in _notes(answers[-1], unmet)]
        return Measurement(
            readings=(*_statistics(answers), *self._counts(unmet)),
            window=window,
            detail=(*unmet, *notes),
            context={"status": answers[-1].status},
        )

    def _counts(self, unmet: list[str]) -> tuple[Reading, ...]:
        total = len(self.expect)
        return (
            Reading(name="expectations_met", value=total - len(unmet), note="".join(unmet[:1])),
            Reading(name="expectations_total", value=total),
        )

    async def _ask(self, source: HttpTarget, call: Call, now: datetime) -> list[Answer]:
        within = self.request.within
        if within is None:
            return [await source.request(call) for _ in range(self.request.repeat)]
        pause = _until_room(now, within)
        await asyncio.sleep(pause.total_seconds())
        began = asyncio.get_running_loop().time()
        answers = [await source.request(call) for _ in range(self.request.repeat)]
        ended = now + pause + timedelta(seconds=asyncio.get_running_loop().time() - began)
        if _number(ended + _edge(within), within) != _number(now + pause, within):
            message = (
                f"the {self.request.repeat} requests did not fit into one window of {say_duration(within)}"
            )
            raise CheckError(message, cause=Cause.ENVIRONMENT)
        return answers


def _segment(name: str, arguments: Mapping[str, str]) -> str:
    value = arguments.get(name)
    if value is None:
        message = f"the path needs the argument {name}"
        raise CheckError(message, cause=Cause.CONFIGURATION, hint=f"Start the run with {name}=….")
    if value in {"", ".", ".."}:
        raise CheckError(f"the argument {name} cannot be {value!r} in a path", cause=Cause.CONFIGURATION)
    return quote(value, safe="")


def _number(time: datetime, length: timedelta) -> int:
    """Which stretch of the clock, counted from the epoch, the time lies in."""
    return math.floor(time.timestamp() / length.total_seconds())


def _until_room(now: datetime, within: timedelta) -> timedelta:
    """Nothing while enough of the stretch is left, else until the next has begun by every clock."""
    passed = timedelta(seconds=now.timestamp() % within.total_seconds())
    if passed < _edge(within):
        return _edge(within) - passed
    left = within - passed
    return left + _edge(within) if left < within * _ROOM else timedelta(0)


def _edge(within: timedelta) -> timedelta:
    return min(within * _EDGE, _LONGEST_EDGE)


def _facts(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": _body(answer.body),
        "ms": answer.seconds * 1000,
    }


def _body(raw: bytes) -> Any:
    """JSON where it is JSON of a sane depth, else the text."""
    try:
        value = json.loads(raw, parse_constant=_no_constant)
        if _shallow(value):
            return value
    except (ValueError, RecursionError):
        pass
    return raw.decode("utf-8", "replace")


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _shallow(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST_JSON):
        level = [item for one in level for item in _children(one)]
        if not level:
            return True
    return False


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _statistics(answers: list[Answer]) -> tuple[Reading, ...]:
    """The nearest-rank percentile: with few repeats, the longest."""
    seconds = sorted(answer.seconds for answer in answers)
    p95 = seconds[math.ceil(0.95 * len(seconds)) - 1]
    return (
        Reading(name="status", value=answers[-1].status),
        Reading(name="latency_p95", value=p95, unit="s", n=len(seconds)),
        Reading(name="latency_max", value=seconds[-1], unit="s", n=len(seconds)),
    )


def _notes(answer: Answer, unmet: list[str]) -> list[str]:
    notes = []
    if "location" in answer.headers:
        notes.append(f"answered {answer.status}, pointing to {answer.headers['location']}; not followed")
    if unmet:
        notes.append(f"answered {answer.status}: {answer.body.decode('utf-8', 'replace')}")
    return notes


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"
