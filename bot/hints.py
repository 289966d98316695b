"""Redis: what makes the bot politer across replicas. Losing it changes no decision.

A shared rate limit that cannot be reached becomes a limit of this process.
"""

from __future__ import annotations

from typing import Any, Self

import structlog
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

TIMEOUT = 0.5  # seconds for any one question; a hint that is slow is no hint


class Hints:
    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        pool: Any = self._redis.connection_pool  # limits' annotations know plain options only
        shared = RedisStorage("async+redis://", implementation="redispy", connection_pool=pool)
        self._shared = MovingWindowRateLimiter(shared)
        self._local = MovingWindowRateLimiter(MemoryStorage())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._redis.aclose()

    async def may(self, rate: RateLimitItem, *names: str) -> bool:
        """Take one of the rate's places; False when there is none now. Shared by all replicas."""
        try:
            return await self._shared.hit(rate, *names)
        except RedisError as error:
            log.warning("redis does not answer", error=str(error))
            return await self._local.hit(rate, *names)

    async def answers(self) -> bool:
        try:
            return bool(await self._redis.ping())
        except RedisError:
            return False
