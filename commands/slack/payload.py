"""Slack's payloads -> interactions: their keys, and the parts of them that are stored."""

from __future__ import annotations

import json
from typing import Any

from bot.rules.interaction import Interaction, InteractionKind
from bot.rules.request import HOME
from bot.slack.forms import About
from bot.slack.messages.action import WAS_DONE, WAS_NOT_DONE
from bot.slack.messages.watch import FALSE_ALARM, ON_IT, ROLLED_BACK
from bot.slack.private import Asker
from checks.portable import portable
from commands.slack.parse import VOTES

# buttons of replies that the channel shows as well
_BROADCAST = frozenset(button.action for button in (ON_IT, ROLLED_BACK, FALSE_ALARM, WAS_DONE, WAS_NOT_DONE))
SHORTCUTS = frozenset({"shortcut", "message_action"})  # global ones, and those in a message's menu
LARGEST = 64 * 1024  # bytes of a stored payload, as JSON
DEEPEST = 32  # levels of nesting; a form's values are five deep


class MalformedError(Exception):
    """Signed, but not in the format that Slack documents."""


def interaction(body: dict[str, Any], verb: str = "") -> Interaction:
    """`verb`: of a command, from `parse.verb_of`. The key is the same for redeliveries, and different for
    everything else that a person does.

    Raises MalformedError if a required field is missing or of another type, or the payload is too large.
    """
    try:
        found = _interaction(body, verb)
        _must_be_of_reason(found.payload)
        asker(found)  # before it is acknowledged: nobody could be answered later
        return found.model_copy(update={"key": portable(found.key), "payload": portable(found.payload)})
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise MalformedError(f"{type(error).__name__}: {error}") from error


def _must_be_of_reason(payload: dict[str, Any]) -> None:
    """In Socket Mode, nothing else limits the size of what is stored."""
    if _depth(payload) > DEEPEST or len(json.dumps(payload)) > LARGEST:
        raise ValueError(f"it is deeper than {DEEPEST} levels, or larger than {LARGEST // 1024} kB")


def _depth(value: Any, above: int = 0) -> int:
    """Returns the levels of nesting, counted up to one too many."""
    if above > DEEPEST or not isinstance(value, dict | list):
        return above
    parts = value.values() if isinstance(value, dict) else value
    return max((_depth(part, above + 1) for part in parts), default=above + 1)


def _interaction(body: dict[str, Any], verb: str) -> Interaction:
    if "command" in body:
        key = f"command:{body['team_id']}:{_text(body['trigger_id'])}"
        return Interaction(
            key=key,
            kind=InteractionKind.COMMAND,
            payload=_kept(body, _COMMAND),
            is_vote=verb in VOTES,
        )
    if body["type"] == "event_callback":
        event = {"type": body["event"]["type"], "user": body["event"]["user"]}
        kept = {"team": {"id": body["team_id"]}, "user": {"id": event["user"]}, "event": event}
        return Interaction(key=f"event:{_text(body['event_id'])}", kind=InteractionKind.EVENT, payload=kept)
    user = body["user"]["id"]
    if body["type"] in SHORTCUTS:
        key = f"shortcut:{_team(body)}:{user}:{_text(body['trigger_id'])}"
        payload = _kept(body, _SHORTCUT) | {"thread": (body.get("message") or {}).get("thread_ts")}
        return Interaction(key=key, kind=InteractionKind.SHORTCUT, payload=payload)
    if body["type"] == "view_submission":
        view = body["view"]
        key = f"view:{_text(view['id'])}:{_text(view['hash'])}"
        payload = {"user": {"id": user}, "team": body.get("team"), "view": _kept(view, _VIEW)}
        return Interaction(key=key, kind=InteractionKind.VIEW, payload=payload)
    action, place = body["actions"][0], body["container"]
    if place.get("channel_id") != _channel(body):
        raise ValueError("the button and its message are in different channels")
    where = place.get("message_ts") or place.get("view_id")
    did = f"{_text(action['action_id'])}:{_text(action['action_ts'])}"
    key = f"action:{_team(body)}:{user}:{where}:{did}"
    payload = _kept(body, _ACTION)
    if "view" in body:
        payload["view"] = _kept(body["view"], _CLICKED_VIEW)
    return Interaction(key=key, kind=InteractionKind.ACTION, payload=payload)


def opens_home(body: dict[str, Any]) -> bool:
    """Whether the bot reacts to the event: the app's other tab sends the same one."""
    try:
        event = body["event"]
        return bool(event["type"] == "app_home_opened" and event.get("tab", "home") == "home")
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedError(f"{type(error).__name__}: {error}") from error


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
    view = payload.get("view") or {}
    place = _form_place(payload) if view else _channel(payload)
    is_page = view.get("type") == "home"
    clicked = interaction.kind is InteractionKind.ACTION and view and not is_page
    return Asker(
        team=_team(payload),
        user=payload["user"]["id"],
        channel=None if place == HOME else place,
        at_home=is_page or place == HOME,
        twice=interaction.kind is InteractionKind.ACTION and _is_shown_twice(payload),
        response_url=payload.get("response_url"),
        trigger=payload.get("trigger_id"),
        form=view["id"] if clicked else None,
    )


# Everything except tokens and the clicked message, which we look up.
_COMMAND = {"command", "team_id", "channel_id", "user_id", "trigger_id"}, {"text", "response_url"}
_ACTION = {"user", "container", "actions", "trigger_id"}, {"team", "channel", "response_url"}
_CLICKED_VIEW = {"id", "type"}, {"private_metadata", "callback_id"}
_SHORTCUT = {"type", "user", "callback_id", "trigger_id"}, {"team", "channel", "message_ts", "response_url"}
_VIEW = {"id", "hash", "callback_id", "private_metadata"}, {"state"}


def _text(value: object) -> str:
    """What keys are made of. Raises TypeError for anything else: two different interactions could have the
    same key, and the second one would be lost.
    """
    if not isinstance(value, str) or not value:
        raise TypeError(f"expected text, found {value!r:.40}")
    return value


def _kept(body: dict[str, Any], names: tuple[set[str], set[str]]) -> dict[str, Any]:
    always, sometimes = names
    return {name: body[name] for name in always} | {name: body[name] for name in sometimes if name in body}


def _channel(body: dict[str, Any]) -> str | None:
    """None for forms and Home, which are not in a channel."""
    return (body.get("channel") or {}).get("id")


def _form_place(payload: dict[str, Any]) -> str | None:
    """The place of the button that opened the form."""
    try:
        return About.model_validate_json(payload["view"]["private_metadata"]).channel or None
    except (ValueError, KeyError, TypeError):
        return None


def _is_shown_twice(payload: dict[str, Any]) -> bool:
    """Not in a form or in Home, which have some of these buttons, too."""
    return "view" not in payload and str(payload["actions"][0]["action_id"]) in _BROADCAST


def _team(body: dict[str, Any]) -> str:
    return str((body.get("team") or {}).get("id", ""))
