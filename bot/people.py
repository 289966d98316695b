"""People as the rules see them: who somebody is, and which roles they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from checks.reading import Record


class Person(Record):
    """A Slack user, as fresh as the click that asks. What is not known counts against them."""

    id: str
    name: str
    team: str
    is_bot: bool = False
    deleted: bool = False
    guest: bool = False  # single- or multi-channel guest
    stranger: bool = False  # from another organisation, through Slack Connect

    def barred(self) -> str | None:
        """Why this kind of account may never decide, in words; None when it may."""
        reasons = {
            "a bot cannot decide": self.is_bot,
            "this account is deactivated": self.deleted,
            "guests cannot decide": self.guest,
            "people of another organisation cannot decide": self.stranger,
        }
        return next((reason for reason, applies in reasons.items() if applies), None)


class Directory(Protocol):
    """Looks people up where they are kept (Slack)."""

    def asked(self, ago: float) -> Directory:
        """The same for somebody who asked so many seconds ago: what was found out after that counts, and nothing before."""
        ...

    async def person(self, user: str) -> Person:
        """Raises Unavailable when it cannot be told, Misused when there is no such user."""
        ...

    async def members(self, group: str) -> frozenset[str]:
        """The user ids of a user group S…. Raises Unavailable when it cannot be told."""
        ...


class Electorate(Record):
    """Who holds which role, resolved to user ids."""

    roles: dict[str, frozenset[str]]

    @classmethod
    def of(cls, members_of: Mapping[str, Iterable[str]], groups: Mapping[str, frozenset[str]]) -> Electorate:
        """Role -> configured user and group ids, and group -> its users."""
        return cls(
            roles={
                role: frozenset(user for member in members for user in groups.get(member, (member,)))
                for role, members in members_of.items()
            }
        )

    def roles_of(self, user: str) -> tuple[str, ...]:
        return tuple(role for role, members in self.roles.items() if user in members)

    def holders(self, roles: Iterable[str]) -> tuple[str, ...]:
        """Everybody in any of the roles, each once, sorted."""
        return tuple(sorted({user for role in roles for user in self.roles.get(role, frozenset())}))

    def both(self, other: Electorate) -> Electorate:
        """Only who stands in both: a removed owner loses the right, and nobody gains one mid-run."""
        return Electorate(
            roles={role: members & other.roles.get(role, frozenset()) for role, members in self.roles.items()}
        )

    def without(self, people: frozenset[str]) -> Electorate:
        return Electorate(roles={role: members - people for role, members in self.roles.items()})


async def members_of_groups(members: Iterable[str], directory: Directory) -> dict[str, frozenset[str]]:
    """User group S… -> its user ids, each group asked for once. Raises Unavailable."""
    groups = sorted({member for member in members if member.startswith("S")})
    return {group: await directory.members(group) for group in groups}
