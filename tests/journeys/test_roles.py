"""Replicas with different roles: some receive interactions, others handle them, and people see one bot."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from commands.role import Role
from commands.serve import Running
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, both_go, decided, events_url
from tests.journeys.test_attacks import change

ROUNDS, MANY = 5, 30  # MANY: tasks that start in a round
SOON = 3.0  # seconds for the tasks of a round to end


async def whole_journey(slack: LocalSlack, world: World) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")
    await world.put("duplicates", 3)
    prompt = await slack.sees("#releases", "Roll back staging")
    await slack.user("raj").click(prompt, "I have rolled back")
    await slack.sees("#releases", "The watch of run #1 ended")


def said(slack: LocalSlack) -> list[str]:
    """The first line of every message without files; duplicates would show."""
    shown = [message for message in slack.channel("#releases").log.values() if not message.files]
    return [slack.render_text(message).partition("\n")[0] for message in shown]


@pytest.mark.parametrize("http", [False, True])
async def test_one_replica_receives_and_another_works(
    start_bot: StartBot, slack: LocalSlack, world: World, http: bool
) -> None:
    given = {"slack_app_token": None} if http else {}
    async with start_bot(role=Role.SLACK, **given) as door, start_bot(role=Role.WORKER, **given):
        if http:
            await slack.deliver_to(events_url(door))
        else:
            await slack.connected()
        await whole_journey(slack, world)


async def test_several_replicas_of_each_role_share_the_work_and_post_everything_once(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with AsyncExitStack() as stack:
        for role in (Role.SLACK, Role.WORKER, Role.SLACK, Role.WORKER):
            await stack.enter_async_context(start_bot(role=role))
        await slack.connected(2)
        await whole_journey(slack, world)
    lines = said(slack)
    assert len(lines) == len(set(lines)), lines


async def test_an_idle_bot_accumulates_no_tasks(bot: Running) -> None:
    """Tasks started while idle end soon; only those from startup keep running."""
    for _ in range(ROUNDS):
        before, begun = asyncio.all_tasks(), set[asyncio.Task[Any]]()
        while len(begun) < MANY:
            await asyncio.sleep(0.02)
            begun |= asyncio.all_tasks() - before
        _, left = await asyncio.wait(begun, timeout=SOON)
        if not left:
            return
    pytest.fail(f"still there: {left}")


async def test_work_without_a_job_is_found_and_done(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    """This happens when a worker whose lease was taken over ends the job of the worker that took it over."""
    async with start_bot(role=Role.SLACK):
        await slack.connected()
        assert (await slack.user("raj").command("#releases", "/canary", "run staging")).acked
        await change(bot_database, "DELETE FROM procrastinate_jobs")
        await change(bot_database, "UPDATE inbox SET received_at = received_at - interval '1 minute'")
        async with start_bot(role=Role.WORKER):
            await slack.sees("#releases", "*GO recommended*")


async def test_interactions_received_without_a_worker_are_handled_when_one_starts(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot(role=Role.SLACK):
        await slack.connected()
        reply = await slack.user("raj").command("#releases", "/canary", "run staging")
        assert reply.acked
        async with start_bot(role=Role.WORKER):
            await slack.sees("#releases", "*GO recommended*")
