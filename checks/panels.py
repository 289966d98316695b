"""Which readings over time a kind wants drawn together: in one panel, in panels above each other, as shaded spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Panels:
    """Names of series. `spans` are those that are 1 while something is true, and are drawn as shaded spans of
    time.
    """

    panels: Sequence[Sequence[str]] = ()  # from top to bottom, each with the lines that share its axis
    spans: Sequence[str] = ()
