"""Texts with `{{name}}` in them: rollback instructions that are filled in with a run's own values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

OWN = ("run", "environment")  # every run has these
_NAME = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


def names_in(text: str) -> list[str]:
    return _NAME.findall(text)


def well_formed(text: str) -> str:
    """The text itself. ValueError where braces are left over that are no `{{name}}`."""
    rest = _NAME.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise ValueError(
            "expected {{name}}, with a name of lower-case letters, digits and _ between the braces"
        )
    return text


def known(arguments: Iterable[str]) -> tuple[str, ...]:
    """The names that a run with these arguments can fill in.

    What `version` was before is known from the last go, so a run with a version has a previous one.
    """
    declared = tuple(arguments)
    previous = ("previous_version",) if "version" in declared and "previous_version" not in declared else ()
    return (*OWN, *declared, *previous)


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill in the values; a name without one is said to be unknown, so that nobody runs half a command."""
    return _NAME.sub(lambda match: values.get(match[1]) or f"({match[1]}: not known)", text)
