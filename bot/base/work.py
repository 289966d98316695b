"""Work that continues after a transaction: what the workflow enqueues, independent of the job engine.

A kind of work is a class next to the code that does it, and declares everything about it: its queue, whether it has a due
time, how lost work is found, and what it does. The kinds are registered with the engine.
"""

from __future__ import annotations

import abc
import enum
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import AwareDatetime

from checks.reading import Record

Given = TypeVar("Given")


class Queue(enum.StrEnum):
    """Each queue has its own workers, so that votes never wait behind checks."""

    PEOPLE = "people"  # clicks and commands
    CHECKS = "checks"
    TIMERS = "timers"


class Work(Record, abc.ABC, Generic[Given]):
    """The fields identify the piece of work, and are stored with the job. `Given`: what `do` needs.

    Doing it twice does no harm: it reads from the database what remains to be done.
    """

    task: ClassVar[str]  # its name in stored jobs, so it must never change
    queue: ClassVar[Queue]
    # the statement that finds work required by the tables for longer than `grace`, but without a job
    lost: ClassVar[str]
    logged_as: ClassVar[Mapping[str, str]] = {}  # field -> its name in the log, if different

    @abc.abstractmethod
    async def do(self, given: Given, /, *, tries: int) -> None:
        """Raises an error to be retried. `tries`: the number of earlier attempts."""

    @property
    def ids(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"at"})


class Timer(Work[Given]):
    """Work with a due time. It holds no lock until then, because a lock would block everything behind it."""

    queue = Queue.TIMERS

    at: AwareDatetime


class Enqueue(Protocol):
    async def __call__(self, conn: Any, *work: Work[Any]) -> None:
        """Enqueue in the transaction of `conn`: a rollback undoes it."""
        ...
