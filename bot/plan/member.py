"""Members of a group under `people:`: people whom the configuration names one by one, or sets of people kept elsewhere.

The configuration, and all that is stored of it, holds a member as text. What that text means is read here and nowhere
else; who the people behind it are, `bot.workflow.roster` finds out. Another kind of member (those on call at a provider)
is a class here and a case there.
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
    """None for what names nobody."""
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
    """The user ids; None where others are among the members: who they are is not known here."""
    ids = frozenset(members)
    return ids if all(map(is_user, ids)) else None
