"""`{{name}}` in canary.yaml stands for a value of the run: an argument, or one that every run has.

This is the only syntax, and the only implementation. Each kind declares which texts are filled in (`Check.filled`).
The caller says how to escape a value, because that depends on the target.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator

from checks.outcome import Cause, CheckError

OWN = ("run", "environment")  # every run has these
TIMES = ("start", "end", "now")  # additional names in queries: the window's bounds, and the time of the query
_NEARLY = re.compile(r"\{\{\s*[A-Za-z_$][\w.-]*\s*\}\}")
PREVIOUS = "previous_version"
NAME = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")

Escape: TypeAlias = Callable[[str, str], str]  # (name, value) -> the value as inserted there


def names_in(value: Any) -> list[str]:
    """The names in a text, or in all texts of a mapping or list, in order."""
    return [name for text in _texts(value) for name in NAME.findall(text)]


def well_formed(text: str) -> str:
    """Returns the text. Raises ValueError for a {{ that does not begin a placeholder."""
    rest = NAME.sub("", text)
    if "{{" in rest:
        raise ValueError("expected a name of lower-case letters, digits and _ between {{ and }}")
    return text


def no_misspelt(value: Any) -> Any:
    """The value itself, a text or JSON. Raises ValueError if {{…}} contains something that is not a name:
    {{Version}}.

    For texts in another language, whose braces ({{.State.Status}}, {"a": {"b": 1}}) are not ours.
    """
    for text in _texts(value):
        if near := _NEARLY.search(NAME.sub("", text)):
            raise ValueError(
                f"expected a name of lower-case letters, digits and _ between {{{{ and }}}}, not {near[0]}"
            )
    return value


Template = Annotated[str, AfterValidator(well_formed)]
CodeTemplate = Annotated[str, AfterValidator(no_misspelt)]


def known(arguments: Iterable[str]) -> tuple[str, ...]:
    """The names that a run with these arguments can fill in.

    A run with a version has a previous one: the last with a go that was not rolled back.
    """
    declared = tuple(arguments)
    previous = (PREVIOUS,) if "version" in declared and PREVIOUS not in declared else ()
    return (*OWN, *declared, *previous)


def fill(text: str, values: Mapping[str, str], escape: Escape = lambda _, value: value) -> str:
    """The text with its values, each escaped. Raises CheckError if one is missing: nothing may be sent half
    filled.
    """
    return NAME.sub(lambda match: escape(match[1], value_of(match[1], values)), text)


def fill_within(value: Any, values: Mapping[str, str]) -> Any:
    """The same JSON with every text in it filled in."""
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, dict):
        return {key: fill_within(item, values) for key, item in value.items()}
    return [fill_within(item, values) for item in value] if isinstance(value, list) else value


def value_of(name: str, values: Mapping[str, str]) -> str:
    """The value. Raises CheckError, with what to do, if this run does not have it."""
    if value := values.get(name):
        return value
    why, hint = _MISSING.get(
        name, ("this run was not given", f"Start the run with {name}=…, or give the argument a default.")
    )
    raise CheckError(f"the check needs {{{{{name}}}}}, which {why}", cause=Cause.CONFIGURATION, hint=hint)


_MISSING = {
    "run": ("only a run in Slack has", "`canary check` evaluates checks without a run."),
    PREVIOUS: (
        "is not known here",
        "It is the version of the environment's last go; declare it as an argument to give it yourself.",
    ),
}


def render(
    text: str, values: Mapping[str, str], show: Callable[[str, str], str] = lambda _, value: value
) -> str:
    """The text for people; an unknown value is marked as such, so that nobody runs half a command.

    `show` is given the text before a value, and the value.
    """

    def shown(match: re.Match[str]) -> str:
        value = values.get(match[1])
        return show(text[: match.start()], value) if value else f"({match[1]}: not known)"

    return NAME.sub(shown, text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
