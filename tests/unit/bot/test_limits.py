"""Rate limits that one process keeps by itself while Redis is unreachable, with a clock that the test sets."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.rules.outbox import Way
from bot.slack.client import retry_after
from bot.slack.hints import Hints
from bot.slack.limits import (
    ALONE,
    CHANNEL,
    MARGIN,
    MESSAGE,
    METHODS,
    PARTS,
    PROGRESS,
    STRICT,
    Lane,
    Limits,
    Purpose,
    TooSoonError,
)

POST, UPDATE, GROUPS = Way.POST, Way.UPDATE, "usergroups.users.list"


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Process:
    """A process's limits, with their clock and the methods that were answered with 429."""

    hints: Hints
    clock: Clock = field(default_factory=Clock)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.limits = Limits(self.hints, "T0ACME", self.told.append, clock=self.clock)

    async def granted(
        self, method: str, where: str = "", *, purpose: Purpose = Purpose.AWAITED, times: int = 100
    ) -> int:
        answers = [(await self.limits.place(method, where, purpose=purpose)).wait for _ in range(times)]
        return answers.count(0)


@pytest.fixture
async def process() -> AsyncIterator[Process]:
    async with Hints("unix:///nowhere/at/all.sock") as hints:
        await hints.paused("x")  # Redis is unreachable, so rates are now a little lower
        assert hints.away
        yield Process(hints)


async def test_a_channel_takes_one_message_a_second_and_a_few_at_once(process: Process) -> None:
    few = CHANNEL.share(ALONE).most
    assert await process.granted(POST, "C1") == few
    assert await process.granted(POST, "C2") == few
    wait = (await process.limits.place(POST, "C1")).wait
    assert wait == pytest.approx(CHANNEL.seconds + MARGIN)
    process.clock.now += wait
    assert await process.granted(POST, "C1") == few


async def test_a_call_counts_from_the_time_slack_answered_it(process: Process) -> None:
    few = CHANNEL.share(ALONE).most
    places = [await process.limits.place(POST, "C1") for _ in range(few)]
    process.clock.now += 2  # in flight
    for place in places:
        place.used()
    assert (await process.limits.place(POST, "C1")).wait == pytest.approx(CHANNEL.seconds + MARGIN)
    assert await process.granted(POST, "C2") == few


async def test_progress_updates_leave_room_for_messages_that_people_wait_for(process: Process) -> None:
    progress = int(METHODS[UPDATE].most / PARTS * PROGRESS * ALONE)
    messages = (f"C1 {number}" for number in range(100))
    answers = [
        (await process.limits.place(UPDATE, message, purpose=Purpose.PROGRESS)).wait for message in messages
    ]
    assert answers.count(0) == progress
    assert process.limits.held().keys() == {Lane(UPDATE, purpose=Purpose.PROGRESS)}
    assert (await process.limits.place(UPDATE, "C1 decided")).wait == 0


async def test_many_votes_on_one_run_do_not_use_up_all_updates(process: Process) -> None:
    assert await process.granted(UPDATE, "C1 1") == MESSAGE.share(ALONE).most
    assert (await process.limits.place(UPDATE, "C1 2")).wait == 0


async def test_before_any_429_lookups_for_votes_are_not_limited(process: Process) -> None:
    assert await process.granted(GROUPS) == 100
    assert await process.granted(GROUPS, purpose=Purpose.PROGRESS) == 0


async def test_after_a_429_all_calls_wait_and_then_the_documented_rate_applies(process: Process) -> None:
    limits, clock = process.limits, process.clock
    await limits.refused(GROUPS, "", 30)
    assert process.told == [GROUPS]
    assert (await limits.place(GROUPS)).wait == 30
    assert limits.held() == {Lane(GROUPS): 30}
    assert (await limits.place("users.info")).wait == 0
    clock.now += 29.9
    assert (await limits.place(GROUPS)).wait > 0
    clock.now += 0.2
    assert await process.granted(GROUPS) == METHODS[GROUPS].share(ALONE).most
    clock.now += STRICT
    assert await process.granted(GROUPS) == 100


async def test_a_429_for_a_post_pauses_its_channel_and_for_an_update_all_updates(process: Process) -> None:
    limits = process.limits
    await limits.refused(POST, "C1", 30)
    await limits.refused(UPDATE, "C1 17.4", 40)
    assert limits.held() == {Lane(POST, "C1"): 30, Lane(UPDATE): 40}
    assert (await limits.place(POST, "C2")).wait == 0
    assert (await limits.place(UPDATE, "C2 1.1")).wait == 40


async def test_a_shorter_pause_does_not_end_a_longer_one(process: Process) -> None:
    await process.limits.refused(GROUPS, "", 30)
    await process.limits.refused(GROUPS, "", 1)
    assert (await process.limits.place(GROUPS)).wait == 30


async def test_a_call_waits_for_the_end_of_a_pause_but_no_longer_than_allowed(process: Process) -> None:
    limits, calls = Limits(process.hints, "T0ACME", process.told.append), list[float]()

    async def refused_once() -> str:
        calls.append(time.monotonic())
        if len(calls) == 1:
            raise answer(429, "1")
        return "done"

    assert await limits.call("users.info", refused_once, until=time.monotonic() + 8) == "done"
    assert calls[1] - calls[0] >= 1
    await limits.refused("users.info", "", 300)
    with pytest.raises(TooSoonError, match=r"users\.info has to wait"):
        await limits.call("users.info", refused_once, until=time.monotonic() + 8)
    assert len(calls) == 2


async def test_idle_channels_are_forgotten(process: Process) -> None:
    for number in range(3000):
        await process.limits.place(POST, f"C{number}")
        process.clock.now += 1
    assert len(process.limits._budgets) < 1100


def answer(status: int, header: str | None) -> SlackApiError:
    headers = {} if header is None else {"Retry-After": header}
    response = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data={}, headers=headers, status_code=status
    )
    return SlackApiError("", response)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        *[("30", 30), ("0", 1), (None, 1), ("", 1), ("soon", 1), ("-5", 1), ("1.5", 1)],
        *[("31536000", 900), ("9" * 8000, 900), ("0" * 8000, 1)],  # no message waits for a year
    ],
)
def test_any_retry_after_header_is_understood(header: str | None, seconds: int) -> None:
    assert retry_after(answer(429, header)) == seconds
    assert retry_after(answer(500, header)) is None


@pytest.mark.parametrize(
    ("lane", "name"),
    [
        (Lane(UPDATE), "chat.update"),
        (Lane(UPDATE, where="C1 1700.01"), "chat.update C1 1700.01"),
        (Lane(UPDATE, purpose=Purpose.PROGRESS), "chat.update progress"),
        (Lane(GROUPS, purpose=Purpose.QUESTION), "usergroups.users.list questions"),
    ],
)
def test_versions_share_a_lane_under_the_same_name(lane: Lane, name: str) -> None:
    assert lane.name == name


def test_only_the_lane_of_all_calls_of_a_method_is_whole() -> None:
    """Even if a place has the same name as a purpose."""
    assert Lane(UPDATE).is_whole
    for part in (
        Lane(UPDATE, where=""),
        Lane(UPDATE, where="progress"),
        Lane(UPDATE, purpose=Purpose.PROGRESS),
    ):
        assert not part.is_whole
    assert Lane(UPDATE, where="progress") != Lane(UPDATE, purpose=Purpose.PROGRESS)
