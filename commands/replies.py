"""Errors -> what the person reads: what is wrong, who can, the next step, an example that works here."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import CanaryError, Misused, Refused
from bot.slack.blocks import Block, context, section
from bot.slack.text import code, escape, mentions
from bot.slack.text import link as slack_link

MOST_PEOPLE = 10


@dataclass(frozen=True)
class Example:
    """What is really there, to make an example of."""

    environment: str
    run: int = 1


def said(error: CanaryError, example: Example, *, link: str = "") -> tuple[str, list[Block]]:
    """-> (plain text, blocks). `link` leads to what stands in the way."""
    lines = [escape(str(error)), *([slack_link(link, "See it")] if link else [])]
    if isinstance(error, Refused) and error.people:
        lines.append(f"Who can: {mentions(error.people[:MOST_PEOPLE])}")
    if error.hint:
        lines.append(escape(error.hint))
    blocks = [section("\n".join(lines))]
    if isinstance(error, Misused) and error.example:
        command = error.example.format(environment=example.environment, run=example.run)
        blocks.append(context(f"For example {code(f'/canary {command}')}"))
    return escape(" ".join([str(error), error.hint]).strip()), blocks
