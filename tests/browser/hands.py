"""Ways to operate the page: with a mouse, with the keyboard alone, or on a phone."""

from __future__ import annotations

from typing import Protocol

from playwright.async_api import Locator, Page, expect

WIDE, PHONE = 1280, 400  # pixels
HIGH = 850
MOST_STEPS = 250  # Tab presses through the whole page

IS_FOCUSED = "node => node === document.activeElement"

# What could hide a value: the page itself, and each frame that scrolls sideways.
TOO_WIDE = """() => {
  const frames = [document.documentElement, ...document.querySelectorAll(
    ".messages, .home, .modal-content, .table-frame, .block-carousel, .message-content, pre")];
  return frames.filter((node) => node.clientWidth && node.scrollWidth > node.clientWidth + 1)
    .map((node) => `${node.className || node.tagName}: ${node.scrollWidth} > ${node.clientWidth}: ${node.innerText.slice(0, 200)}`);
}"""


class Hand(Protocol):
    width: int

    async def press(self, control: Locator) -> None:
        """Press a button, or choose a row of a menu."""

    async def fill(self, field: Locator, text: str) -> None:
        """Type into a field."""

    async def choose(self, field: Locator, option: str) -> None:
        """Choose an option from a list."""


class Mouse:
    width = WIDE

    async def press(self, control: Locator) -> None:
        await control.click()

    async def fill(self, field: Locator, text: str) -> None:
        await field.click()
        await field.press_sequentially(text)

    async def choose(self, field: Locator, option: str) -> None:
        await field.select_option(option)


class Phone(Mouse):
    width = PHONE


class Keyboard:
    """Press Tab or Shift+Tab until the control has focus, arrow keys in a menu, then Enter."""

    width = WIDE

    async def press(self, control: Locator) -> None:
        await self._reach(control)
        await control.page.keyboard.press("Enter")

    async def fill(self, field: Locator, text: str) -> None:
        await self._reach(field)
        await field.page.keyboard.type(text)

    async def choose(self, field: Locator, option: str) -> None:
        await self._reach(field)
        await field.page.keyboard.type(option)

    async def _reach(self, control: Locator) -> None:
        await expect(control).to_be_visible()
        is_item = (await control.get_attribute("role") or "").startswith("menuitem")
        step = "ArrowDown" if is_item else "Shift+Tab"  # the newest message comes just before the composer
        for _ in range(MOST_STEPS):
            if await control.evaluate(IS_FOCUSED):
                return
            await control.page.keyboard.press(step)
        raise AssertionError(f"the keyboard does not reach {control}")


async def hides_nothing(page: Page) -> None:
    """Fail if anything on the page has to be scrolled sideways to be read."""
    assert await page.evaluate(TOO_WIDE) == []
