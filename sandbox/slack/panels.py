"""A panel of dials beside the messages, such as those of the system under test."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """`url` answers GET with the dials, takes PUT {"name", "value"}, and POST <url>/reset.

    A dial is {"name", "title", "kind", "value"}; of kind "toggle", or "range" with "min", "max", "step" and
    the "normal" at which it does not count as changed (default: its "min").
    """

    title: str
    url: str
