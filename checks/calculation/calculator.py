"""Allocates child processes: each environment has its own, so that none waits for another's."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from checks.calculation.child import Blobs, Child, EndedError
from checks.calculation.function import Function
from checks.failure import signal_name
from checks.outcome import Cause, CheckError
from checks.units import say_duration

MEMORY = 512 << 20  # bytes of address space; a child uses some 40 MiB of it itself
AT_ONCE = 2  # calculations of one user of it
MOST_WAITING = 200
IDLE = 60.0  # seconds after which an idle child is stopped


class Calculator:
    """Costs nothing until used. Closing it stops all children."""

    def __init__(self, *, memory: int = MEMORY, idle: float = IDLE) -> None:
        self._memory = memory
        self._idle = idle
        self._shares: dict[str, Share] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(share.end() for share in self._shares.values()))

    def of(self, party: str) -> Share:
        """Returns the share of an environment, which others cannot delay."""
        if party not in self._shares:
            self._shares[party] = Share(self._memory, self._idle)
        return self._shares[party]


class Share:
    """One environment's children, started on demand and reused."""

    def __init__(self, memory: int = MEMORY, idle: float = IDLE) -> None:
        self._memory = memory
        self._patience = idle
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._idle: list[tuple[Child, asyncio.TimerHandle]] = []
        self._ending: set[asyncio.Task[int]] = set()

    async def warm(self) -> None:
        """Start a child in advance."""
        if not self._idle and not self._slots.locked():
            self._keep(await Child.start(self._memory))

    async def run(
        self,
        function: Function,
        given: Mapping[str, Any],
        blobs: Blobs = (),
        *,
        limit: timedelta,
    ) -> Any:
        """Returns the function's result. Raises CheckError if the function does, or if it exceeds the time or
        memory limit.
        """
        if self._waiting >= MOST_WAITING:
            raise CheckError(
                f"{MOST_WAITING} calculations of this environment are already waiting",
                cause=Cause.ENVIRONMENT,
                hint="Raise `every` of their samples, or ask for less.",
            )
        self._waiting += 1
        try:
            async with asyncio.timeout(limit.total_seconds()), self._slots:
                said = await self._ask(function, given, blobs, limit.total_seconds())
        except TimeoutError:
            raise CheckError(
                f"{function.subject} could not be evaluated within {say_duration(limit)}",
                cause=Cause.TIMEOUT,
                hint=function.advice,
            ) from None
        finally:
            self._waiting -= 1
        return self._result(function, said)

    async def _ask(
        self, function: Function, given: Mapping[str, Any], blobs: Blobs, seconds: float
    ) -> Mapping[str, Any]:
        used = self._take()
        child = used or await Child.start(self._memory)
        try:
            said = await child.ask(function, given, blobs, seconds=seconds)
        except EndedError:
            code = await child.end()
            if used:  # it may have been killed while idle
                return await self._ask(function, given, blobs, seconds)
            raise self._ended(function, code) from None
        except BaseException:
            self._end(child)
            raise
        self._keep(child)
        return said

    def _ended(self, function: Function, code: int) -> CheckError:
        how = signal_name(code) or f"exit code {code}"
        return CheckError(
            f"the process that evaluates {function.subject} ended with {how}; "
            f"it may take {self._memory >> 20} MiB of memory",
            cause=Cause.CONFIGURATION,
            hint=function.advice,
        )

    def _result(self, function: Function, said: Mapping[str, Any]) -> Any:
        if "result" in said:
            return said["result"]
        error = said.get("error")
        if isinstance(error, dict):
            raise CheckError(
                str(error.get("message")),
                cause=_cause(error.get("cause")),
                hint=str(error.get("hint", "")),
                detail=[str(line) for line in error.get("detail", ())],
            )
        raise CheckError(
            f"{function.subject} cannot be evaluated within {self._memory >> 20} MiB of memory",
            cause=Cause.CONFIGURATION,
            hint=function.advice,
        )

    def _take(self) -> Child | None:
        """The most recently used one."""
        while self._idle:
            child, timer = self._idle.pop()
            timer.cancel()
            if child.is_usable:
                return child
            self._end(child)
        return None

    def _keep(self, child: Child) -> None:
        if not child.is_usable:
            self._end(child)
            return
        timer = asyncio.get_running_loop().call_later(self._patience, self._tire_of, child)
        self._idle.append((child, timer))

    def _tire_of(self, child: Child) -> None:
        self._idle = [each for each in self._idle if each[0] is not child]
        self._end(child)

    def _end(self, child: Child) -> None:
        """In the background: a process takes a moment to end."""
        ending: asyncio.Task[int] = asyncio.create_task(child.end())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def end(self) -> None:
        """Every child. Nothing may be calculating."""
        while self._idle:
            child, timer = self._idle.pop()
            timer.cancel()
            self._end(child)
        await asyncio.gather(*self._ending)


def _cause(text: Any) -> Cause:
    try:
        return Cause(text)
    except ValueError:
        return Cause.ENVIRONMENT
