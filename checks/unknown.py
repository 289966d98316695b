"""Stored checks, sources and actions that this version cannot parse: of an unknown kind, or valid only by
earlier rules.

Everything else stored with them stays readable. Measuring one is an ERROR that says what is missing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from checks.actions.base import Action, Begin, NotDoneError, Preview, Report, Trace, Verdict
from checks.base import Check, Source
from checks.context import Context
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Window

_TEXTS = ("kind", "title", "source", "owner", "fallback")


class UnknownCheck(Check):
    why: str

    @staticmethod
    def of(given: Mapping[str, Any], why: str) -> UnknownCheck:
        """The fields that every check has, if present; without limits."""
        texts: dict[str, Any] = {name: str(given.get(name, "")) for name in _TEXTS}
        return UnknownCheck.model_construct(**texts, why=why)

    async def measure(self, source: Any, moment: Moment, window: Window | None) -> Measurement:  # noqa: ARG002
        raise _unreadable("check", self.kind, self.why)


class UnknownSource(Source):
    why: str

    @staticmethod
    def of(given: Mapping[str, Any], why: str) -> UnknownSource:
        kind: Any = str(given.get("kind", ""))
        return UnknownSource.model_construct(kind=kind, why=why)

    def open(self, context: Context) -> AbstractAsyncContextManager[Any]:  # noqa: ARG002
        return _opened(self)

    async def reach(self, opened: Any) -> str:  # noqa: ARG002
        raise _unreadable("source", self.kind, self.why)


class UnknownAction(Action):
    """It is shown, but neither previewed nor done."""

    why: str

    @staticmethod
    def of(given: Mapping[str, Any], why: str) -> UnknownAction:
        texts: dict[str, Any] = {
            name: str(given.get(name, "")) for name in ("kind", "title", "source", "covers")
        }
        return UnknownAction.model_construct(**texts, allow={}, why=why)

    async def permitted(self, opened: Any) -> str:  # noqa: ARG002
        raise _unreadable("action", self.kind, self.why)

    async def preview(self, opened: Any, values: Mapping[str, str]) -> Preview:  # noqa: ARG002
        raise _unreadable("action", self.kind, self.why)

    async def perform(self, opened: Any, values: Mapping[str, str], trace: Trace, begin: Begin) -> Report:  # noqa: ARG002
        raise NotDoneError(str(_unreadable("action", self.kind, self.why)))

    async def verdict(self, opened: Any, values: Mapping[str, str], trace: Trace) -> tuple[Verdict, str]:  # noqa: ARG002
        return Verdict.UNKNOWN, str(_unreadable("action", self.kind, self.why))

    def done(self, trace: Trace) -> Report:
        return Report(said="done", rows=trace.rows)


@asynccontextmanager
async def _opened(source: UnknownSource) -> AsyncIterator[Any]:
    yield source


def _unreadable(what: str, kind: str, why: str) -> CheckError:
    return CheckError(
        f"this version of canary cannot read this {what} of kind {kind}, which the run was started with: {why}",
        cause=Cause.CONFIGURATION,
        hint="Start a new run, or install the version or the package that can.",
    )
