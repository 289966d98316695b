"""What buttons are called and carry: an opaque id, and what its reader had before their eyes; never authority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.rules.run import Run
from bot.slack.blocks import Element, button


@dataclass(frozen=True)
class Button:
    """Declared next to the message that shows it."""

    action: str  # its id, also in messages that were posted long ago: it never changes
    label: str
    style: Literal["primary", "danger"] | None = None
    opens_form: bool = False

    def about(self, what: str, value: str) -> Element:
        """`what`: that it is about, for screen readers."""
        text = f"{self.label}…" if self.opens_form else self.label
        return button(text, action=self.action, value=value, label=f"{self.label}: {what}", style=self.style)


def vote_value(run: Run) -> str:
    """The run's key and the digest of the evidence on the card."""
    return f"{run.key} {run.evidence}"


def read_vote_value(value: str) -> tuple[str, str]:
    """-> (run key, evidence digest); anything odd finds no run and no evidence."""
    key, _, evidence = value.partition(" ")
    return key, evidence
