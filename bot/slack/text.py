"""Text on its way into Slack markup: the one place where it is escaped, and where markup is made."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from datetime import datetime

from bot.base.plain import plain
from bot.plan.member import SlackUser, SlackUserGroup, member

_PLAIN = re.compile(
    r"[^\W_](?:[\w.+@/,=-]*[^\W_])?"
)  # nothing that formats, no emoji, no underscore at an end
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    """Whatever a person or a check supplied: it can mention nobody, link nowhere, hide nothing."""
    return plain(text).translate(_ENTITIES)


def one_line(text: str) -> str:
    """The same where lines have a meaning: nobody's words can pass for a line of the record."""
    return escape(" ".join(line.strip() for line in text.splitlines()))


def quoted(text: str) -> str:
    """All of it set off as somebody's words, however many lines it has."""
    return f"> {escape(text)}".replace("\n", "\n> ")


def cut(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis where something is missing."""
    return text if len(text) <= length else text[: length - 1] + "…"


def mention(text: str) -> str:
    """A user or user group by id, from the configuration or from Slack itself; anything else is only text."""
    match member(text):
        case SlackUser(id):
            return f"<@{id}>"
        case SlackUserGroup(id):
            return f"<!subteam^{id}>"
        case None:
            return escape(text)


def mentions(members: Iterable[str]) -> str:
    return ", ".join(map(mention, members))


def code(text: str) -> str:
    """Copyable: a command, a digest."""
    return "`" + escape(text).replace("`", "'").replace("\n", " ") + "`"


def value(before: str, given: str) -> str:
    """An argument on its way into a configured text, `before` which it stands: somebody typed it, and it stays a word.

    In a code span, where commands are, it is quoted for a shell and cannot end the span; elsewhere, what Slack could
    take for formatting is shown as code.
    """
    inert = given.replace("`", "\u02cb")  # a letter that looks like it
    if before.count("`") % 2:
        return shlex.quote(inert)
    return inert if _PLAIN.fullmatch(given) else f"`{inert}`"


def moment(at: datetime) -> str:
    """Shown in the reader's own time zone; in UTC where that cannot be."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{utc(at)}>"


def utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def link(url: str, text: str) -> str:
    """`url` is Slack's own permalink."""
    return f"<{escape(url)}|{escape(text)}>"
