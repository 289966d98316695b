"""Take the pictures of README and docs from the demo: `make pictures`.

python -m tests.browser.pictures [folder]    # writes <name>-<light|dark>[-narrow].png

Each shows the local Slack at some moment of a day: nothing is drawn or arranged by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from PIL import Image
from playwright.async_api import Browser, Error, Locator, Page, async_playwright, expect

from sandbox.demo.folder import Folder
from sandbox.demo.stage import Stage, staged
from sandbox.slack.message import Message
from tests.browser import chrome
from tests.browser.conftest import ARGUMENTS, PATIENCE

PLACE = Path("docs/pictures")
CHANNEL = "#releases"
WIDE, NARROW = 1280, 400  # pixels
TALL = 1600  # for one whole message
LOW = 300  # for a list, before the window grows to show all of it
SCALE = 1.5
COLORS = 128
TRIES = 5
SOON, CHECKED = 60.0, 90.0  # seconds: for one message; for all checks of a run

# Whether the browser has an emoji font; without one, emoji are empty boxes.
DRAWS_EMOJI = """() => {
  const context = Object.assign(document.createElement("canvas"), {width: 40, height: 40}).getContext("2d");
  context.font = "24px sans-serif";
  context.fillText("🟡", 2, 30);
  const {data} = context.getImageData(0, 0, 40, 40);
  return data.some((value, at) => at % 4 === 0 && value !== data[at + 2]);
}"""

Find: TypeAlias = Callable[[Page], Awaitable[Locator]]


@dataclass(frozen=True)
class Camera:
    """Takes each picture in light and dark, wide and narrow."""

    browser: Browser
    stage: Stage
    folder: Path

    async def take(self, name: str, find: Find, *, by: str, wide: int = TALL, narrow: int = TALL) -> None:
        """Take a picture. `find` opens the subject on this person's page and returns it; `wide` and `narrow` are window
        heights.
        """
        for width, height in ((WIDE, wide), (NARROW, narrow)):
            async with self._page(by, width, height) as page:
                found = await find(page)
                await page.mouse.move(0, 0)
                await page.evaluate("document.activeElement?.blur()")
                for scheme in ("light", "dark"):
                    suffix = "-narrow" if width == NARROW else ""
                    await self._shoot(page, found, scheme, f"{name}-{scheme}{suffix}.png")

    async def _shoot(self, page: Page, found: Locator, scheme: Literal["light", "dark"], name: str) -> None:
        await page.emulate_media(color_scheme=scheme)
        taken = Image.open(io.BytesIO(await _screenshot(found)))
        small = taken.convert("RGB").quantize(COLORS, dither=Image.Dither.NONE)
        small.save(self.folder / name, optimize=True)

    @asynccontextmanager
    async def _page(self, name: str, width: int, height: int) -> AsyncIterator[Page]:
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=SCALE
        )
        try:
            page = await context.new_page()
            page.set_default_timeout(PATIENCE)
            await page.goto(f"{self.stage.slack.url}/#as={self.stage.slack.user(name).id}")
            await expect(log(page)).to_be_visible()
            yield page
        finally:
            await context.close()


async def _screenshot(found: Locator) -> bytes:
    """Retry if the message is edited and redrawn at that moment."""
    for _ in range(TRIES):
        with contextlib.suppress(Error):
            return await found.screenshot(animations="disabled")
    raise SystemExit("The page does not hold still for a picture; try again on a machine that is less busy.")


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def card(version: str) -> Find:
    async def found(page: Page) -> Locator:
        title = page.get_by_role("heading", name=version)
        card = log(page).get_by_role("article").filter(has=title, has_text="requested by").last
        await expect(card).to_be_visible()
        return card

    return found


async def prompt(page: Page) -> Locator:
    found = log(page).get_by_role("article").filter(has=page.get_by_role("heading", name="Roll back staging"))
    await expect(found).to_be_visible()
    return found


def thread(version: str) -> Find:
    """The whole thread, from its first message on."""

    async def opened(page: Page) -> Locator:
        await (await card(version)(page)).get_by_role("button", name=re.compile("repl")).click()
        found = page.get_by_role("complementary", name="Thread")
        await _loaded(found)
        await _show_all(page, found.get_by_role("log"))
        return found

    return opened


def front(version: str) -> Find:
    """The whole window, without the demo's own panels; on a phone, the channel."""

    async def opened(page: Page) -> Locator:
        if await page.evaluate("innerWidth") > NARROW:
            await (await card(version)(page)).get_by_role("button", name=re.compile("repl")).click()
            await page.get_by_role("button", name="What to try").click()
            found = page.get_by_role("complementary", name="Thread")
            await _loaded(found)
            table = found.get_by_role("table").first
            await table.evaluate("table => table.scrollIntoView({block: 'start'})")
        await (await card(version)(page)).scroll_into_view_if_needed()
        return page.locator("body")

    return opened


def form(version: str, button: str) -> Find:
    async def opened(page: Page) -> Locator:
        await (await card(version)(page)).get_by_role("button", name=re.compile(f"^{button}: ")).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog.get_by_role("textbox").first).to_be_visible()
        return dialog

    return opened


async def home(page: Page) -> Locator:
    menu = page.get_by_role("button", name="Channels and people")
    if await menu.is_visible():
        await menu.click()
    await page.get_by_role("navigation", name="Apps").get_by_role("button").click()
    found = page.get_by_role("region", name="Canary Home")
    await expect(found).to_contain_text("Waiting for you")
    await _show_all(page, found.get_by_role("tabpanel"))
    return found


async def _loaded(thread: Locator) -> None:
    """Wait for the pictures, which load last and make it longer."""
    await expect(thread).to_contain_text("evidence")
    picture = thread.locator(".message-picture img")
    await expect(picture).to_have_count(1)
    await picture.evaluate("image => image.decode()")


async def _show_all(page: Page, scrolled: Locator) -> None:
    """Make the window as high as the list needs."""
    size = page.viewport_size
    assert size
    hidden = await scrolled.evaluate("list => list.scrollHeight - list.clientHeight")
    await page.set_viewport_size({"width": size["width"], "height": size["height"] + hidden})


# ---------------------------------------------------------------- the day


async def take_all(camera: Camera) -> None:
    await _a_conditional_go_that_is_rolled_back(camera)
    await _a_run_that_fails(camera)


async def _a_conditional_go_that_is_rolled_back(camera: Camera) -> None:
    stage, slack = camera.stage, camera.stage.slack
    run = await _run(stage, "1.42.0")
    ana = slack.user("ana")
    await ana.click(run, "Conditional go…")
    asked = await ana.sees_modal("Conditional go", timeout=SOON)
    condition = "High-quota promotion stays off until tonight's peak is over"
    await ana.submit(asked, {"What must become true?": condition, "Who owns it?": slack.user("raj").id})
    await slack.sees(CHANNEL, condition, timeout=SOON)
    await slack.user("ben").click(run, "Go")
    await slack.sees(CHANNEL, "How to roll back", timeout=SOON)
    await slack.wait_for(lambda: re.search(r"measured (\d|once)", slack.render_text(run)), SOON)
    await camera.take("decided", card("1.42.0"), by="raj")
    await stage.system.turn("duplicate_sends", 1)
    alarm = await slack.sees(CHANNEL, "Roll back staging", timeout=CHECKED)
    await camera.take("prompt", prompt, by="raj")
    await slack.user("raj").click(alarm, "I have rolled back")
    await slack.sees(CHANNEL, "after the alarm", timeout=SOON)


async def _a_run_that_fails(camera: Camera) -> None:
    await camera.stage.system.relive({"duplicate_sends": 1.0, "slow_queue": 1.0}, ago=timedelta(minutes=3))
    version = "1.43.0"
    await _run(camera.stage, version)
    await camera.take("front", front(version), by="ana", wide=800, narrow=860)
    await camera.take("card", card(version), by="ana")
    await camera.take("thread", thread(version), by="ana", wide=LOW, narrow=LOW)
    await camera.take("form", form(version, "No-go"), by="ana", wide=900, narrow=860)
    await camera.take("home", home, by="ana", wide=LOW, narrow=LOW)


async def _run(stage: Stage, version: str) -> Message:
    """Start a run. Returns its card, once it waits for votes and its thread has the results."""
    slack = stage.slack
    await slack.user("raj").command(CHANNEL, "/canary", f"run staging version={version}")
    card = await slack.sees(CHANNEL, f"Checking · staging {version}", timeout=SOON)
    await slack.wait_for(lambda: card.elements, CHECKED)
    await slack.sees(CHANNEL, "Votes wanted", timeout=SOON)
    return card


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="canary-pictures-") as place:
        async with staged(Folder(Path(place))) as stage, async_playwright() as playwright:
            path = chrome.find(playwright.chromium.executable_path)
            if path is None:
                raise SystemExit(chrome.MISSING)
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            await _check_fonts(browser)
            await take_all(Camera(browser, stage, folder))
            await browser.close()


async def _check_fonts(browser: Browser) -> None:
    page = await browser.new_page()
    if not await page.evaluate(DRAWS_EMOJI):
        raise SystemExit("There is no font for emoji; install one, such as fonts-noto-color-emoji.")
    await page.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PLACE))
