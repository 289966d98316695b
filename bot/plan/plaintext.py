"""Finds secrets written in canary.yaml: cards, packets and the database would keep them forever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from bot.plan.filling import Written, takes_secrets, texts
from bot.plan.problems import Path
from checks.redaction.plaintext import beside_variables, is_secret_name, looks_like_a_token, secrets_in
from checks.secrets import Secrets

Found: TypeAlias = Iterator[tuple[Path, str]]

_WHY = "packets show this file as it is"


def certain(data: Any) -> Found:
    """Yields (path, problem) for text that is certainly a secret."""
    for written in texts(data):
        if named := _named(written, data):
            if written.text and beside_variables(written.text):
                yield written.path, f"expected the value of {named} as ${{NAME}}: {_WHY}"
        elif what := next(secrets_in(written.text), ""):
            yield (
                written.path,
                f"expected no secret here, but it contains {what}: {_instead(written, data)}; {_WHY}",
            )


def values_of_variables(data: Any, secrets: Secrets) -> Found:
    """Yields (path, problem) for the value of a variable that the file uses elsewhere."""
    for written in texts(data):
        if secrets.stands_in(written.text):
            yield written.path, f"expected no secret here, but it contains the value of a variable: {_WHY}"


def doubtful(data: Any) -> Found:
    """Yields (path, warning) for text that may be a token, or just an id."""
    for written in texts(data):
        if not written.is_key and _is_sent(written.path) and looks_like_a_token(written.text):
            yield (
                written.path,
                f"is this a token? If it is secret, {_instead(written, data)}: {_WHY}",
            )


def _named(written: Written, data: Any) -> str:
    """The variable or header whose value the text is, if its name suggests a secret; otherwise "".

    Ignores a source's own keys, which the source checks: a `dsn` as a whole is not a secret.
    """
    match written.path:
        case ("sources", _, _, str() as name) | ("environments", _, "checks", _, *_, str() as name):
            return name if is_secret_name(name) and takes_secrets(written, data) else ""
    return ""


def _is_sent(path: Path) -> bool:
    """Whether it becomes part of a request or a program's arguments."""
    match path:
        case ("sources", _, *_) | ("environments", _, "checks", _, "request" | "run", *_):
            return True
    return False


def _instead(written: Written, data: Any) -> str:
    if takes_secrets(written, data):
        return "write ${NAME}"
    match written.path:
        case ("sources", *_):
            return "write ${NAME}"
        case ("environments", _, "checks", _, "request", *_):
            return "send it in a header, or make it part of the source's base_url, as ${NAME}"
        case ("environments", _, "checks", _, "run", *_):
            return "list it under the source's environment as ${NAME}"
    return "leave it out"
