"""People as the rules see them: who somebody is, and which roles they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from pydantic import Field

from checks.reading import Record


class Person(Record):
    """A Slack user, as fresh as the click that asks. What is not known counts against them."""

    id: str
    name: str
    team: str
    is_bot: bool = False
    deleted: bool = False
    guest: bool = False  # single- or multi-channel guest
    stranger: bool = False  # from another organization, through Slack Connect
    unsaid: str = ""  # what Slack says of other accounts and not of this one: "whether it is a guest"

    def barred(self) -> str | None:
        """Why this kind of account may never decide, in words; None when it may."""
        reasons = {
            "a bot cannot decide": self.is_bot,
            "this account is deactivated": self.deleted,
            "guests cannot decide": self.guest,
            "people from another organization cannot decide": self.stranger,
            f"Slack does not say {self.unsaid}": bool(self.unsaid),
        }
        return next((reason for reason, applies in reasons.items() if applies), None)


class Directory(Protocol):
    """Looks people up where they are kept (Slack)."""

    def asked(self, ago: float) -> Directory:
        """The same for somebody who asked so many seconds ago: what was found out after that counts, and nothing before."""
        ...

    def lately(self) -> Directory:
        """The same for questions, which decide nothing: what was found out within the last minute counts.

        It uses nothing of what votes may ask for in a minute.
        """
        ...

    async def is_public(self, channel: str) -> bool:
        """Whether every member of the workspace can see it; not where Slack will not say. Raises Unavailable."""
        ...

    async def person(self, user: str) -> Person:
        """Raises Misused when there is no such user; Unavailable, and Misconfigured, when Slack does not tell."""
        ...

    async def members(self, group: str) -> frozenset[str]:
        """The user ids of a user group S…. Raises Unavailable, and Misconfigured, when Slack does not tell."""
        ...


class Resolved(Record):
    """Configured members -> the people whom each stands for. Nobody is known to be behind one that cannot be read."""

    people: dict[str, frozenset[str]]  # user ids
    unreadable: dict[str, str] = Field(default_factory=dict)  # member -> why, and what to do


class Electorate(Record):
    """Who holds which role, resolved to user ids."""

    roles: dict[str, frozenset[str]]
    unreadable: dict[str, str] = Field(default_factory=dict)  # members that count for nobody -> why

    @classmethod
    def of(cls, members_of: Mapping[str, Iterable[str]], resolved: Resolved) -> Electorate:
        """`members_of`: role -> configured members, all of which are resolved."""
        return cls(
            roles={
                role: frozenset[str]().union(*(resolved.people[member] for member in members))
                for role, members in members_of.items()
            },
            unreadable=resolved.unreadable,
        )

    def roles_of(self, user: str) -> tuple[str, ...]:
        return tuple(role for role, members in self.roles.items() if user in members)

    def holders(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Everybody in any of the roles, each once, sorted."""
        return tuple(sorted({user for role in roles for user in self.roles.get(role, frozenset())}))

    def both(self, other: Electorate) -> Electorate:
        """Only who stands in both: a removed owner loses the right, and nobody gains one mid-run."""
        shared = {role: members & other.roles.get(role, frozenset()) for role, members in self.roles.items()}
        return Electorate(roles=shared, unreadable={**self.unreadable, **other.unreadable})

    def without(self, people: frozenset[str]) -> Electorate:
        left = {role: members - people for role, members in self.roles.items()}
        return Electorate(roles=left, unreadable=self.unreadable)
