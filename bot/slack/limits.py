"""Slack's rate limits: calls per method and workspace, one message per second and channel, and no call before
the time given by a 429.

A tier is "so many a minute or more, and bursts at times". Calls that nobody waits for always respect the
rate, and leave part of it unused. Calls that somebody waits for respect it only after a 429, because until
then only Slack knows whether bursts are accepted, and a vote would wait in vain for a number of ours.
Questions, which decide nothing, get less than half of every tier and always respect that: however many are
asked, the rest is left for votes.

Each call counts in two or three lanes:

    chat.update                    every call of the method
    chat.update, for progress      those that nobody waits for, which get a share of it
    chat.update, C1 1700.01        those in one place: the channel of a post, the message of an update

Replicas share the limits through Redis. Each process also counts for itself, so that it does not exceed them
when Redis was flushed; without Redis, it slows down.
"""

from __future__ import annotations

import asyncio
import enum
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from slack_sdk.errors import SlackApiError

from bot.base.window import Rate, Window
from bot.rules.outbox import Way
from bot.slack.client import retry_after
from bot.slack.hints import Hints

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

# A tenth below Slack's numbers, because calls sent evenly by several replicas do not arrive evenly.
TIER_2 = Rate(18, 60)  # of 20 a minute
TIER_3 = Rate(45, 60)  # of 50
TIER_4 = Rate(90, 60)  # of 100
WORKSPACE = Rate(300, 60)  # messages in all channels: Slack says "several hundred a minute"
CHANNEL = Rate(3, 3)  # messages in one channel: one a second, a few at once
MESSAGE = Rate(3, 6)  # updates of one message, so that many votes on one run leave some for other runs

VALIDATE = "blocks.validate"
METHODS: Mapping[str, Rate] = {
    Way.POST: WORKSPACE,
    Way.UPDATE: TIER_3,
    Way.UPLOAD: TIER_4,
    Way.PUBLISH: TIER_4,
    VALIDATE: TIER_4,
    "chat.postEphemeral": TIER_4,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.replies": TIER_3,
    "files.getUploadURLExternal": TIER_4,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.update": TIER_4,
}

# in addition: calls in one channel, or about one message
OWN: Mapping[str, Rate] = {Way.POST: CHANNEL, Way.UPDATE: MESSAGE}

QUESTIONS = 0.4  # the share of a method's calls for questions,
PROGRESS = 2 / 3  # the share for progress,
PARTS = 5  # of which a fifth may be made in a fifth of the minute
ALONE = 2 / 3  # of every rate while Redis is unavailable, because other processes use the same limits
MARGIN = 0.05  # seconds by which Slack's clock may differ from ours over one window
STRICT = 600.0  # seconds after a 429 during which even awaited calls respect the rate
LONGEST = 60.0  # seconds until a pause is read from Redis again
CHANNELS = 1000  # lanes kept before idle ones are dropped


class Purpose(enum.StrEnum):
    """What a call is for; the words are part of lanes' names in Redis, which all versions share."""

    AWAITED = "awaited"  # a person waits for its decision or message
    QUESTION = "questions"  # a person asked a question
    PROGRESS = "progress"  # nobody waits

    def share(self, rate: Rate) -> Rate:
        """The share of a method's rate for this purpose."""
        if self is Purpose.QUESTION:
            return rate.share(QUESTIONS)
        evenly = Rate(rate.most // PARTS, rate.seconds // PARTS)
        return evenly.share(PROGRESS) if self is Purpose.PROGRESS else rate


class TooSoonError(Exception):
    """The call is not allowed within the available time."""

    def __init__(self, method: str, seconds: float) -> None:
        super().__init__(f"{method} has to wait {seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Lane:
    """The scope of a budget: all calls of a method, in one place, or for one purpose."""

    method: str
    where: str | None = None  # the channel of a post, the message of an update
    purpose: Purpose | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every call of the method counts in it, whatever its purpose."""
        return self.where is None and self.purpose is None

    @property
    def name(self) -> str:
        """In Redis."""
        return " ".join(part for part in (self.method, self.where, self.purpose) if part is not None)


@dataclass(frozen=True)
class _Call:
    method: str
    where: str
    purpose: Purpose

    @property
    def closed_by_429(self) -> Lane:
        """A rate-limited channel does not block others; other methods are limited as a whole."""
        return self.own if self.method == Way.POST else self.whole

    @property
    def whole(self) -> Lane:
        return Lane(self.method)

    @property
    def own(self) -> Lane:
        return Lane(self.method, where=self.where)

    @property
    def shared(self) -> Lane:
        """The lane of this purpose; awaited calls may use the method's whole rate."""
        return self.whole if self.purpose is Purpose.AWAITED else Lane(self.method, purpose=self.purpose)

    @property
    def rates(self) -> dict[Lane, Rate]:
        """The lanes that it counts in, with their rates."""
        rate = METHODS[self.method]
        own = {self.own: OWN[self.method]} if self.method in OWN else {}
        return own | {self.shared: self.purpose.share(rate)} | {self.whole: rate}

    def is_bound(self, lane: Lane) -> bool:
        """Whether the lane's rate applies even without a 429."""
        return not lane.is_whole or self.purpose is not Purpose.AWAITED

    def held_by(self, lane: Lane) -> Lane:
        """Which lane is held when that one is full: urgent calls are not held with the others."""
        return self.shared if lane.is_whole else lane


@dataclass
class _Budget:
    """The budget of one lane, as known to this process."""

    rate: Rate
    window: Window
    full_until: float = 0.0  # replicas have taken all slots
    paused_until: float = 0.0  # by a 429
    strict_until: float = 0.0  # the rate applies to urgent calls, too

    def wait(self, now: float, part: float, *, bound: bool) -> float:
        """Returns the seconds to wait, 0 or less for none; `bound`: the rate applies, not only pauses."""
        window = (
            self.window.wait(self.rate.share(part).most, now) if bound or self.strict_until > now else 0.0
        )
        return max(self.full_until - now, self.paused_until - now, window)

    def fill(self, until: float) -> None:
        self.full_until = max(self.full_until, until)

    def pause(self, now: float, seconds: float) -> None:
        """Slack demanded it, of this or another replica."""
        self.paused_until = max(self.paused_until, now + seconds)
        self.strict_until = now + STRICT

    def idle(self, now: float) -> bool:
        last = max(self.full_until, self.paused_until, self.strict_until)
        return last <= now and self.window.idle(now)


@dataclass
class Place:
    """A slot for one call: taken if `wait` is 0; otherwise `wait` is the seconds until a retry may succeed."""

    wait: float
    windows: Sequence[Window] = ()
    taken_at: float = 0.0
    clock: Callable[[], float] = time.monotonic

    def take(self) -> None:
        for window in self.windows:
            window.take(self.taken_at)

    def give_back(self) -> None:
        for window in self.windows:
            window.give_back(self.taken_at)

    def used(self) -> None:
        """Slack has responded: it counted the call at some earlier time, so we count it from now."""
        self.give_back()
        self.taken_at = self.clock()
        self.take()


@dataclass
class Limits:
    hints: Hints
    team: str
    refused_by_slack: Callable[[str], None]  # called with the method of every 429
    clock: Callable[[], float] = time.monotonic
    _budgets: dict[Lane, _Budget] = field(default_factory=dict)

    async def place(self, method: str, where: str = "", *, purpose: Purpose = Purpose.AWAITED) -> Place:
        """Take a slot for one call, unless it has to wait. Call `used` afterward.

        `where`: the channel of a post, the message of an update.
        """
        call, taken_at = _Call(method, where, purpose), self.clock()
        budgets = self._budgets_of(call)
        if wait := self._here(call, budgets):
            return Place(wait)
        place = Place(0.0, [budget.window for budget in budgets.values()], taken_at, self.clock)
        place.take()
        if wait := await self._everywhere(call, budgets) or self._paused_meanwhile(budgets):
            place.give_back()
            return Place(wait)
        return place

    def _here(self, call: _Call, budgets: Mapping[Lane, _Budget]) -> float:
        """According to this process."""
        now = self.clock()
        for lane, budget in budgets.items():
            if (wait := budget.wait(now, self._part, bound=call.is_bound(lane))) > 0:
                if (held := call.held_by(lane)) != lane:
                    budgets[held].fill(now + wait)
                return wait
        return 0.0

    def _paused_meanwhile(self, budgets: Mapping[Lane, _Budget]) -> float:
        return max(0.0, max(budget.paused_until for budget in budgets.values()) - self.clock())

    async def _everywhere(self, call: _Call, budgets: Mapping[Lane, _Budget]) -> float:
        """The state shared by all replicas; 0 if Redis does not respond."""
        if wait := min(await self.hints.paused(self._shared_name(call.closed_by_429)), LONGEST):
            budgets[call.closed_by_429].pause(self.clock(), wait)
            return wait
        for lane, budget in budgets.items():
            wait = await self.hints.take(budget.rate, self._shared_name(lane)) or 0.0
            if wait and (call.is_bound(lane) or budget.strict_until > self.clock()):
                budgets[call.held_by(lane)].fill(self.clock() + wait)
                return wait
        return 0.0

    def _shared_name(self, lane: Lane) -> str:
        return f"{self.team}:{lane.name}"

    async def refused(self, method: str, where: str, seconds: float) -> None:
        """Slack responded with 429: stop all replicas from calling this method (for posts: in this channel)
        until then.
        """
        self.refused_by_slack(method)
        log.info("Slack asked to slow down", method=method, where=where, seconds=seconds)
        call = _Call(method, where, Purpose.AWAITED)
        self._budgets_of(call)[call.closed_by_429].pause(self.clock(), seconds)
        await self.hints.pause(self._shared_name(call.closed_by_429), seconds)

    def held(self) -> dict[Lane, float]:
        """Returns lanes on hold -> the seconds for which they are, as known to this process."""
        now = self.clock()
        waits = {
            lane: budget.wait(now, self._part, bound=not lane.is_whole)
            for lane, budget in self._budgets.items()
        }
        return {lane: wait for lane, wait in waits.items() if wait > 0}

    @property
    def _part(self) -> float:
        return ALONE if self.hints.away else 1.0

    async def call(
        self,
        method: str,
        do: Callable[[], Awaitable[Answer]],
        *,
        where: str = "",
        until: float,
        purpose: Purpose = Purpose.AWAITED,
    ) -> Answer:
        """Make the call, waiting until that time of `clock`, even after a 429. Returns Slack's response.

        Raises TooSoonError if there is not enough time, and whatever `do` raises.
        """
        while True:
            while (place := await self.place(method, where, purpose=purpose)).wait:
                if self.clock() + place.wait > until:
                    raise TooSoonError(method, place.wait)
                await asyncio.sleep(place.wait)
            try:
                return await do()
            except SlackApiError as error:
                if (seconds := retry_after(error)) is None:
                    raise
                await self.refused(method, where, seconds)
            finally:
                place.used()

    def _budgets_of(self, call: _Call) -> dict[Lane, _Budget]:
        if len(self._budgets) > CHANNELS:
            self._forget_idle()
        return {lane: self._budget(lane, rate) for lane, rate in call.rates.items()}

    def _budget(self, lane: Lane, rate: Rate) -> _Budget:
        return self._budgets.setdefault(lane, _Budget(rate, Window(rate.seconds + MARGIN)))

    def _forget_idle(self) -> None:
        now = self.clock()
        self._budgets = {lane: budget for lane, budget in self._budgets.items() if not budget.idle(now)}
