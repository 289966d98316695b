"""The meaning of a status other than 200 from an HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from checks.outcome import Cause, CheckError

# status -> what it means, its cause, and what to do
Refusals: TypeAlias = Mapping[int, tuple[str, Cause, str]]

REDIRECTS = range(300, 400)
NO_ACCESS = frozenset({401, 403, 407})


def refused(
    path: str,
    status: int,
    why: str,
    refusals: Refusals,
    *,
    who: str = "the server",
    moved: str = "Write where it leads to as base_url.",
) -> CheckError:
    """`why`: the server's explanation, redacted. `moved`: what to do about a redirect."""
    if status in REDIRECTS:
        message = f"{who} answers {path} with {status}, a redirect, which is not followed"
        return CheckError(message, cause=Cause.CONFIGURATION, hint=moved)
    meaning, cause, hint = refusals.get(status, ("cannot answer", Cause.ENVIRONMENT, ""))
    message = f"{who} {meaning}: {path} returned {status}"
    blocked = True if status in NO_ACCESS else None
    return CheckError(message, cause=cause, hint=hint, detail=(why,) if why else (), blocked=blocked)
