"""Members of a group under `people:`: people listed individually in the configuration, or sets of people kept
elsewhere.

The configuration, and everything stored of it, contains a member as text. This module alone parses that text;
`bot.workflow.roster` resolves it to people. Another kind of member, such as a provider's on-call schedule,
would be a class here and a case there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

_USER = "[UW][A-Z0-9]{2,20}"
_USER_GROUP = "S[A-Z0-9]{2,20}"
PATTERN = f"^({_USER}|{_USER_GROUP})$"  # as JSON Schema and Python read it alike


@dataclass(frozen=True)
class SlackUser:
    id: str


@dataclass(frozen=True)
class SlackUserGroup:
    id: str


Member: TypeAlias = SlackUser | SlackUserGroup


def member(text: str) -> Member | None:
    """None if the text names nobody."""
    if re.fullmatch(_USER, text):
        return SlackUser(text)
    if re.fullmatch(_USER_GROUP, text):
        return SlackUserGroup(text)
    return None


def is_user(text: str) -> bool:
    return isinstance(member(text), SlackUser)


def is_user_group(text: str) -> bool:
    return isinstance(member(text), SlackUserGroup)


def named_users(members: Iterable[str]) -> frozenset[str] | None:
    """The user ids, or None if some members are not users, because the people behind them are not known here."""
    ids = frozenset(members)
    return ids if all(map(is_user, ids)) else None
