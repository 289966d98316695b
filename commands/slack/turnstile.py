"""The budget gate: refuses requests over budget before anything expensive happens.

A refused command is answered privately, and not stored. A refused click is not acknowledged, so that Slack
shows an error: what is acknowledged counts. A refused event is acknowledged and dropped: nobody waits for it,
Slack would deliver it again, and it disables the events of an app that leaves too many unacknowledged.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import structlog

from bot.base.seldom import Seldom
from bot.rules.interaction import InteractionKind
from commands.slack.budget import Budget, Caller, Ledger
from commands.slack.parse import verb_of
from commands.slack.payload import SHORTCUTS

log = structlog.get_logger(__name__)

VERB = "canary_verb"  # of a command that can be parsed; "" for anything else
LOG_EVERY = 10.0  # seconds between two lines in the log


@dataclass
class Turnstile:
    refused: Callable[[str, str], None]  # called with the kind of a refused request, and the budget
    clock: Callable[[], float] = time.monotonic
    seldom: Seldom = field(default_factory=lambda: Seldom(LOG_EVERY))
    _ledger: Ledger = field(default_factory=Ledger)

    def refusal(self, caller: Caller | None) -> Refusal | None:
        """Returns None to let it in.

        A request without a recognizable caller is let in: malformed payloads are refused later.
        """
        if caller is None:
            return None
        now = self.clock()
        if (budget := self._ledger.spend(caller, now)) is None:
            return None
        self.refused(caller.kind, budget.of)
        if times := self.seldom.times():
            log.warning(
                "refused interactions over a person's budget",
                kind=caller.kind,
                budget=budget.of,
                user=caller.user,
                times=times,
            )
        if caller.kind is InteractionKind.EVENT:
            return Refusal({})
        if caller.kind is InteractionKind.COMMAND:
            return Refusal({"response_type": "ephemeral", "text": _sentence(budget, caller.verb)})
        return Refusal(None)


@dataclass(frozen=True)
class Refusal:
    """`answer`: the text of the ack; None: no ack."""

    answer: dict[str, str] | None


def _sentence(budget: Budget, verb: str) -> str:
    where = {"person": "", "channel": " in this channel", "all": " from everyone together"}[budget.of]
    what = "packets" if verb == "packet" else "commands"
    return (
        f"That was more than {budget.rate.most} {what} in {budget.rate.seconds} s{where}, so this one was ignored. "
        "Try again in a moment."
    )


def caller(body: dict[str, Any]) -> Caller | None:
    """The caller of a Socket Mode payload."""
    try:
        if "command" in body:
            user, channel = str(body["user_id"]), str(body["channel_id"])
            return Caller(InteractionKind.COMMAND, user, channel, verb_of(str(body.get("text", ""))))
        if body["type"] == "event_callback":
            return Caller(InteractionKind.EVENT, str(body["event"]["user"]))
        if body["type"] in SHORTCUTS:
            return Caller(InteractionKind.SHORTCUT, str(body["user"]["id"]))
        if body["type"] == "view_submission":
            return Caller(InteractionKind.VIEW, str(body["user"]["id"]))
        return Caller(InteractionKind.ACTION, str(body["user"]["id"]))
    except (KeyError, TypeError):
        return None


def context_of(found: Caller | None) -> dict[str, Any]:
    """What Bolt passes to the code that stores it: the command was parsed here, and need not be parsed again
    before the ack.
    """
    return {VERB: found.verb if found else ""}


def caller_over_http(raw: bytes) -> Caller | None:
    """The caller of an HTTP request's body."""
    try:
        if raw.startswith(b"{"):  # an event
            event = json.loads(raw)
            return caller(event)
        form = {name: values[0] for name, values in parse_qs(raw.decode()).items()}
        found = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, KeyError, RecursionError):
        return None
    return caller(found) if isinstance(found, dict) else None
