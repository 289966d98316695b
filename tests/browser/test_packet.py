"""The packet's page in a browser: on a phone, in dark mode, printed, and without any other file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.record.packet import as_html
from bot.rules.run import RunState
from tests.unit.bot.dossiers import LIVELY, dossier, plan

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture(params=["quota is 62 of 62", LIVELY, "x" * 400])
def page_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "packet.html"
    path.write_text(
        as_html(dossier(plan(tmp_path, 5, "Pin it"), request.param, RunState.CLOSED), []), encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (400, "light"), (320, "dark")]
)
async def test_the_page_fits_every_width_and_loads_nothing_else(
    browser: Browser, page_file: Path, width: int, scheme: str
) -> None:
    page, heard = await opened(browser, page_file, width, scheme)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    # no other request, and nothing on the console, such as a violation of the page's policy
    assert heard == [page_file.as_uri()]
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") is (scheme == "light")
    await page.context.close()


async def test_the_page_prints_in_light_colors_without_links(browser: Browser, page_file: Path) -> None:
    page, _ = await opened(browser, page_file, 800, "dark")
    await page.emulate_media(media="print")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not await page.get_by_role("navigation", name="Contents").is_visible()
    assert (await page.pdf(format="A4")).startswith(b"%PDF-")
    await page.context.close()


async def test_a_script_in_the_page_does_not_run(browser: Browser, page_file: Path) -> None:
    forged = page_file.read_text().replace("</main>", "<script>document.title = 'ran'</script></main>")
    page_file.write_text(forged)
    page, heard = await opened(browser, page_file, 800, "light")
    assert await page.title() != "ran"
    assert any("Content Security Policy" in said for said in heard)
    await page.context.close()


async def test_a_narrow_table_is_still_a_table_to_screen_readers(browser: Browser, page_file: Path) -> None:
    page, _ = await opened(browser, page_file, 400, "light")
    criteria = page.get_by_role(
        "table", name="Each criterion with its evidence, those that are not met first"
    )
    assert await criteria.get_by_role("row").count() == 6
    assert await criteria.get_by_role("rowheader").count() == 5
    await page.context.close()


async def opened(browser: Browser, path: Path, width: int, scheme: str) -> tuple[Page, list[str]]:
    """Returns the page, and its requests and console messages."""
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("request", lambda request: heard.append(request.url))
    await page.goto(path.as_uri())
    return page, heard
