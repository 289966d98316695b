"""Requests an HTTP endpoint, once or several times in a row, and compares the responses with expectations."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field, field_validator

from checks import placeholders
from checks.base import Check
from checks.calculation.function import Function
from checks.expect import CelExpectation
from checks.limits import Limit, Limits
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Reading, Window
from checks.responses import beginning
from checks.secrets import names_in
from checks.sources.endpoint import refuse_our_headers
from checks.sources.target import Answer, Call, HttpTarget
from checks.units import Duration, say_duration
from checks.wording import Wording

_PATH_CHARACTERS = "/?:@!$&'()*+,;=-._~%"
_LONGEST_LINE = 300
_REQUESTS = "{n} request{s}"
_MOST_TOGETHER = 64 << 20  # bytes of all answers
_GOOD = (">= 200", "< 300")  # a redirect is not followed, so it is not the requested response
_ROOM = 0.25  # of a window, which must be left so that the repeats begin in it
_EDGE = 0.05  # of a window, around its beginning, where the target's clock and ours may disagree about it
_LONGEST_EDGE = timedelta(seconds=2)


class OneRequest(BaseModel):
    """A request. Placeholders are filled in in path, query, headers and json."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, serialize_by_alias=True)

    method: Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"] = Field(
        default="GET", description="The HTTP method"
    )
    path: placeholders.Template = Field(
        pattern=r"^/", max_length=2000, description="After the source's base_url; may hold {{version}}"
    )
    headers: dict[str, placeholders.Template] = Field(
        default={}, description="In addition to the source's; secrets as ${NAME}"
    )
    query: dict[str, placeholders.Template] = Field(
        default={}, description="Parameters of the URL, escaped for it"
    )
    json_: Any = Field(default=None, alias="json", description="Sent as the body")
    bearer: bool = Field(default=True, description="false: send it without the source's bearer")

    @field_validator("headers")
    @classmethod
    def _leaves_ours(cls, headers: dict[str, str]) -> dict[str, str]:
        return refuse_our_headers(headers)

    @field_validator("json_")
    @classmethod
    def _is_well_formed(cls, body: Any) -> Any:
        return placeholders.no_misspelt(body)

    def call(self, values: Mapping[str, str]) -> Call:
        """Raises CheckError if a value is missing, or cannot be used there."""
        path = placeholders.fill(self.path, values, _segment)
        if self.query:
            query = {name: placeholders.fill(text, values) for name, text in self.query.items()}
            path += ("&" if "?" in path else "?") + urlencode(query)
        headers = {name: placeholders.fill(text, values, _header) for name, text in self.headers.items()}
        body = placeholders.fill_within(self.json_, values)
        return Call(self.method, quote(path, safe=_PATH_CHARACTERS), headers, body, self.bearer)


class Request(OneRequest):
    """The request. Placeholders are filled in in path, query, headers and json."""

    repeat: int = Field(default=1, ge=1, le=100, description="How many requests, one after another")
    within: Duration | None = Field(
        default=None,
        description="All of them within one stretch of the clock of this length, such as the same minute",
    )


@dataclass(frozen=True)
class _Said:
    """The parsed responses."""

    whys: Sequence[str]  # why each expectation is not met, or ""
    vacuous: Sequence[tuple[str, str]]  # of meaningless ones: why, and what to write instead
    shown: str  # the beginning of the body that is shown


class Probe(Check):
    """`expect` sees `first`, `last` and `responses`: each with status, body, headers and ms."""

    source_kind: ClassVar[str | None] = "http"
    filled: ClassVar = (
        *Check.filled,
        ("request", "path"),
        ("request", "query"),
        ("request", "headers"),
        ("request", "json"),
        ("expect",),
    )
    secretive: ClassVar = (("request", "headers"),)
    kind: Literal["http.probe"]
    request: Request = Field(description="What to send")
    expect: tuple[CelExpectation, ...] = Field(
        default=(), description="CEL expressions over first, last and responses; all must be true"
    )

    def readings(self) -> Mapping[str, str]:
        counts = ("expectations_met", "expectations_total") if self.expect else ()
        return {"status": "", "latency_p95": "s", "latency_max": "s", **dict.fromkeys(counts, "")}

    def wording(self) -> Mapping[str, Wording]:
        return {
            "status": Wording("status {value}", "the status"),
            "latency_p95": Wording("p95 latency {value}", "the p95 latency", _REQUESTS),
            "latency_max": Wording("slowest answer {value}", "the slowest answer", _REQUESTS),
            "expectations_met": Wording(
                "{value} of {expectations_total} answers as expected",
                "answers as expected",
                whole="expectations_total",
                all_of="all answers {must} be as expected",
                note="not as expected: {note}",
            ),
            "expectations_total": Wording("{value} expectation{s}", "the number of expectations"),
        }

    def implied(self) -> Limits:
        met = {"expectations_met": "== expectations_total"} if self.expect else {}
        good = {"status": list(_GOOD)} if self._others() else {}
        return Limits.model_validate({**met, **good})

    def _others(self) -> list[int]:
        """The responses whose status no expectation checks: it must then be a good one."""
        count = self.request.repeat
        looked_at = {position for one in self.expect for position in one.statuses(count)}
        return [position for position in range(count) if position not in looked_at]

    async def measure(self, source: HttpTarget, moment: Moment, window: Window | None) -> Measurement:
        call = self.request.call(moment.values)
        expected = list(dict.fromkeys(one.filled(moment.values) for one in self.expect))
        if expected:
            await source.calculator.warm()
        answers = await self._ask(source, call, moment.now)
        shown, is_off = self._telling(answers)
        said = await self._read(source, answers, expected, shown)
        unmet = [
            _short(source.redact(f"{text}: {why}"))
            for text, why in zip(expected, said.whys, strict=True)
            if why
        ]
        if said.vacuous and not unmet and not is_off:  # measured problems take precedence
            message, hint = said.vacuous[0]
            raise CheckError(
                _short(source.redact(message)), cause=Cause.DATA_MISSING, hint=source.redact(hint)
            )
        unmet += [_short(source.redact(message)) for message, _ in said.vacuous]
        notes = [
            _short(source.redact(note)) for note in _notes(answers[shown], said.shown, bool(unmet) or is_off)
        ]
        which = f"of response {shown + 1} of {len(answers)}" if is_off and len(answers) > 1 else ""
        status = Reading(name="status", value=answers[shown].status, note=which)
        return Measurement(
            readings=(status, *_latencies(answers), *self._counts(unmet)),
            window=window,
            detail=(*unmet, *notes),
            context={"status": answers[shown].status},
        )

    async def _read(
        self, source: HttpTarget, answers: Sequence[Answer], expected: Sequence[str], shown: int
    ) -> _Said:
        """A hostile response can take arbitrarily long to parse, so that is done in a child process, within the check's timeout."""
        if not expected and not any("content-encoding" in answer.headers for answer in answers):
            return _Said([], [], beginning(answers[shown].body))
        responses = [
            {"status": answer.status, "headers": dict(answer.headers), "ms": answer.seconds * 1000}
            for answer in answers
        ]
        given = {"expect": expected, "responses": responses, "shown": shown, "most": source.max_bytes}
        said = await source.calculator.run(
            Function.READ_RESPONSES, given, [answer.body for answer in answers], limit=self.timeout
        )
        vacuous = [(str(message), str(hint)) for message, hint in said["vacuous"]]
        return _Said([str(why) for why in said["why"]], vacuous, str(said["shown"]))

    def _telling(self, answers: list[Answer]) -> tuple[int, bool]:
        """The response whose status is read, and whether it is bad: the first bad one, otherwise the last."""
        held = self._others() or [len(answers) - 1]
        limits = self.passing().of("status")
        off = next((position for position in held if _is_off(answers[position].status, limits)), None)
        return (held[-1], False) if off is None else (off, True)

    def _counts(self, unmet: list[str]) -> tuple[Reading, ...]:
        total = len(self.expect)
        if not total:  # 0 of 0 expectations must not be a PASS
            return ()
        return (
            Reading(name="expectations_met", value=total - len(unmet), note="".join(unmet[:1])),
            Reading(name="expectations_total", value=total),
        )

    def waits(self) -> timedelta:
        within = self.request.within
        return super().waits() + (within * _ROOM + _edge(within) if within else timedelta(0))

    async def _ask(self, source: HttpTarget, call: Call, now: datetime) -> list[Answer]:
        within = self.request.within
        if within is None:
            return await self._repeated(source, call)
        pause = _until_room(now, within)
        await asyncio.sleep(pause.total_seconds())
        began = asyncio.get_running_loop().time()
        answers = await self._repeated(source, call)
        ended = now + pause + timedelta(seconds=asyncio.get_running_loop().time() - began)
        if _number(ended + _edge(within), within) != _number(now + pause, within):
            message = (
                f"the {self.request.repeat} requests did not fit into one window of {say_duration(within)}"
            )
            raise CheckError(message, cause=Cause.ENVIRONMENT)
        return answers

    async def _repeated(self, source: HttpTarget, call: Call) -> list[Answer]:
        answers: list[Answer] = []
        while len(answers) < self.request.repeat:
            answers.append(await source.request(call))
            if sum(len(answer.body) for answer in answers) > _MOST_TOGETHER:
                raise CheckError(
                    f"the first {len(answers)} answers are longer than {_MOST_TOGETHER:,} bytes together",
                    cause=Cause.CONFIGURATION,
                    hint="Ask for a smaller page, or less often: see `repeat`.",
                )
        return answers


def _segment(name: str, value: str) -> str:
    if value in {".", ".."}:
        raise CheckError(f"{{{{{name}}}}} cannot be {value!r} in a path", cause=Cause.CONFIGURATION)
    return quote(value, safe="")


def _header(name: str, value: str) -> str:
    if names_in(value):  # otherwise it would be filled in later, with a secret
        raise CheckError(f"{{{{{name}}}}} cannot be {value!r} in a header", cause=Cause.CONFIGURATION)
    return value


def _number(time: datetime, length: timedelta) -> int:
    """The index of the window of the clock, counted from the epoch, that contains the time."""
    return math.floor(time.timestamp() / length.total_seconds())


def _until_room(now: datetime, within: timedelta) -> timedelta:
    """Zero while enough of the window is left, otherwise until the next has begun by every clock."""
    passed = timedelta(seconds=now.timestamp() % within.total_seconds())
    if passed < _edge(within):
        return _edge(within) - passed
    left = within - passed
    return left + _edge(within) if left < within * _ROOM else timedelta(0)


def _edge(within: timedelta) -> timedelta:
    return min(within * _EDGE, _LONGEST_EDGE)


def _is_off(status: int, limits: Sequence[Limit]) -> bool:
    """Whether it is out of a limit; the judge reports limits that it cannot be compared with."""
    return any(limit.breaks(status) for limit in limits)


def _latencies(answers: list[Answer]) -> tuple[Reading, ...]:
    """The nearest-rank percentile: with few repeats, the longest."""
    seconds = sorted(answer.seconds for answer in answers)
    p95 = seconds[math.ceil(0.95 * len(seconds)) - 1]
    return (
        Reading(name="latency_p95", value=p95, unit="s", n=len(seconds)),
        Reading(name="latency_max", value=seconds[-1], unit="s", n=len(seconds)),
    )


def _notes(answer: Answer, body: str, is_wrong: bool) -> list[str]:
    notes = []
    if "location" in answer.headers:
        notes.append(f"answered {answer.status}, pointing to {answer.headers['location']}; not followed")
    if is_wrong:
        notes.append(f"answered {answer.status}: {body}")
    return notes


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"
