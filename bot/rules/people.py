"""People as seen by the rules: who they are, and which groups they are in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from pydantic import Field

from checks.reading import Record


class Person(Record):
    """A Slack user, looked up after the click. Unknown facts count against them."""

    id: str
    name: str
    team: str
    is_bot: bool = False
    deleted: bool = False
    guest: bool = False  # single- or multi-channel guest
    stranger: bool = False  # from another organization, through Slack Connect
    time_zone: str = ""  # as Slack names it
    unsaid: str = ""  # what Slack reports for other accounts but not for this one: "whether it is a guest"

    def barred(self) -> str | None:
        """Returns why this kind of account may not decide; None if it may."""
        reasons = {
            "this account is a bot": self.is_bot,
            "this account is deactivated": self.deleted,
            "this account is a guest": self.guest,
            "this account is from another organization": self.stranger,
            f"Slack doesn't say {self.unsaid}": bool(self.unsaid),
        }
        return next((reason for reason, applies in reasons.items() if applies), None)


class Directory(Protocol):
    """Looks people up (in Slack)."""

    def asked(self, ago: float) -> Directory:
        """A view for a request made `ago` seconds ago: only lookups since then are used."""
        ...

    def lately(self) -> Directory:
        """A view for queries, which decide nothing: uses lookups of the last minute, and no rate limits of
        votes.
        """
        ...

    async def is_public(self, channel: str) -> bool:
        """Whether every member of the workspace can see it; False if Slack does not say. Raises Unavailable."""
        ...

    async def person(self, user: str) -> Person:
        """Raises Misused if there is no such user; Unavailable or Misconfigured if Slack does not say."""
        ...

    async def members(self, group: str) -> frozenset[str]:
        """The user ids of a user group S…. Raises Unavailable, and Misconfigured, if Slack does not answer or
        refuses.
        """
        ...


class Resolved(Record):
    """Configured members -> the people they resolve to; an unreadable member resolves to nobody."""

    people: dict[str, frozenset[str]]  # user ids
    unreadable: dict[str, str] = Field(default_factory=dict)  # member -> why, and what to do


class Electorate(Record):
    """Who is in which group, resolved to user ids."""

    roles: dict[str, frozenset[str]]
    unreadable: dict[str, str] = Field(default_factory=dict)  # unresolved members -> why

    @classmethod
    def of(cls, members_of: Mapping[str, Iterable[str]], resolved: Resolved) -> Electorate:
        """`members_of`: role -> its configured members, which are all resolved."""
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
        """Returns everyone in any of the groups, sorted, without duplicates."""
        return tuple(sorted({user for role in roles for user in self.roles.get(role, frozenset())}))

    def both(self, other: Electorate) -> Electorate:
        """Only people in both: someone who was removed loses the right, and nobody gains it during a run."""
        shared = {role: members & other.roles.get(role, frozenset()) for role, members in self.roles.items()}
        return Electorate(roles=shared, unreadable={**self.unreadable, **other.unreadable})

    def without(self, people: frozenset[str]) -> Electorate:
        left = {role: members - people for role, members in self.roles.items()}
        return Electorate(roles=left, unreadable=self.unreadable)
