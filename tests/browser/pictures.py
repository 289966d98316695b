"""The pictures of README and docs, taken from the demo: `make pictures`.

python -m tests.browser.pictures [folder]    # writes <name>-<light|dark>[-narrow].png

Each is what somebody sees in the local Slack at that moment of the demo's story: nothing is drawn or arranged by hand.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from sandbox.demo.folder import Folder
from sandbox.demo.stage import Stage, staged
from sandbox.slack.message import Message
from tests.browser import chrome
from tests.browser.conftest import ARGUMENTS, PATIENCE

CHANNEL = "#releases"
WIDE, NARROW = 1280, 400  # pixels
HEIGHT = 900
SOON, CHECKED = 60.0, 90.0  # seconds for a message; for all checks of a run

Find = Callable[[Page], Awaitable[Locator]]


@dataclass(frozen=True)
class Camera:
    """Takes a picture in light and dark, wide and narrow."""

    browser: Browser
    stage: Stage
    folder: Path

    async def take(self, name: str, find: Find, *, by: str = "raj") -> None:
        """`find`: opens what is to be seen on a page of this person, and returns it."""
        for scheme in ("light", "dark"):
            for width in (WIDE, NARROW):
                suffix = "-narrow" if width == NARROW else ""
                path = self.folder / f"{name}-{scheme}{suffix}.png"
                async with self._page(by, scheme, width) as page:
                    found = await find(page)
                    await found.screenshot(path=path, animations="disabled")

    @asynccontextmanager
    async def _page(self, name: str, scheme: Literal["light", "dark"], width: int) -> AsyncIterator[Page]:
        context = await self.browser.new_context(
            viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, device_scale_factor=2
        )
        try:
            page = await context.new_page()
            page.set_default_timeout(PATIENCE)
            await page.goto(f"{self.stage.slack.url}/#as={self.stage.slack.user(name).id}")
            await expect(log(page)).to_be_visible()
            yield page
        finally:
            await context.close()


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


async def newest_with_buttons(page: Page) -> Locator:
    """The card, or the prompt."""
    button = page.get_by_role("button", name=re.compile(r"^(Go|I'm on it): "))
    return log(page).get_by_role("article").filter(has=button).last


async def whole_page(page: Page) -> Locator:
    await thread(page)
    return page.locator("body")


async def thread(page: Page) -> Locator:
    shown = await newest_with_buttons(page)
    await shown.get_by_role("button", name=re.compile("repl")).click()
    found = page.get_by_role("complementary", name="Thread")
    await expect(found).to_be_visible()
    return found


def form(button: str) -> Find:
    async def opened(page: Page) -> Locator:
        shown = await newest_with_buttons(page)
        await shown.get_by_role("button", name=re.compile(f"^{button}: ")).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("textbox").first).to_be_visible()
        return dialog

    return opened


async def home(page: Page) -> Locator:
    await page.get_by_role("button", name=re.compile("Home")).first.click()
    return page.locator("#main")


async def newest_decision(page: Page) -> Locator:
    return log(page).get_by_role("article").filter(has_text=re.compile("Go|Conditional go")).last


async def take_all(camera: Camera) -> None:
    stage, slack = camera.stage, camera.stage.slack
    await stage.system.relive({"duplicate_sends": 1.0, "slow_queue": 1.0}, ago=timedelta(minutes=3))
    failing = await _run(stage, "1.42.0")
    await camera.take("front", whole_page)
    await camera.take("card", newest_with_buttons, by="ana")
    await camera.take("thread", thread, by="ana")
    await camera.take("form", form("No-go"), by="ana")
    await camera.take("home", home, by="ana")
    await slack.user("ana").click(failing, "No-go…")
    asked = await slack.user("ana").sees_modal("No-go", timeout=SOON)
    await slack.user("ana").submit(asked, {"Why not?": "Duplicate sends without a mitigation"})
    await slack.wait_for(lambda: not failing.elements, SOON)

    await stage.system.reset()
    good = await _run(stage, "1.42.1")
    for name in ("ana", "ben"):
        await slack.user(name).click(good, "Go")
    await slack.wait_for(lambda: not good.elements, SOON)
    await camera.take("decided", newest_decision)
    await stage.system.turn("duplicate_sends", 1)
    await slack.sees(CHANNEL, "Roll back staging", timeout=CHECKED)
    await camera.take("prompt", newest_with_buttons)


async def _run(stage: Stage, version: str) -> Message:
    """-> the card, once it waits for votes."""
    slack = stage.slack
    await slack.user("raj").command(CHANNEL, "/canary", f"run staging version={version}")
    card = await slack.sees(CHANNEL, f"staging {version}", timeout=SOON)
    await slack.wait_for(lambda: card.elements, CHECKED)
    return card


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="canary-pictures-") as place:
        async with staged(Folder(Path(place))) as stage, async_playwright() as playwright:
            path = chrome.find(playwright.chromium.executable_path)
            if path is None:
                raise SystemExit(chrome.MISSING)
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            await take_all(Camera(browser, stage, folder))
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures")))
