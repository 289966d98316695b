"""Elements of a command that contain the run's values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks import placeholders
from checks.interpreters import reads_as_code
from checks.outcome import Cause, CheckError

_SAFE = re.compile(r"[\w.+:@/,=-]*")  # nothing that has a meaning to a shell, or in a program's own syntax


def leaving_code_alone(run: tuple[str, ...]) -> tuple[str, ...]:
    """The command. Raises ValueError for a placeholder in code: a requester chooses values, not what is
    executed.
    """
    for place, element in enumerate(run):
        if not placeholders.names_in(element):
            continue
        if not place:
            raise ValueError(f"expected a program first, not {element!r}: it cannot be a run's value")
        if code := reads_as_code(run, place):
            raise ValueError(
                f"expected no placeholder in the code after {code}: pass the value as an element of its own, "
                """like [sh, -c, 'deploy "$1"', sh, "{{version}}"]"""
            )
    return run


def filled(element: str, values: Mapping[str, str]) -> str:
    """A placeholder that is a whole element accepts any value; within one, only characters without special
    meaning.
    """
    names = placeholders.names_in(element)
    whole = bool(names) and element.strip("{} ") == names[0]
    text = placeholders.fill(element, values, _whole if whole else _part)
    if text.startswith("-") and not element.startswith("-"):
        # a value must never become an option of the command
        raise CheckError(f"{element} cannot begin with -, but is {text!r}", cause=Cause.CONFIGURATION)
    return text


def _whole(name: str, value: str) -> str:
    if "\0" in value:
        raise CheckError(f"{{{{{name}}}}} contains a NUL character", cause=Cause.CONFIGURATION)
    return value


def _part(name: str, value: str) -> str:
    if _SAFE.fullmatch(value) is None:
        raise CheckError(
            f"{{{{{name}}}}} is {value!r}, which cannot be part of an element of run",
            cause=Cause.CONFIGURATION,
            hint=f'Make "{{{{{name}}}}}" an element of its own, or declare a pattern for the argument.',
        )
    return value
