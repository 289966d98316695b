"""The clock of the bot's machine is an hour off: deadlines, windows and order follow the database's clock, so people
notice nothing.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.store.roles import BOT, as_role
from sandbox.slack.elements import elements_of
from sandbox.slack.faults import Fault
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.faults.processes import ROOT
from tests.journeys.conftest import CONFIGURATION, World, decided, record_holds
from tests.journeys.test_attacks import facts

HOUR = 3600

# a check and a trigger that compare their own time with the database's
LOOKS_AT_THE_TIME = CONFIGURATION.replace(
    "      duplicates:\n        kind: sql",
    """      clock:
        kind: sql
        source: world
        query: "SELECT abs(extract(epoch FROM (now() AT TIME ZONE 'UTC') - {{now}}))::float AS off FROM reading LIMIT 1"
        units: {off: s}
        pass: {off: "< 60s"}
        owner: platform
      duplicates:
        kind: sql""",
).replace(
    "      triggers:\n",
    '      triggers:\n        clock: {check: clock, breach: 1, prompt: "It looks at another time"}\n',
)


@asynccontextmanager
async def bot_with_a_clock(ahead: int, settings: dict[str, str], log: Path) -> AsyncIterator[None]:
    """A bot process, stopped after the block."""
    words = (sys.executable, "-m", "tests.faults.skewed", str(ahead), "serve")
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(*words, env=settings, cwd=ROOT, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 60)


@pytest.fixture
async def skewed(
    request: pytest.FixtureRequest,
    slack: LocalSlack,
    world: World,
    bot_database: str,
    valkey: str,
    tmp_path: Path,
) -> AsyncIterator[None]:
    """A bot in Socket Mode whose clock is this far ahead."""
    config = tmp_path / "canary.yaml"
    config.write_text(LOOKS_AT_THE_TIME)
    settings = {
        "PATH": os.defpath,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": as_role(bot_database, BOT),
        "REDIS_URL": valkey,
        "CANARY_CONFIG": str(config),
        "WORLD_DSN": world.dsn,
        "PORT": "0",
    }
    log = tmp_path / "bot.log"
    async with bot_with_a_clock(request.param, settings, log):
        await slack.connected()
        yield
    assert (
        log.read_text()
        .splitlines()[0]
        .startswith("clock: -1 day, 23:" if request.param < 0 else "clock: 1:00")
    )
    await record_holds(bot_database)


@pytest.mark.parametrize("skewed", [HOUR, -HOUR], indirect=True)
@pytest.mark.usefixtures("skewed")
async def test_a_clock_an_hour_off_changes_no_decision(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    card = await decided(slack)  # passes only if the check's time agreed with the database's
    ana, ben, raj = (slack.user(name) for name in ("ana", "ben", "raj"))
    await ana.click(card, "Conditional go…")
    form = await ana.sees_modal("Conditional go")
    (proposed,) = [one.body for one in elements_of(form.blocks) if "initial_date_time" in one.body]
    wait = proposed["initial_date_time"] - time.time()  # until ten o'clock on the next working day
    assert 0 < wait <= 4 * 24 * HOUR
    assert proposed["initial_date_time"] % HOUR == 0
    said = {"What must become true?": "quota is 62 of 62", "Who owns it?": "U02BEN"}
    late = await ana.submit(form, {**said, "By when?": int(time.time()) - HOUR // 2})
    assert "By when?" in late.errors
    soon = await ana.submit(form, {**said, "By when?": int(time.time()) + HOUR // 2})
    assert soon.errors == {}
    await slack.sees("#releases", "*Conditional go*: @ana")
    slack.faults.inject(Fault.RESET_BEFORE, "files.completeUploadExternal", times=1)  # delays the upload
    await ben.click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")
    await slack.sees("#releases", ".json, ")

    await _looked(bot_database, 2)
    assert await facts(bot_database, "SELECT count(*) FROM prompt") == [(0,)]
    await world.put("duplicates", 1)
    prompt = await slack.sees("#releases", "Roll back staging")
    slack.faults.inject(Fault.ERROR_BEFORE, "users.info", times=1)
    await raj.click(prompt, "I'm on it")  # retried after two seconds
    await slack.sees("#releases", "is on it")
    [(age,)] = await facts(bot_database, "SELECT extract(epoch FROM now() - decided_at)::float FROM decision")
    assert 0 <= age < HOUR / 2


@pytest.mark.parametrize("skewed", [HOUR, -HOUR], indirect=True)
@pytest.mark.usefixtures("skewed")
async def test_a_clock_an_hour_off_moves_no_deadline(slack: LocalSlack, bot_database: str) -> None:
    """The run expires an hour from now by the database's clock."""
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    [(left,)] = await facts(bot_database, "SELECT extract(epoch FROM expires_at - now())::float FROM run")
    assert HOUR - 120 < left <= HOUR
    await facts(bot_database, "UPDATE run SET expires_at = now() RETURNING number")
    moved = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'expire' RETURNING id"
    assert len(await facts(bot_database, moved)) == 1
    await slack.sees("#releases", "Decision on run #1")


async def _looked(dsn: str, times: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await facts(dsn, "SELECT tick FROM watch")) < [(times,)]:
            await asyncio.sleep(0.2)
