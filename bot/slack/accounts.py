"""Converts a user from `users.info` to a Person. Missing information counts against the account.

Exception: if this server never reports a field, it lacks that feature. A field counts as supported once the
server has reported it for any account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.rules.people import Person

# field of a user -> what it says. Not `deleted`, which Slack omits for active accounts
EXPECTED: Mapping[str, str] = {
    "is_bot": "whether it is a bot",
    "is_restricted": "whether it is a guest",
    "is_ultra_restricted": "whether it is a guest of one channel",
    "team_id": "which workspace it belongs to",
}


SLACKBOT = "USLACKBOT"  # whose account does not say that it is a bot


@dataclass
class Fields:
    """Which of the expected fields this server is known to report."""

    complete: bool = False  # the bot's own account, which has all fields that the server reports, was seen
    _seen: set[str] = field(default_factory=set)

    def saw(self, user: Mapping[str, Any]) -> None:
        self._seen |= said(user)

    def leave_open(self, user: Mapping[str, Any]) -> bool:
        """Whether the bot's own account must be looked up before this one can be judged."""
        return not self.complete and not (EXPECTED.keys() - said(user)) <= self._seen

    @property
    def unsupported(self) -> frozenset[str]:
        return frozenset(EXPECTED.keys() - self._seen) if self.complete else frozenset()


@dataclass(frozen=True)
class Home:
    """The bot's workspace."""

    team: str
    enterprise: str = ""  # the organization on Enterprise Grid


def said(user: Mapping[str, Any]) -> set[str]:
    return {name for name in EXPECTED if user.get(name) is not None}


def person(user: Mapping[str, Any], asked_for: str, home: Home, unsupported: frozenset[str]) -> Person:
    """`unsupported`: fields that this server never reports."""
    unsaid = [what for name, what in EXPECTED.items() if name not in said(user) | unsupported]
    profile = user.get("profile") or {}
    name = user.get("real_name") or profile.get("real_name") or user.get("name")
    return Person(
        id=str(user.get("id") or asked_for),
        name=str(name or asked_for),
        team=str(user.get("team_id") or ""),
        is_bot=_flag(user, "is_bot") or asked_for == SLACKBOT,
        deleted=_flag(user, "deleted"),
        guest=_flag(user, "is_restricted") or _flag(user, "is_ultra_restricted"),
        stranger=_flag(user, "is_stranger") or not _at_home(user, home),
        time_zone=str(user.get("tz") or ""),
        unsaid=unsaid[0] if unsaid else "",
    )


def _flag(user: Mapping[str, Any], name: str) -> bool:
    return bool(user.get(name))


def _at_home(user: Mapping[str, Any], home: Home) -> bool:
    """On Enterprise Grid a person may belong to several workspaces; `team_id` is one of them, or the organization."""
    grid = user.get("enterprise_user") or {}
    teams = {user.get("team_id"), *(grid.get("teams") or ())}
    organizations = {user.get("team_id"), grid.get("enterprise_id")} - {None, ""}
    return teams <= {None} or home.team in teams or home.enterprise in organizations
