"""conversations.*: channels and their history."""

from __future__ import annotations

from sandbox.slack.channel import Channel, Kind
from sandbox.slack.message import Message
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.paging import page
from sandbox.slack.workspace import Workspace

READ: dict[Kind, str] = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
HISTORY: dict[Kind, str] = {"public": "channels:history", "private": "groups:history", "im": "im:history"}


def info(workspace: Workspace, args: Arguments) -> Json:
    channel = _known(workspace, args)
    workspace.app.require(READ[channel.kind])
    return {"channel": channel.shown(bot=workspace.app.bot_user)}


def history(workspace: Workspace, args: Arguments) -> Json:
    """What the channel shows, newest first."""
    channel = _readable(workspace, args)
    return _read(workspace, args, _between(channel.messages[::-1], args), default=100)


def replies(workspace: Workspace, args: Arguments) -> Json:
    """The parent, then its replies, oldest first."""
    channel = _readable(workspace, args)
    ts = args.required("ts", error="thread_not_found")
    asked = channel.log.get(ts)
    thread = channel.thread(asked.root_ts) if asked else []
    if not thread:
        raise Refusal("thread_not_found")
    return _read(workspace, args, [thread[0], *_between(thread[1:], args)], default=1000)


def open_direct(workspace: Workspace, args: Arguments) -> Json:
    """Direct messages with one person."""
    users = [user for user in args.text("users").split(",") if user]
    if len(users) != 1:
        raise Refusal("users_list_not_supplied" if not users else "not_enough_users")
    user = workspace.users.get(users[0])
    if user is None:
        raise Refusal("user_not_found")
    if user.deleted:
        raise Refusal("user_disabled")
    channel = workspace.direct(user.id)
    return {
        "channel": channel.shown(bot=workspace.app.bot_user) if args.flag("return_im") else {"id": channel.id}
    }


def _known(workspace: Workspace, args: Arguments) -> Channel:
    channel = workspace.channels.get(args.required("channel", error="channel_not_found"))
    if channel is None or (channel.kind == "private" and workspace.app.bot_user not in channel.members):
        raise Refusal("channel_not_found")
    return channel


def _readable(workspace: Workspace, args: Arguments) -> Channel:
    channel = _known(workspace, args)
    workspace.app.require(HISTORY[channel.kind])
    if workspace.app.bot_user not in channel.members:
        raise Refusal("not_in_channel")
    return channel


def _between(messages: list[Message], args: Arguments) -> list[Message]:
    """Messages after `oldest` and before `latest`, both excluded unless `inclusive`."""
    oldest, latest = args.text("oldest", "0") or "0", args.text("latest") or "9999999999"
    try:
        after, before = float(oldest), float(latest)
    except ValueError:
        raise Refusal("invalid_ts_oldest") from None
    if args.flag("inclusive"):
        return [message for message in messages if after <= float(message.ts) <= before]
    return [message for message in messages if after < float(message.ts) < before]


def _read(workspace: Workspace, args: Arguments, messages: list[Message], *, default: int) -> Json:
    shown, cursor = page(messages, args, default=default, most=max(default, 999))
    with_metadata = args.flag("include_all_metadata")
    body: Json = {
        "messages": [workspace.message_shape(message, with_metadata=with_metadata) for message in shown],
        "has_more": bool(cursor),
    }
    if cursor:
        body["response_metadata"] = {"next_cursor": cursor}
    return body
