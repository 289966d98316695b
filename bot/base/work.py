"""Work that goes on after a transaction: what the workflow enqueues, whatever engine carries it.

A kind of work is a class next to the code that does it, and says all that there is to know about it: its queue, whether it has a
time, how lost work is found, and what it does. The engine is handed the kinds.
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
    """Each has workers of its own, so that votes never wait behind checks."""

    PEOPLE = "people"  # clicks and commands
    CHECKS = "checks"
    TIMERS = "timers"


class Work(Record, abc.ABC, Generic[Given]):
    """The fields say which of its kind it is; they are stored with the job. `Given` is what it is done with.

    Doing it twice does no harm: it asks the database what is still to be done.
    """

    task: ClassVar[str]  # its name in the jobs that are stored, so it never changes
    queue: ClassVar[Queue]
    lost: ClassVar[
        str
    ]  # statement that finds work of this kind which the state calls for and no job will do, older than `grace`
    logged_as: ClassVar[Mapping[str, str]] = {}  # field -> its name in the log, where that is another

    @abc.abstractmethod
    async def do(self, given: Given, /, *, tries: int) -> None:
        """Raises what is to be tried again. `tries`: how often it was tried before."""

    @property
    def ids(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"at"})


class Timer(Work[Given]):
    """Work that is done at its time. It holds no lock until then, or it would keep everything behind it waiting."""

    queue = Queue.TIMERS

    at: AwareDatetime


class Enqueue(Protocol):
    async def __call__(self, conn: Any, *work: Work[Any]) -> None:
        """Enqueue in the transaction of `conn`: a rollback takes it back."""
        ...
