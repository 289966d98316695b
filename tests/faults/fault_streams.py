"""Which faults happen, and when: four streams, each determined by the seed alone, whatever the bot does."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import psutil
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.base.failpoint import Place
from bot.store import messages
from sandbox.slack.faults import Fault, Injected
from tests.faults.pace import Pace
from tests.faults.processes import Replica
from tests.faults.proxy import Proxy
from tests.faults.stage import Stage, hints
from tests.faults.trials import PLACES

# seconds for which Slack works on a request after its connection broke
STILL_AT_WORK = messages.DEFAULT.settled.total_seconds() - 1.0
STREAMS = KILLS, SLACK, POSTGRES, REDIS = "kills", "slack", "postgres", "redis"


@dataclass(frozen=True)
class PlannedFault:
    """One fault. The meaning of `count` and `where` depends on its kind."""

    after: float  # seconds since the previous one
    kind: str
    length: float  # seconds
    count: int
    where: str


@dataclass(frozen=True)
class FaultMix:
    """The faults of one stream: `kinds` has their weights, `pause` is the mean number of seconds between two."""

    pause: float
    kinds: Mapping[str, int]
    longest: float  # seconds that a fault lasts at most
    most: int
    places: tuple[str, ...] = ("",)

    def planned(self, seed: str) -> Iterator[PlannedFault]:
        rng = random.Random(seed)
        names, weights = list(self.kinds), list(self.kinds.values())
        while True:
            yield PlannedFault(
                after=rng.uniform(0.2, 1.8) * self.pause,
                kind=rng.choices(names, weights)[0],
                length=rng.uniform(0.3, self.longest),
                count=rng.randint(1, self.most),
                where=rng.choice(self.places),
            )


METHODS = (
    *("chat.postMessage",) * 12,
    *("chat.update",) * 8,
    *("files.getUploadURLExternal", "upload", "files.completeUploadExternal") * 4,
    *("conversations.history", "conversations.replies", "users.info", "usergroups.users.list") * 2,
    *("views.open", "response_url", "chat.postEphemeral") * 2,
    *("auth.test", "apps.connections.open"),
)
MIXES: Mapping[str, FaultMix] = {
    KILLS: FaultMix(
        pause=2.5, kinds={"shot": 5, "asleep": 2, "asked to stop": 1}, longest=6.0, most=1, places=("0", "1")
    ),
    SLACK: FaultMix(
        pause=1.0,
        kinds={
            Fault.RATE_LIMITED: 4,
            Fault.ERROR_BEFORE: 3,
            Fault.ERROR_AFTER: 3,
            Fault.DELAY: 2,
            Fault.SLOW_ANSWER: 2,
            Fault.HANG_BEFORE: 1,
            Fault.HANG_AFTER: 1,
            Fault.RESET_BEFORE: 3,
            Fault.RESET_AFTER: 3,
            Fault.RESET_LATE: 2,
            Fault.HALF_BODY: 3,
        },
        longest=5.0,
        most=2,
        places=METHODS,
    ),
    POSTGRES: FaultMix(
        pause=4.0,
        kinds={
            "cut": 4,
            "reset": 3,
            "half": 3,
            "hang": 2,
            "forgotten": 1,
            "slow": 2,
            "refuse": 1,
            "killed": 1,
        },
        longest=2.5,
        most=4,
    ),
    REDIS: FaultMix(
        pause=1.5,
        kinds={
            "cut": 4,
            "reset": 3,
            "half": 3,
            "hang": 2,
            "forgotten": 1,
            "slow": 1,
            "flushed": 3,
            "stale": 3,
            "killed": 1,
        },
        longest=2.5,
        most=3,
    ),
}
CUTS = 10  # per second


class Arms:
    """Chooses where the next life of a process ends, among the failpoints with the fewest kills so far."""

    def __init__(self, seed: str, met: Counter[str]) -> None:
        self.loaded = True
        self._rng = random.Random(seed)
        self._met = met

    def __call__(self) -> str:
        if not self.loaded:
            return ""
        places = sorted(
            (each for each in Place if each not in PLACES),
            key=lambda place: (self._met[place], self._rng.random()),
        )
        place = self._rng.choice(places[:3])
        often = place in {Place.AFTER_COMMIT, Place.AFTER_STORE, Place.BEFORE_ACK}
        return f"{place}:{self._rng.randint(1, 25 if place is Place.AFTER_COMMIT else 4 if often else 3)}"


@dataclass
class FaultInjector:
    stage: Stage
    replicas: list[Replica]
    seed: str
    pace: Pace  # stretches the pauses between faults, but not the faults
    journal: list[str] = field(default_factory=list)
    own: Counter[str] = field(default_factory=Counter)  # what no proxy counts: "postgres killed" -> count
    _injected: list[tuple[Injected, int]] = field(default_factory=list)  # each with its number of calls

    async def run(self, stream: str, enough: Callable[[], bool]) -> None:
        """Run one stream of faults until `enough`."""
        act = {
            KILLS: self._on_processes,
            SLACK: self._on_slack,
            POSTGRES: self._on_postgres,
            REDIS: self._on_redis,
        }[stream]
        for fault in MIXES[stream].planned(f"{self.seed} {stream}"):
            if enough():
                return
            await self.pace.sleep(fault.after)
            self.journal.append(f"{datetime.now(UTC):%H:%M:%S.%f} {stream} {fault}")
            await act(fault)

    def met(self) -> dict[str, Counter[str]]:
        """Returns stream -> kind -> number of faults that had an effect."""
        kills: Counter[str] = Counter()
        for life in (life for replica in self.replicas for life in replica.lives if life.killed):
            kills[life.place or "from outside"] += 1
        slack: Counter[str] = Counter()
        for fault, given in self._injected:
            slack[fault.fault.value] += given - max(0, fault.times or 0)
        return {
            KILLS: kills,
            "pauses": Counter({name: self.own[name] for name in ("asleep", "asked to stop")}),
            SLACK: slack,
            POSTGRES: self._of(self.stage.postgres, POSTGRES),
            REDIS: self._of(self.stage.redis, REDIS),
        }

    def _of(self, proxy: Proxy, stream: str) -> Counter[str]:
        own = {name.partition(" ")[2]: count for name, count in self.own.items() if name.startswith(stream)}
        return proxy.hits + Counter(own)

    def stop(self) -> None:
        self.stage.slack.faults.clear()
        for proxy in (self.stage.postgres, self.stage.redis):
            proxy.whole_again()

    # ------------------------------------------------------------ processes

    async def _on_processes(self, fault: PlannedFault) -> None:
        replica = self.replicas[int(fault.where) % len(self.replicas)]
        if not replica.lives_now:
            return
        if fault.kind == "shot":
            replica.shoot()
        elif fault.kind == "asked to stop":
            self.own[fault.kind] += replica.ask_to_stop()
        else:
            async with replica.asleep():
                self.own[fault.kind] += 1
                await asyncio.sleep(fault.length)

    # ------------------------------------------------------------ Slack

    async def _on_slack(self, fault: PlannedFault) -> None:
        kind = Fault(fault.kind)
        seconds = min(fault.length, STILL_AT_WORK) if kind is Fault.RESET_LATE else max(1.0, fault.length)
        injected = Injected(kind, fault.where, fault.count, seconds)
        self._injected.append((injected, fault.count))
        self.stage.slack.faults.injected.append(injected)

    # ------------------------------------------------------------ PostgreSQL and Redis

    async def _on_postgres(self, fault: PlannedFault) -> None:
        if fault.kind == "killed":
            with suppress(psutil.NoSuchProcess, FileNotFoundError):
                self.stage.kill_postgres()
                self.own["postgres killed"] += 1
        else:
            await _on_proxy(self.stage.postgres, fault)

    async def _on_redis(self, fault: PlannedFault) -> None:
        if fault.kind == "killed":
            with suppress(psutil.NoSuchProcess, FileNotFoundError):
                self.stage.kill_redis()
                self.own["redis killed"] += 1
        elif fault.kind in _ON_KEYS:
            with suppress(RedisError):
                async with hints(self.stage) as redis:
                    await _ON_KEYS[fault.kind](redis, fault.length)
                self.own[f"redis {fault.kind}"] += 1
        else:
            await _on_proxy(self.stage.redis, fault)


async def _on_proxy(proxy: Proxy, fault: PlannedFault) -> None:
    match fault.kind:
        case "cut":
            for _ in range(max(1, round(fault.length * CUTS))):
                proxy.cut()
                await asyncio.sleep(1 / CUTS)
        case "reset":
            proxy.reset(fault.count)
        case "half":
            proxy.halve(fault.count)
        case "hang" | "forgotten":
            with proxy.hanging(forgets=fault.kind == "forgotten"):
                await asyncio.sleep(fault.length)
        case "slow":
            with proxy.slow(fault.length / 20):
                await asyncio.sleep(fault.length)
        case "refuse":
            proxy.refuse()
            await asyncio.sleep(fault.length)
            await proxy.accept_again()


async def flush(redis: Redis, _: float) -> None:
    await redis.flushall()


async def stale(redis: Redis, seconds: float) -> None:
    """Restore old values after a while, like a failover to a replica that was behind."""
    held = {key: await redis.dump(key) async for key in redis.scan_iter()}
    await asyncio.sleep(seconds)
    for key, value in held.items():
        if value is not None:
            await redis.restore(key, 60_000, value, replace=True)


OnKeys: TypeAlias = Callable[[Redis, float], Awaitable[None]]
_ON_KEYS: Mapping[str, OnKeys] = {"flushed": flush, "stale": stale}
