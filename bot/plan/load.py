"""From canary.yaml, or a folder of such files, to a Plan and the secrets that it names."""

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
from bot.plan.model import Plan
from bot.plan.problems import Path, Place, PlanError, Problem
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
    stopped: Mapping[str, Stopped] = field(default_factory=dict)  # environments that are not in the plan

    def hiding(self, secrets: Iterable[str]) -> Self:
        """The same, with these taken out as well of all that is said."""
        return replace(self, secrets=self.secrets.besides(secrets))

    def warnings(self) -> Sequence[Problem]:
        """What is probably not meant, in the order of the lines. Nothing is stopped by it."""
        found = (*advice(self.plan), *plaintext.doubtful(self.document.data))
        return [*_left_out(self.path), *self._said(found)]

    def missing_here(self, data: FilePath) -> Sequence[Problem]:
        """What this machine lacks for it, in the order of the lines. Looks at the file system. `data`: the bot's folder."""
        return self._said(missing_here(self.plan, Context(self.secrets, data=data)))

    def impossible_here(self, data: FilePath) -> Sequence[Problem]:
        """What this machine cannot do for it, so that checks could only end in an ERROR. Starts programs."""
        return self._said(impossible_here(self.plan, Context(self.secrets, data=data)))

    def _said(self, found: Iterable[tuple[Path, str]]) -> Sequence[Problem]:
        return sorted(self.document.problem(path, message) for path, message in found)


@dataclass(frozen=True)
class Asked:
    """The checks that are about to be evaluated: only the variables that they need have to be set."""

    environment: str
    checks: Sequence[str] = ()  # empty: all of the environment


def load(
    path: FilePath,
    environ: Mapping[str, str] | None,
    asked: Asked | None = None,
    *,
    lenient: bool = False,
) -> Loaded:
    """Raises PlanError with every problem there is; where a file cannot be read at all, with those of reading.

    Without `environ`, for validating alone, no variable has to be set, and none is filled in. `lenient`: an environment
    that uses a kind which another package brings, and which cannot be used, is stopped, and the others are loaded.
    """
    document = _merged([read(file) for file in _readable(path)])
    stopped: Mapping[str, Stopped] = {}
    if lenient:
        document, stopped = _parted(document, asked)
    secretive = [
        written
        for written in texts(document.data)
        if takes_secrets(written, document.data) and _is_needed(written.path, document, asked)
    ]
    plan = _validated(document, iter(()) if environ is None else _unset(secretive, environ))
    secrets = (
        Secrets.named_in([written.text for written in secretive], environ, own_secrets(environ))
        if environ is not None
        else Secrets({})
    )
    if known := [*plaintext.values_of_variables(document.data, secrets)]:
        raise PlanError(document.problem(place, message) for place, message in known)
    return Loaded(plan, secrets, plan.digest, path, document, stopped)


def _parted(document: Document, asked: Asked | None) -> tuple[Document, Mapping[str, Stopped]]:
    """Raises PlanError where what is asked for is stopped, or everything."""
    rest, stopped = parted(document)
    asked_for = (
        stopped if asked is None else {name: stopped[name] for name in stopped if name == asked.environment}
    )
    if asked_for and (asked is not None or not mapping(rest.data, "environments")):
        raise PlanError(one.problem for one in asked_for.values())
    return rest, stopped


def _is_needed(path: Path, document: Document, asked: Asked | None) -> bool:
    """Whether a source, or a check, belongs to what was asked."""
    if asked is None:
        return True
    checks = mapping(mapping(mapping(document.data, "environments"), asked.environment), "checks")
    used = {name: check for name, check in checks.items() if not asked.checks or name in asked.checks}
    if path[0] == "sources":
        return any(isinstance(check, dict) and check.get("source") == path[1] for check in used.values())
    return path[1] == asked.environment and path[3] in used


def _validated(document: Document, unset: Found) -> Plan:
    """Validated as JSON, strictly: text is not read as a number, nor `no` as false."""
    found: dict[Path, str] = {}
    plan = None
    try:
        plan = Plan.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        from bot.plan.explain import explain

        found = explain(error.errors(include_url=False), document.data)
    if isinstance(document.data, dict):
        for path, message in (
            *dangling(document.data),
            *misplaced(document.data),
            *plaintext.spelt_out(document.data),
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
            Problem(Place(str(file), 0), "", f"not read: rename it to {file.stem}.yaml, or move it away")
            for file in others
        )
    if files := sorted(file for file in path.glob("*.yaml") if not file.name.startswith(".")):
        return files
    raise PlanError([Problem(Place(str(path), 0), "", "expected a *.yaml file in this folder")])


def _left_out(path: FilePath) -> Iterator[Problem]:
    """Files that look like configuration and are not read."""
    for file in sorted(path.glob("*.y*ml")) if path.is_dir() else ():
        if file.name.startswith("._"):
            yield Problem(
                Place(str(file), 0), "", "not read: macOS keeps metadata of another file in it; delete it"
            )
        elif file.name.startswith("."):
            yield Problem(Place(str(file), 0), "", "not read: its name begins with a dot")
    for file in sorted(path.glob("[!.]*/*.yaml")) if path.is_dir() else ():
        yield Problem(Place(str(file), 0), "", "not read: subfolders are not searched")


def _merged(documents: list[Document]) -> Document:
    """One document of several; each section's entries may come from any of them, each entry from one."""
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
    merged.places = {**other.places, **merged.places}


def _twice(merged: Document, other: Document, path: Path) -> Problem:
    return other.problem(path, f"written twice, first in {merged.place(path)}")


def _unset(secretive: Iterable[Written], environ: Mapping[str, str]) -> Found:
    for written in secretive:
        for name in names_in(written.text):
            if not environ.get(name):
                yield written.path, f"the environment variable {name} is not set"
