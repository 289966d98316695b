"""Search for a sequential order of actions that explains the answers and the stored state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from tests.contention.actions import Act
from tests.contention.model import Came, ImpossibleError, Line, View, World, happens

Told: TypeAlias = tuple[Act, Came]
Log: TypeAlias = tuple[tuple[tuple[str, str, str], ...], ...]  # per run: the lines' kind, subject and content

LAPSED = {"vote lapsed", "waiver lapsed"}


def explain(world: World, told: Sequence[Told], log: Log, views: Sequence[View]) -> list[World]:
    """Returns the worlds in which the step may have ended, each with an order in which everybody gets the answers that
    they got, and in which the log has exactly the lines that it has. Empty if there is none.

    `views` are those of the team before and after its change; each action uses one of them.
    """
    reached: dict[tuple[frozenset[int], Log], list[World]] = {(frozenset(range(len(told))), log): [world]}
    for _ in told:
        further: dict[tuple[frozenset[int], Log], list[World]] = {}
        for (left, lines), worlds in reached.items():
            for at in left:
                for before in worlds:
                    for after, rest in _following(before, told[at], lines, views):
                        known = further.setdefault((left - {at}, rest), [])
                        if after not in known:
                            known.append(after)
        reached = further
    return [end for (_, rest), worlds in reached.items() if not any(rest) for end in worlds]


def _following(world: World, told: Told, log: Log, views: Sequence[View]) -> Iterator[tuple[World, Log]]:
    """The worlds that may follow if this happens next, by any view."""
    act, came = told
    for view in views:
        try:
            then, after, lines = happens(world, act, view)
        except ImpossibleError:
            continue
        rest = _after(log, lines) if then is came else None
        if rest is not None:
            yield after, rest


def _after(log: Log, lines: Sequence[Line]) -> Log | None:
    """What remains of the log after these lines, or None if it does not continue with them."""
    rest = list(log)
    for run in {line[0] for line in lines}:
        said = [line[1:] for line in lines if line[0] == run]
        if run >= len(rest) or _unordered(rest[run][: len(said)]) != _unordered(said):
            return None
        rest[run] = rest[run][len(said) :]
    return tuple(rest)


def _unordered(lines: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Simultaneous lapses have no order."""
    parts = [(lapsed, list(several)) for lapsed, several in groupby(lines, lambda line: line[0] in LAPSED)]
    return [line for lapsed, several in parts for line in (sorted(several) if lapsed else several)]
