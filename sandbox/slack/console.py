"""The page's own API: what a person sees and does in the browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode, urlsplit

from aiohttp import WSMsgType, web

from sandbox.slack.channel import Channel
from sandbox.slack.dials import Dials
from sandbox.slack.elements import Element, elements_of
from sandbox.slack.files import PICTURES
from sandbox.slack.interactions import Interactions, NotPossible
from sandbox.slack.message import Message
from sandbox.slack.news import Item
from sandbox.slack.panels import Panel
from sandbox.slack.people import User
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.tour import Tour
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace

Act: TypeAlias = Callable[[User, Json], Awaitable[Json]]
_CHOSEN = ("value", "selected_")  # what a click may carry from the page
_POLICY = (
    "default-src 'self'; connect-src *; img-src 'self' data: http: https:; style-src 'self' 'unsafe-inline'"
)


class Console:
    def __init__(
        self,
        workspace: Workspace,
        interactions: Interactions,
        dials: Dials,
        closing: asyncio.Event,
        *,
        panels: Sequence[Panel],
        tour: Tour,
    ) -> None:
        self.panels = list(panels)
        self._tour = tour
        self._workspace = workspace
        self._interactions = interactions
        self._dials = dials
        self._closing = closing
        self._page = Path(str(files("sandbox.slack") / "page"))
        self._read: dict[tuple[str, str], str] = {}  # (user, channel) -> newest ts seen

    def add_routes(self, server: web.Application) -> None:
        router = server.router
        router.add_get("/", self._index)
        router.add_get("/page/{file:.+}", self._static)
        router.add_get("/archives/{channel}/{message}", self._permalink)
        router.add_get("/files/{id}/{name}", self._file)
        router.add_get("/console/state", self._state)
        router.add_get("/console/messages", self._messages)
        router.add_get("/console/home", self._home)
        router.add_get("/console/socket", self._socket)
        router.add_get("/console/dials", self._show_dials)
        router.add_put("/console/dials", self._turn_dial)
        router.add_post("/console/dials/reset", self._reset_dials)
        acts: dict[str, Act] = {
            "command": self._command,
            "message": self._message,
            "click": self._click,
            "submit": self._submit,
            "close": self._close,
            "shortcut": self._shortcut,
            "join": self._join,
        }
        for name, act in acts.items():
            router.add_post(f"/console/{name}", self._doing(act))

    def _doing(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Wrap an action as a handler: find the acting person, and turn NotPossible into an error response."""

        async def handle(request: web.Request) -> web.Response:
            _refuse_other_pages(request)
            try:
                body = json.loads(await request.read())
                user = self._workspace.user(body.get("as", self._workspace.app.bot_user))
                return web.json_response({"ok": True, **await act(user, body)})
            except (NotPossible, LookupError, Refusal, ValueError) as error:
                return web.json_response({"ok": False, "error": str(error)})

        return handle

    # ------------------------------------------------------------ the page

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return self._served("index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._served(request.match_info["file"])

    def _served(self, name: str) -> web.StreamResponse:
        path = (self._page / name).resolve()
        if not path.is_relative_to(self._page.resolve()) or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(
            path, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
        )

    async def _permalink(self, request: web.Request) -> web.Response:
        """Open a link from chat.getPermalink by redirecting to the page at that message."""
        place = {"channel": request.match_info["channel"]}
        if thread := request.query.get("thread_ts"):
            place["thread"] = thread
        raise web.HTTPFound(f"/#{urlencode(place)}")

    async def _file(self, request: web.Request) -> web.Response:
        file = self._workspace.files.get(request.match_info["id"])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        how = "inline" if file.mimetype in PICTURES else "attachment"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": how}
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    # ------------------------------------------------------------ seeing

    async def _state(self, request: web.Request) -> web.Response:
        me = self._viewer(request)
        self._tour.catch_up()
        features = self._workspace.app.manifest.features
        return web.json_response(
            {
                "team": {"name": self._workspace.name},
                "me": _user(me),
                "users": [_user(user) for user in self._workspace.users.values()],
                "groups": [
                    {"id": group.id, "handle": group.handle, "users": group.members}
                    for group in self._workspace.groups.values()
                ],
                "channels": [self._channel(channel, me) for channel in self._visible(me)],
                "commands": [command.model_dump() for command in features.slash_commands],
                "shortcuts": [shortcut.model_dump() for shortcut in features.shortcuts],
                "panels": [{"title": panel.title, "url": panel.url} for panel in self.panels],
                "tour": self._tour.shown(),
                "app": {"id": self._workspace.app.id, "bot_user": self._workspace.app.bot_user},
            }
        )

    def _visible(self, me: User) -> list[Channel]:
        channels = self._workspace.channels.values()
        return [channel for channel in channels if channel.kind == "public" or me.id in channel.members]

    def _channel(self, channel: Channel, me: User) -> Json:
        seen = float(self._read.get((me.id, channel.id), "0"))
        return {
            "id": channel.id,
            "name": channel.name or self._workspace.app.name,
            "kind": channel.kind,
            "is_archived": channel.is_archived,
            "bot_is_member": self._workspace.app.bot_user in channel.members,
            "unread": sum(float(message.ts) > seen for message in channel.messages),
        }

    async def _messages(self, request: web.Request) -> web.Response:
        me = self._viewer(request)
        channel = self._workspace.channel(request.query["channel"])
        root = request.query.get("thread_ts", "")
        private = [m for m in channel.ephemerals if m.seen_by == me.id and m.thread_ts == root]
        public = channel.thread(root) if root else channel.messages
        shown = sorted([*public, *private], key=lambda message: float(message.ts))
        if shown and not root:
            self._read[me.id, channel.id] = shown[-1].ts
        return web.json_response({"messages": [self._shape(message) for message in shown]})

    def _shape(self, message: Message) -> Json:
        body = self._workspace.message_shape(message)
        body["channel"] = message.channel
        body["thread_broadcast"] = message.broadcast
        body["ephemeral"] = bool(message.seen_by)
        if message.files:
            body["files"] = [
                {
                    "id": file.id,
                    "name": file.name,
                    "title": file.title,
                    "mimetype": file.mimetype,
                    "url": f"/files/{file.id}/{file.name}",
                    "alt_txt": file.alt_txt,
                    "size": file.size,
                }
                for file in message.files
            ]
        return body

    async def _home(self, request: web.Request) -> web.Response:
        me = self._viewer(request)
        self._interactions.open_home(me)
        home = self._workspace.views.home(me.id)
        return web.json_response({"view": self._workspace.view_shape(home) if home else None})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        """Push events that the viewer may see."""
        _refuse_other_pages(request)
        me = self._viewer(request)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        with self._workspace.news.listening() as queue:
            pushing = asyncio.create_task(self._push(socket, queue, me))
            closing = asyncio.create_task(self._closing.wait())
            reading = asyncio.create_task(_until_closed(socket))
            tasks = (pushing, closing, reading)
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await socket.close()
        return socket

    async def _push(self, socket: web.WebSocketResponse, queue: asyncio.Queue[Item], me: User) -> None:
        ticked = self._tour.shown()
        while True:
            item = await queue.get()
            self._tour.note(item)
            if (tour := self._tour.shown()) != ticked:
                ticked = tour
                await socket.send_json({"type": "tour", "tour": tour})
            if item.audience in {"", me.id}:
                await socket.send_json({"type": item.kind, **self._shown(item)})

    def _shown(self, item: Item) -> Json:
        body = dict(item.body)
        if isinstance(body.get("message"), Message):
            body["message"] = self._shape(body["message"])
        if isinstance(body.get("view"), View):
            body["view"] = self._workspace.view_shape(body["view"])
        return body

    # ------------------------------------------------------------ doing

    async def _command(self, user: User, body: Json) -> Json:
        command, _, text = str(body["text"]).partition(" ")
        await self._interactions.command(
            user, self._workspace.channel(body["channel"]), command, text.strip()
        )
        return {}

    async def _message(self, user: User, body: Json) -> Json:
        channel = self._workspace.channel(body["channel"])
        root = channel.log[body["thread_ts"]] if body.get("thread_ts") else None
        self._interactions.say(user, channel, str(body["text"]), root)
        return {}

    async def _click(self, user: User, body: Json) -> Json:
        container = body["container"]
        answer = {
            name: value for name, value in body.items() if name.startswith(_CHOSEN) and value is not None
        }
        if container["type"] == "view":
            view = self._workspace.views.find(view_id=container["view_id"])
            await self._interactions.act_in_view(user, view, _element(elements_of(view.blocks), body), answer)
        else:
            message = self._message_at(container["channel"], container["ts"])
            await self._interactions.act_on_message(user, message, _element(message.elements, body), answer)
        return {}

    async def _submit(self, user: User, body: Json) -> Json:
        view = self._workspace.views.find(view_id=body["view_id"])
        done = await self._interactions.submit(user, view, body.get("state", {}).get("values", {}))
        return {"errors": done.errors} if done.errors else {}

    async def _close(self, user: User, body: Json) -> Json:
        await self._interactions.close(user, self._workspace.views.find(view_id=body["view_id"]))
        return {}

    async def _shortcut(self, user: User, body: Json) -> Json:
        message = self._message_at(body["channel"], body["ts"]) if body.get("ts") else None
        await self._interactions.shortcut(user, body["callback_id"], message)
        return {}

    async def _join(self, _user: User, body: Json) -> Json:
        self._workspace.channel(body["channel"]).members.add(self._workspace.app.bot_user)
        return {}

    def _message_at(self, channel_id: str, ts: str) -> Message:
        channel = self._workspace.channel(channel_id)
        for message in [*channel.log.values(), *channel.ephemerals]:
            if message.ts == ts:
                return message
        raise NotPossible("That message no longer exists.")

    # ------------------------------------------------------------ dials

    async def _show_dials(self, _request: web.Request) -> web.Response:
        return web.json_response(self._dials.shown())

    async def _turn_dial(self, request: web.Request) -> web.Response:
        _refuse_other_pages(request)
        body = json.loads(await request.read())
        try:
            self._dials.turn(body["name"], body["value"])
        except ValueError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)
        return web.json_response(self._dials.shown())

    async def _reset_dials(self, request: web.Request) -> web.Response:
        _refuse_other_pages(request)
        self._dials.reset()
        return web.json_response(self._dials.shown())

    def _viewer(self, request: web.Request) -> User:
        try:
            return self._workspace.user(request.query.get("as", "ana"))
        except LookupError as error:
            raise web.HTTPNotFound(text=str(error)) from None


def _user(user: User) -> Json:
    flags = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "color": user.color,
        **{flag: getattr(user, flag) for flag in flags},
    }


def _element(elements: Sequence[Element], body: Json) -> Element:
    for element in elements:
        if (element.block_id, element.action_id) == (body.get("block_id"), body.get("action_id")):
            return element
    raise NotPossible("That no longer exists.")


def _refuse_other_pages(request: web.Request) -> None:
    """Reject requests from pages of other sites that are open in the same browser."""
    origin: Any = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="only this server's own page may do that")


async def _until_closed(socket: web.WebSocketResponse) -> None:
    async for frame in socket:
        if frame.type is WSMsgType.ERROR:
            return
