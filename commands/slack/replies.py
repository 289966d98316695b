"""Errors -> what the person reads: what is wrong, who can, the next step, an example that works here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.base.errors import CanaryError, Misused
from bot.slack.blocks import Block, context, section
from bot.slack.messages.asking import some
from bot.slack.text import code, escape
from bot.slack.text import link as slack_link


@dataclass(frozen=True)
class Example:
    """What is really there, to make an example of."""

    environment: str | None = None
    run: int | None = None  # the latest
    start: str | None = None  # an environment with all arguments that it requires

    def of(self, form: str) -> str | None:
        """The command; None where there is nothing to make it of."""
        values = {"environment": self.environment, "run": self.run, "start": self.start}
        missing = [name for name, value in values.items() if value is None and f"{{{name}}}" in form]
        return None if missing else form.format(**values)


def said(
    error: CanaryError, example: Example, *, people: Sequence[str] = (), link: str = ""
) -> tuple[str, list[Block]]:
    """-> (plain text, blocks). `people` can do it instead; `link` leads to what stands in the way."""
    problem, *hint = error.sentences
    lines = [escape(problem), *([slack_link(link, "See it")] if link else [])]
    if people:
        lines.append(f"Ask {some(people)}.")
    lines += map(escape, hint)
    blocks = [section("\n".join(lines))]
    if isinstance(error, Misused) and error.example:
        command = example.of(error.example) or "help"
        blocks.append(context(f"For example {code(f'/canary {command}')}"))
    return escape(" ".join(error.sentences)), blocks
