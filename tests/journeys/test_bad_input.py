"""Hostile names, guests and others' messages, in a workspace that knows the newest blocks and in one that knows none of
them. What a reminder says has one form only, in `test_reminders`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from commands.serve import Running
from sandbox.slack.features import NEWEST_BLOCKS
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, decided

LIVELY = "<!channel> *bold* `code` & <https://evil.example|click> @here"
LONG = "x" * 80
MIXED = "مرحبا بالعالم 🎉"
NAMES = {"markup": LIVELY, "right-to-left and emoji": MIXED, "80 characters without a space": LONG}


@pytest.fixture(params=["the newest blocks", "older blocks alone"])
def blocks(request: pytest.FixtureRequest, slack: LocalSlack) -> str:
    if request.param == "older blocks alone":
        slack.withdraw(*NEWEST_BLOCKS, "tables")
    return str(request.param)


@pytest_asyncio.fixture
async def team(blocks: str, start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[Running]:
    async with start_bot() as bot:
        await slack.connected()
        yield bot


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
async def test_a_hostile_name_is_shown_and_activates_nothing_from_the_run_to_the_decision(
    start_bot: StartBot, slack: LocalSlack, world: World, name: str
) -> None:
    """It is a check's title, the version, and the reason of a No-go; Home and the form repeat them."""
    await world.put("duplicates", 2)
    titled = CONFIGURATION.replace("      duplicates:\n", f"      duplicates:\n        title: {name!r}\n")
    async with start_bot(titled):
        await slack.connected()
        raj, ana = slack.user("raj"), slack.user("ana")
        await raj.shortcut("start_run")
        done = await raj.submit(await raj.sees_modal("Start a run"), {"version": name[:60]})
        assert done.acked and not done.errors
        card = await slack.sees("#releases", "*NO-GO recommended*")
        home = await ana.opens_home()
        await ana.click(card, "No-go…")
        form = await ana.sees_modal("No-go")
        last = name.rsplit(maxsplit=1)[-1]
        assert all(last in str(shown.blocks) for shown in (card, home, form))
        assert (await ana.submit(form, {"Reason": name})).acked
        decision = await slack.sees("#releases", "Decision on run #1")
        assert last in slack.render_text(decision)
        everything = [card, *slack.thread(card), *slack.workspace.direct(raj.id).log.values()]
    live = {each for message in everything for each in slack.live_sequences(message)}
    assert not [each for each in live if each.startswith("<!channel") or "evil" in each]


@pytest.mark.usefixtures("team")
async def test_a_guest_sees_one_sentence_in_home(slack: LocalSlack) -> None:
    await decided(slack)
    home = await slack.user("gus").opens_home()
    assert len(home.blocks) == 1
    assert "canary is for members of this workspace" in str(home.blocks)


@pytest.mark.usefixtures("team")
async def test_a_shortcut_on_somebody_elses_message_says_what_to_do(slack: LocalSlack) -> None:
    await decided(slack)
    reply = await slack.user("ana").shortcut("act_on_run", slack.user("mia").says("#releases", "lunch?"))
    assert "/canary status" in await reply.told("doesn't belong to a run")
