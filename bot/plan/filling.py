"""Where `{{name}}` and `${NAME}` are filled in, and what is wrong with other placeholders.

Checked on the plain data: a placeholder that would be sent or shown unfilled is an error, whatever else is
wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from bot.plan.document import mapping
from bot.plan.problems import Path, nearest
from checks import placeholders, secrets
from checks.actions.base import Action
from checks.base import Check
from checks.kinds import ACTIONS, KINDS

Found: TypeAlias = Iterator[tuple[Path, str]]


class Written(NamedTuple):
    """A text in the file, and its path. A key's path is that of its value."""

    path: Path
    text: str
    is_key: bool


_DOUBLE = re.compile(r"\{\{[^{}]*\}\}")
_SINGLE = re.compile(r"(?<![{$])\{([a-z][a-z0-9_]*)\}(?!\})")
_DRIVER = re.compile(r"%\((?:arguments\.)?(\w+)\)s")
_BARE = re.compile(r"\$([A-Za-z_]\w*)", re.ASCII)
_OTHER = re.compile(r"\$\{(?![A-Za-z_]\w*\})[^}]*\}?", re.ASCII)
_PATTERNS = {"read", "success", "pattern"}  # keys with regular expressions, which contain braces themselves


def misplaced(data: Any) -> Found:
    """Yields (path, what is wrong there) for every placeholder that would not be filled in, or has no value."""
    for written in texts(data):
        yield from _secret(written, data)
        yield from _placeholder(written, data)
    for name, environment in mapping(data, "environments").items():
        for argument in mapping(environment, "arguments"):
            if argument in (*placeholders.OWN, *placeholders.TIMES):
                problem = f"expected another name: {{{{{argument}}}}} is built in"
                yield ("environments", name, "arguments", argument), problem


def texts(data: Any, path: Path = ()) -> Iterator[Written]:
    if isinstance(data, str):
        yield Written(path, data, is_key=False)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield Written((*path, key), key, is_key=True)
            yield from texts(value, (*path, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from texts(value, (*path, position))


def takes_secrets(written: Written, data: Any) -> bool:
    """Whether `${NAME}` is filled in there: anywhere in a source, and where a kind of check declares it."""
    match written.path:
        case _ if written.is_key:
            return False
        case ("sources", _, _, *_):
            return True
        case ("environments", _, "checks", _, *keys):
            kind = _kind_of(written.path, data)
            return kind is not None and _stands_in(keys, kind.secretive)
        case ("environments", _, "actions", _, *keys):
            action = _action_of(written.path, data)
            return action is not None and _stands_in(keys, action.secretive)
    return False


def _kind_of(path: Path, data: Any) -> type[Check] | None:
    """The kind of the check that the path leads into."""
    checks = mapping(mapping(mapping(data, "environments"), path[1]), "checks")
    return KINDS.get(str(mapping(checks, path[3]).get("kind")))


def _stands_in(keys: list[Any], places: Iterable[tuple[str, ...]]) -> bool:
    return any(tuple(keys[: len(place)]) == place for place in places)


def _secret(written: Written, data: Any) -> Found:
    path, text, _ = written
    if takes_secrets(written, data):
        if other := _OTHER.search(text):
            yield path, f"expected only a name of letters, digits and _ between ${{ and }}, not {other[0]}"
        elif bare := _BARE.fullmatch(text):
            yield path, f"expected ${{{bare[1]}}}, with braces, not {text}"
    elif (names := secrets.names_in(text)) and not _is_instruction(path):
        name = names[0]
        yield (
            path,
            f"${{{name}}} is only filled in in sources and in the headers of a probe{_for_gates(path, name)}",
        )


def _for_gates(path: Path, name: str) -> str:
    if path[4:5] != ("run",):
        return ""
    return (
        f"; a gate has no shell: list {name} under environment of its workspace and let the program read it, "
        f"or run [sh, -c, …] with ${name}"
    )


def _placeholder(written: Written, data: Any) -> Found:
    path, text, _ = written
    environment = (
        mapping(mapping(data, "environments"), path[1]) if path[0] == "environments" and path[1:] else {}
    )
    arguments = mapping(environment, "arguments")
    known, is_check = _known(written, data, arguments)
    if old := _old(path, text, known or placeholders.known(arguments)):
        yield path, f"expected {{{{{old[1]}}}}}, not {old[0]}" if known else _not_here(old[0])
    elif known:
        must_have = arguments if is_check else None
        problems = (_lacking(name, known, must_have) for name in placeholders.names_in(text))
        yield from ((path, problem) for problem in problems if problem)
    elif found := (placeholders.NAME if _is_pattern(path) else _DOUBLE).search(text):
        yield path, _not_here(found[0])


def _not_here(written: str) -> str:
    return f"{written} is not filled in here, and would be used as is"


def _old(path: Path, text: str, known: Iterable[str]) -> tuple[str, str] | None:
    """A placeholder in another syntax, and the name in it."""
    if path[-1] == "query" and (found := _DRIVER.search(text)):
        return found[0], found[1]
    if _is_pattern(path) or path[0] != "environments":
        return None
    return next(((found[0], found[1]) for found in _SINGLE.finditer(text) if found[1] in known), None)


def _is_pattern(path: Path) -> bool:
    return any(key in _PATTERNS for key in path[4:5])


def _lacking(name: str, known: Iterable[str], declared: Mapping[str, Any] | None) -> str:
    """Why the name cannot be filled in, or ""; `declared`: the arguments, if every run must have a value for it."""
    if name not in known:
        return f"{{{{{name}}}}} is not a value of this run{nearest(name, known)}"
    if declared is None or name not in declared:
        return ""
    argument = declared[name]
    if isinstance(argument, dict) and not argument.get("required") and argument.get("default") is None:
        return f"{{{{{name}}}}} needs a value in every run: make the argument required, or give it a default"
    return ""


def _known(written: Written, data: Any, arguments: Mapping[str, Any]) -> tuple[tuple[str, ...], bool]:
    """Returns the names that can be filled in there, and whether it belongs to a check."""
    match written.path:
        case _ if written.is_key:
            return (), False
        case ("environments", _, "checks", _, *keys):
            return _known_to(_kind_of(written.path, data), keys, arguments), True
        case ("environments", _, "actions", _, *keys):
            return _known_to_action(_action_of(written.path, data), keys, arguments), True
        case _ if _is_instruction(written.path):
            return placeholders.known(arguments), False
    return (), False


def _is_instruction(path: Path) -> bool:
    """Whether it is an instruction for people, which may contain a command whose `${NAME}` is for their
    shell.
    """
    match path:
        case (
            ("environments", _, "rollback", "mitigation")
            | ("environments", _, "rollback", "steps", _)
            | ("environments", _, "watch", "triggers", _, "prompt")
            | ("environments", _, "watch", "checklist", _, "item")
        ):
            return True
    return False


def _action_of(path: Path, data: Any) -> type[Action] | None:
    """The kind of the action that the path leads into."""
    actions = mapping(mapping(mapping(data, "environments"), path[1]), "actions")
    return ACTIONS.get(str(mapping(actions, path[3]).get("kind")))


def _known_to_action(
    kind: type[Action] | None, keys: list[Any], arguments: Mapping[str, Any]
) -> tuple[str, ...]:
    if kind is None or not _stands_in(keys, kind.filled):
        return ()
    return (*placeholders.known(arguments), *kind.known)


def _known_to(kind: type[Check] | None, keys: list[Any], arguments: Mapping[str, Any]) -> tuple[str, ...]:
    if kind is None or not _stands_in(keys, kind.filled):
        return ()
    return tuple(dict.fromkeys((*kind.known, *placeholders.known(arguments))))
