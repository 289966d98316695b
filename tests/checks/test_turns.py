"""Probes of one server take turns, and a slow answer delays nobody for long."""

from __future__ import annotations

import asyncio

from aiohttp import web

from checks.outcome import Outcome
from checks.sources.turns import Turns
from tests.checks.probing import probe, result_of, serving


async def test_a_turn_begins_when_the_previous_one_has_ended() -> None:
    turns, seen = Turns(), []

    async def take(name: str) -> None:
        async with turns.turn():
            seen.append(f"{name} begins")
            await asyncio.sleep(0)
            seen.append(f"{name} ends")

    await asyncio.gather(take("a"), take("b"), take("c"))

    assert seen == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]


async def test_a_cancelled_or_failed_turn_is_passed_on() -> None:
    turns = Turns()
    never = asyncio.Event()

    async def hold() -> None:
        async with turns.turn():
            await never.wait()

    holding, waiting = asyncio.create_task(hold()), asyncio.create_task(hold())
    await asyncio.sleep(0)
    for task in (waiting, holding):
        task.cancel()
    await asyncio.gather(holding, waiting, return_exceptions=True)
    async with turns.turn():
        never.set()

    assert never.is_set()


async def test_a_server_that_answers_only_simultaneous_requests_does_answer() -> None:
    everybody = asyncio.Barrier(12)

    async def together(request: web.Request) -> web.StreamResponse:
        await everybody.wait()
        return web.json_response({})

    async with serving(together) as port:
        results = await asyncio.gather(*(result_of(probe(), port) for _ in range(12)))

    assert {result.outcome for result in results} == {Outcome.PASS}


async def test_waiting_for_a_turn_does_not_count_toward_the_timeout() -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        return web.json_response({})

    async with serving(slow) as port:
        results = await asyncio.gather(*(result_of(probe(), port, timeout="3s") for _ in range(20)))

    assert {result.outcome for result in results} == {Outcome.PASS}
