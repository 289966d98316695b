"""What the demo's script is told with: runs, what people see, and what was checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from sandbox.demo.stage import Stage
from sandbox.slack.message import Message

CHANNEL = "#releases"
SOON = 60.0  # seconds for a message; the first picture of a new machine looks for its fonts
_CHECKING = 90.0  # seconds for all checks of a run, on a slow machine

Moment: TypeAlias = Callable[[str], Awaitable[None]]


async def _nothing(_: str) -> None:
    """Do nothing."""


@dataclass
class Scene:
    """`cards`: the parents of the threads so far; `held`: what was checked successfully, in order.

    `moment` is called right after each action, before it has any effect, so that a caller can break something.
    """

    stage: Stage
    moment: Moment = _nothing
    cards: list[Message] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def threads(self) -> list[str]:
        return [self.stage.slack.render_thread(card) for card in self.cards]

    async def run(self, version: str, *, verdict: str) -> Message:
        """Raj starts a run. Returns its card, once it waits for votes and its results are in the thread."""
        slack, number = self.stage.slack, len(self.cards) + 1
        reply = await slack.user("raj").command(CHANNEL, "/canary", f"run staging version={version}")
        await reply.told(f"Run #{number} on staging has started", timeout=SOON)
        self.cards.append(await slack.sees(CHANNEL, f"by @raj · run #{number}", timeout=SOON))
        await self.moment("checks are measured")
        await slack.wait_for(lambda: self.cards[-1].elements, _CHECKING)
        self.holds(f"a verdict on {version}", verdict, self.cards[-1])
        await slack.sees(CHANNEL, "*Results*", timeout=SOON)
        return self.cards[-1]

    async def sees(self, words: str, meaning: str) -> Message:
        try:
            message = await self.stage.slack.sees(CHANNEL, words, timeout=SOON)
        except AssertionError:  # its message lists the whole channel, which the printed threads show anyway
            raise AssertionError(f"{meaning}: {words!r} did not appear within {SOON:.0f} s") from None
        self.held.append(meaning)
        return message

    def holds(self, meaning: str, words: str, message: Message) -> None:
        self.shows(meaning, words, self.stage.slack.render_text(message))

    def shows(self, meaning: str, words: str, shown: str) -> None:
        if words not in shown:
            raise AssertionError(f"{meaning}: {words!r} is not in\n{shown}")
        self.held.append(meaning)
