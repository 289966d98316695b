"""Simultaneous equal questions share one request, and nobody gets an answer from before they asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.sharing import Begin, Shared

FRESH = 5.0


@dataclass
class World:
    """A fixed clock, and a server that responds with the time of the request."""

    now: float = 100.0
    asked: list[float] = field(default_factory=list)
    let_answer: asyncio.Event = field(default_factory=asyncio.Event)
    let_begin: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    async def question(self, _: str, begin: Begin) -> float:
        await self.let_begin.wait()
        begin()
        asked = self.now
        self.asked.append(asked)
        await self.let_answer.wait()
        if self.fails:
            raise OSError("no answer")
        return asked


@pytest.fixture
async def world() -> World:
    world = World()
    world.let_begin.set()
    return world


@pytest.fixture
async def shared(world: World) -> AsyncIterator[Shared[str, float]]:
    async with Shared(world.question, fresh=FRESH, clock=lambda: world.now) as shared:
        yield shared


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_askers_during_a_request_share_the_next_one(world: World, shared: Shared[str, float]) -> None:
    first = asyncio.create_task(shared.ask("group", since=100))
    await settle()
    world.now = 101
    later = [asyncio.create_task(shared.ask("group", since=101)) for _ in range(50)]
    await settle()
    assert world.asked == [100]  # one at a time
    world.let_answer.set()
    assert await first == 100
    assert await asyncio.gather(*later) == [101] * 50
    assert world.asked == [100, 101]


async def test_an_asker_joins_a_request_that_has_not_begun(world: World, shared: Shared[str, float]) -> None:
    world.let_begin.clear()  # it waits for its turn under Slack's limits
    early = asyncio.create_task(shared.ask("group", since=100))
    await settle()
    world.now = 103
    late = asyncio.create_task(shared.ask("group", since=103))
    await settle()
    world.let_begin.set()
    world.let_answer.set()
    assert [await early, await late] == [103, 103]


async def test_an_answer_counts_for_anyone_who_asked_before_the_request_began(
    world: World, shared: Shared[str, float]
) -> None:
    world.let_answer.set()
    assert await shared.ask("group", since=99) == 100
    world.now = 102
    assert await shared.ask("group", since=99.5) == 100  # clicked before, arrived later
    assert await shared.ask("group", since=101) == 102


async def test_a_stale_answer_counts_for_nobody(world: World, shared: Shared[str, float]) -> None:
    world.let_answer.set()
    await shared.ask("group", since=99)
    world.now = 100 + FRESH + 1
    assert await shared.ask("group", since=99) == world.now


async def test_a_failure_reaches_all_who_shared_the_request_and_nobody_later(
    world: World, shared: Shared[str, float]
) -> None:
    world.fails = True
    both = [asyncio.create_task(shared.ask("group", since=100)) for _ in range(2)]
    await settle()
    world.let_answer.set()
    for each in both:
        with pytest.raises(OSError, match="no answer"):
            await each
    world.fails = False
    assert await shared.ask("group", since=100) == 100


async def test_cancelling_one_asker_does_not_affect_the_others(
    world: World, shared: Shared[str, float]
) -> None:
    leaves = asyncio.create_task(shared.ask("group", since=100))
    stays = asyncio.create_task(shared.ask("group", since=100))
    await settle()
    leaves.cancel()
    await settle()
    world.let_answer.set()
    assert await stays == 100


async def test_different_questions_do_not_wait_for_each_other(
    world: World, shared: Shared[str, float]
) -> None:
    several = [asyncio.create_task(shared.ask(name, since=100)) for name in "abc"]
    await settle()
    assert world.asked == [100, 100, 100]
    world.let_answer.set()
    assert await asyncio.gather(*several) == [100, 100, 100]


Step = tuple[str, float]  # ("ask", how long ago it was clicked), ("pass", seconds) or ("answer", 0)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.floats(0, 20)),
        st.tuples(st.just("pass"), st.floats(0, 4)),
        st.tuples(st.just("answer"), st.just(0.0)),
    ),
    max_size=40,
)


@given(steps)
@settings(deadline=None)
def test_nobody_ever_gets_an_answer_from_before_their_click_or_a_stale_one(
    steps: list[Step],
) -> None:
    asyncio.run(check(steps))


async def check(steps: list[Step]) -> None:
    world = World()
    world.let_begin.set()
    async with Shared(world.question, fresh=FRESH, clock=lambda: world.now) as shared:
        waiting: list[tuple[float, float, asyncio.Task[float]]] = []
        for what, number in steps:
            if what == "ask":
                since = world.now - number
                waiting.append((since, world.now, asyncio.create_task(shared.ask("group", since=since))))
            elif what == "pass":
                world.now += number
            else:
                world.let_answer.set()
                await settle()
                world.let_answer.clear()
            await settle()
        world.let_answer.set()
        for since, came, task in waiting:
            answer = await task
            assert answer >= since
            assert answer >= came - FRESH
