"""Events that record what a reader of the packet needs to know besides: who people are, and what had changed."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from bot.record.events import Detail, EventKind
from bot.rules.previous_run import Changed, PreviousRun

LONGEST_NAME = 80


class PeopleNamed(Detail):
    """The names that Slack showed at that time; a later event replaces the name of the same person.

    It is a separate event because earlier versions compare the whole detail of a vote.
    """

    kind = EventKind.PEOPLE_NAMED

    names: dict[str, str]  # user id -> name

    @classmethod
    def of(cls, names: Mapping[str, str]) -> PeopleNamed:
        return cls(names={user: " ".join(names[user].split())[:LONGEST_NAME] for user in sorted(names)})


class PreviousCompared(Detail):
    """What differed in the configuration from the previous run on the environment, when the evidence was frozen.

    `run`: None if there was none. The digests say with what exactly it was compared.
    """

    kind = EventKind.PREVIOUS_COMPARED
    logged = ("run",)

    run: int | None
    version: str = ""  # of that run
    configuration: str = ""  # digest of that run's
    evidence: str = ""  # digest of that run's
    changes: tuple[Changed, ...] = Field(default=())
    unread: tuple[str, ...] = ()  # checks that did not read the configuration now, or then

    @classmethod
    def of(
        cls, previous: PreviousRun | None, changes: tuple[Changed, ...] = (), unread: tuple[str, ...] = ()
    ) -> PreviousCompared:
        if previous is None:
            return cls(run=None)
        return cls(
            run=previous.number,
            version=previous.version,
            configuration=previous.configuration,
            evidence=previous.evidence,
            changes=changes,
            unread=unread,
        )
