"""What people did, as seen by Slack: what was acknowledged must have taken effect once."""

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
class Said:
    """One command, click or form."""

    key: str  # as the inbox must name it
    person: str
    what: str  # a command's text, a button's action id, a form's callback id
    about: str  # the key of the run or prompt; empty for commands
    acked: bool  # Slack told the person that it was taken

    @property
    def choice(self) -> str | None:
        """What it says as a vote."""
        return VOTES.get(self.what)

    @property
    def answer(self) -> str | None:
        """What it says to a rollback prompt."""
        return ANSWERS.get(self.what)


def ledger(deliveries: Iterable[Delivery]) -> list[Said]:
    """Everything delivered to the bot, acknowledged or not, in order."""
    return [_said(delivery) for delivery in deliveries if delivery.kind != "events_api"]


def _said(delivery: Delivery) -> Said:
    payload = delivery.payload
    if delivery.kind == "slash_commands":
        key = f"command:{payload['team_id']}:{payload['trigger_id']}"
        return Said(key, payload["user_id"], payload["text"], "", _taken(delivery))
    person = payload["user"]["id"]
    if payload["type"] == "view_submission":
        view = payload["view"]
        about = _value(view["private_metadata"])
        key = f"view:{view['id']}:{view['hash']}"
        return Said(key, person, view["callback_id"], about, _taken(delivery))
    action, place = payload["actions"][0], payload["container"]["message_ts"]
    key = f"action:{payload['team']['id']}:{person}:{place}:{action['action_id']}:{action['action_ts']}"
    return Said(key, person, action["action_id"], action["value"].partition(" ")[0], _taken(delivery))


def _taken(delivery: Delivery) -> bool:
    """Whether it was acknowledged in time, and not refused."""
    body: dict[str, Any] = delivery.ack.body if delivery.ack else {}
    return delivery.acked and not body.get("text") and body.get("response_action") != "errors"


def _value(metadata: str) -> str:
    """The key within a form's `{"value": "KEY DIGEST", …}`."""
    return str(json.loads(metadata)["value"]).partition(" ")[0]
