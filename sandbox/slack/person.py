"""A person in a test: types, clicks, submits, and sees the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from sandbox.slack import form
from sandbox.slack.delivery import Delivery
from sandbox.slack.elements import Element, elements_of, inputs_of
from sandbox.slack.interactions import Interactions, NotPossible
from sandbox.slack.message import Message
from sandbox.slack.people import User
from sandbox.slack.refusal import Json
from sandbox.slack.rendering import render_text
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace

PATIENCE = 90.0  # seconds that a test waits; on a busy machine everything takes long
T = TypeVar("T")
Place: TypeAlias = Message | View


@dataclass
class Reply:
    """What an app did with one interaction."""

    person: Person = field(repr=False)
    delivery: Delivery
    seen_before: int  # how many private messages the person had by then

    @property
    def acked(self) -> bool:
        return self.delivery.acked

    @property
    def ack_ms(self) -> float | None:
        return self.delivery.ack_ms

    @property
    def error(self) -> str:
        """The error that people see, operation_timeout or dispatch_failed; "" if acknowledged."""
        return self.delivery.ack.error if self.delivery.ack else ""

    @property
    def ephemerals(self) -> list[str]:
        """The ephemeral messages to this person since, as plain text; grows while the app keeps working."""
        return [self.person.reads(message) for message in self.person.ephemerals[self.seen_before :]]

    async def told(self, containing: str = "", *, timeout: float = PATIENCE) -> str:  # noqa: ASYNC109
        """Returns the first private answer since then that contains this text."""

        def look() -> str:
            return next((text for text in self.ephemerals if containing in text), "")

        return await self.person.waits(look, f"being told {containing!r}", timeout)


@dataclass
class Submission:
    """`errors` are keyed by the input's label."""

    errors: dict[str, str] = field(default_factory=dict)
    delivery: Delivery | None = None  # None where Slack held the form back

    @property
    def acked(self) -> bool:
        return self.delivery is not None and self.delivery.acked


class Person:
    def __init__(self, workspace: Workspace, interactions: Interactions, user: User) -> None:
        self.user = user
        self._workspace = workspace
        self._interactions = interactions

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def ephemerals(self) -> list[Message]:
        """All messages that only this person can see, in every channel, oldest first."""
        channels = self._workspace.channels.values()
        private = [m for channel in channels for m in channel.ephemerals if m.seen_by == self.id]
        return sorted(private, key=lambda message: float(message.ts))

    @property
    def notices(self) -> list[str]:
        """Messages from Slackbot, such as about a failed command."""
        return [text for user, text in self._interactions.notices if user == self.id]

    @property
    def modal(self) -> View | None:
        return self._workspace.views.top(self.id)

    @property
    def home(self) -> View | None:
        return self._workspace.views.home(self.id)

    def reads(self, message: Message) -> str:
        return render_text(self._workspace, message)

    # ------------------------------------------------------------ doing

    async def command(self, channel: str, command: str, text: str = "") -> Reply:
        """`await ana.command("#releases", "/canary", "run staging")`: returns at the ack, or after 3 s."""
        before = len(self.ephemerals)
        place = self._workspace.channel(channel)
        return Reply(self, await self._interactions.command(self.user, place, command, text), before)

    def says(self, channel: str, text: str, *, thread: Message | None = None) -> Message:
        return self._interactions.say(self.user, self._workspace.channel(channel), text, thread)

    async def click(self, where: Place, name: str) -> Reply:
        """Click a button by its label, accessibility label or action_id; a confirm dialog is confirmed."""
        element = _find(where, name)
        if element.kind == "overflow":
            return await self._act(where, element, {"selected_option": form.option_of(element, name)})
        return await self._act(where, element, {})

    async def clicks_from_an_old_screen(self, message: Message, element: Element) -> Reply:
        """Click a button that has been removed since this person's screen was updated."""
        before = len(self.ephemerals)
        delivery = await self._interactions.act_on_what_was_shown(self.user, message, element, {})
        return Reply(self, delivery, before)

    async def choose(self, where: Place, name: str, value: Any) -> Reply:
        """Choose in a select, picker, checkboxes or the like: an option by its text or value, a user by id."""
        element = _find(where, name)
        answer = {key: part for key, part in form.entered(element, value).items() if key != "type"}
        return await self._act(where, element, answer)

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Submission:
        """Fill inputs by label (or action_id) and submit; inputs that are not named keep their values."""
        labels = {element.block_id: element.label for _, element in inputs_of(view.blocks)}
        done = await self._interactions.submit(self.user, view, _filled(view, values or {}))
        return Submission(
            {labels.get(block, block): words for block, words in done.errors.items()}, done.delivery
        )

    async def closes(self, view: View) -> None:
        await self._interactions.close(self.user, view)

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Reply:
        """A global shortcut, or one on a message."""
        before = len(self.ephemerals)
        return Reply(self, await self._interactions.shortcut(self.user, callback_id, message), before)

    def visits_home(self) -> None:
        """Open the Home tab without waiting for the app."""
        self._interactions.open_home(self.user)

    async def opens_home(self, *, timeout: float = PATIENCE) -> View:  # noqa: ASYNC109
        """Returns the Home tab, once the app has published it after this visit."""
        before = self.home.hash if self.home else ""
        self.visits_home()

        def look() -> View | None:
            return self.home if self.home and self.home.hash != before else None

        return await self.waits(look, "Home", timeout)

    # ------------------------------------------------------------ seeing

    async def sees_modal(self, title: str = "", *, timeout: float = PATIENCE) -> View:  # noqa: ASYNC109
        def look() -> View | None:
            return self.modal if self.modal and title in self.modal.title else None

        return await self.waits(look, f"a modal {title!r}", timeout)

    async def is_told(self, containing: str, *, timeout: float = PATIENCE) -> Message:  # noqa: ASYNC109
        """Returns the newest private message with this text."""

        def look() -> Message | None:
            return next((m for m in reversed(self.ephemerals) if containing in self.reads(m)), None)

        return await self.waits(look, f"being told {containing!r}", timeout)

    async def waits(self, look: Callable[[], T | None], what: str, timeout: float) -> T:  # noqa: ASYNC109
        """Returns the first true value of `look`. Raises AssertionError, with what the person saw instead."""
        try:
            found = await self._workspace.news.wait_for(look, timeout)
        except TimeoutError:
            told = [self.reads(message) for message in self.ephemerals]
            raise AssertionError(
                f"{self.user.name} waited {timeout} s for {what}; was told {told}, noticed {self.notices}"
            ) from None
        assert found is not None
        return found

    async def _act(self, where: Place, element: Element, answer: Json) -> Reply:
        before = len(self.ephemerals)
        if isinstance(where, Message):
            delivery = await self._interactions.act_on_message(self.user, where, element, answer)
        else:
            delivery = await self._interactions.act_in_view(self.user, where, element, answer)
        return Reply(self, delivery, before)


def _find(where: Place, name: str) -> Element:
    """Returns the only element with that name. Raises NotPossible, which lists the elements."""
    elements = where.elements if isinstance(where, Message) else elements_of(where.blocks)
    matching = [element for element in elements if element.answers_to(name) or _offers(element, name)]
    if len(matching) == 1:
        return matching[0]
    there = [element.label or element.action_id for element in elements]
    raise NotPossible(f"{'several' if matching else 'no'} {name!r} to click; there are {there}")


def _offers(element: Element, name: str) -> bool:
    return element.kind == "overflow" and any(
        name == option["text"]["text"] for option in form.options_of(element)
    )


def _filled(view: View, values: Mapping[str, Any]) -> Json:
    filled: Json = {}
    for name, value in values.items():
        element = _find(view, name)
        filled.setdefault(element.block_id, {})[element.action_id] = form.entered(element, value)
    return filled
