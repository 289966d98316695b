"""One HTTP request, sent once, and a query to the far side if the response does not tell the result."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from checks.actions.base import (
    Action,
    Begin,
    NotDoneError,
    Preview,
    Report,
    Trace,
    UnclearError,
    Verdict,
)
from checks.calculation.function import Function
from checks.expect import CelExpectation
from checks.outcome import CheckError
from checks.output import plain
from checks.probe import OneRequest
from checks.responses import beginning
from checks.sources.target import Answer, HttpTarget, NotSentError
from checks.units import say_duration

KEY = "idempotency_key"
_HEADER = "idempotency-key"
_SENT = "sent"  # the mark of an attempt: its key is known in advance
_SETTLED = (
    5.0  # seconds after the time limit, by which a request that was sent has surely arrived, or never will
)
_SHOWN = 200  # characters of a response
# Statuses of a server that has done nothing; a 408, 409 or 425 may mean that the same request is in flight.
_REFUSED = frozenset(
    {400, 401, 402, 403, 404, 405, 406, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 428, 429, 431}
)
_PLACES = ("path", "query", "headers", "json")


class Posted(OneRequest):
    """The request that does it. Its header `Idempotency-Key` holds the key of the attempt."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = Field(default="POST", description="The HTTP method")

    @field_validator("headers")
    @classmethod
    def _leaves_the_key(cls, headers: dict[str, str]) -> dict[str, str]:
        """Another key, the same for every attempt, would have the far side answer for an earlier one."""
        if any(name.lower() == _HEADER for name in headers):
            raise ValueError("expected no Idempotency-Key: it always holds the key of the attempt")
        return headers


class Look(OneRequest):
    """Asked where the answer to the request was lost, or says neither yes nor no."""

    method: Literal["GET", "HEAD"] = Field(default="GET", description="The HTTP method")
    done: tuple[CelExpectation, ...] = Field(
        min_length=1, description="CEL expressions over `last`; if all are true, it was done"
    )
    not_done: tuple[CelExpectation, ...] = Field(
        default=(),
        description="If all are true, it certainly was not, and can be tried again; if left out, people are asked",
    )


class HttpAction(Action):
    """`request` is sent once. 2xx is done, or what `expect` says; 4xx is not done; anything else is looked into.

    `{{idempotency_key}}` is the key of the attempt, which its header carries in any case.
    """

    source_kind: ClassVar = "http"
    filled: ClassVar = (
        *(("request", place) for place in _PLACES),
        ("expect",),
        *(("look", place) for place in (*_PLACES, "done", "not_done")),
    )
    secretive: ClassVar = (("request", "headers"), ("look", "headers"))
    known: ClassVar = (KEY,)

    kind: Literal["http"]
    request: Posted = Field(description="What to send")
    expect: tuple[CelExpectation, ...] = Field(
        default=(), description="CEL expressions over `last` that mean that it is done; if left out, any 2xx"
    )
    look: Look | None = Field(
        default=None,
        description="How to find out afterward whether it was done; if left out, people are asked",
    )

    async def permitted(self, opened: HttpTarget) -> str:  # noqa: ARG002
        return "not asked: only doing it shows whether it may be done"

    async def preview(self, opened: HttpTarget, values: Mapping[str, str]) -> Preview:
        """Sends nothing."""
        call = self.request.call({**values, KEY: "KEY-OF-THE-ATTEMPT"})
        body = [] if call.body is None else [json.dumps(call.body, indent=2, ensure_ascii=False)]
        return Preview(does=(f"{call.method} {opened.address(call)}", *body))

    async def perform(
        self, opened: HttpTarget, values: Mapping[str, str], trace: Trace, begin: Begin
    ) -> Report:
        known = {**values, KEY: trace.idempotency_key}
        try:
            call = self.request.call(known)
        except CheckError as error:
            raise NotDoneError(str(error), hint=error.hint) from error
        call = replace(call, headers={**call.headers, _HEADER: trace.idempotency_key})
        await opened.calculator.warm()
        await begin(_SENT)
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                answer = await opened.request(call)
        except TimeoutError:
            raise UnclearError(
                f"{call.method} {call.path} was not answered within {say_duration(self.timeout)}"
            ) from None
        except NotSentError as error:
            raise NotDoneError(str(error), hint=error.hint) from error
        except CheckError as error:
            raise UnclearError(str(error)) from error
        said = _said(opened, answer)
        if answer.status in _REFUSED and not await self._holds(opened, self.expect, known, answer):
            raise NotDoneError(said)
        if self.expect:
            done = await self._holds(opened, self.expect, known, answer)
        else:
            done = 200 <= answer.status < 300  # noqa: PLR2004  the statuses of success
        if not done:
            raise UnclearError(f"{said}, which does not say that it was done")
        return Report(said=f"answered {answer.status}")

    async def verdict(
        self, opened: HttpTarget, values: Mapping[str, str], trace: Trace
    ) -> tuple[Verdict, str]:
        """The sender of the request may have been paused, so it may not have arrived for a while."""
        if self.look is None:
            return Verdict.UNKNOWN, "the configuration says no way to find out whether it was done"
        known = {**values, KEY: trace.idempotency_key}
        call = self.look.call(known)
        answer = await opened.request(call)
        said = f"{call.method} {call.path}: {_said(opened, answer)}"
        if await self._holds(opened, self.look.done, known, answer):
            return Verdict.DONE, said
        is_settled = trace.seconds > self.timeout.total_seconds() + _SETTLED
        if is_settled and await self._holds(opened, self.look.not_done, known, answer):
            return Verdict.NOT_DONE, said
        return Verdict.UNDER_WAY, said

    def done(self, trace: Trace) -> Report:  # noqa: ARG002  the attempt says nothing more
        return Report(said="done, as the far side says")

    async def _holds(
        self,
        opened: HttpTarget,
        expected: Sequence[CelExpectation],
        known: Mapping[str, str],
        answer: Answer,
    ) -> bool:
        """Whether all are true of the response; False without any."""
        if not expected:
            return False
        response = {"status": answer.status, "headers": dict(answer.headers), "ms": answer.seconds * 1000}
        texts = [one.filled(known) for one in expected]
        given = {"expect": texts, "responses": [response], "shown": 0, "most": opened.max_bytes}
        try:
            found = await opened.calculator.run(
                Function.READ_RESPONSES, given, [answer.body], limit=self.timeout
            )
        except CheckError:  # unreadable, so it proves nothing
            return False
        return not any(found["why"]) and not found["vacuous"]


def _said(opened: HttpTarget, answer: Answer) -> str:
    """Redacted before it is truncated: half a secret would not be recognized. Only the beginning is looked at,
    since this runs on the event loop.
    """
    body = " ".join(plain(opened.redact(beginning(answer.body))).split())
    shown = body if len(body) <= _SHOWN else f"{body[:_SHOWN]}…"
    return f"answered {answer.status}" + (f": {shown}" if shown else "")
