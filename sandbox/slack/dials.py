"""Faults as dials for the page, each with a name, a range and a value."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.slack.faults import Fault, Faults, Injected
from sandbox.slack.rates import RateLimits
from sandbox.slack.refusal import Json

_TOGGLES = {
    Fault.ERROR_BEFORE: "Slack answers 500, and nothing happened",
    Fault.ERROR_AFTER: "Slack answers 500, although it happened",
    Fault.HANG_BEFORE: "Slack accepts and never answers",
    Fault.RESET_BEFORE: "Connections are reset, and nothing happened",
    Fault.RESET_AFTER: "Connections are reset, although it happened",
    Fault.HALF_BODY: "Half an answer",
}
_RANGES = {
    Fault.RATE_LIMITED: ("Rate limited (429), Retry-After in seconds", 300.0, 1.0),
    Fault.DELAY: ("Every answer late by so many seconds", 10.0, 0.5),
    Fault.RESET_LATE: ("Connections are reset, and it happens so many seconds later", 2.0, 0.5),
}
_RATES = "rate_limits"
_DISCONNECT = "disconnect"


class Dials:
    """One persistent fault of each kind, for all methods; faults injected by tests are left alone."""

    def __init__(self, faults: Faults, rates: RateLimits, disconnect: Callable[[], None]) -> None:
        self._faults = faults
        self._rates = rates
        self._disconnect = disconnect
        self._set: dict[str, Injected] = {}

    def shown(self) -> list[Json]:
        ranges = [
            {
                "name": name,
                "title": title,
                "kind": "range",
                "value": self._value(name),
                "min": 0,
                "max": most,
                "step": step,
            }
            for name, (title, most, step) in _RANGES.items()
        ]
        toggles = [
            {"name": name, "title": title, "kind": "toggle", "value": name in self._set}
            for name, title in _TOGGLES.items()
        ]
        rates = {
            "name": _RATES,
            "title": "Slack's own rate limits",
            "kind": "toggle",
            "value": self._rates.enforced,
        }
        cut = {
            "name": _DISCONNECT,
            "title": "Cut every Socket Mode connection now",
            "kind": "toggle",
            "value": False,
        }
        return [*ranges, *toggles, rates, cut]

    def turn(self, name: str, value: float) -> None:
        """Set one dial: 0 or False is off. Raises ValueError for an unknown dial."""
        if name == _RATES:
            self._rates.enforced = bool(value)
        elif name == _DISCONNECT:
            self._disconnect()
        else:
            self._turn_fault(Fault(name), value)

    def _turn_fault(self, fault: Fault, value: float) -> None:
        if old := self._set.pop(fault, None):
            self._faults.injected.remove(old)
        if value:
            self._set[fault] = Injected(fault, "*", None, float(value))
            self._faults.injected.append(self._set[fault])

    def reset(self) -> None:
        for name in list(self._set):
            self.turn(name, 0)
        self._rates.enforced = False

    def _value(self, name: str) -> float:
        return self._set[name].seconds if name in self._set else 0.0
