"""What a person can do with an app, and what Slack does with the app's response."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.slack import form, payloads
from sandbox.slack.channel import Channel
from sandbox.slack.courier import Courier
from sandbox.slack.delivery import Ack, Delivery
from sandbox.slack.elements import Element, elements_of
from sandbox.slack.message import Message
from sandbox.slack.people import User
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace


class NotPossible(Exception):
    """Slack itself does not let a person do this, so the app is not notified."""


@dataclass
class Submitted:
    """The result of submitting a modal: errors by block id; `delivery` is None if Slack did not submit it."""

    errors: dict[str, str] = field(default_factory=dict)
    delivery: Delivery | None = None


class Interactions:
    def __init__(self, workspace: Workspace, courier: Courier, responses: ResponseUrls) -> None:
        self._workspace = workspace
        self._courier = courier
        self._responses = responses
        self.notices: list[tuple[str, str]] = []  # (user id, what Slackbot told them)

    # ------------------------------------------------------------ commands

    async def command(self, user: User, channel: Channel, command: str, text: str) -> Delivery:
        declared = self._workspace.app.manifest.command(command)
        if declared is None or not self._workspace.app.installed:
            raise NotPossible(f"{command} is not a valid command.")
        payload = payloads.slash_command(
            self._workspace,
            user,
            channel,
            command=command,
            text=self._escaped(text) if declared.should_escape else text,
            response_url=self._responses.issue(user.id, channel.id),
        )
        delivery = await self._courier.deliver("slash_commands", payload)
        ack = self._result(user, command, delivery)
        if ack.in_time and (ack.body.get("text") or ack.body.get("blocks")):
            self._show(ack.body, user, channel)
        return delivery

    def _show(self, body: Json, user: User, channel: Channel) -> None:
        try:
            self._responses.apply(body, user=user.id, channel=channel.id)
        except Refusal as refusal:
            self.notice(
                user, f"The app's response was rejected: {refusal.error} {' '.join(refusal.messages)}".strip()
            )

    def _escaped(self, text: str) -> str:
        """Text as Slack delivers it if the command has `should_escape`: escaped, with mentions as ids."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return re.sub(r"([@#])([\w.-]+)", self._mention, text)

    def _mention(self, found: re.Match[str]) -> str:
        sign, name = found.groups()
        things = self._workspace.users if sign == "@" else self._workspace.channels
        return next((f"<{sign}{one.id}|{one.name}>" for one in things.values() if one.name == name), found[0])

    # ------------------------------------------------------------ clicks

    async def act_on_message(self, user: User, message: Message, element: Element, answer: Json) -> Delivery:
        """Click or choose in a message; `answer` is the element's value as in actions."""
        self._must_show(message, element)
        return await self.act_on_what_was_shown(user, message, element, answer)

    def _must_show(self, message: Message, element: Element) -> None:
        current = [(one.block_id, one.action_id) for one in message.elements]
        if message.deleted or (element.block_id, element.action_id) not in current:
            raise NotPossible("That no longer exists.")

    async def act_on_what_was_shown(
        self, user: User, message: Message, element: Element, answer: Json
    ) -> Delivery:
        """Click or choose on an outdated screen: Slack delivers clicks on elements that have since been replaced."""
        if message.seen_by not in {"", user.id}:
            raise NotPossible("Only someone else can see that message.")
        payload = payloads.message_actions(
            self._workspace,
            user,
            message,
            action=self._action(element, answer),
            response_url=self._responses.issue(user.id, message.channel, message),
            state=form.initial_values(message.blocks),
        )
        return await self._interact(user, payload)

    async def act_in_view(self, user: User, view: View, element: Element, answer: Json) -> Delivery:
        current = [(one.block_id, one.action_id) for one in elements_of(view.blocks)]
        if view not in self._seen_by(user) or (element.block_id, element.action_id) not in current:
            raise NotPossible("That no longer exists.")
        if form.holds_value(element.kind):
            view.values[element.block_id][element.action_id] = {"type": element.kind, **answer}
        action = self._action(element, answer)
        return await self._interact(user, payloads.view_actions(self._workspace, user, view, action=action))

    def _seen_by(self, user: User) -> list[View | None]:
        return [self._workspace.views.top(user.id), self._workspace.views.home(user.id)]

    def _action(self, element: Element, answer: Json) -> Json:
        body = element.body
        action: Json = {
            "type": element.kind,
            "block_id": element.block_id,
            "action_id": element.action_id,
            "action_ts": self._workspace.new_ts(),
            **{name: body[name] for name in ("text", "value", "style", "confirm") if name in body},
            **answer,
        }
        return action

    async def _interact(self, user: User, payload: Json) -> Delivery:
        if not self._workspace.app.manifest.settings.interactivity.is_enabled:
            raise NotPossible("This app is not configured to handle interactive responses.")
        delivery = await self._courier.deliver("interactive", payload)
        self._result(user, "That", delivery)
        return delivery

    # ------------------------------------------------------------ modals

    async def submit(self, user: User, view: View, values: Json) -> Submitted:
        """Submit the form unless Slack's own validation fails; then close, change or keep the modal."""
        if self._workspace.views.top(user.id) is not view:
            raise NotPossible("That dialog is not open.")
        for block_id, entered in values.items():
            view.values.setdefault(block_id, {}).update(entered)
        if held_back := form.refusals(view.blocks, view.values):
            return Submitted(held_back)
        delivery = await self._interact(user, payloads.view_submission(self._workspace, user, view))
        ack = delivery.ack or Ack()
        if not ack.in_time:
            return Submitted(delivery=delivery)
        return Submitted(self._after_submission(user, view, ack.body), delivery)

    def _after_submission(self, user: User, view: View, body: Json) -> dict[str, str]:
        """Perform the app's `response_action`. Returns the errors that it wants to show."""
        views = self._workspace.views
        action = body.get("response_action", "")
        try:
            if action == "errors":
                return {str(block): str(words) for block, words in body.get("errors", {}).items()}
            if action == "update":
                views.update(view, body["view"])
            elif action == "push":
                views.push(user.id, body["view"])
            elif action == "clear":
                views.clear(user.id)
            else:
                views.close(view)
        except (Refusal, KeyError) as error:
            self.notice(user, f"We had some trouble with the app's response: {error}")
        return {}

    async def close(self, user: User, view: View) -> None:
        """Close a modal; the app is notified if it asked for it."""
        cleared = bool(view.body.get("clear_on_close"))
        if cleared:
            self._workspace.views.clear(user.id)
        else:
            self._workspace.views.close(view)
        if view.body.get("notify_on_close"):
            payload = payloads.view_closed(self._workspace, user, view, is_cleared=cleared)
            await self._courier.deliver("interactive", payload)

    # ------------------------------------------------------------ shortcuts, home

    async def shortcut(self, user: User, callback_id: str, message: Message | None = None) -> Delivery:
        shortcut = self._workspace.app.manifest.shortcut(callback_id)
        if shortcut is None or (shortcut.type == "message") != (message is not None):
            raise NotPossible(f"There is no such shortcut: {callback_id}")
        if message is None:
            return await self._interact(user, payloads.global_shortcut(self._workspace, user, shortcut))
        url = self._responses.issue(user.id, message.channel, message)
        payload = payloads.message_shortcut(self._workspace, user, shortcut, message, response_url=url)
        return await self._interact(user, payload)

    def open_home(self, user: User) -> None:
        """Open App Home: the app is notified, and what it publishes is shown when it arrives."""
        direct = self._workspace.direct(user.id)
        event: Json = {"type": "app_home_opened", "user": user.id, "channel": direct.id, "tab": "home"}
        if home := self._workspace.views.home(user.id):
            event["view"] = self._workspace.view_shape(home)
        self._courier.announce(event)

    # ------------------------------------------------------------ words

    def notice(self, user: User, text: str) -> None:
        """A message from Slackbot to one person."""
        self.notices.append((user.id, text))
        self._workspace.news.tell("notice", {"text": text}, audience=user.id)

    def _result(self, user: User, what: str, delivery: Delivery) -> Ack:
        ack = delivery.ack or Ack()
        if not ack.in_time:
            self.notice(user, f'{what} failed with the error "{ack.error}"')
        return ack

    def say(self, user: User, channel: Channel, text: str, root: Message | None = None) -> Message:
        """Post a person's own message, escaped and with mentions resolved, like Slack's composer."""
        thread_ts = root.root_ts if root else ""
        return self._workspace.post(
            Message(channel.id, self._workspace.new_ts(), user.id, self._escaped(text), thread_ts=thread_ts)
        )
