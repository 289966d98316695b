"""From canary.yaml, or a folder of such files, to a Plan and the secrets that it names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from bot.plan.document import Document, read
from bot.plan.explain import explain
from bot.plan.model import Plan
from bot.plan.problems import Path, Place, PlanError, Problem
from bot.plan.references import dangling, undeclared
from checks.secrets import Secrets, names_in


@dataclass(frozen=True)
class Loaded:
    plan: Plan
    secrets: Secrets
    digest: str  # of the plan
    path: FilePath


def load(path: FilePath, environ: Mapping[str, str]) -> Loaded:
    """Raises PlanError with every problem there is; where a file cannot be read at all, with those of reading."""
    document = _merged([read(file) for file in _readable(path)])
    plan = _validated(document, environ)
    secrets = Secrets.named_in([text for _, text in _secretive(document.data)], environ)
    return Loaded(plan, secrets, plan.digest, path)


def _validated(document: Document, environ: Mapping[str, str]) -> Plan:
    """Validated as JSON, strictly: text is not read as a number, nor `no` as false."""
    found: dict[Path, str] = {}
    plan = None
    try:
        plan = Plan.model_validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        found = explain(error.errors(include_url=False), document.data)
    if isinstance(document.data, dict):
        for path, message in (*dangling(document.data), *_unset(document.data, environ)):
            found.setdefault(path, message)
    if plan is not None:
        found |= undeclared(plan)
    if plan is None or found:
        raise PlanError(document.problem(path, message) for path, message in found.items())
    return plan


def _readable(path: FilePath) -> list[FilePath]:
    if not path.is_dir():
        return [path]
    if files := sorted(path.glob("*.yaml")):
        return files
    raise PlanError([Problem(Place(str(path), 0), "", "expected a file *.yaml in this folder")])


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


def _unset(data: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for path, text in _secretive(data):
        for name in names_in(text):
            if not environ.get(name):
                yield path, f"expected the variable {name} in the environment, where it is not set"


def _secretive(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """(path, text) wherever `${NAME}` is filled in: all of a source, and the headers of a check's request."""
    for path, text in _texts(data, ()):
        match path:
            case ("sources", *_) | ("environments", _, "checks", _, "request", "headers", _):
                yield path, text


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _texts(value, (*path, step))
