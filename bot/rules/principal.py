"""A principal is anyone who acts: a person in Slack, the bot, or an operator of its machine.

Principals are stored and hashed as text: a Slack user as the bare user id, every other kind with a prefix
that no user id has. Permissions are decided where a Person is looked up.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Self

from bot.plan.member import is_user
from checks.reading import Record


class PrincipalKind(enum.StrEnum):
    SLACK_USER = "Slack user"
    BOT = "bot"  # actions without a person: timers and measurements
    OPERATOR = "operator"  # a user of the bot's machine


_BOT = "canary"
_PREFIXES: Mapping[PrincipalKind, str] = {PrincipalKind.OPERATOR: "operator "}


class Principal(Record):
    kind: PrincipalKind
    id: str

    @classmethod
    def slack_user(cls, id: str) -> Self:  # noqa: A002 — what Slack calls it
        return cls(kind=PrincipalKind.SLACK_USER, id=id)

    @classmethod
    def operator(cls, name: str) -> Self:
        return cls(kind=PrincipalKind.OPERATOR, id=name)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse the text that `str` produces; None for a kind that this version does not know."""
        if is_user(text):
            return cls.slack_user(text)
        if text == _BOT:
            return cls(kind=PrincipalKind.BOT, id=_BOT)
        for kind, prefix in _PREFIXES.items():
            if text.startswith(prefix):
                return cls(kind=kind, id=text.removeprefix(prefix))
        return None

    def __str__(self) -> str:
        """The stored and hashed form, which never changes."""
        return f"{_PREFIXES.get(self.kind, '')}{self.id}"

    @property
    def slack_id(self) -> str | None:
        """Their Slack user id, or None."""
        return self.id if self.kind is PrincipalKind.SLACK_USER else None


BOT = Principal(kind=PrincipalKind.BOT, id=_BOT)
