"""A local Slack with a small app, a board of dials, and Chromium on its page."""

from __future__ import annotations

from typing import Self

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import LocalSlack
from sandbox.slack.panels import Panel
from tests.browser import chrome, tryout_bot

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # milliseconds to wait for anything expected


def program(own: str) -> str:
    """The browser's path. Without a browser the test is skipped, and in CI it fails."""
    try:
        found = chrome.find(own)
    except chrome.NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)
    if found is None and chrome.is_required():
        pytest.fail(chrome.MISSING, pytrace=False)
    if found is None:
        pytest.skip(chrome.MISSING)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser():
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        path = program(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def dials():
    """The dials of a system under test, on a server of their own; `dials.values` holds those that were set."""
    async with DialServer() as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def slack(dials):
    panels = [Panel("System under test", dials.url)]
    async with LocalSlack(manifest=tryout_bot.manifest(), panels=panels) as slack:
        yield slack


@pytest_asyncio.fixture(loop_scope="session")
async def client(slack):
    """The bot's Slack client."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def bot(slack, client):
    app = tryout_bot.build(client, slack.signing_secret)
    handler = AsyncSocketModeHandler(app, slack.app_token)
    await handler.connect_async()
    await slack.connected()
    yield app
    await handler.close_async()


@pytest_asyncio.fixture(loop_scope="session")
async def open_as(browser: Browser, slack):
    """`page = await open_as("ana")` opens the page as that person. A script error on it fails the test."""
    contexts, errors = [], []

    async def open_page(name: str, *, width: int = 1280, height: int = 800, url: str = "") -> Page:
        context = await browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{url or slack.url}/#as={slack.user(name).id}")
        await expect(page.get_by_role("log", name="Messages")).to_be_visible()
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert errors == []


class DialServer:
    """GET, PUT and POST …/reset, allowed for pages of other origins, like the job system's dials."""

    def __init__(self) -> None:
        self.values = {"duplicate_sends": False, "slow_queue": 0}
        app = web.Application(middlewares=[_open_to_all])
        app.router.add_get("/dials", self._show)
        app.router.add_put("/dials", self._turn)
        app.router.add_post("/dials/reset", self._reset)
        self._runner = web.AppRunner(app)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/dials"

    async def _show(self, _request: web.Request) -> web.Response:
        duplicates, slow = self.values["duplicate_sends"], self.values["slow_queue"]
        toggle = {
            "name": "duplicate_sends",
            "title": "Duplicate sends",
            "kind": "toggle",
            "value": duplicates,
        }
        slider = {"name": "slow_queue", "title": "Slow queue", "kind": "range", "value": slow}
        return web.json_response([toggle, {**slider, "min": 0, "max": 10, "step": 1}])

    async def _turn(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.values[body["name"]] = body["value"]
        return await self._show(request)

    async def _reset(self, request: web.Request) -> web.Response:
        self.values.update(duplicate_sends=False, slow_queue=0)
        return await self._show(request)


@web.middleware
async def _open_to_all(request: web.Request, handler):
    response = web.Response() if request.method == "OPTIONS" else await handler(request)
    response.headers.update(
        {f"Access-Control-Allow-{what}": "*" for what in ("Origin", "Methods", "Headers")}
    )
    return response
