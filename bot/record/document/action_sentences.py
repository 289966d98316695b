"""The events of actions as sentences, for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.record.action_events import (
    ActionClaimed,
    ActionConfirmed,
    ActionCovered,
    ActionDone,
    ActionFailed,
    ActionRequested,
    ActionSettled,
    ActionUnclear,
)
from bot.record.document.names import Names
from bot.record.document.said import listing
from bot.record.events import Detail
from checks.units import say_count


def _requested(detail: ActionRequested, _: Names) -> str:
    rows = f", touching {say_count(detail.rows, 'row')}" if detail.rows is not None else ""
    return f"confirmed {_which(detail)} as {listing(detail.roles)}{rows}: {' '.join(detail.does)}"


def _confirmed(detail: ActionConfirmed, _: Names) -> str:
    return f"confirmed {_which(detail)} as well, as {listing(detail.roles)}"


def _claimed(detail: ActionClaimed, _: Names) -> str:
    before = f"; before it: {detail.before}" if detail.before else ""
    return f"began {_which(detail)}{before}"


def _done(detail: ActionDone, _: Names) -> str:
    return f"did {_which(detail)}: {detail.said}"


def _failed(detail: ActionFailed, _: Names) -> str:
    return f"did nothing of {_which(detail)}: {detail.reason}"


def _unclear(detail: ActionUnclear, _: Names) -> str:
    asked = f"; asked {listing(detail.asked)}" if detail.asked else ""
    return f"could not find out whether {_which(detail)} was done: {detail.reason}{asked}"


def _settled(detail: ActionSettled, _: Names) -> str:
    did = "was done" if detail.done else "was not done"
    return f"said that {_which(detail)} {did}: {detail.note}"


def _covered(detail: ActionCovered, _: Names) -> str:
    return f"measured after {_which(detail)}: {detail.outcome}, {detail.after}"


def _which(detail: Any) -> str:
    again = f" (attempt {detail.attempt})" if detail.attempt > 1 else ""
    return f"the action {detail.action}{again}"


SAID: Mapping[type[Detail], Callable[[Any, Names], str]] = {
    ActionRequested: _requested,
    ActionConfirmed: _confirmed,
    ActionClaimed: _claimed,
    ActionDone: _done,
    ActionFailed: _failed,
    ActionUnclear: _unclear,
    ActionSettled: _settled,
    ActionCovered: _covered,
}
