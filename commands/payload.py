"""Slack's payloads -> interactions: which are the same one, and what of them is kept."""

from __future__ import annotations

from typing import Any

from bot.interaction import Interaction, InteractionKind
from bot.slack.private import Asker


def interaction(body: dict[str, Any]) -> Interaction:
    """The key is the same for a redelivery and different for everything else a person does."""
    if "command" in body:
        key = f"command:{body['team_id']}:{body['trigger_id']}"
        return Interaction(key=key, kind=InteractionKind.COMMAND, payload=_kept(body, _COMMAND))
    if body["type"] == "block_actions":
        action, place = body["actions"][0], body["container"]
        where = place.get("message_ts") or place.get("view_id")
        key = f"action:{_team(body)}:{body['user']['id']}:{where}:{action['action_id']}:{action['action_ts']}"
        return Interaction(key=key, kind=InteractionKind.ACTION, payload=_kept(body, _ACTION))
    if body["type"] == "view_submission":
        view = body["view"]
        key = f"view:{view['id']}:{view['hash']}"
        return Interaction(
            key=key, kind=InteractionKind.VIEW, payload={"user": body["user"], "view": _kept(view, _VIEW)}
        )
    raise ValueError(f"no interaction of ours: {body['type']!r}")


def asker(interaction: Interaction) -> Asker:
    """Whom to answer, and how they can be reached."""
    payload = interaction.payload
    if interaction.kind is InteractionKind.COMMAND:
        return Asker(
            user=payload["user_id"],
            channel=payload["channel_id"],
            response_url=payload.get("response_url"),
            trigger=payload["trigger_id"],
        )
    return Asker(
        user=payload["user"]["id"],
        channel=(payload.get("channel") or {}).get("id"),
        response_url=payload.get("response_url"),
        trigger=payload.get("trigger_id"),
    )


# All but tokens, and the message that was clicked: what we know of it we look up.
_COMMAND = ("command", "text", "team_id", "channel_id", "user_id", "response_url", "trigger_id")
_ACTION = ("type", "team", "user", "channel", "container", "actions", "response_url", "trigger_id")
_VIEW = ("id", "hash", "callback_id", "private_metadata", "state")


def _kept(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}


def _team(body: dict[str, Any]) -> str:
    return str((body.get("team") or {}).get("id", ""))
