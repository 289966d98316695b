"""Trigger ids: the right to open one modal, within three seconds of an interaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sandbox.slack.clock import Clock
from sandbox.slack.refusal import Refusal

LIFETIME = 3.0  # seconds


@dataclass
class _Trigger:
    user: str
    issued_at: float
    view_id: str  # the modal it was clicked in, "" for none
    used: bool = False


class Triggers:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, _Trigger] = {}

    def issue(self, user: str, *, view_id: str = "") -> str:
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = _Trigger(user, self._clock.now(), view_id)
        return trigger_id

    def exchange(self, trigger_id: str) -> tuple[str, str]:
        """Returns (user, view id) of the trigger's interaction. Raises Refusal for an unknown, used or expired id."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id")
        if self._clock.now() - trigger.issued_at > LIFETIME:
            raise Refusal("expired_trigger_id")
        trigger.used = True
        return trigger.user, trigger.view_id
