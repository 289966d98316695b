"""Buttons: their action ids and labels. Their values are ids, never authority; a card's are parsed by
`bot.rules.request.Click`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.slack.blocks import Element, button


@dataclass(frozen=True)
class Button:
    """Declared next to the message that shows it."""

    action: str  # also in old messages, so it never changes
    label: str
    style: Literal["primary", "danger"] | None = None
    opens_form: bool = False

    def about(
        self,
        what: str,
        value: str,
        *,
        style: Literal["primary", "danger"] | None = None,
        confirm: Element | None = None,
    ) -> Element:
        """`what`: its subject, for screen readers. `style`: instead of its own. `confirm`: asked before the
        click counts.
        """
        return button(
            f"{self.label}…" if self.opens_form else self.label,
            action=self.action,
            value=value,
            label=f"{self.label}: {what}",
            style=style or self.style,
            confirm=confirm,
        )
