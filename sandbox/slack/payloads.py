"""The payloads that tell an app what a person did, field for field as Slack sends them."""

from __future__ import annotations

from sandbox.slack.channel import Channel
from sandbox.slack.identifiers import new_id
from sandbox.slack.manifest import Shortcut
from sandbox.slack.message import Message
from sandbox.slack.people import User
from sandbox.slack.refusal import Json
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace


def slash_command(
    workspace: Workspace, user: User, channel: Channel, *, command: str, text: str, response_url: str
) -> Json:
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": _shown_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.triggers.issue(user.id),
    }


def message_actions(
    workspace: Workspace, user: User, message: Message, *, action: Json, response_url: str, state: Json
) -> Json:
    """A click in a message."""
    channel = workspace.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.seen_by),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = {
        **_envelope(workspace, user, "block_actions"),
        "container": container,
        "trigger_id": workspace.triggers.issue(user.id),
        "channel": {"id": channel.id, "name": _shown_name(channel)},
        "state": {"values": state},
        "response_url": response_url,
        "actions": [action],
    }
    if not message.seen_by:
        payload["message"] = workspace.message_shape(message)
    return payload


def view_actions(workspace: Workspace, user: User, view: View, *, action: Json) -> Json:
    """A click in a modal or in App Home."""
    return {
        **_envelope(workspace, user, "block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.triggers.issue(user.id, view_id=view.id),
        "view": workspace.view_shape(view),
        "actions": [action],
    }


def view_submission(workspace: Workspace, user: User, view: View) -> Json:
    return {
        **_envelope(workspace, user, "view_submission"),
        "trigger_id": workspace.triggers.issue(user.id, view_id=view.id),
        "view": workspace.view_shape(view),
        "response_urls": [],
    }


def view_closed(workspace: Workspace, user: User, view: View, *, is_cleared: bool) -> Json:
    return {
        **_envelope(workspace, user, "view_closed"),
        "view": workspace.view_shape(view),
        "is_cleared": is_cleared,
    }


def global_shortcut(workspace: Workspace, user: User, shortcut: Shortcut) -> Json:
    return {
        **_envelope(workspace, user, "shortcut"),
        "action_ts": workspace.new_ts(),
        "callback_id": shortcut.callback_id,
        "trigger_id": workspace.triggers.issue(user.id),
    }


def message_shortcut(
    workspace: Workspace, user: User, shortcut: Shortcut, message: Message, *, response_url: str
) -> Json:
    channel = workspace.channels[message.channel]
    return {
        **_envelope(workspace, user, "message_action"),
        "action_ts": workspace.new_ts(),
        "callback_id": shortcut.callback_id,
        "trigger_id": workspace.triggers.issue(user.id),
        "response_url": response_url,
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": _shown_name(channel)},
        "message": workspace.message_shape(message),
    }


def event_callback(workspace: Workspace, event: Json) -> Json:
    return {
        "token": workspace.app.verification_token,
        "team_id": workspace.id,
        "api_app_id": workspace.app.id,
        "event": {**event, "event_ts": workspace.new_ts()},
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(workspace.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.id,
                "user_id": workspace.app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    }


def _envelope(workspace: Workspace, user: User, kind: str) -> Json:
    """What every interaction carries."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": workspace.app.id,
        "token": workspace.app.verification_token,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _shown_name(channel: Channel) -> str:
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
