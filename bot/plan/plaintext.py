"""Secrets that stand in canary.yaml themselves: cards, packets and the database keep what the file says, for good."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from bot.plan.filling import Written, takes_secrets, texts
from bot.plan.problems import Path
from checks.redaction.plaintext import beside_variables, is_secret_name, looks_like_a_token, secrets_in
from checks.secrets import Secrets

Found: TypeAlias = Iterator[tuple[Path, str]]

_WHY = "packets show this file as it is"


def spelt_out(data: Any) -> Found:
    """(path, what secret stands there), for what is one beyond doubt."""
    for written in texts(data):
        if named := _named(written, data):
            if written.text and beside_variables(written.text):
                yield written.path, f"expected the value of {named} as ${{NAME}}: {_WHY}"
        elif what := next(secrets_in(written.text), ""):
            yield (
                written.path,
                f"expected no secret here, but it holds {what}: {_instead(written, data)}; {_WHY}",
            )


def values_of_variables(data: Any, secrets: Secrets) -> Found:
    """(path, …), for what is the value of a variable that the file names elsewhere."""
    for written in texts(data):
        if secrets.stands_in(written.text):
            yield written.path, f"expected no secret here, but it holds one that a variable has: {_WHY}"


def doubtful(data: Any) -> Found:
    """(path, …), for what may be a token, or only an id."""
    for written in texts(data):
        if not written.is_key and _goes_out(written.path) and looks_like_a_token(written.text):
            yield (
                written.path,
                f"is this a token? {_WHY}: {_instead(written, data)}, if it is secret",
            )


def _named(written: Written, data: Any) -> str:
    """What the text is a value of, where that is called a secret: an environment's variable, a header.

    The keys of a source itself are its own to judge: a `dsn` is no secret as a whole.
    """
    match written.path:
        case ("sources", _, _, str() as name) | ("environments", _, "checks", _, *_, str() as name):
            return name if is_secret_name(name) and takes_secrets(written, data) else ""
    return ""


def _goes_out(path: Path) -> bool:
    """Where a request or a program takes its words from."""
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
