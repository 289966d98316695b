"""Runs configured checks through their sources, for runs, watches and `canary check`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from checks.base import Check, Source
from checks.calculation.calculator import Calculator
from checks.context import Context
from checks.evaluate import ask, evaluate
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.turns import Queues


class Answering:
    """What a process's checks share: slots at each source, turns at each server, and the processes that
    evaluate responses.

    Leaving it stops the child processes. It costs nothing until a check runs. `data`: the bot's data folder.
    `key`: for digests of secrets that checks read; without it, checks only report that there are some.
    """

    def __init__(self, data: Path, key: bytes = b"") -> None:
        self._key = key
        self._data = data
        self._calculator = Calculator()
        self._queues = Queues()
        self._places: dict[str, asyncio.Semaphore] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._calculator.__aexit__()

    async def answer(
        self,
        check: Check,
        sources: Mapping[str, Source],
        moment: Moment,
        secrets: Secrets,
        *,
        environment: str,
    ) -> Result:
        """Opens the source for this check only. Waiting for a slot does not count toward the timeout."""
        moment = moment.model_copy(update={"key": self._key})
        if not check.source:
            return await evaluate(check, None, moment, secrets)
        source = sources[check.source]
        context = Context(secrets, self._calculator.of(environment), self._queues, self._data)
        async with self._places_at(source):
            return await ask(check, source, context, moment)

    @asynccontextmanager
    async def opened(self, source: Source, secrets: Secrets, *, environment: str) -> AsyncIterator[Any]:
        """The target of an action, opened for it only."""
        context = Context(secrets, self._calculator.of(environment), self._queues, self._data)
        async with self._places_at(source), source.open(context) as live:
            yield live

    def _places_at(self, source: Source) -> asyncio.Semaphore:
        """Keyed by the source's whole configuration, because each run has its own."""
        written = source.model_dump_json()
        if written not in self._places:
            self._places[written] = asyncio.Semaphore(source.at_once)
        return self._places[written]
