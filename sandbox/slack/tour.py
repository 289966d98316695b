"""The tour: steps to try, each ticked off when a message shows that it was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeAlias

from sandbox.slack.message import Message
from sandbox.slack.news import Item
from sandbox.slack.refusal import Json
from sandbox.slack.rendering import render_text
from sandbox.slack.workspace import Workspace

Shows: TypeAlias = Callable[[Message, str], bool]


@dataclass(frozen=True)
class Press:
    """A step's button, which sends a request elsewhere: `method` and `body` to `url`, as JSON."""

    title: str
    url: str
    method: str
    body: Json


@dataclass(frozen=True)
class Step:
    """`seen(message, text)`: whether the message shows that it was done. `who`, `command`: whom to act as and what to type, if anything."""

    title: str
    text: str
    seen: Shows
    who: str = ""
    command: str = ""
    press: Press | None = None


class Tour:
    """Checks every message, past and future. A completed step stays completed."""

    def __init__(self, steps: Sequence[Step], workspace: Workspace) -> None:
        self._steps = steps
        self._workspace = workspace
        self._done: set[int] = set()

    def note(self, item: Item) -> None:
        message = item.body.get("message")
        if isinstance(message, Message):
            self._look(message)

    def shown(self) -> list[Json]:
        """The steps in order, with `done`, as JSON for the page."""
        return [self._shape(number, step) for number, step in enumerate(self._steps)]

    def catch_up(self) -> None:
        """Check all earlier messages, including their earlier versions."""
        for channel in self._workspace.channels.values():
            for message in [*channel.log.values(), *channel.ephemerals]:
                for version in _versions(message):
                    self._look(version)

    def _look(self, message: Message) -> None:
        open_steps = [number for number in range(len(self._steps)) if number not in self._done]
        if open_steps:
            text = render_text(self._workspace, message)
            self._done.update(number for number in open_steps if self._steps[number].seen(message, text))

    def _shape(self, number: int, step: Step) -> Json:
        return {
            "title": step.title,
            "text": step.text,
            "done": number in self._done,
            "who": step.who,
            "command": step.command,
            "press": asdict(step.press) if step.press else None,
        }


def _versions(message: Message) -> Iterator[Message]:
    for text, blocks in message.history:
        yield replace(message, text=text, blocks=blocks)
    yield message
