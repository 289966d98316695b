"""The formats of the documents that are stored, each with a number that the document states.

A format is raised when a document would mean something else to a reader of the one before, or when sentences in it that follow from
the rest (the reasons of a verdict, rollback instructions) are worded otherwise. A document that states no format is of the first.
Audit events state none: their kind is their format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bot.base.errors import Unreadable
from checks.reading import Record

FIRST = 1


class Formats(Record):
    """The newest ones that a version reads, and those that it writes."""

    configuration: int = 1
    evidence: int = 1
    packet: int = 1


TODAY = Formats()


def format_of(document: Mapping[str, Any]) -> Any:
    """What a document says, whatever that is."""
    return document.get("format", FIRST)


def must_be_known(what: str, said: Any, newest: int) -> None:
    """Raises Unreadable for a document whose format is newer than that, or no number at all."""
    if not isinstance(said, int) or isinstance(said, bool) or said < FIRST:
        raise damaged(what, f"its format is {said!r}, which is not a number from {FIRST} on")
    if said > newest:
        raise Unreadable(
            f"{what} has the format {said}, and this version of canary reads formats up to {newest}.",
            hint="Use the version of canary that wrote it, or a newer one.",
        )


def damaged(what: str, why: str) -> Unreadable:
    return Unreadable(
        f"{what} is damaged: {why}.",
        hint="Canary never changes it. Restore it from a backup; `canary verify --database` finds what else was changed.",
    )


def incomplete(what: str, error: ValidationError) -> Unreadable:
    """Of a document that is whole, and not what this version expects."""
    first = error.errors(include_url=False)[0]
    where, more = _place(first["loc"]), error.error_count() - 1
    besides = f", and {more} more" if more else ""
    return Unreadable(
        f"{what} cannot be read: {where}: {first['msg']}{besides}.",
        hint="If a newer version of canary wrote it, use that one. Otherwise it was damaged: restore it from a backup.",
    )


def _place(loc: Sequence[int | str]) -> str:
    return ".".join(map(str, loc)) or "the document"
