"""Packets are kept in a folder or a bucket, whatever is wrong with it meanwhile."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.base.timing import Copies, Timing
from bot.record.verification import problems
from bot.store import packet_copies
from bot.store.database import Database, run
from sandbox.slack.channel import Channel
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, both_go, decided, not_as_published
from tests.outbox import until
from tests.s3 import BUCKET, KEY, REGION, SECRET, LocalS3

ALERTS = CONFIGURATION.replace("version: 1", "version: 1\nalerts: {channel: C0OPS}")


@pytest.fixture
async def s3() -> AsyncIterator[LocalS3]:
    async with LocalS3() as store:
        yield store


@pytest.fixture
def timing(timing: Timing) -> Timing:
    """Late at once, so that the first failure is told; and given up at once where no archive is configured."""
    return replace(timing, copies=Copies(late=timedelta(0), unset=timedelta(0)))


def settings(s3: LocalS3, **others: str) -> dict[str, str]:
    return {
        "packets": f"s3://{BUCKET}/of canary",
        "s3_endpoint": s3.url,
        "aws_access_key_id": KEY,
        "aws_secret_access_key": SECRET,
        "aws_region": REGION,
        **others,
    }


async def test_a_packet_is_kept_in_a_folder_in_every_form(
    start_bot: StartBot, slack: LocalSlack, tmp_path: Path, bot_database: str
) -> None:
    kept = tmp_path / "packets"
    async with start_bot(packets=kept.as_uri()):
        await slack.connected()
        await both_go(slack, await decided(slack))
        await until(bot_database, "SELECT count(*) FROM packet_copy WHERE kept = 1")
        await until(bot_database, "SELECT count(*) FROM event WHERE kind = 'packet kept'")
    files = {path.suffix: path for path in kept.rglob("canary-1-staging-*")}
    assert files.keys() == {".json", ".md", ".html"}
    assert {path.parent for path in files.values()} == {kept / "staging"}
    packet = files[".json"].read_text()
    assert (problems(packet), not_as_published(packet)) == ([], [])
    assert json.loads(packet)["events"][-1]["kind"] == "decided"


async def test_a_packet_is_kept_in_a_bucket_and_again_when_it_is_posted_again(
    start_bot: StartBot, slack: LocalSlack, s3: LocalS3, bot_database: str
) -> None:
    async with start_bot(**settings(s3)):
        await slack.connected()
        await both_go(slack, await decided(slack))
        await until(bot_database, "SELECT count(*) FROM packet_copy WHERE kept = 1")
        first = dict(s3.objects)
        await (await slack.user("ana").command("#releases", "/canary", "packet #1")).told("again")
        await until(bot_database, "SELECT count(*) FROM packet_copy WHERE kept = 2")
    assert {name.rpartition(".")[2] for name in first} == {"md", "json", "html"}
    assert all(name.startswith("of canary/staging/canary-1-staging-") for name in first)
    [name] = [name for name in first if name.endswith(".json")]
    before, after = (json.loads(objects[name]) for objects in (first, s3.objects))
    assert after["events"][: len(before["events"])] == before["events"]
    assert after["events"][-1]["kind"] == "packet posted again"
    assert s3.types[name] == "application/json"


async def test_while_a_bucket_is_away_the_run_goes_on_people_are_told_once_and_it_is_kept_later(
    start_bot: StartBot, slack: LocalSlack, s3: LocalS3, bot_database: str
) -> None:
    s3.broken = 503
    slack.add_channel(Channel("C0OPS", "ops", members={"U01ANA", slack.app.bot_user}))
    async with start_bot(ALERTS, **settings(s3)):
        await slack.connected()
        await both_go(slack, await decided(slack))
        await slack.sees("#releases", "Decision on run #1")
        told = await slack.sees("#releases", "Packet not kept yet")
        assert "503 SlowDown" in slack.render_text(told)
        assert SECRET not in slack.render_text(told)
        await slack.sees("#ops", "Packet not kept yet")
        tried = s3.requests
        await slack.wait_for(lambda: s3.requests > tried, PATIENCE)  # again, and nobody hears of that
        s3.broken = None
        await slack.sees("#releases", "Packet kept")
        await slack.sees("#ops", "Packet kept")
    assert len(s3.objects) == 3
    await until(bot_database, "SELECT count(*) = 1 FROM event WHERE kind = 'packet not kept'")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"aws_secret_access_key": "another"}, "AWS_SECRET_ACCESS_KEY does not match the key"),
        ({"aws_access_key_id": "AKIANOBODY"}, "the store does not know AWS_ACCESS_KEY_ID"),
        ({"aws_region": "us-east-1"}, "the bucket is in another region"),
        ({"packets": "s3://elsewhere"}, "there is no such bucket"),
        ({"s3_endpoint": "http://127.0.0.1:1"}, "does not answer"),
    ],
)
async def test_what_is_wrong_with_a_bucket_is_said(
    start_bot: StartBot, slack: LocalSlack, s3: LocalS3, wrong: dict[str, str], says: str
) -> None:
    async with start_bot(**settings(s3, **wrong)):
        await slack.connected()
        await both_go(slack, await decided(slack))
        told = await slack.sees("#releases", "Packet not kept yet")
    assert says in slack.render_text(told)
    assert not s3.objects


async def test_a_packet_is_given_up_when_packets_is_removed_and_kept_when_it_is_asked_for_again(
    start_bot: StartBot, slack: LocalSlack, s3: LocalS3, bot_database: str
) -> None:
    s3.broken = 503
    async with start_bot(**settings(s3)):
        await slack.connected()
        await both_go(slack, await decided(slack))
        await slack.sees("#releases", "Packet not kept yet")
    async with start_bot():
        await slack.connected()
        await until(bot_database, "SELECT count(*) FROM packet_copy WHERE given_up_at IS NOT NULL")
        await until(
            bot_database, "SELECT count(*) = 0 FROM procrastinate_jobs WHERE task_name = 'keep packet'"
        )
    s3.broken = None
    async with start_bot(**settings(s3)):
        await slack.connected()
        await (await slack.user("ana").command("#releases", "/canary", "packet #1")).told("again")
        await until(bot_database, "SELECT count(*) FROM packet_copy WHERE kept = 2 AND given_up_at IS NULL")
    assert len(s3.objects) == 3


async def test_a_packet_waits_while_another_process_may_have_the_archive(
    start_bot: StartBot, slack: LocalSlack, s3: LocalS3, bot_database: str
) -> None:
    s3.broken = 503
    async with start_bot(**settings(s3)):
        await slack.connected()
        await both_go(slack, await decided(slack))
        await slack.sees("#releases", "Packet not kept yet")
    async with Database(bot_database) as store, store.transaction() as conn:
        assert not await packet_copies.give_up(conn, 1, after=timedelta(hours=1))
        await run(conn, "UPDATE packet_copy SET wanted_at = now() - interval '2 days'")
        assert not await packet_copies.give_up(conn, 1, after=timedelta(hours=1)), "it was tried just now"
        assert await packet_copies.give_up(conn, 1, after=timedelta(0))
