"""What changed in the configuration since the previous run on an environment: in what canary.yaml says of it, in
the run's arguments, and in the facts that its checks read. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from checks.configuration.facts import LONGEST_VALUE, changes
from checks.numbers import Scalar
from checks.reading import Record
from checks.result import Result

CONFIGURATION = "canary.yaml"  # where a change is, if not in what a check read
ARGUMENTS = "arguments"
_ABOUT_ITSELF = {"digest", "format"}  # keys of a stored configuration that are not configured


class PreviousRun(Record):
    number: int
    configuration: str  # digest
    evidence: str  # digest
    arguments: dict[str, str]
    results: dict[str, Result] = Field(default_factory=dict)  # of the checks that read facts

    @property
    def version(self) -> str:
        return self.arguments.get("version", "")


class Changed(Record):
    where: str  # CONFIGURATION, ARGUMENTS, or the name of the check that read it
    change: str  # "checks.queue-age.pass.p95: < 180s → < 240s"


def changed_settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Changed]:
    """`before`, `after`: configurations as stored."""
    for change in changes(_flat(before), _flat(after)):
        yield Changed(where=CONFIGURATION, change=str(change))


def changed_arguments(before: Mapping[str, Scalar], after: Mapping[str, Scalar]) -> Iterator[Changed]:
    for change in changes(before, after):
        yield Changed(where=ARGUMENTS, change=str(change))


def changed_facts(check: str, before: Mapping[str, Scalar], after: Mapping[str, Scalar]) -> Iterator[Changed]:
    for change in changes(before, after):
        yield Changed(where=check, change=str(change))


def facts_of(result: Result | None) -> Mapping[str, Scalar] | None:
    """What a check read of a configuration; None if it did not read it."""
    if result is None or not result.measurements:
        return None
    latest = result.measurements[-1]
    read = latest.reading("read")
    return latest.context if read and read.value is True else None


def _flat(document: Mapping[str, Any], path: str = "") -> dict[str, Scalar]:
    """Dotted names, without `environment.`, in which nearly everything is; a list is one value."""
    found: dict[str, Scalar] = {}
    for name, value in document.items():
        if not path and name in _ABOUT_ITSELF:
            continue
        at = "" if not path and name == "environment" else f"{path}{name}"
        if isinstance(value, dict) and value:
            found |= _flat(value, f"{at}." if at else "")
        else:
            found[at or name] = _short(value)
    return found


def _short(value: Any) -> str:
    """On one line; a longer one is shortened and followed by a digest of all of it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    flat = " ".join(text.split())
    if len(flat) <= LONGEST_VALUE:
        return flat
    return f"{flat[:LONGEST_VALUE]}… (sha256 {hashlib.sha256(text.encode()).hexdigest()[:16]})"
