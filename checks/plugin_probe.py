"""Imports a class of another package in a child process, and checks that it is a kind."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any, get_args

USABLE = "usable"
_LONGEST = 1000


def main(verdict: int, asked: str) -> None:
    """Writes USABLE, or why it is not, to the file descriptor `verdict`, after flushing its output."""
    try:
        said = why_not(json.loads(asked)) or USABLE
    except BaseException as error:  # noqa: BLE001  code of another package may raise anything
        said = f"cannot be imported: {''.join(traceback.format_exception_only(error)).strip()}"
    with contextlib.suppress(Exception):  # it may have closed them
        sys.stdout.flush()
        sys.stderr.flush()
    os.write(verdict, said.encode()[:_LONGEST])


def _are_paths(found: Any) -> bool:
    return isinstance(found, tuple) and all(
        isinstance(path, tuple) and path and all(isinstance(key, str) for key in path) for path in found
    )


def why_not(asked: Mapping[str, str]) -> str:
    """ "" if it is one. Raises whatever the import raises."""
    from pydantic import TypeAdapter

    from checks.base import Check, Source

    kind, place = asked["kind"], asked["place"]
    model: Any = EntryPoint(kind, place, "").load()
    base = Check if asked["group"] == "canary.checks" else Source
    if not (isinstance(model, type) and issubclass(model, base)):
        return f"is not a subclass of checks.api.{base.__name__}: {place}"
    field = model.model_fields.get("kind")
    if field is None or get_args(field.annotation) != (kind,):
        return f"must declare `kind: Literal[{kind!r}]`, the name of its entry point: {place}"
    if base is Check and not _are_paths(model.filled):
        return f"must declare `filled` as paths of keys, like (*Check.filled, ('path',)): {place}"
    TypeAdapter(model).json_schema()  # raises if its keys have no schema
    return ""
