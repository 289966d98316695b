"""chat.*: posting, editing and deleting messages."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.slack.blocks import completed, problems_in
from sandbox.slack.channel import Channel
from sandbox.slack.features import told, unknown_blocks
from sandbox.slack.files import PICTURES
from sandbox.slack.message import Message
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.rules import problem
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.workspace import Workspace

LONGEST = 40_000  # characters of text; longer text is truncated
LONGEST_EDIT = 4_000  # characters of text; longer text is refused
MOST_ATTACHMENTS = 100
LARGEST_METADATA = 16_000  # bytes of JSON
_TS = re.compile(r"\d{10}\.\d{6}")


def post_message(workspace: Workspace, args: Arguments) -> Json:
    channel = writable(workspace, args.required("channel", error="channel_not_found"))
    message = _composed(workspace, channel, args)
    message.thread_ts = thread_of(channel, args)
    message.broadcast = args.flag("reply_broadcast") and bool(message.thread_ts)
    workspace.post(message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": workspace.message_shape(message, with_metadata=True),
    }


def post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    channel = writable(workspace, args.required("channel", error="channel_not_found"))
    user = args.required("user", error="user_not_found")
    if user not in workspace.users:
        raise Refusal("user_not_found")
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    message = _composed(workspace, channel, args)
    message.thread_ts = thread_of(channel, args)
    message.seen_by = user
    workspace.post(message)
    return {"message_ts": message.ts}


def update(workspace: Workspace, args: Arguments) -> Json:
    channel = writable(workspace, args.required("channel", error="channel_not_found"))
    message = _own(workspace, channel, args)
    window = workspace.edit_window
    if window is not None and workspace.clock.now() - float(message.ts) > window:
        raise Refusal("edit_window_closed")
    if len(args.text("text")) > LONGEST_EDIT:
        raise Refusal("msg_too_long")
    blocks, attachments = blocks_of(workspace, args), _attachments(workspace, args)
    _refuse_empty(args, blocks, attachments)
    metadata = _metadata(workspace, args)
    message.history.append((message.text, message.blocks))
    # Text without blocks deletes the blocks, as in Slack.
    message.text, message.blocks, message.attachments = args.text("text"), blocks, attachments
    if "metadata" in args:
        message.metadata = metadata
    message.edited_ts = workspace.new_ts()
    workspace.changed(message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": workspace.message_shape(message, with_metadata=True),
    }


def delete(workspace: Workspace, args: Arguments) -> Json:
    channel = workspace.addressed(args.required("channel", error="channel_not_found"))
    message = channel.living(args.text("ts"))
    if message is None:
        raise Refusal("message_not_found")
    if message.bot_id != workspace.app.bot_id:
        raise Refusal("cant_delete_message")
    workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(workspace: Workspace, args: Arguments) -> Json:
    channel = workspace.addressed(args.required("channel", error="channel_not_found"))
    message = channel.living(args.text("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    link = f"{workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def writable(workspace: Workspace, target: str) -> Channel:
    """Returns the channel, if the bot may post there."""
    channel = workspace.addressed(target)
    if channel.is_archived:
        raise Refusal("is_archived")
    if channel.kind == "im" and not workspace.app.manifest.features.app_home.messages_tab_enabled:
        raise Refusal("messages_tab_disabled")
    if workspace.app.bot_user not in channel.members:
        if channel.kind != "public":
            raise Refusal("channel_not_found")
        if "chat:write.public" not in workspace.app.scopes:
            raise Refusal("not_in_channel")
    return channel


def blocks_of(workspace: Workspace, args: Arguments) -> list[Json]:
    """Returns the validated blocks, with ids. Raises Refusal for invalid blocks and missing images."""
    blocks = args.json("blocks", error="invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    found = problems_in(blocks, "message", unknown=unknown_blocks(workspace.without)) or _missing_pictures(
        workspace, blocks
    )
    if found:
        said = told(found, workspace.without)
        raise Refusal("invalid_blocks", messages=said, **({"errors": said} if said else {}))
    return completed(blocks)


def _missing_pictures(workspace: Workspace, blocks: list[Json]) -> list[str]:
    """Problems with images that refer to an uploaded file."""
    return [
        problem("invalid slack file", f"/blocks/{at}/slack_file")
        for at, block in enumerate(blocks)
        if block["type"] == "image"
        and "slack_file" in block
        and not _is_ready(workspace, block["slack_file"])
    ]


def _is_ready(workspace: Workspace, reference: Json) -> bool:
    """Whether it exists, is an image, and has been processed, which takes Slack a moment after the upload."""
    for file in workspace.files.values():
        if file.completed_at is not None and (
            reference.get("id") == file.id or reference.get("url") == file.url
        ):
            processed = workspace.clock.now() - file.completed_at >= workspace.file_processing
            return processed and file.mimetype in PICTURES
    return False


def _composed(workspace: Workspace, channel: Channel, args: Arguments) -> Message:
    blocks, attachments = blocks_of(workspace, args), _attachments(workspace, args)
    _refuse_empty(args, blocks, attachments)
    return Message(
        channel=channel.id,
        ts=workspace.new_ts(),
        user=workspace.app.bot_user,
        bot_id=workspace.app.bot_id,
        app_id=workspace.app.id,
        text=(args.text("text") or args.text("markdown_text"))[:LONGEST],
        blocks=blocks,
        attachments=attachments,
        metadata=_metadata(workspace, args),
    )


def _refuse_empty(args: Arguments, blocks: list[Json], attachments: list[Json]) -> None:
    if args.text("markdown_text") and (args.text("text") or blocks):
        raise Refusal("markdown_text_conflict")
    if not (args.text("text").strip() or args.text("markdown_text").strip() or blocks or attachments):
        raise Refusal("no_text")


def _attachments(workspace: Workspace, args: Arguments) -> list[Json]:
    attachments = args.json("attachments", error="invalid_attachments") or []
    if not isinstance(attachments, list):
        raise Refusal("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refusal("too_many_attachments")
    for attachment in attachments:
        found = problems_in(
            attachment.get("blocks", []), "message", unknown=unknown_blocks(workspace.without)
        )
        if found:
            raise Refusal("invalid_attachments", messages=told(found, workspace.without))
        if "blocks" in attachment:
            attachment["blocks"] = completed(attachment["blocks"])
    return attachments


def _metadata(workspace: Workspace, args: Arguments) -> Json | None:
    """Returns the message's metadata, or None if the app cleared it, or if this Slack keeps none."""
    given: Any = args.json("metadata", error="invalid_metadata_format")
    if not given or "metadata" in workspace.without:
        return None
    sound = isinstance(given, dict) and isinstance(given.get("event_type"), str)
    if not sound or not isinstance(given.get("event_payload"), dict):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(given)) > LARGEST_METADATA:
        raise Refusal("metadata_too_large")
    return {"event_type": given["event_type"], "event_payload": given["event_payload"]}


def thread_of(channel: Channel, args: Arguments) -> str:
    """Returns the parent of a reply; a reply to a reply has the same parent.

    Returns "" if the parent is gone: Slack then posts to the channel, and only the missing `thread_ts` in its
    response tells.
    """
    wanted = args.text("thread_ts")
    if not wanted:
        return ""
    if not _TS.fullmatch(wanted):
        raise Refusal("invalid_thread_ts")
    root = channel.log.get(wanted)
    gone = root is None or (root.deleted and not channel.replies(wanted))
    return "" if root is None or gone else root.root_ts


def _own(workspace: Workspace, channel: Channel, args: Arguments) -> Message:
    message = channel.living(args.required("ts", error="message_not_found"))
    if message is None:
        raise Refusal("message_not_found")
    if message.bot_id != workspace.app.bot_id:
        raise Refusal("cant_update_message")
    return message
