"""Redis: coordinates replicas, so that together they respect limits. Losing it changes no decision.

Every request has a timeout; without a response, the caller continues without one. After a failure, Redis is
not asked for a while, so that a hanging Redis costs its timeout only now and then, not for every message. Its
contents follow Redis's own clock: those of replicas need not agree.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.base.errors import Misconfigured
from bot.base.window import Rate

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

TIMEOUT = 0.5  # seconds for one request; a slow hint is useless
REACH_TIMEOUT = 5.0  # seconds, for an operator who asks whether it is reachable
REST = 5.0  # seconds for which an unresponsive Redis is not asked
SHORTEST_WAIT = 0.05  # seconds; the shortest wait worth returning


class Circuit:
    """A circuit breaker: after a failure nobody asks for a while, and then one caller retries first."""

    def __init__(self, rest: float) -> None:
        self._rest = rest
        self._ask_at: float | None = None  # None while Redis responds

    @property
    def broken(self) -> bool:
        return self._ask_at is not None

    def may_ask(self, now: float) -> bool:
        if self._ask_at is None:
            return True
        if now < self._ask_at:
            return False
        self._ask_at = now + self._rest  # this caller retries; the others continue without
        return True

    def failed(self, now: float) -> None:
        self._ask_at = now + self._rest

    def worked(self) -> None:
        self._ask_at = None


class Hints:
    """Raises Misconfigured for an invalid URL."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = _client(url, TIMEOUT)
        self._windows = _Windows(self._redis)
        self._limiter = MovingWindowRateLimiter(self._windows)
        self._circuit = Circuit(REST)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()

    @property
    def away(self) -> bool:
        """Whether Redis did not respond when last asked."""
        return self._circuit.broken

    async def take(self, rate: Rate, name: str) -> float | None:
        """Take a slot of the rate shared by all replicas. Returns 0.0, or the seconds until one is free."""

        async def question() -> float:
            item = RateLimitItemPerSecond(rate.most, rate.seconds)
            if await self._limiter.hit(item, name):
                return 0.0
            reset, remaining = await self._limiter.get_window_stats(item, name)
            return SHORTEST_WAIT if remaining else max(SHORTEST_WAIT, reset - await self._windows.now())

        return await self._ask(question)

    async def pause(self, name: str, seconds: float) -> None:
        """Stop all replicas from doing this for `seconds`; a longer pause stays in force."""
        milliseconds = int(seconds * 1000)

        async def question() -> None:
            if await self._redis.pttl(_paused(name)) < milliseconds:
                await self._redis.set(_paused(name), "", px=milliseconds)

        await self._ask(question)

    async def paused(self, name: str) -> float:
        """Returns the seconds that remain of the pause."""

        async def question() -> float:
            return max(0, await self._redis.pttl(_paused(name))) / 1000

        return await self._ask(question) or 0.0

    async def _ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer | None:
        if not self._circuit.may_ask(time.monotonic()):
            return None
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await question()
        except (RedisError, OSError, TimeoutError) as error:
            if not self._circuit.broken:
                log.warning("redis does not answer", error=f"{type(error).__name__}: {error}")
            self._circuit.failed(time.monotonic())
            return None
        if self._circuit.broken:
            log.info("redis answers again")
        self._circuit.worked()
        return answer


def _client(url: str, timeout: float) -> Redis:
    """Invalid options in the URL show up only when a connection is made. The error may quote a password."""
    try:
        redis: Redis = Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout)
        pool = redis.connection_pool
        pool.connection_class(**pool.connection_kwargs)
    except (ValueError, TypeError, AttributeError, RedisError, OSError):
        raise Misconfigured(
            "REDIS_URL is not a URL of a Redis, or has an option that Redis does not take.",
            hint="It looks like redis://HOST:6379/0; leave out what comes after ?",
        ) from None
    return redis


async def reached(url: str) -> str:
    """Returns why this Redis cannot be used, in its own words, or ""."""
    try:
        async with _client(url, REACH_TIMEOUT) as redis:
            await redis.ping()
    except Misconfigured as error:
        return str(error)
    except (RedisError, OSError) as error:
        return str(error).partition("\n")[0] or type(error).__name__
    return ""


class _Windows(RedisStorage):
    """The library's sliding windows, by Redis's clock: with their own clocks, replicas would count
    separately.
    """

    def __init__(self, redis: Redis) -> None:
        self.DEPENDENCIES = {"redis": None}  # it would import every other client that is installed, too
        pool: Any = redis.connection_pool  # the library's type hints allow only plain options
        super().__init__("async+redis://", implementation="redispy", connection_pool=pool)
        self._redis = redis

    async def now(self) -> float:
        seconds, microseconds = await self._redis.time()
        return float(seconds) + float(microseconds) / 1e6

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        bridge: Any = self.bridge  # redis-py's; the base class's type hints lack scripts
        arguments = [await self.now(), limit, expiry, amount]
        return bool(await bridge.lua_acquire_moving_window([bridge.prefixed_key(key)], arguments))

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        bridge: Any = self.bridge
        now = await self.now()
        window = await bridge.lua_moving_window([bridge.prefixed_key(key)], [now - expiry, limit])
        return (float(window[0]), int(window[1])) if window else (now, 0)


def _paused(name: str) -> str:
    return f"canary:paused:{name}"
