"""Whoever acts: a person in Slack, the bot itself, an operator of its machine.

What is kept of a principal, and hashed, is text: a Slack user's is the bare user id, every other kind's cannot be one. So a
new kind is a member of `PrincipalKind` and a prefix; what its principals may do is decided where a Person is asked for.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Self

from bot.plan.member import is_user
from checks.reading import Record


class PrincipalKind(enum.StrEnum):
    SLACK_USER = "Slack user"
    BOT = "bot"  # of what nobody did: a timer, a look
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
        """The principal that `str` made this of; None for one of a kind that this version does not know."""
        if is_user(text):
            return cls.slack_user(text)
        if text == _BOT:
            return cls(kind=PrincipalKind.BOT, id=_BOT)
        for kind, prefix in _PREFIXES.items():
            if text.startswith(prefix):
                return cls(kind=kind, id=text.removeprefix(prefix))
        return None

    def __str__(self) -> str:
        """As it is kept and hashed: never to change."""
        return f"{_PREFIXES.get(self.kind, '')}{self.id}"

    @property
    def slack_id(self) -> str | None:
        """Under which Slack knows them; None for who is no user there."""
        return self.id if self.kind is PrincipalKind.SLACK_USER else None


BOT = Principal(kind=PrincipalKind.BOT, id=_BOT)
