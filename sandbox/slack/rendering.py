"""Messages and threads as plain text, for a terminal and for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    if kind in _SHOWN:
        yield from _SHOWN[kind](workspace, block)
    if kind in _HOLDERS:
        return  # elements are shown with the blocks inside
    if shown := [_element(element.kind, element.label) for element in elements_of([block])]:
        yield "  ".join(shown)


def _words(workspace: Workspace, block: Json) -> Iterator[str]:
    yield from filter(None, [text_of(block.get("text"), workspace)])
    yield from (text_of(field, workspace) for field in block.get("fields", []))


def _context(workspace: Workspace, block: Json) -> Iterator[str]:
    yield " · ".join(element.get("alt_text") or text_of(element, workspace) for element in block["elements"])


def _alert(workspace: Workspace, block: Json) -> Iterator[str]:
    yield f"[{block.get('level', 'default')}] {text_of(block['text'], workspace)}"


def _card(workspace: Workspace, block: Json) -> Iterator[str]:
    parts = (text_of(block.get(part), workspace) for part in ("title", "subtitle", "body"))
    yield from filter(None, parts)


def _element(kind: str, label: str) -> str:
    if kind == "button":
        return f"[ {label} ]"
    return f"{label}: ____" if label else "[ … ]"


def _chart(_workspace: Workspace, block: Json) -> Iterator[str]:
    """Its title, and a line for each series."""
    yield f"[chart: {block['title']}]"
    chart = block["chart"]
    if chart["type"] == "pie":
        yield "  " + ", ".join(_point(segment) for segment in chart["segments"])
        return
    for series in chart["series"]:
        yield f"  {series['name']}: " + ", ".join(map(_point, series["data"]))


def _point(point: Json) -> str:
    return f"{point['label']} {point['value']:g}"


def _container(workspace: Workspace, block: Json) -> Iterator[str]:
    """Its title and content, also where it is collapsed: people can open it."""
    collapsed = block.get("is_collapsible") and block.get("default_collapsed")
    title = text_of(block.get("rich_text_title") or block.get("title"), workspace)
    yield f"{'▸' if collapsed else '▾'} {title}"
    yield from filter(None, [text_of(block.get("subtitle"), workspace)])
    for part in render_blocks(workspace, block["child_blocks"]):
        yield from (f"  {line}" for line in part.splitlines())


def _table(workspace: Workspace, block: Json) -> Iterator[str]:
    rows = [[text_of(cell, workspace).strip() for cell in row] for row in block["rows"]]
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows)))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()


_SHOWN: dict[str, Callable[[Workspace, Json], Iterator[str]]] = {
    "alert": _alert,
    "card": _card,
    "carousel": lambda workspace, block: render_blocks(workspace, block["elements"]),
    "container": _container,
    "context": _context,
    "data_table": _table,
    "data_visualization": _chart,
    "divider": lambda _workspace, _block: iter(["─" * 40]),
    "header": _words,
    "image": lambda _workspace, block: iter([f"[picture: {block['alt_text']}]"]),
    "markdown": lambda _workspace, block: iter([str(block["text"])]),
    "rich_text": lambda workspace, block: iter([rich_text(block, workspace)]),
    "section": _words,
    "table": _table,
}
_HOLDERS = {"container", "carousel"}
