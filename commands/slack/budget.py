"""How much one person, one channel and all together may ask for: more than that is turned away, and told so.

Each process counts for itself, in memory: nothing else is asked before an ack. Every replica that listens has these
budgets, so all of them together have as many times as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.base.window import Rate, Window
from bot.rules.interaction import InteractionKind

KEPT = 10_000  # windows before the idle ones are dropped


class Caller(NamedTuple):
    """Who did what where, as far as it can be read cheaply."""

    kind: InteractionKind
    user: str
    channel: str = ""
    verb: str = ""  # of a command


@dataclass(frozen=True)
class Budget:
    of: str  # "person", "channel" or "all"
    rate: Rate

    def whose(self, caller: Caller) -> str:
        """What they share it with."""
        return {"person": caller.user, "channel": caller.channel}.get(self.of, "")


# Typing one takes longer than a second; what is faster is a program, or a key that sticks.
COMMANDS = (
    Budget("person", Rate(20, 10)),
    Budget("channel", Rate(50, 10)),
    Budget("all", Rate(100, 10)),  # what four at a time work off while acks get their turn
)
# Votes have a lane of their own, and none in common: nobody's flood takes another's vote. A person's is far more
# than hands can click, double clicks on two devices included.
CLICKS = (Budget("person", Rate(100, 10)),)
TYPED_VOTES = (Budget("person", Rate(20, 10)),)  # likewise; beside the commands of the same person
# Uploads take three calls each, of methods that decisions need as well.
PACKETS = (Budget("person", Rate(3, 60)), Budget("all", Rate(12, 60)))
OF_VERBS: Mapping[str, tuple[Budget, ...]] = {"go": TYPED_VOTES, "no-go": TYPED_VOTES, "packet": PACKETS}


class Ledger:
    """What was spent lately."""

    def __init__(self) -> None:
        self._windows: dict[tuple[tuple[Budget, ...], str, str], Window] = {}

    def spend(self, caller: Caller, now: float) -> Budget | None:
        """Count one; -> the budget that is used up, and then it is not counted. `now` in seconds that only grow."""
        budgets = _budgets(caller)
        windows = [self._window(budgets, budget, caller, now) for budget in budgets]
        used_up = _first_used_up(budgets, windows, now)
        if used_up is None:
            for window in windows:
                window.take(now)
        return used_up

    def _window(self, budgets: tuple[Budget, ...], budget: Budget, caller: Caller, now: float) -> Window:
        key = (budgets, budget.of, budget.whose(caller))
        if key not in self._windows and len(self._windows) >= KEPT:
            self._windows = {known: window for known, window in self._windows.items() if not window.idle(now)}
        return self._windows.setdefault(key, Window(budget.rate.seconds))


def _budgets(caller: Caller) -> tuple[Budget, ...]:
    if caller.kind is not InteractionKind.COMMAND:
        return CLICKS
    return OF_VERBS.get(caller.verb, COMMANDS)


def _first_used_up(budgets: Sequence[Budget], windows: Sequence[Window], now: float) -> Budget | None:
    for budget, window in zip(budgets, windows, strict=True):
        if window.wait(budget.rate.most, now) > 0:
            return budget
    return None
