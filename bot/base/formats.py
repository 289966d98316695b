"""The format numbers of stored documents; each document states its own.

A number is raised when a reader of the previous format would misunderstand the document, or when derived
sentences in it (the reasons of a verdict, rollback instructions) are reworded. A document without a format
has format 1. Audit events have no format number: their kind serves as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.base.errors import Unreadable
from checks.reading import Record

FIRST = 1
_RESTORE = "Canary never changes or deletes it. Restore it from a backup; `canary verify --database` finds what else was changed."


class Formats(Record):
    """The newest formats that a version can read, which are those that it writes."""

    configuration: int = 1
    evidence: int = 1
    packet: int = 1
    baseline: int = 1
    addendum: int = 1


TODAY = Formats()


def format_of(document: Mapping[str, Any]) -> Any:
    """Returns the format that a document states, which may be any JSON value."""
    return document.get("format", FIRST)


def must_be_known(what: str, said: Any, newest: int) -> None:
    """Raises Unreadable for a format that is newer than `newest`, or not a number."""
    if not isinstance(said, int) or isinstance(said, bool) or said < FIRST:
        raise damaged(what, f"its format is {said!r}, which is not a number from {FIRST} on")
    if said > newest:
        raise Unreadable(
            f"{what} has the format {said}, but this version of canary reads formats up to {newest}.",
            hint="Use the version of canary that wrote it, or a newer one.",
        )


def damaged(what: str, why: str) -> Unreadable:
    return Unreadable(f"{what} is damaged: {why}.", hint=_RESTORE)


def missing(what: str) -> Unreadable:
    return Unreadable(f"{what} is missing.", hint=_RESTORE)


def incomplete(what: str, error: ValidationError) -> Unreadable:
    """The error for an intact document that this version cannot parse."""
    first = error.errors(include_url=False)[0]
    where, more = _place(first["loc"]), error.error_count() - 1
    besides = f", and {more} more" if more else ""
    return Unreadable(
        f"{what} cannot be read: {where}: {first['msg']}{besides}.",
        hint="If a newer version of canary wrote it, use that one. Otherwise it was damaged: restore it from a backup.",
    )


def _place(loc: Sequence[int | str]) -> str:
    return ".".join(map(str, loc)) or "the document"
