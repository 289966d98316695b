"""A whole day on the demo's page, by mouse, by keyboard alone, and on a phone: from starting a run to Home."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.demo.folder import Folder
from sandbox.demo.stage import Stage, staged
from tests.browser.hands import HIGH, PHONE, Hand, Keyboard, Mouse, Phone, hides_nothing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("demo"),
]
RUN = 90_000  # milliseconds for all checks of a run
CONDITION = "High-quota promotion stays off until tonight's peak is over"

Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stage():
    """Shared by the module: each day ends with a rollback, so that the next one can begin."""
    with tempfile.TemporaryDirectory(prefix="canary-demo-") as folder:
        async with staged(Folder(Path(folder))) as stage:
            yield stage


@pytest.fixture
def slack(stage):
    return stage.slack


@pytest.fixture(autouse=True)
def bot(stage):
    """The demo's real bot, in a process of its own."""


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def thread(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Thread")


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


@dataclass
class Day:
    """One version's run, and a person who watches and acts on it."""

    page: Page
    hand: Hand
    version: str
    number: int = 0

    def post(self, words: str) -> Locator:
        return log(self.page).get_by_role("article").filter(has_text=words).last

    @property
    def card(self) -> Locator:
        about = log(self.page).get_by_role("article").filter(has_text=self.version)
        return about.filter(has_text=re.compile(r"equested by .* run #\d")).first

    @property
    def about(self) -> str:
        return f"run {self.number} on staging"

    async def becomes(self, name: str) -> None:
        """Act as that person in the channel, as in a window of their own."""
        await self.page.evaluate(f"location.hash = 'as={name}&channel=C0RELEASES'")
        await expect(self.page.locator("#sidebar .self-name")).to_have_text(NAMES[name])

    async def presses(self, label: str, within: Locator) -> None:
        await self.hand.press(within.get_by_role("button", name=label).first)

    async def looks(self) -> None:
        await hides_nothing(self.page)

    async def types(self, text: str) -> None:
        await self.hand.fill(self.page.get_by_label("Message #releases"), text)
        await self.page.keyboard.press("Enter")

    async def opens_thread(self) -> None:
        await self.hand.press(self.card.get_by_role("button", name=re.compile("repl")))
        await expect(thread(self.page)).to_be_visible()

    async def closes_thread(self) -> None:
        await self.hand.press(thread(self.page).get_by_role("button", name="Close thread"))

    async def opens_home(self) -> Locator:
        menu = self.page.get_by_role("button", name="Channels and people")
        if self.hand.width == PHONE:
            await self.hand.press(menu)
        await self.hand.press(self.page.get_by_role("navigation", name="Apps").get_by_role("button"))
        return self.page.get_by_role("tabpanel", name="Home")


NAMES = {"U01ANA": "Ana Ruiz", "U02BEN": "Ben Okafor", "U03RAJ": "Raj Patel", "U04MIA": "Mia Lind"}
ANA, BEN, RAJ, MIA = NAMES


@pytest.mark.parametrize(
    ("hand", "number"), [(Mouse(), 1), (Keyboard(), 2), (Phone(), 3)], ids=["mouse", "keyboard", "phone"]
)
async def test_a_day_from_starting_a_run_to_home(
    hand: Hand, number: int, open_as: Open, stage: Stage
) -> None:
    await stage.system.relive({"duplicate_sends": 1, "slow_queue": 1}, ago=timedelta(seconds=160))
    day = Day(await open_as("raj", width=hand.width, height=HIGH), hand, f"1.42.{number}")
    await starts_from_the_shortcut(day)
    await reads_the_results(day)
    await is_refused(day)
    await votes_and_withdraws(day)
    await goes_with_a_condition(day)
    await waives_and_decides(day)
    await answers_the_prompt(day)
    await finds_it_at_home(day)


async def starts_from_the_shortcut(day: Day) -> None:
    await day.becomes(RAJ)
    page = day.page
    await day.hand.press(page.get_by_role("button", name="Shortcuts"))
    await day.hand.press(page.get_by_role("menuitem", name="Start a run"))
    version = dialog(page).get_by_label(re.compile("^version"))
    await expect(version).to_have_value("1.42.0")
    await version.fill("")
    await day.hand.fill(version, day.version)
    await day.looks()
    await day.presses("Start run", dialog(page))
    await expect(day.card).to_contain_text("Checking")
    told = re.search(r"run #(\d+)", await day.card.inner_text())
    assert told
    day.number = int(told[1])
    await expect(day.card).to_contain_text(re.compile(r"[1-9]\d* of 18 checks done"), timeout=RUN)


async def reads_the_results(day: Day) -> None:
    await expect(day.card).to_contain_text("NO-GO recommended", timeout=RUN)
    await expect(day.card).to_contain_text(
        re.compile(r"Duplicate sends: \d+ duplicates? reported by jobs and runs, must be 0")
    )
    await expect(day.card).to_contain_text(
        "needs a vote from release-managers (@Ana Ruiz), a vote from platform"
    )
    await day.looks()
    await all_on_one_screen(day)
    await day.opens_thread()
    await expect(
        thread(day.page).get_by_role("rowheader", name="Queue age, last ten minutes").first
    ).to_be_visible()
    table = thread(day.page).get_by_role("table", name="What did not pass")
    await expect(table.get_by_role("columnheader")).to_have_count(3)
    await expect(
        thread(day.page).get_by_role("img", name=re.compile("^Queue age, last ten minutes: Measured"))
    ).to_be_visible()
    await day.hand.press(thread(day.page).get_by_role("button", name=re.compile("checks passed")))
    await expect(thread(day.page)).to_contain_text("Scheduler cadence: mean gap")
    await day.looks()
    await day.closes_thread()


FROM_HEADING_TO_LAST_BUTTON = """card => {
    const waive = [...card.querySelectorAll("button")].find(button => button.textContent.startsWith("Waive"));
    return waive.getBoundingClientRect().bottom - card.querySelector("h3, [role=heading]").getBoundingClientRect().top;
}"""


async def all_on_one_screen(day: Day) -> None:
    """Header, verdict and buttons fit on one screen."""
    await expect(day.card.get_by_role("button", name="Waive")).to_be_visible()
    height = await day.card.evaluate(FROM_HEADING_TO_LAST_BUTTON)  # at once: the card may be edited meanwhile
    assert height <= await log(day.page).evaluate("list => list.clientHeight")


async def is_refused(day: Day) -> None:
    await day.becomes(MIA)
    await votes_go(day)
    refusal = day.post(f"can vote on run #{day.number}")
    await expect(refusal).to_contain_text("Only visible to you")
    await expect(refusal).to_contain_text("Ask ")


async def votes_go(day: Day) -> None:
    """Vote Go against the recommendation, which asks for confirmation."""
    await day.presses(f"Go: {day.about}", day.card)
    await expect(dialog(day.page)).to_contain_text("Duplicate sends")
    await day.looks()
    await day.presses("Vote Go", dialog(day.page))


async def votes_and_withdraws(day: Day) -> None:
    await day.becomes(ANA)
    await votes_go(day)
    await expect(day.card).to_contain_text("Go from @Ana Ruiz")
    await day.types(f"/canary withdraw #{day.number}")
    await expect(day.post(f"Your Go on run #{day.number} is withdrawn")).to_be_visible()
    await expect(day.card).not_to_contain_text("Go from @Ana Ruiz")


async def goes_with_a_condition(day: Day) -> None:
    page = day.page
    await day.presses(f"Conditional go: {day.about}", day.card)
    await expect(dialog(page)).to_contain_text("Duplicate sends")
    await day.hand.fill(dialog(page).get_by_label("What must become true?"), CONDITION)
    await day.hand.choose(dialog(page).get_by_label("Who owns it?"), "Raj Patel")
    await day.looks()
    await day.presses("Approve with condition", dialog(page))
    await expect(day.card).to_contain_text(f"Condition: {CONDITION} · @Raj Patel")


async def waives_and_decides(day: Day) -> None:
    """Waive what failed, and cast the second vote from the message's menu."""
    page = day.page
    await day.becomes(BEN)
    home = await day.opens_home()
    await expect(home).to_contain_text(re.compile("your waiver for .*Duplicate sends"))
    found = re.search(r"your waiver for (.*)", await home.inner_text())
    assert found
    await day.looks()
    await day.becomes(BEN)
    for failed in found[1].split(", "):  # on a busy machine the queue has fallen behind, too
        await waives(day, failed)
    await day.presses("More actions for this message", day.card)
    await day.hand.press(page.get_by_role("menuitem", name="Act on this run"))
    await day.looks()
    await votes_go_in(day, dialog(page))
    await expect(day.card).to_contain_text("Conditional go, watching")
    await expect(day.card).to_contain_text(
        "Approved by @Ana Ruiz (release-managers) and @Ben Okafor (platform)"
    )
    await expect(day.card).to_contain_text(f"Condition: {CONDITION}")
    await expect(day.card.get_by_role("button", name="Go: ")).to_have_count(0)
    await expect(day.post(f"Decision on run #{day.number}")).to_contain_text("Conditional go · staging")
    await day.looks()


async def waives(day: Day, check: str) -> None:
    form = dialog(day.page)
    await day.presses(f"Waive: {day.about}", day.card)
    await day.hand.choose(form.get_by_label("Which check?"), check)
    await day.hand.fill(form.get_by_label("Why is it safe to continue?"), "Only test workspaces")
    await day.looks()
    await day.presses("Waive check", form)
    await expect(day.card).to_contain_text(re.compile(f"{check}.* waived"))


async def votes_go_in(day: Day, form: Locator) -> None:
    await day.presses(f"Go: {day.about}", form)
    await day.presses("Vote Go", dialog(day.page).last)


async def answers_the_prompt(day: Day) -> None:
    page = day.page
    await day.becomes(RAJ)
    prompt = log(page).get_by_role("article").filter(
        has=page.get_by_role("heading", name=f"staging {day.version}")
    )  # fmt: skip
    asked = prompt.filter(has_text="decide whether to roll back").last
    await expect(asked).to_contain_text("must be 0", timeout=RUN)
    await expect(asked).to_contain_text("Answer with a button by")
    await day.looks()
    await day.presses(f"I'm on it: {day.about}", asked)
    taken = prompt.filter(has_text="@Raj Patel is on it since").last
    await day.presses(f"I have rolled back: {day.about}", taken)
    await expect(dialog(page)).to_contain_text("It rolls nothing back")
    await day.presses("I have rolled back", dialog(page))
    await expect(day.post("after the alarm").filter(has_text=day.version)).to_contain_text(
        "@Raj Patel rolled back staging"
    )
    await expect(day.card).to_contain_text("Rolled back")
    await day.opens_thread()
    await expect(thread(page)).to_contain_text("Pin the capacity and turn high-quota promotion off")
    await expect(thread(page)).to_contain_text(
        f"Redeploy 1.41.3 from the deployment dashboard; it replaces {day.version}"
    )
    await expect(thread(page)).to_contain_text("Vote withdrawn: @Ana Ruiz withdrew their Go")
    await expect(thread(page)).to_contain_text("staging was rolled back")
    await day.looks()
    await day.closes_thread()


async def finds_it_at_home(day: Day) -> None:
    home = await day.opens_home()
    await expect(home).to_contain_text(f"Rolled back · staging {day.version} · run #{day.number}")
    await day.looks()
    await day.presses("Start a run", home)
    await expect(dialog(day.page)).to_contain_text("Runs 18 checks on staging")
    await day.looks()
