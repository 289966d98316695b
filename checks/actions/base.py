"""The protocol of a kind of action: what it would do, doing it, and finding out afterward whether it was
done.

An action is fixed in canary.yaml. It is never retried: if it is unclear whether it was done, `verdict` asks
the far side, and people decide what stays unclear. Permissions, and that it happens once, are not up to this
package.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from checks.reading import Record
from checks.units import Duration

MOST_PEOPLE = 20


class Preview(Record):
    """What an action would do now."""

    does: tuple[str, ...]  # what exactly is done, one block of text each; without secrets
    rows: int | None = None  # that it would touch now; None if there are none to count
    sample: tuple[str, ...] = ()  # keys of some of them
    verb: str = ""  # "update", "insert", "delete"
    problem: str = ""  # why it would be refused at the moment, or ""


class Report(Record):
    """A success."""

    said: str  # "62 rows updated"
    rows: int | None = None


class Trace(Record):
    """What is known of an attempt, by which the far side may know whether it was done. Survives JSON."""

    idempotency_key: str
    mark: str | None  # what `Begin` was given; None if the attempt did not get that far
    rows: int | None  # previewed
    seconds: float  # since then


class Verdict(enum.Enum):
    """What the far side says about an attempt."""

    DONE = enum.auto()
    NOT_DONE = enum.auto()
    UNDER_WAY = enum.auto()  # ask again
    UNKNOWN = enum.auto()


class NotDoneError(Exception):
    """It was certainly not done, and nothing of it. `hint`: the next step, or ""."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UnclearError(Exception):
    """It may have been done; this process cannot tell."""


Begin: TypeAlias = Callable[[str], Awaitable[None]]
"""Called with a mark right before the point of no return: keeps it, or raises where the attempt is no longer ours."""


class Action(BaseModel):
    """An action: an entry under `actions:` of an environment."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, serialize_by_alias=True)
    source_kind: ClassVar[str]  # which it acts on
    filled: ClassVar[tuple[tuple[str, ...], ...]] = ()  # the keys in which {{name}} is filled in
    secretive: ClassVar[tuple[tuple[str, ...], ...]] = ()  # the keys in which ${NAME} is filled in
    known: ClassVar[tuple[str, ...]] = ()  # names that it can fill in, in addition to those of the run

    kind: str
    title: str = Field(min_length=1, max_length=100, description="What it does, as people read it")
    source: str = Field(description="What it acts on: a name under `sources:`")
    allow: dict[str, Annotated[int, Field(ge=1, le=MOST_PEOPLE)]] = Field(
        min_length=1,
        max_length=8,
        description="How many members of which groups under `people:` must confirm it; each person counts toward one group only",
        examples=[{"release-managers": 1}],
    )
    covers: str = Field(
        default="", description="A check of this environment that is measured before and after it"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=10), description="For the whole action; then it is given up"
    )

    async def permitted(self, opened: Any) -> str:
        """Ask whether it could be done, without doing any of it. Returns what was found, in a few words.
        Raises CheckError.
        """
        raise NotImplementedError

    async def preview(self, opened: Any, values: Mapping[str, str]) -> Preview:
        """What it would do now, without doing it. Raises CheckError if that cannot be determined."""
        raise NotImplementedError

    async def perform(self, opened: Any, values: Mapping[str, str], trace: Trace, begin: Begin) -> Report:
        """Do it, once. Raises NotDoneError or UnclearError; anything else counts as unclear once `begin` was called."""
        raise NotImplementedError

    async def verdict(self, opened: Any, values: Mapping[str, str], trace: Trace) -> tuple[Verdict, str]:
        """Ask the far side about an attempt that began. Returns its verdict, and what it said, for people.
        Raises CheckError.
        """
        raise NotImplementedError

    def done(self, trace: Trace) -> Report:
        """The report of an attempt that the far side says was done."""
        raise NotImplementedError
