"""Names the people to ask, in private answers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.slack.text import mention
from checks.units import say_count

MOST_NAMED = 3


def ask(people: Sequence[str], more: int = 0) -> str:
    """ "Ask @ana or @ben.", as markup; "" if there is nobody. `more`: others who are not among `people`."""
    if not people:
        return ""
    return f"Ask {anyone(people, more)}."


def anyone(people: Sequence[str], more: int = 0) -> str:
    """ "@ana, @ben, @mia or 4 others" """
    named = [mention(person) for person in people[:MOST_NAMED]]
    left = len(people) - len(named) + more
    if left:
        named.append(say_count(left, "other"))
    return " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))
