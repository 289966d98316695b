"""The interactions of people, as Slack delivered them. Every acknowledged one must take effect once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.slack.delivery import Delivery

VOTES = {"vote_go": "Go", "form_no_go": "No-go", "form_conditional_go": "Conditional go"}
ANSWERS = {
    "prompt_on_it": "I'm on it",
    "prompt_rolled_back": "Rolled back",
    "form_false_alarm": "False alarm",
}


@dataclass(frozen=True)
class Interaction:
    """A command, a click or a submitted form."""

    key: str  # its key in the inbox
    person: str
    what: str  # a command's text, a button's action id, a form's callback id
    about: str  # the key of the run or prompt; empty for commands
    acked: bool  # acknowledged in time, and not refused

    @property
    def choice(self) -> str | None:
        """The vote that it casts, if any."""
        return VOTES.get(self.what)

    @property
    def answer(self) -> str | None:
        """The answer that it gives to a rollback prompt, if any."""
        return ANSWERS.get(self.what)


def interactions(deliveries: Iterable[Delivery]) -> list[Interaction]:
    """Everything delivered to the bot except events, in order, whether acknowledged or not."""
    return [_interaction(delivery) for delivery in deliveries if delivery.kind != "events_api"]


def _interaction(delivery: Delivery) -> Interaction:
    payload = delivery.payload
    if delivery.kind == "slash_commands":
        key = f"command:{payload['team_id']}:{payload['trigger_id']}"
        return Interaction(key, payload["user_id"], payload["text"], "", _accepted(delivery))
    person = payload["user"]["id"]
    if payload["type"] == "view_submission":
        view = payload["view"]
        about = _value(view["private_metadata"])
        key = f"view:{view['id']}:{view['hash']}"
        return Interaction(key, person, view["callback_id"], about, _accepted(delivery))
    action, place = payload["actions"][0], payload["container"]["message_ts"]
    key = f"action:{payload['team']['id']}:{person}:{place}:{action['action_id']}:{action['action_ts']}"
    return Interaction(
        key, person, action["action_id"], action["value"].partition(" ")[0], _accepted(delivery)
    )


def _accepted(delivery: Delivery) -> bool:
    """Whether it was acknowledged in time, and not refused."""
    body: dict[str, Any] = delivery.ack.body if delivery.ack else {}
    return delivery.acked and not body.get("text") and body.get("response_action") != "errors"


def _value(metadata: str) -> str:
    """The key within a form's `{"value": "KEY DIGEST", …}`."""
    return str(json.loads(metadata)["value"]).partition(" ")[0]
