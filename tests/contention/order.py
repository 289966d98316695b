"""Searches for a sequential order of deeds that explains the answers and the stored state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from tests.contention.deeds import Act
from tests.contention.model import Came, ImpossibleError, Line, View, World, happens

Told: TypeAlias = tuple[Act, Came]
Log: TypeAlias = tuple[
    tuple[tuple[str, str, str], ...], ...
]  # a run's lines each: kind, whom or what, what of it

LAPSED = {"vote lapsed", "waiver lapsed"}


def explain(world: World, told: Sequence[Told], log: Log, views: Sequence[View]) -> list[World]:
    """The worlds in which it may have ended, each with an order in which everybody is told what they were told, and in which
    the log says, line by line, what the log says. Empty where there is none.

    `views`: of the team, before and after its change; each deed goes by one of them.
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
    """What may follow when this happens next, by any view."""
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
    """What the log says after these lines; None where it does not say them next."""
    rest = list(log)
    for run in {line[0] for line in lines}:
        said = [line[1:] for line in lines if line[0] == run]
        if run >= len(rest) or _unordered(rest[run][: len(said)]) != _unordered(said):
            return None
        rest[run] = rest[run][len(said) :]
    return tuple(rest)


def _unordered(lines: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Lapses at the same time have no order."""
    parts = [(lapsed, list(several)) for lapsed, several in groupby(lines, lambda line: line[0] in LAPSED)]
    return [line for lapsed, several in parts for line in (sorted(several) if lapsed else several)]
