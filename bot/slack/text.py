"""Text on its way into Slack markup: the one place where it is escaped, and where markup is made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from bot.plain import plain

_USER = re.compile(r"[UW][A-Z0-9]+", re.ASCII)
_GROUP = re.compile(r"S[A-Z0-9]+", re.ASCII)
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    """Whatever a person or a check supplied: it can mention nobody, link nowhere, hide nothing."""
    return plain(text).translate(_ENTITIES)


def one_line(text: str) -> str:
    """The same where lines have a meaning: nobody's words can pass for a line of the record."""
    return escape(" ".join(line.strip() for line in text.splitlines()))


def cut(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis where something is missing."""
    return text if len(text) <= length else text[: length - 1] + "…"


def mention(member: str) -> str:
    """A user or user group by id, from the configuration or from Slack itself; anything else is only text."""
    if _USER.fullmatch(member):
        return f"<@{member}>"
    if _GROUP.fullmatch(member):
        return f"<!subteam^{member}>"
    return escape(member)


def mentions(members: Iterable[str]) -> str:
    return ", ".join(mention(member) for member in members)


def code(text: str) -> str:
    """Copyable: a command, a digest."""
    return "`" + escape(text).replace("`", "'").replace("\n", " ") + "`"


def moment(at: datetime) -> str:
    """Shown in the reader's own time zone; in UTC where that cannot be."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{utc(at)}>"


def utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def link(url: str, text: str) -> str:
    """`url` is Slack's own permalink."""
    return f"<{escape(url)}|{escape(text)}>"
