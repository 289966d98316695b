"""Whether a quorum has enough people. Groups with user groups, whose members only Slack knows, are assumed to
have enough.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations


def short_of(
    users: Mapping[str, Collection[str]], places: Mapping[str, int], *, without: str = ""
) -> tuple[str, ...]:
    """The smallest set of groups that cannot be filled if each person counts toward one only; empty if all can (Hall's theorem).

    `users`: group -> its user ids, for groups without user groups. `without`: someone who cannot approve.
    """
    named = [role for role in places if role in users]
    for size in range(1, len(named) + 1):
        for roles in combinations(named, size):
            between = {user for role in roles for user in users[role]} - {without}
            if len(between) < sum(places[role] for role in roles):
                return roles
    return ()
