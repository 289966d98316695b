"""Problems in canary.yaml: where, and what was expected there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from checks import spelling

Path: TypeAlias = tuple[str | int, ...]  # ("environments", "staging", "checks", …), list positions as numbers

_LONGEST = 100


@dataclass(frozen=True, order=True)
class Location:
    file: str
    line: int  # from 1; 0: the file as a whole

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """`str(problem)`: `canary.yaml:12: environments.staging.decide.expires: expected …`."""

    location: Location
    path: str
    message: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (str(self.location), self.path, self.message)))

    def as_warning(self) -> str:
        return ": ".join(filter(None, (str(self.location), "warning", self.path, self.message)))


class PlanError(Exception):
    """The configuration cannot be used. `problems`: all problems found, ordered by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def spell(path: Path) -> str:
    """("steps", 0, "text") -> "steps[0].text"."""
    words = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(words).removeprefix(".")


def show(value: Any) -> str:
    """A configured value for an error message, truncated."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "nothing"
    text = repr(value) if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def nearest(word: Any, known: Iterable[str]) -> str:
    """The end of an error about an unknown word: the closest known name, or all of them."""
    names = sorted(known)
    if near := spelling.did_you_mean(str(word), names):
        return near
    return f"; known: {', '.join(names)}" if names else "; none are configured"
