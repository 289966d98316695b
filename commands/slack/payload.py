"""Slack's payloads -> interactions: their keys, and what of them is stored."""

from __future__ import annotations

import json
from typing import Any

from bot.rules.interaction import Interaction, InteractionKind
from bot.slack.forms import Answers
from bot.slack.private import Asker
from checks.portable import portable
from commands.slack.parse import VOTES

LARGEST = 64 * 1024  # bytes of a stored payload, as JSON
DEEPEST = 32  # levels of nesting; a form's values are five deep


class MalformedError(Exception):
    """Signed, but not in the format that Slack documents."""


def interaction(body: dict[str, Any], verb: str = "") -> Interaction:
    """`verb`: of a command, as `parse.verb_of` reads it. The key is the same for redeliveries, and different for
    everything else a person does.

    Raises MalformedError if a required field is missing, or the payload is too large.
    """
    try:
        found = _interaction(body, verb)
        _must_be_of_reason(found.payload)
        return found.model_copy(update={"key": portable(found.key), "payload": portable(found.payload)})
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise MalformedError(f"{type(error).__name__}: {error}") from error


def _must_be_of_reason(payload: dict[str, Any]) -> None:
    """In Socket Mode, nothing else limits the size of what is stored."""
    if _depth(payload) > DEEPEST or len(json.dumps(payload)) > LARGEST:
        raise ValueError(f"it is deeper than {DEEPEST} levels, or larger than {LARGEST // 1024} kB")


def _depth(value: Any, above: int = 0) -> int:
    """-> levels of nesting, counted up to one too many."""
    if above > DEEPEST or not isinstance(value, dict | list):
        return above
    parts = value.values() if isinstance(value, dict) else value
    return max((_depth(part, above + 1) for part in parts), default=above + 1)


def _interaction(body: dict[str, Any], verb: str) -> Interaction:
    if "command" in body:
        key = f"command:{body['team_id']}:{body['trigger_id']}"
        return Interaction(
            key=key,
            kind=InteractionKind.COMMAND,
            payload=_kept(body, _COMMAND),
            is_vote=verb in VOTES,
        )
    user = body["user"]["id"]
    if body["type"] == "view_submission":
        view = body["view"]
        key = f"view:{view['id']}:{view['hash']}"
        payload = {"user": {"id": user}, "team": body.get("team"), "view": _kept(view, _VIEW)}
        return Interaction(key=key, kind=InteractionKind.VIEW, payload=payload)
    action, place = body["actions"][0], body["container"]
    if place.get("channel_id") != _channel(body):
        raise ValueError("the button and its message stand in different channels")
    where = place.get("message_ts") or place.get("view_id")
    key = f"action:{_team(body)}:{user}:{where}:{action['action_id']}:{action['action_ts']}"
    return Interaction(key=key, kind=InteractionKind.ACTION, payload=_kept(body, _ACTION))


def asker(interaction: Interaction) -> Asker:
    """Whom to answer, and how to reach them."""
    payload = interaction.payload
    if interaction.kind is InteractionKind.COMMAND:
        return Asker(
            team=payload["team_id"],
            user=payload["user_id"],
            channel=payload["channel_id"],
            response_url=payload.get("response_url"),
            trigger=payload.get("trigger_id", ""),  # not kept longer than it is valid
        )
    return Asker(
        team=_team(payload),
        user=payload["user"]["id"],
        channel=_form_channel(payload) if interaction.kind is InteractionKind.VIEW else _channel(payload),
        thread=_thread(payload.get("container") or {}),
        response_url=payload.get("response_url"),
        trigger=payload.get("trigger_id"),
    )


# Everything except tokens and the clicked message, which we look up.
_COMMAND = {"command", "team_id", "channel_id", "user_id", "trigger_id"}, {"text", "response_url"}
_ACTION = {"user", "container", "actions", "trigger_id"}, {"team", "channel", "response_url"}
_VIEW = {"id", "hash", "callback_id", "private_metadata", "state"}, set[str]()


def _kept(body: dict[str, Any], names: tuple[set[str], set[str]]) -> dict[str, Any]:
    always, sometimes = names
    return {name: body[name] for name in always} | {name: body[name] for name in sometimes if name in body}


def _channel(body: dict[str, Any]) -> str | None:
    """None for forms and Home, which are not in a channel."""
    return (body.get("channel") or {}).get("id")


def _form_channel(payload: dict[str, Any]) -> str | None:
    """The channel of the button that opened the form."""
    try:
        return Answers(payload["view"]).about.channel
    except (ValueError, KeyError, TypeError):
        return None


def _thread(container: dict[str, Any]) -> str | None:
    """None for a message that is not in a thread."""
    thread = container.get("thread_ts")
    return thread if thread and thread != container.get("message_ts") else None


def _team(body: dict[str, Any]) -> str:
    return str((body.get("team") or {}).get("id", ""))
