"""Modals and App Home: stacks of views per person, with Slack's rules for opening and changing them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sandbox.slack.block_elements import plain_text
from sandbox.slack.blocks import Surface, completed, problems_in
from sandbox.slack.clock import Clock
from sandbox.slack.features import Feature, told, unknown_blocks
from sandbox.slack.form import initial_values
from sandbox.slack.identifiers import new_id
from sandbox.slack.news import News
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.rules import anything, boolean, choice, problem, shape, string

LARGEST = 250_000  # bytes of JSON
DEEPEST = 3  # modals on top of each other
_COMMON = {
    "callback_id": string(255),
    "private_metadata": string(3000, least=0),
    "external_id": string(255),
}
_MODAL = shape(
    {"type": choice("modal"), "title": plain_text(24), "blocks": anything},
    {
        **_COMMON,
        "close": plain_text(24),
        "submit": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = shape({"type": choice("home"), "blocks": anything}, _COMMON)


@dataclass
class View:
    id: str
    user: str
    body: Json  # as the app gave it, ids filled in
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Json = field(default_factory=dict)  # block_id -> action_id -> what was entered

    @property
    def blocks(self) -> list[Json]:
        return list(self.body["blocks"])

    @property
    def title(self) -> str:
        return str(self.body.get("title", {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    def shown(self, *, team_id: str, app_id: str, bot_id: str) -> Json:
        return {
            "id": self.id,
            "team_id": team_id,
            "type": self.body["type"],
            "blocks": self.blocks,
            "private_metadata": self.body.get("private_metadata", ""),
            "callback_id": self.callback_id,
            "state": {"values": self.values},
            "hash": self.hash,
            "title": self.body.get("title"),
            "clear_on_close": self.body.get("clear_on_close", False),
            "notify_on_close": self.body.get("notify_on_close", False),
            "close": self.body.get("close"),
            "submit": self.body.get("submit"),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": app_id,
            "external_id": self.body.get("external_id", ""),
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
        }


class Views:
    def __init__(self, clock: Clock, news: News) -> None:
        self._clock = clock
        self._news = news
        self.without: frozenset[Feature] = frozenset()  # features that this server lacks
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def top(self, user: str) -> View | None:
        """The modal that a person sees, if any."""
        stack = self._stacks.get(user, [])
        return stack[-1] if stack else None

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        known = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        for view in known:
            if view_id == view.id or (external_id and external_id == view.body.get("external_id")):
                return view
        raise Refusal("not_found")

    def open(self, user: str, body: Json) -> View:
        view = self._new(user, self._checked(body, "modal"))
        self._stacks[user] = [view]
        return self._told("view_opened", view)

    def push(self, user: str, body: Json) -> View:
        stack = self._stacks.get(user, [])
        if not stack:
            raise Refusal("not_found")
        if len(stack) >= DEEPEST:
            raise Refusal("push_limit_reached")
        view = self._new(user, self._checked(body, "modal"))
        view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        return self._told("view_opened", view)

    def update(self, view: View, body: Json, *, expected_hash: str = "") -> View:
        """Update in place, so that references see the change; input values are kept where possible."""
        surface: Surface = "home" if view.body["type"] == "home" else "modal"
        if expected_hash and expected_hash != view.hash:
            raise Refusal("hash_conflict")
        entered = view.values
        view.body = self._checked(body, surface, instead_of=view)
        fresh = initial_values(view.blocks)
        view.values = {block: fresh[block] | _kept(entered, fresh, block) for block in fresh}
        view.hash = self._new_hash()
        return self._told("home" if surface == "home" else "view_updated", view)

    def publish(self, user: str, body: Json, *, expected_hash: str = "") -> View:
        view = self._homes.get(user)
        if view is not None:
            return self.update(view, body, expected_hash=expected_hash)
        self._homes[user] = self._new(user, self._checked(body, "home"))
        return self._told("home", self._homes[user])

    def close(self, view: View) -> None:
        """Closes one modal; the one below shows again."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)
            self._told("view_closed", view)

    def clear(self, user: str) -> None:
        for view in reversed(self._stacks.get(user, [])[:]):
            self.close(view)

    def _told(self, kind: str, view: View) -> View:
        self._news.tell(kind, {"view": view}, audience=view.user)
        return view

    def _new(self, user: str, body: Json) -> View:
        view_id = new_id("V")
        return View(
            view_id, user, body, self._new_hash(), root_id=view_id, values=initial_values(body["blocks"])
        )

    def _new_hash(self) -> str:
        return f"{int(self._clock.now())}.{secrets.token_hex(4)}"

    def _checked(self, body: Json, surface: Surface, *, instead_of: View | None = None) -> Json:
        if len(json.dumps(body)) > LARGEST:
            raise Refusal("view_too_large")
        if found := view_problems(body, surface, self.without):
            raise Refusal("invalid_arguments", messages=told(found, self.without))
        self._refuse_taken(str(body.get("external_id") or ""), instead_of)
        return {**body, "blocks": completed(body["blocks"])}

    def _refuse_taken(self, external_id: str, instead_of: View | None) -> None:
        known = [view for stack in self._stacks.values() for view in stack]
        if external_id and any(
            view.body.get("external_id") == external_id for view in known if view is not instead_of
        ):
            raise Refusal("duplicate_external_id")


def view_problems(body: Json, surface: Surface, without: Collection[Feature]) -> list[str]:
    found = list((_MODAL if surface == "modal" else _HOME)(body, "/view"))
    found = found or problems_in(
        body["blocks"], surface, pointer="/view/blocks", unknown=unknown_blocks(without)
    )
    if not found and surface == "modal" and _has_inputs(body["blocks"]) and not body.get("submit"):
        found = [problem("missing required field: submit", "/view")]
    return found


def _has_inputs(blocks: Sequence[Json]) -> bool:
    return any(block["type"] == "input" for block in blocks)


def _kept(entered: Json, fresh: Json, block: str) -> Json:
    """The values of inputs that still exist."""
    return {action: value for action, value in entered.get(block, {}).items() if action in fresh[block]}
