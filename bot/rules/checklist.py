"""The monitoring checklist: who may check off an item, and only once."""

from __future__ import annotations

from collections.abc import Collection

from bot.base.errors import Refused
from bot.rules.people import Person


def require_can_check_off(person: Person, owner: str, *, able: Collection[str]) -> None:
    """Raises Refused unless this person may. `able`: people who may."""
    others = [other for other in able if other != person.id]
    if reason := person.barred():
        raise Refused(f"You can't check that off: {reason}.", people=others)
    if person.id not in able:
        raise Refused(f"Only {owner} and on-call can check that off.", people=others)


def must_be_undone(item: str, done_by: str | None) -> None:
    """Raises Refused if the item is already checked off."""
    if done_by:
        raise Refused(f"“{item}” is checked off already.")
