"""Errors -> replies to a person: what is wrong, who can do it, the next steps, an example that works here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.base.errors import CanaryError
from bot.base.sentences import sentence
from bot.slack.blocks import Block, section
from bot.slack.text import code, escape
from bot.slack.text import link as slack_link


@dataclass(frozen=True)
class Example:
    """Existing values for an example."""

    environment: str | None = None
    run: int | None = None  # the latest
    start: str | None = None  # an environment with all its required arguments

    def of(self, form: str) -> str | None:
        """Returns the example command, or None without the values for it."""
        values = {"environment": self.environment, "run": self.run, "start": self.start}
        missing = [name for name, value in values.items() if value is None and f"{{{name}}}" in form]
        return None if missing else form.format(**values)


def said(
    error: CanaryError,
    *,
    steps: Sequence[str] = (),
    example: str = "",
    ask: str = "",
    link: str = "",
) -> tuple[str, list[Block]]:
    """Returns (text, blocks).

    `steps`: what can be done next; `example`: a command, without the leading `/canary`; `ask`: who can do it
    instead, as markup; `link` leads to what prevents it.
    """
    problem, *hint = [escape(said) for said in (*error.sentences, *map(sentence, steps))]
    attempt = f"Try {code(f'/canary {example}')}" if example else ""
    first = " ".join(filter(None, (problem, ask, attempt)))
    lines = [first, *([slack_link(link, "See it")] if link else []), *hint]
    return " ".join([first, *hint]), [section("\n".join(lines))]
