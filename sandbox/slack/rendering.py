"""Messages and threads as plain text, for a terminal and for tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sandbox.slack.elements import elements_of
from sandbox.slack.message import Message
from sandbox.slack.mrkdwn import plain, rich_text, text_of
from sandbox.slack.refusal import Json
from sandbox.slack.workspace import Workspace


def render_thread(workspace: Workspace, root: Message) -> str:
    """The parent and its replies, oldest first."""
    thread = workspace.channels[root.channel].thread(root.root_ts)
    return "\n\n".join(render_message(workspace, message) for message in thread)


def render_message(workspace: Workspace, message: Message) -> str:
    """Author and time (UTC), then the content, indented; replies one step further."""
    author = workspace.users.get(message.user)
    at = datetime.fromtimestamp(float(message.ts), UTC)
    marks = ["edited"] * bool(message.edited_ts) + ["also in the channel"] * message.broadcast
    head = " · ".join([author.name if author else message.user, f"{at:%H:%M:%S}", *marks])
    indent = "    " if message.is_reply else ""
    lines = [line for part in render_body(workspace, message) for line in part.splitlines()]
    return "\n".join([indent + head, *(f"{indent}  {line}".rstrip() for line in lines)])


def render_text(workspace: Workspace, message: Message) -> str:
    """Only the content of the message."""
    return "\n".join(render_body(workspace, message))


def render_body(workspace: Workspace, message: Message) -> Iterator[str]:
    if message.blocks:
        yield from render_blocks(workspace, message.blocks)
    elif message.text:
        yield plain(message.text, workspace)
    for attachment in message.attachments:
        if attachment.get("text"):
            yield plain(str(attachment["text"]), workspace)
        yield from render_blocks(workspace, attachment.get("blocks", []))
    for file in message.files:
        words = f": {file.alt_txt}" if file.alt_txt else ""
        yield f"[file {file.name}, {file.size:,} bytes{words}]"


def render_blocks(workspace: Workspace, blocks: Sequence[Json]) -> Iterator[str]:
    for block in blocks:
        yield from _block(workspace, block)


def _block(workspace: Workspace, block: Json) -> Iterator[str]:
    kind = block["type"]
    if kind == "divider":
        yield "─" * 40
    elif kind == "image":
        yield f"[picture: {block['alt_text']}]"
    elif kind == "context":
        yield " · ".join(
            element.get("alt_text") or text_of(element, workspace) for element in block["elements"]
        )
    elif kind == "markdown":
        yield str(block["text"])
    elif kind == "rich_text":
        yield rich_text(block, workspace)
    elif kind == "table":
        yield from _table(workspace, block)
    elif kind in {"header", "section"}:
        yield from filter(None, [text_of(block.get("text"), workspace)])
        yield from (text_of(field, workspace) for field in block.get("fields", []))
    if shown := [_element(element.kind, element.label) for element in elements_of([block])]:
        yield "  ".join(shown)


def _element(kind: str, label: str) -> str:
    if kind == "button":
        return f"[ {label} ]"
    return f"{label}: ____" if label else "[ … ]"


def _table(workspace: Workspace, block: Json) -> Iterator[str]:
    rows = [[text_of(cell, workspace).strip() for cell in row] for row in block["rows"]]
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows)))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
