"""Loads canary.yaml, or a folder of such files, as a Plan with the secrets that it uses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Self

from pydantic import ValidationError

from bot.base.environment import own_secrets
from bot.plan import plaintext
from bot.plan.advice import advice, impossible_here, missing_here
from bot.plan.document import Document, mapping, read
from bot.plan.filling import Found, Written, misplaced, takes_secrets, texts
from bot.plan.model import STOPPED, Plan
from bot.plan.problems import Location, Path, PlanError, Problem
from bot.plan.references import dangling
from bot.plan.stopped import Stopped, parted
from checks.context import Context
from checks.secrets import Secrets, names_in


@dataclass(frozen=True)
class Loaded:
    plan: Plan
    secrets: Secrets
    digest: str  # of the plan
    path: FilePath
    document: Document
    stopped: Mapping[str, Stopped] = field(default_factory=dict)  # environments left out of the plan

    def hiding(self, secrets: Iterable[str]) -> Self:
        """The same, with these redacted, too."""
        return replace(self, secrets=self.secrets.besides(secrets))

    def warnings(self) -> Sequence[Problem]:
        """Probable mistakes, ordered by line."""
        found = (*advice(self.plan), *plaintext.doubtful(self.document.data))
        return [*_left_out(self.path), *self._said(found)]

    def missing_here(self, data: FilePath) -> Sequence[Problem]:
        """What is missing on this machine, ordered by line. Reads the file system. `data`: the bot's data
        folder.
        """
        return self._said(missing_here(self.plan, Context(self.secrets, data=data)))

    def impossible_here(self, data: FilePath) -> Sequence[Problem]:
        """What this machine does not support, so that checks could only end as ERROR; ordered by line. Starts
        programs.
        """
        return self._said(impossible_here(self.plan, Context(self.secrets, data=data)))

    def _said(self, found: Iterable[tuple[Path, str]]) -> Sequence[Problem]:
        return sorted(self.document.problem(path, message) for path, message in found)


@dataclass(frozen=True)
class Selection:
    """The checks that will be run: only the variables that they need must be set."""

    environment: str
    checks: Sequence[str] = ()  # empty: all checks of the environment


def load(
    path: FilePath,
    environ: Mapping[str, str] | None,
    selection: Selection | None = None,
    *,
    lenient: bool = False,
) -> Loaded:
    """Raises PlanError with every problem, or only the parse errors if a file cannot be parsed.

    Without `environ`, for validation only, no variable must be set, and none is filled in. `lenient`: an
    environment with a kind from another package that cannot be used is stopped, and the others are loaded.
    """
    document = _merged([read(file) for file in _readable(path)])
    stopped: Mapping[str, Stopped] = {}
    if lenient:
        document, stopped = _parted(document, selection)
    secretive = [
        written
        for written in texts(document.data)
        if takes_secrets(written, document.data) and _is_needed(written.path, document, selection)
    ]
    unset = iter(()) if environ is None else _unset(secretive, environ)
    plan = _validated(document, unset, STOPPED if stopped else None)
    secrets = (
        Secrets.named_in([written.text for written in secretive], environ, own_secrets(environ))
        if environ is not None
        else Secrets({})
    )
    if known := [*plaintext.values_of_variables(document.data, secrets)]:
        raise PlanError(document.problem(path, message) for path, message in known)
    return Loaded(plan, secrets, plan.digest, path, document, stopped)


def _parted(document: Document, selection: Selection | None) -> tuple[Document, Mapping[str, Stopped]]:
    """Raises PlanError if the selected environment is stopped."""
    rest, stopped = parted(document)
    if selection is not None and selection.environment in stopped:
        raise PlanError([stopped[selection.environment].problem])
    return rest, stopped


def _is_needed(path: Path, document: Document, selection: Selection | None) -> bool:
    """Whether a source or a check belongs to the selection."""
    if selection is None:
        return True
    checks = mapping(mapping(mapping(document.data, "environments"), selection.environment), "checks")
    used = {name: check for name, check in checks.items() if not selection.checks or name in selection.checks}
    if path[0] == "sources":
        return any(isinstance(check, dict) and check.get("source") == path[1] for check in used.values())
    return path[1] == selection.environment and path[3] in used


def _validated(document: Document, unset: Found, context: Mapping[str, bool] | None) -> Plan:
    """Validate as JSON, strictly: text is not read as a number, nor `no` as false."""
    found: dict[Path, str] = {}
    plan = None
    try:
        plan = Plan.model_validate_json(json.dumps(document.data), strict=True, context=context)
    except ValidationError as error:
        from bot.plan.explain import explain

        found = explain(error.errors(include_url=False), document.data)
    if isinstance(document.data, dict):
        for path, message in (
            *dangling(document.data),
            *misplaced(document.data),
            *plaintext.certain(document.data),
            *unset,
        ):
            found.setdefault(path, message)
    if plan is None or found:
        raise PlanError(document.problem(path, message) for path, message in found.items())
    return plan


def _readable(path: FilePath) -> list[FilePath]:
    if not path.is_dir():
        return [path]
    if others := sorted(file for file in path.glob("*.yml") if not file.name.startswith(".")):
        raise PlanError(
            Problem(Location(str(file), 0), "", f"not read: rename it to {file.stem}.yaml, or move it away")
            for file in others
        )
    if files := sorted(file for file in path.glob("*.yaml") if not file.name.startswith(".")):
        return files
    raise PlanError([Problem(Location(str(path), 0), "", "expected a *.yaml file in this folder")])


def _left_out(path: FilePath) -> Iterator[Problem]:
    """Files that look like configuration but are not read."""
    for file in sorted(path.glob("*.y*ml")) if path.is_dir() else ():
        if file.name.startswith("._"):
            yield Problem(
                Location(str(file), 0), "", "not read: it is macOS metadata for another file; delete it"
            )
        elif file.name.startswith("."):
            yield Problem(Location(str(file), 0), "", "not read: its name begins with a dot")
    for file in sorted(path.glob("[!.]*/*.yaml")) if path.is_dir() else ():
        yield Problem(Location(str(file), 0), "", "not read: subfolders are not searched")


def _merged(documents: list[Document]) -> Document:
    """One document from several: an entry of a section may be in any of them, but only in one."""
    merged, *others = documents
    problems: list[Problem] = []
    for other in others:
        problems += _take_in(merged, other)
    if problems:
        raise PlanError(problems)
    return merged


def _take_in(merged: Document, other: Document) -> Iterator[Problem]:
    if not (isinstance(merged.data, dict) and isinstance(other.data, dict)):
        wrong = merged if not isinstance(merged.data, dict) else other
        yield wrong.problem((), "expected a mapping of version, people, sources and environments")
        return
    for section, content in other.data.items():
        present = merged.data.setdefault(section, content)
        if present is content:
            continue
        if not (isinstance(present, dict) and isinstance(content, dict)):
            if present != content:
                yield _twice(merged, other, (section,))
            continue
        for name in content.keys() & present.keys():
            yield _twice(merged, other, (section, name))
        present |= content
    merged.locations = {**other.locations, **merged.locations}


def _twice(merged: Document, other: Document, path: Path) -> Problem:
    return other.problem(path, f"written twice, first in {merged.location(path)}")


def _unset(secretive: Iterable[Written], environ: Mapping[str, str]) -> Found:
    for written in secretive:
        for name in names_in(written.text):
            if not environ.get(name):
                yield written.path, f"the environment variable {name} is not set"
