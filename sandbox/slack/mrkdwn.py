"""Slack's mrkdwn: the active sequences in a text, and the text as people read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sandbox.slack.message import Message
from sandbox.slack.refusal import Json
from sandbox.slack.workspace import Workspace

_CONTROL = re.compile(r"<([@#!]|[a-z][a-z0-9+.-]*:)([^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)


def live_sequences(message: Message) -> list[str]:
    """Every mention, broadcast and link that Slack would activate in the message, as written."""
    texts = [message.text, *_mrkdwn_texts([message.blocks, message.attachments])]
    return [found[0] for text in texts for found in _CONTROL.finditer(text)]


def _mrkdwn_texts(part: Any) -> Iterator[str]:
    """Texts in blocks that Slack reads as mrkdwn or markdown; plain_text stays as it is."""
    if isinstance(part, list):
        for item in part:
            yield from _mrkdwn_texts(item)
    elif isinstance(part, dict):
        if part.get("type") in {"mrkdwn", "markdown"}:
            yield str(part.get("text", ""))
        for name in ("text", "pretext", "fallback"):
            if "type" not in part and isinstance(part.get(name), str):
                yield part[name]
        for value in part.values():
            yield from _mrkdwn_texts(value)


def plain(text: str, workspace: Workspace) -> str:
    """Names instead of ids, links with their URL: `<@U01ANA> &amp; co` -> `@ana & co`."""
    shown = _CONTROL.sub(lambda found: _read(found, workspace), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _read(found: re.Match[str], workspace: Workspace) -> str:
    kind, rest, label = found[1], found[2], found[3]
    if kind == "@":
        user = workspace.users.get(rest)
        return f"@{user.name if user else label or rest}"
    if kind == "#":
        channel = workspace.channels.get(rest)
        return f"#{channel.name if channel else label or rest}"
    if kind == "!":
        return _special(rest, label, workspace)
    return f"{label} ({kind}{rest})" if label else f"{kind}{rest}"


def _special(rest: str, label: str | None, workspace: Workspace) -> str:
    name, _, argument = rest.partition("^")
    if name == "subteam":
        group = workspace.groups.get(argument)
        return f"@{group.handle if group else label or argument}"
    if name == "date":
        seconds = argument.partition("^")[0]
        return label or datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"@{name}"


def text_of(composition: Json | None, workspace: Workspace) -> str:
    """The words of a text object, or of a cell."""
    if not composition:
        return ""
    if composition.get("type") == "mrkdwn":
        return plain(str(composition.get("text", "")), workspace)
    if composition.get("type") == "rich_text":
        return rich_text(composition, workspace)
    return str(composition.get("text", ""))


def rich_text(part: Json, workspace: Workspace) -> str:
    kind = part.get("type")
    if kind == "user":
        return plain(f"<@{part['user_id']}>", workspace)
    if kind == "usergroup":
        return plain(f"<!subteam^{part['usergroup_id']}>", workspace)
    if kind == "link":
        return str(part.get("text") or part["url"])
    if kind == "emoji":
        return f":{part['name']}:"
    inner = [rich_text(child, workspace) for child in part.get("elements", [])]
    if kind == "rich_text_list":
        return "\n".join(f"• {line}" for line in inner)
    return str(part.get("text", "")) + ("\n" if kind == "rich_text" else "").join(inner)
