"""The local Slack: a server that speaks Slack's protocol to an app, and methods to act as its users."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from aiohttp import web

from sandbox.slack.app import App
from sandbox.slack.cast import acme
from sandbox.slack.channel import Channel
from sandbox.slack.clock import Clock
from sandbox.slack.console import Console
from sandbox.slack.courier import Courier
from sandbox.slack.delivery import Delivery
from sandbox.slack.dials import Dials
from sandbox.slack.faults import Faults
from sandbox.slack.features import Feature
from sandbox.slack.interactions import Interactions
from sandbox.slack.manifest import ManifestLike, read_manifest
from sandbox.slack.message import Message
from sandbox.slack.mrkdwn import live_sequences
from sandbox.slack.panels import Panel
from sandbox.slack.people import Group, User
from sandbox.slack.person import PATIENCE, Person
from sandbox.slack.refusal import Refusal
from sandbox.slack.rendering import render_text, render_thread
from sandbox.slack.request_url import RequestUrl
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.socket_mode import SocketMode
from sandbox.slack.tour import Step, Tour
from sandbox.slack.web_api import files
from sandbox.slack.web_api.gateway import Call, Gateway

T = TypeVar("T")
LOOPBACK = "127.0.0.1"
LARGEST_REQUEST = 64 * 1024 * 1024  # bytes; uploads


class LocalSlack:
    """`async with LocalSlack() as slack:` serves on a free loopback port until the block ends.

    `manifest` is the app's (a path, its content, or None for the minimum that the canary bot needs). Give an app `api_url`, `bot_token`, and `app_token` for Socket Mode or `signing_secret` for HTTP.
    """

    def __init__(
        self,
        *,
        manifest: ManifestLike | None = None,
        host: str = LOOPBACK,
        port: int = 0,
        ack_limit: float = 3.0,
        without: Sequence[Feature] = (),
        panels: Sequence[Panel] = (),
        tour: Sequence[Step] = (),
    ) -> None:
        self.clock = Clock()
        self.app = App(read_manifest(manifest))
        self.workspace = acme(self.app, self.clock)
        self.workspace.without = frozenset(without)
        self.faults = Faults()
        self._closing = asyncio.Event()
        self.gateway = Gateway(self.workspace, self.faults, self._closing)
        self.socket_mode = SocketMode(self.workspace)
        self.gateway.open_connection = self.socket_mode.new_url
        self.courier = Courier(self.workspace, self.socket_mode, ack_limit=ack_limit)
        self.responses = ResponseUrls(self.workspace, self.clock)
        self.interactions = Interactions(self.workspace, self.courier, self.responses)
        dials = Dials(self.faults, self.gateway.rates, self.socket_mode.drop)
        self.tour = Tour(tour, self.workspace)
        self.console = Console(
            self.workspace,
            self.interactions,
            dials,
            self._closing,
            panels=panels,
            tour=Tour(tour, self.workspace),
        )
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    # ------------------------------------------------------------ serving

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        server = web.Application(client_max_size=LARGEST_REQUEST)
        server.router.add_route("*", "/api/{method}", self.gateway.handle)
        server.router.add_get("/link/", self.socket_mode.connect)
        server.router.add_post("/actions/{team}/{ticket}", self._respond)
        server.router.add_post("/upload/v1/{ticket}", self._upload)
        self.console.add_routes(server)
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.workspace.url = f"http://{self._host}:{port}"
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        self._closing.set()
        await self.courier.close()
        await self.socket_mode.close()
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The URL of the page, and the base of all others."""
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """`base_url` for slack_sdk's clients."""
        return f"{self.url}/api/"

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()

        def perform() -> web.Response:
            try:
                self.responses.answer(request.match_info["ticket"], raw)
            except Refusal as refusal:
                gone = refusal.error in {"used_url", "expired_url", "invalid_url"}
                return web.json_response(refusal.body(), status=404 if gone else 400)
            return web.json_response({"ok": True})

        return await self.gateway.with_faults(request, "response_url", perform)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await _uploaded(request)

        def perform() -> web.Response:
            try:
                return web.Response(text=files.receive(self.workspace, request.match_info["ticket"], content))
            except KeyError:
                return web.Response(status=404, text="unknown upload")

        return await self.gateway.with_faults(request, "upload", perform)

    # ------------------------------------------------------------ the app

    @property
    def bot_token(self) -> str:
        return self.app.bot_token

    @property
    def app_token(self) -> str:
        return self.app.app_token

    @property
    def signing_secret(self) -> str:
        return self.app.signing_secret

    async def deliver_to(self, url: str) -> None:
        """Deliver over signed HTTP from now on. Raises ValueError if the app does not answer the challenge."""
        assert self._session is not None, "start the server first"
        route = RequestUrl(url, self.app, self.clock, self._session)
        await route.verify()
        self.courier.route = route

    async def connected(self, count: int = 1, *, timeout: float = PATIENCE) -> None:  # noqa: ASYNC109
        """Wait until the app has `count` Socket Mode connections."""
        await self.wait_for(lambda: len(self.socket_mode.sockets) >= count, timeout)

    def withdraw(self, *features: Feature) -> None:
        """The server lacks these features from now on."""
        self.workspace.without |= frozenset(features)

    def introduce(self, *features: Feature) -> None:
        """The server has these features from now on."""
        self.workspace.without -= frozenset(features)

    def uninstall(self) -> None:
        """Send the app `tokens_revoked` and `app_uninstalled`, and revoke its token."""
        self.courier.announce({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.bot_user]}})
        self.courier.announce({"type": "app_uninstalled"})
        self.app.installed = False

    def revoke_tokens(self) -> None:
        self.courier.announce({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.app.bot_user]}})
        self.app.revoked = True

    def calls(self, method: str = "") -> list[Call]:
        """The app's API calls, oldest first; of one method or all."""
        return [call for call in self.gateway.calls if method in {"", call.method}]

    @property
    def deliveries(self) -> list[Delivery]:
        """Every payload delivered to the app, with its ack."""
        return self.courier.deliveries

    # ------------------------------------------------------------ the people

    def user(self, name: str) -> Person:
        return Person(self.workspace, self.interactions, self.workspace.user(name))

    def add_user(self, user: User) -> Person:
        self.workspace.users[user.id] = user
        return self.user(user.id)

    def add_group(self, group: Group) -> Group:
        self.workspace.groups[group.id] = group
        return group

    def channel(self, name: str) -> Channel:
        return self.workspace.channel(name)

    def add_channel(self, channel: Channel) -> Channel:
        self.workspace.channels[channel.id] = channel
        return channel

    def invite(self, channel: str) -> None:
        """The bot joins the channel."""
        self.channel(channel).members.add(self.app.bot_user)

    def kick(self, channel: str) -> None:
        self.channel(channel).members.discard(self.app.bot_user)

    def archive(self, channel: str) -> None:
        self.channel(channel).is_archived = True

    def unarchive(self, channel: str) -> None:
        self.channel(channel).is_archived = False

    def delete_channel(self, channel: str) -> Channel:
        """Delete the channel for everyone. Returns it, to be restored with `add_channel`."""
        return self.workspace.channels.pop(self.channel(channel).id)

    def delete(self, message: Message) -> None:
        """Delete it, as an administrator can."""
        self.workspace.delete(message)

    def thread(self, message: Message) -> list[Message]:
        """The root and its replies, oldest first."""
        return self.channel(message.channel).thread(message.root_ts)

    def ephemerals_for(self, name: str) -> list[Message]:
        return self.user(name).ephemerals

    # ------------------------------------------------------------ looking

    async def wait_for(self, look: Callable[[], T], timeout: float = PATIENCE) -> T:  # noqa: ASYNC109
        """Returns the first true value of `look`, which is called again after every event."""
        return await self.workspace.news.wait_for(look, timeout)

    async def sees(self, channel: str, containing: str, *, timeout: float = PATIENCE) -> Message:  # noqa: ASYNC109
        """Returns the newest message of the channel or its threads that shows this text."""
        log = self.channel(channel).log

        def look() -> Message | None:
            living = (message for message in reversed(log.values()) if not message.deleted)
            return next((message for message in living if containing in self.render_text(message)), None)

        try:
            found = await self.wait_for(look, timeout)
        except TimeoutError:
            shown = [self.render_text(message) for message in log.values()]
            raise AssertionError(
                f"{channel} did not show {containing!r} in {timeout} s, but {shown}"
            ) from None
        assert found is not None
        return found

    def render_text(self, message: Message) -> str:
        """The content of the message, as plain text."""
        return render_text(self.workspace, message)

    def render_thread(self, message: Message) -> str:
        """The whole thread as text, with authors and times."""
        return render_thread(self.workspace, message)

    def live_sequences(self, message: Message) -> list[str]:
        """Mentions, broadcasts and links that Slack would activate."""
        return live_sequences(message)


async def _uploaded(request: web.Request) -> bytes:
    """The bytes, sent raw or as the only file of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""
