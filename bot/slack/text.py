"""Escapes text for Slack, and makes markup; the only module that does."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from datetime import datetime

from bot.base.plain import plain
from bot.plan.member import SlackUser, SlackUserGroup, member

_PLAIN = re.compile(r"[^\W_](?:[\w.+@/,=-]*[^\W_])?")  # no formatting, no emoji, no underscore at the ends
LONGEST_ENTITY = 5  # characters of markup for one of text
_VARIABLE = r"[A-Z][A-Z0-9_]+=[^\s`]*[^\s`.,;:!?)]"
_COMMAND = r"/canary [a-z-]+(?: (?:#\d+|{environment}))?(?![\w-])"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def escape(text: str) -> str:
    """Escape text from a person or a check: it cannot mention anyone, link anywhere, or hide anything."""
    return plain(text).translate(_ENTITIES)


def one_line(text: str) -> str:
    """The same on one line, so that the text cannot pass for a line of the message."""
    return escape(" ".join(line.strip() for line in text.splitlines()))


def quoted(text: str) -> str:
    """Quote it, with all its lines."""
    return f"> {escape(text)}".replace("\n", "\n> ")


def cut(text: str, length: int) -> str:
    """At most `length` characters, with an ellipsis if truncated."""
    return text if len(text) <= length else text[: length - 1] + "…"


def fitting(text: str, length: int) -> str:
    """Escaped, on one line, and truncated to at most `length` characters of markup."""
    flat = " ".join(text.split())
    shown = escape(cut(flat, length))
    return shown if len(shown) <= length else escape(cut(flat, length // LONGEST_ENTITY))


def mention(text: str) -> str:
    """Mention a user or user group by an id from the configuration or Slack; anything else is plain text."""
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


def short(digest: str) -> str:
    """A digest in the length that people compare; the packet has all of it."""
    return code(digest.removeprefix("sha256:")[:12])


def copyable(text: str, environment: str) -> str:
    """Escape it, with variables and commands as code that can be copied separately; existing code stays
    unchanged.
    """
    command = _COMMAND.format(environment=re.escape(environment))
    found = re.compile(rf"(?<![\w/`.-])(?:{_VARIABLE}|{command})")
    *spans, last = text.split("`")
    parts = [
        f"`{escape(part)}`" if at % 2 else _marked(found, part)
        for at, part in enumerate(spans)
    ]  # fmt: skip
    return "".join(parts) + ("`" if len(spans) % 2 else "") + _marked(found, last)


def _marked(found: re.Pattern[str], text: str) -> str:
    """Escape it, with what is `found` as code."""
    end, parts = 0, []
    for match in found.finditer(text):
        parts += [escape(text[end : match.start()]), code(match[0])]
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def listing(lines: Iterable[str], longest: int) -> str:
    """Output as printed, in one block of at most `longest` characters; "" if there is none."""
    kept: list[str] = []
    for line in lines:
        shown = escape(line).replace("`", "'").replace("\n", " ")
        if sum(map(len, kept)) + len(kept) + len(shown) > longest:
            kept.append("…")
            break
        kept.append(shown)
    text = "\n".join(kept)
    return f"```\n{text}\n```" if text.strip() else ""


def value(before: str, given: str) -> str:
    """An argument in a configured text, after `before`: it was typed by a person, and stays plain text.

    In a code span it is quoted for a shell, and cannot end the span; elsewhere, text that Slack could format
    is shown as code.
    """
    inert = given.replace("`", "\u02cb")  # a look-alike
    if before.count("`") % 2:
        return shlex.quote(inert)
    return inert if _PLAIN.fullmatch(given) else f"`{inert}`"


def moment(at: datetime) -> str:
    """Shown in the reader's time zone, with UTC as a fallback."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{utc(at)}>"


def clock(at: datetime) -> str:
    """The same without the date: for messages that are read soon after."""
    return f"<!date^{int(at.timestamp())}^{{time}}|{utc(at)}>"


def utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def link(url: str, text: str) -> str:
    """`url` is Slack's own permalink."""
    return f"<{escape(url)}|{escape(text)}>"


def permalink(workspace: str, channel: str, ts: str | None) -> str:
    """Returns the link to a message in a channel; "" if Slack does not report the workspace's address, or
    before it is posted.
    """
    return f"{workspace.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}" if workspace and ts else ""
