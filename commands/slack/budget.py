"""Request budgets of a person, a channel and the workspace. Over budget, a request is refused, and the person is told.

Each process counts for itself, in memory, so that an ack waits for nothing else. With n listening replicas, the total
is n times as high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.base.window import Rate, Window
from bot.rules.interaction import InteractionKind

KEPT = 10_000  # windows before idle ones are dropped


class Caller(NamedTuple):
    """The caller, as far as a cheap look at the payload shows."""

    kind: InteractionKind
    user: str
    channel: str = ""
    verb: str = ""  # of a command


@dataclass(frozen=True)
class Budget:
    of: str  # "person", "channel" or "all"
    rate: Rate

    def whose(self, caller: Caller) -> str:
        """The key of the callers who share it."""
        return {"person": caller.user, "channel": caller.channel}.get(self.of, "")


# Nobody types a command in under a second; anything faster is a program or a stuck key.
COMMANDS = (
    Budget("person", Rate(20, 10)),
    Budget("channel", Rate(50, 10)),
    Budget("all", Rate(100, 10)),  # what four workers can handle without delaying acks
)
# Votes have budgets per person and no common one, so that one person's flood cannot block another's vote. The limit is far more
# than anyone can click, even double clicks on two devices.
CLICKS = (Budget("person", Rate(100, 10)),)
TYPED_VOTES = (Budget("person", Rate(20, 10)),)  # likewise; separate from the same person's other commands
# Each costs a lookup in Slack and the database; somebody who opens and closes one all the time is a program.
VISITS = (Budget("person", Rate(20, 10)),)
# An upload takes three calls to methods that decisions need, too.
PACKETS = (Budget("person", Rate(3, 60)), Budget("all", Rate(12, 60)))
OF_VERBS: Mapping[str, tuple[Budget, ...]] = {
    "go": TYPED_VOTES,
    "no-go": TYPED_VOTES,
    "withdraw": TYPED_VOTES,
    "packet": PACKETS,
}


class Ledger:
    """Recent requests."""

    def __init__(self) -> None:
        self._windows: dict[tuple[tuple[Budget, ...], str, str], Window] = {}

    def spend(self, caller: Caller, now: float) -> Budget | None:
        """Count a request, unless a budget is used up. Returns that budget. `now`: monotonic seconds."""
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
    if caller.kind in {InteractionKind.SHORTCUT, InteractionKind.EVENT}:
        return VISITS
    if caller.kind is not InteractionKind.COMMAND:
        return CLICKS
    return OF_VERBS.get(caller.verb, COMMANDS)


def _first_used_up(budgets: Sequence[Budget], windows: Sequence[Window], now: float) -> Budget | None:
    for budget, window in zip(budgets, windows, strict=True):
        if window.wait(budget.rate.most, now) > 0:
            return budget
    return None
