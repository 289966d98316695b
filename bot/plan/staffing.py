"""Whether enough people are named for the places of a quorum. User groups, whose members only Slack knows, may have enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations


def short_of(
    users: Mapping[str, Collection[str]], places: Mapping[str, int], *, without: str = ""
) -> tuple[str, ...]:
    """The fewest roles that cannot be filled together, each person filling one place; none where all can (Hall).

    `users`: role -> who is named, for the roles without user groups. `without`: somebody who cannot approve.
    """
    named = [role for role in places if role in users]
    for size in range(1, len(named) + 1):
        for roles in combinations(named, size):
            between = {user for role in roles for user in users[role]} - {without}
            if len(between) < sum(places[role] for role in roles):
                return roles
    return ()
