"""The quorum: whose Go counts toward which group, and whose votes are still needed.

Each person counts toward one group only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from bot.rules.people import Electorate

Filled: TypeAlias = dict[str, tuple[str, ...]]  # role -> who fills its places


def fill(people: Sequence[str], required: Mapping[str, int], electorate: Electorate) -> Filled:
    """Assign each person to at most one group, as many as possible (augmenting paths)."""
    places = [(role, index) for role, count in required.items() for index in range(count)]
    seated: dict[tuple[str, int], str] = {}

    def seat(person: str, tried: set[tuple[str, int]]) -> bool:
        for place in places:
            if place in tried or person not in electorate.roles.get(place[0], frozenset()):
                continue
            tried.add(place)
            if place not in seated or seat(seated[place], tried):
                seated[place] = person
                return True
        return False

    for person in people:
        seat(person, set())
    return {
        role: tuple(seated[place] for place in places if place[0] == role and place in seated)
        for role in required
    }


def seated(filled: Filled) -> tuple[str, ...]:
    return tuple(person for people in filled.values() for person in people)


def open_places(required: Mapping[str, int], filled: Filled) -> dict[str, int]:
    return {
        role: places - len(filled[role]) for role, places in required.items() if places > len(filled[role])
    }


def outstanding(
    voted: Sequence[str],
    required: Mapping[str, int],
    electorate: Electorate,
    *,
    excluded: Collection[str] = (),
) -> Filled:
    """Returns a group that needs votes -> people who have not voted and could count toward it, possibly by
    reassigning others.
    """
    filled = fill(voted, required, electorate)
    missing = open_places(required, filled)
    full = len(seated(filled))
    helps: dict[tuple[str, ...], bool] = {}  # people with the same roles are equivalent
    found: dict[str, list[str]] = {role: [] for role in missing}
    for person in electorate.holders(required):
        if person in voted or person in excluded:
            continue
        roles = tuple(role for role in required if person in electorate.roles[role])
        if roles not in helps:
            helps[roles] = len(seated(fill([*voted, person], required, electorate))) > full
        if helps[roles]:
            for role in [role for role in roles if role in missing] or list(missing):
                found[role].append(person)
    return {role: tuple(people) for role, people in found.items()}
