"""Faults between an app and Slack, which tests and the page's dials inject."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from sandbox.slack.refusal import Json


class Fault(enum.StrEnum):
    """`before`: the call has no effect. `after`: it has its effect, but the app does not know."""

    REFUSED = "refused"  # HTTP 200 with ok: false; `answer` says why
    RATE_LIMITED = "rate_limited"  # 429; `seconds` is its Retry-After
    ERROR_BEFORE = "error_before"  # 500
    ERROR_AFTER = "error_after"
    DELAY = "delay"  # the call works, `seconds` late
    SLOW_ANSWER = "slow_answer"  # the call takes effect at once, and its response is `seconds` late
    HANG_BEFORE = "hang_before"  # accepted, never answered
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"  # TCP reset
    RESET_AFTER = "reset_after"
    RESET_LATE = "reset_late"  # and the call takes effect `seconds` later
    HALF_BODY = "half_body"  # the call takes effect, and half of the response arrives


@dataclass
class Injected:
    fault: Fault
    method: str  # a method's name, "response_url", "upload", or "*" for all
    times: int | None  # remaining calls; None: until cleared
    seconds: float
    answer: Json = field(default_factory=dict)
    channel: str = ""  # only calls about this channel


class Faults:
    def __init__(self) -> None:
        self.injected: list[Injected] = []

    def inject(self, fault: Fault, method: str = "*", *, times: int | None = 1, seconds: float = 1.0) -> None:
        """Apply to the next `times` calls of the method. Of several faults, the first injected applies first."""
        self.injected.append(Injected(fault, method, times, seconds))

    def refuse(
        self, method: str, error: str, *, times: int | None = 1, channel: str = "", **more: object
    ) -> None:
        """Refuse the next calls, or those about one channel, with one of Slack's errors: "missing_scope",
        `needed="usergroups:read"`.
        """
        answer = {"error": error, **more}
        self.injected.append(Injected(Fault.REFUSED, method, times, 0.0, answer, channel))

    def clear(self) -> None:
        self.injected.clear()

    def take(self, method: str, channel: str = "") -> Injected | None:
        """Returns the fault for this call, and uses it up."""
        for injected in self.injected:
            if injected.method in {"*", method} and injected.channel in {"", channel}:
                return self._used(injected)
        return None

    def _used(self, injected: Injected) -> Injected:
        if injected.times is not None:
            injected.times -= 1
            if injected.times <= 0:
                self.injected.remove(injected)
        return injected
