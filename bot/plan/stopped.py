"""Stopped environments: they use a kind from another package that cannot be used here. All others continue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.plan.document import Document, mapping
from bot.plan.problems import Path, Problem
from checks.kinds import KINDS, SOURCES


@dataclass(frozen=True)
class Stopped:
    channel: str  # as written, or ""
    problem: Problem


def parted(document: Document) -> tuple[Document, Mapping[str, Stopped]]:
    """Returns the document without stopped environments and unusable sources; and the stopped ones, by name."""
    if not isinstance(document.data, dict):
        return document, {}
    environments = mapping(document.data, "environments")
    broken = dict(_sources(document.data))
    stopped = {
        name: Stopped(
            str(mapping(environments, name).get("channel", "")), document.problem(*_as_problem(found))
        )
        for name in environments
        if (found := next(_uses(name, mapping(environments, name), broken), None))
    }
    if not stopped and not broken:
        return document, {}
    rest = {
        **document.data,
        "sources": _without(mapping(document.data, "sources"), broken),
        "environments": _without(environments, stopped),
    }
    return replace(document, data=rest), stopped


def _as_problem(found: tuple[Path, str]) -> tuple[Path, str]:
    path, why = found
    return path, f"expected a kind that can be used: {why}"


def _sources(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields (name, why it cannot be used)."""
    sources = mapping(data, "sources")
    for name in sources:
        if why := SOURCES.why_refused(str(mapping(sources, name).get("kind"))):
            yield name, why


def _uses(name: str, environment: Mapping[str, Any], broken: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yields (path, why) for everything in an environment that cannot be used."""
    checks = mapping(environment, "checks")
    for check_name in checks:
        check = mapping(checks, check_name)
        at = ("environments", name, "checks", check_name)
        if why := KINDS.why_refused(str(check.get("kind"))):
            yield (*at, "kind"), why
        elif why := broken.get(str(check.get("source")), ""):
            yield (*at, "source"), why


def _without(entries: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: entry for name, entry in entries.items() if name not in names}
