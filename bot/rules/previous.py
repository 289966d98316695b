"""The version to roll back to: the last one with a go, other than the run's own, that was not rolled back."""

from __future__ import annotations

from collections.abc import Mapping

from checks.placeholders import PREVIOUS
from checks.reading import Record

VERSION = "version"  # an argument; a `previous_version` argument overrides the bot's value


class Previous(Record):
    version: str  # "" if unknown
    doubt: str = ""  # why it is not known, or should not be used


def previous(
    arguments: Mapping[str, str], *, last_good: str = "", rolled_back_in: int | None = None
) -> Previous:
    """`last_good`: according to the decisions so far. `rolled_back_in`: the run in which the given version
    was rolled back.
    """
    if given := arguments.get(PREVIOUS):
        return Previous(version=given, doubt=_doubt(given, arguments.get(VERSION), rolled_back_in))
    if last_good:
        return Previous(version=last_good)
    if VERSION not in arguments:
        return Previous(version="", doubt="the run was started without a version")
    return Previous(version="", doubt="no other version has a go that was not rolled back")


def _doubt(given: str, own: str | None, rolled_back_in: int | None) -> str:
    if given == own:
        return "it is the version of this run"
    return f"it was rolled back after run #{rolled_back_in}" if rolled_back_in else ""
