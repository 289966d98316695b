"""A panel of dials beside the messages: of the system under canary, say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """`url` answers GET with the dials, takes PUT {"name", "value"}, and POST <url>/reset."""

    title: str
    url: str
