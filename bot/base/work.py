"""Work that goes on after a transaction: what the workflow enqueues, whatever engine carries it."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from pydantic import AwareDatetime

from checks.reading import Record


class Measure(Record):
    """Answer one check of a run."""

    run: int
    check: str


class Expire(Record):
    """End the vote when nobody has decided by then."""

    run: int
    at: AwareDatetime


class Remind(Record):
    """Remind the people whose votes are missing."""

    run: int
    number: int  # 1, 2, … of those that the configuration asks for
    at: AwareDatetime


class Look(Record):
    """Take one look at a watch's triggers."""

    run: int
    tick: int  # 1, 2, 3, …
    at: AwareDatetime


class Handle(Record):
    """Work off one stored interaction."""

    key: str


Work: TypeAlias = Measure | Expire | Remind | Look | Handle


class Enqueue(Protocol):
    async def __call__(self, conn: Any, *work: Work) -> None:
        """Enqueue in the transaction of `conn`: a rollback takes it back."""
        ...
