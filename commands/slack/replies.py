"""Errors -> what the person reads: what is wrong, who can, the next steps, an example that works here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.base.errors import CanaryError
from bot.base.sentences import sentence
from bot.slack.blocks import Block, context, section
from bot.slack.messages.asking import some
from bot.slack.text import code, escape
from bot.slack.text import link as slack_link


@dataclass(frozen=True)
class Example:
    """Existing things to make an example from."""

    environment: str | None = None
    run: int | None = None  # the latest
    start: str | None = None  # an environment with all its required arguments

    def of(self, form: str) -> str | None:
        """-> the example command; None if there is nothing to make it from."""
        values = {"environment": self.environment, "run": self.run, "start": self.start}
        missing = [name for name, value in values.items() if value is None and f"{{{name}}}" in form]
        return None if missing else form.format(**values)


def said(
    error: CanaryError,
    *,
    steps: Sequence[str] = (),
    example: str = "",
    people: Sequence[str] = (),
    link: str = "",
) -> tuple[str, list[Block]]:
    """-> (plain text, blocks).

    `steps`: what can be done next; `example`: a command, without the leading `/canary`; `people` can do it instead;
    `link` leads to what stands in the way.
    """
    problem, *hint = [*error.sentences, *map(sentence, steps)]
    lines = [escape(problem), *([slack_link(link, "See it")] if link else [])]
    if people:
        lines.append(f"Ask {some(people)}.")
    lines += map(escape, hint)
    blocks = [section("\n".join(lines))]
    if example:
        blocks.append(context(f"For example {code(f'/canary {example}')}"))
    return escape(" ".join([problem, *hint])), blocks
