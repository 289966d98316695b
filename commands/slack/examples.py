"""Examples that work as typed: an existing environment, with all its required arguments."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from bot.plan.argument import Argument
from bot.plan.model import Environment

_LIKELY = (
    *("1.42.0", "v1.42.0", "1.42", "42", "main", "staging", "eu", "true", "2026-01-15", "example", "EXAMPLE"),
    *("4f2a9c1", "4f2a9c1d0b7e8a6f5c3d2e1b0a9f8c7d6e5b4a39", "ABC-123", "release-42", "https://example.com"),
)


def start_of(name: str, environment: Environment, asker: str) -> str | None:
    """Returns the words after `/canary run`; None if no valid value is known for a required argument.

    `asker`: a person known to Slack, for arguments that name one.
    """
    words = [name]
    for argument, declared in environment.arguments.items():
        if argument in environment.required:
            value = value_of(declared, asker)
            if value is None:
                return None
            words.append(shlex.quote(f"{argument}={value}"))
    return " ".join(words)


def value_of(argument: Argument, asker: str = "U02BEN") -> str | None:
    """Returns the configured example, otherwise a valid value; None if no likely value matches its pattern."""
    if argument.example is not None:
        return argument.example
    likely = (asker,) if argument.author else argument.choices or _LIKELY
    return next((value for value in likely if argument.problem_with(value) is None), None)


def described(environment: Environment) -> list[str]:
    """One line per argument: its description, and valid values."""
    return [
        f"{name}: {', '.join(_facts(argument, required=name in environment.required))}"
        for name, argument in environment.arguments.items()
    ]


def _facts(argument: Argument, *, required: bool) -> Iterator[str]:
    yield "required" if required else "optional"
    if argument.description:
        yield argument.description
    if argument.choices:
        yield f"one of {', '.join(argument.choices)}"
    if argument.author:
        yield "a member id such as U02BEN"
    if argument.pattern is not None:
        yield f"matches {argument.pattern}"
    if argument.default is not None:
        yield f"{argument.default} when left out"
    elif not argument.choices and (value := value_of(argument)):
        yield f"for example {value}"
