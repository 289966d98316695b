"""A fault campaign: teams work with a few bots while everything that can fail does fail; afterward, every invariant
must hold.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bot.base.failpoint import Place
from commands.audit_log import verify
from tests.faults.fault_streams import KILLS, STREAMS, Arms, FaultInjector
from tests.faults.interactions import interactions
from tests.faults.invariants import IN_THE_END, observe, violations
from tests.faults.pace import Pace
from tests.faults.processes import Life, Replica, kept_running
from tests.faults.record import patiently, read, time_is_up
from tests.faults.resumption import Resumption, spreads
from tests.faults.stage import Stage, staged
from tests.faults.team import Stuck, Team
from tests.faults.trials import PLACES

SETTLED = 150.0  # seconds until all work is done, once faults have stopped
START = 300.0
EVERYWHERE = {str(place) for place in Place} - set(PLACES)  # an action's are in trials of their own


@dataclass(frozen=True)
class Size:
    """When the campaign is large enough."""

    votes: int
    faults: Mapping[str, int]  # stream -> how many faults must have had an effect
    seconds: float  # longer than this is a failure; all times are those of an idle machine
    everywhere: bool = True  # every failpoint must have killed somebody
    environments: int = 12
    owners: int = 5  # per environment; all of them have to vote
    replicas: int = 2
    patience: float = 240.0  # how many seconds a person waits for anything

    @classmethod
    def of(cls, votes: int, faults: int, seconds: float, **more: Any) -> Self:
        """That many votes, and faults of each stream. CAMPAIGN_VOTES, CAMPAIGN_FAULTS and CAMPAIGN_SECONDS override
        them.
        """
        asked = os.environ.get
        each = int(asked("CAMPAIGN_FAULTS", faults))
        return cls(
            votes=int(asked("CAMPAIGN_VOTES", votes)),
            faults=dict.fromkeys(STREAMS, each),
            seconds=float(asked("CAMPAIGN_SECONDS", seconds)),
            **more,
        )


@dataclass
class Outcome:
    seed: str
    seconds: float
    slowness: float  # of this machine, at its worst
    votes: int
    runs: int
    met: dict[str, Counter[str]]
    broken: dict[str, list[str]]  # invariant -> its violations
    stuck: list[str]
    # one per kill: seconds from the restart until the first interrupted piece of work was done
    went_on: list[float]
    resumption: list[str]
    odd: Counter[str]  # unexpected lines in the bots' logs

    @property
    def losses(self) -> list[str]:
        """Violated invariants and people who waited in vain; must be empty."""
        return [f"{name}: {each}" for name, where in self.broken.items() for each in where] + self.stuck

    def too_few(self, size: Size) -> list[str]:
        """What was not tried often enough in the available time."""
        few = [f"{self.votes} votes of {size.votes}"] if self.votes < size.votes else []
        few += [
            f"{self.met[stream].total()} {stream} of {least}"
            for stream, least in size.faults.items()
            if self.met[stream].total() < least
        ]
        if size.everywhere and (spared := EVERYWHERE - self.met[KILLS].keys()):
            few.append(f"nobody died {', '.join(sorted(spared))}")
        return few

    def __str__(self) -> str:
        lines = [
            f"seed {self.seed}: {self.runs} runs, {self.votes} acknowledged votes in {self.seconds:.0f} s",
            f"the machine was up to {self.slowness:.1f} times slower than one that does nothing else",
        ]
        for stream, met in self.met.items():
            each = ", ".join(f"{name} {count}" for name, count in sorted(met.items()))
            lines.append(f"{stream}: {met.total()} ({each})")
        lines += self.resumption
        lines.append(f"violated invariants, and people who waited in vain: {len(self.losses)}")
        lines += [f"  {each}" for each in self.losses[:40]]
        lines += [f"  log: {count} x {said}" for said, count in self.odd.most_common(20)]
        return "\n".join(lines)


class Campaign:
    def __init__(self, stage: Stage, size: Size, seed: str) -> None:
        self._stage, self._size, self._seed = stage, size, seed
        self._ends: Counter[str] = Counter()  # kills by failpoint
        self._resumption = Resumption(stage.database)
        self._arms = [Arms(f"{seed} arms {number}", self._ends) for number in range(size.replicas)]
        self.replicas = [stage.replica(f"bot-{number}", arm=arm) for number, arm in enumerate(self._arms)]
        for replica in self.replicas:
            replica.died = self._died
        self._pace = Pace()
        self._injector = FaultInjector(stage, self.replicas, seed, self._pace)
        self._teams = [
            Team(
                stage,
                number,
                random.Random(f"{seed} team {number}"),
                patience=size.patience,
                clock=self._pace.now,
            )
            for number in range(size.environments)
        ]
        self._stuck: list[str] = []
        self._deadline = 0.0

    def _died(self, life: Life) -> None:
        if life.place:
            self._ends[life.place] += 1
        others = [replica for replica in self.replicas if replica.lives_now and replica.life is not life]
        self._resumption.died(life, alone=not any(replica.is_at_work for replica in others))

    async def play(self) -> Outcome:
        began = time.monotonic()
        async with kept_running(*self.replicas):
            await self._stage.slack.connected(self._size.replicas, timeout=START)
            await self._pace.look()
            self._deadline = self._pace.now() + self._size.seconds
            async with meanwhile(self._resumption.watch()), meanwhile(self._pace.keep()):
                async with asyncio.TaskGroup() as group:
                    for stream in self._size.faults:
                        group.create_task(self._injector.run(stream, self._enough))
                    for team in self._teams:
                        group.create_task(self._work(team))
                await self._settle()
        return await self._outcome(time.monotonic() - began)

    # ------------------------------------------------------------ when to stop

    def _enough(self) -> bool:
        """Whether everything happened often enough, somebody is stuck, or time is up. The outcome records which."""
        if self._stuck or self._pace.now() > self._deadline:
            return True
        met = self._injector.met()
        faults = all(met[stream].total() >= least for stream, least in self._size.faults.items())
        everywhere = not self._size.everywhere or met[KILLS].keys() >= EVERYWHERE
        return faults and everywhere and self._votes() >= self._size.votes

    def _votes(self) -> int:
        return sum(1 for each in interactions(self._stage.slack.deliveries) if each.choice and each.acked)

    async def _work(self, team: Team) -> None:
        try:
            while not self._enough():
                await team.play()
        except Stuck as stuck:
            self._stuck.append(f"{team.name}, round {team.rounds}: {stuck}")

    # ------------------------------------------------------------ settling

    async def _settle(self) -> None:
        """Stop all faults, and wait until all remaining work is done."""
        self._injector.stop()
        for arm in self._arms:
            arm.loaded = False
        for replica in self.replicas:
            replica.shoot()
        deadline = self._pace.now() + SETTLED
        while self._pace.now() < deadline:
            record = await patiently(lambda: read(self._stage.database))
            watched = [row["run"] for row in record.watches if row["state"] == "watching"]
            for run in watched:
                await patiently(lambda run=run: time_is_up(self._stage.database, run))
            for run in (run for run in record.runs if run["state"] == "deciding"):
                await patiently(lambda run=run: time_is_up(self._stage.database, run["number"]))
            if not record.unrest and not watched and all(run["state"] == "closed" for run in record.runs):
                return
            await asyncio.sleep(1)

    async def _outcome(self, seconds: float) -> Outcome:
        record = await patiently(lambda: read(self._stage.database))
        acted = interactions(self._stage.slack.deliveries)
        kills = [one for one in self._resumption.interruptions if one.pieces]
        went_on = [min(one.waits("job")) for one in kills if one.waits("job")]
        return Outcome(
            seed=self._seed,
            seconds=seconds,
            slowness=self._pace.slowest,
            votes=self._votes(),
            runs=len(record.runs),
            met=self._injector.met(),
            broken=violations(observe(acted, record, self._stage.slack, self._stage.owners), IN_THE_END)
            | await unverified(self._stage.database),
            stuck=self._stuck,
            went_on=went_on,
            resumption=[line for alone in (False, True) for line in spreads(kills, alone=alone)],
            odd=oddities(self.replicas),
        )

    def keep_logs(self) -> None:
        """Keep logs, faults and lives in CAMPAIGN_LOGS, for analyzing a failure."""
        if "CAMPAIGN_LOGS" not in os.environ:
            return
        folder = Path(os.environ["CAMPAIGN_LOGS"])
        folder.mkdir(parents=True, exist_ok=True)
        for log in (*self._stage.folder.glob("*.log"), self._stage.folder / "postgres/data/server.log"):
            shutil.copy(log, folder)
        (folder / "faults").write_text("\n".join(self._injector.journal))
        lives = [f"{replica.name} {life}" for replica in self.replicas for life in replica.lives]
        (folder / "lives").write_text("\n".join(lives))


async def unverified(dsn: str) -> dict[str, list[str]]:
    """An invariant like those in `invariants`: the audit log is complete, and everything derived from it agrees."""
    wrong: list[str] = []
    await verify(dsn, Path(), None, say=wrong.append)
    return {"the record verifies": wrong} if wrong else {}


def oddities(replicas: Sequence[Replica]) -> Counter[str]:
    """Unexpected errors in the logs, by message, and lines that are not log lines."""
    found: Counter[str] = Counter()
    for replica in replicas:
        for event in replica.said():
            if "raw" in event:
                found[event["raw"][:160]] += bool(event["raw"].strip() and event["raw"][0] not in " |+")
            elif event.get("level") in {"error", "critical"}:
                first, *traced = [
                    *event["event"].strip().splitlines(),
                    *event.get("exception", "").splitlines(),
                ]
                found[" … ".join(line.strip()[:160] for line in [first, *traced[-1:]])] += 1
        found.update(
            f"ended by itself with exit code {life.code}"
            for life in replica.lives
            if life.code not in {0, -9}
        )
    return found


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def campaign(size: Size, seed: str) -> Outcome:
    """Run a campaign on servers of its own."""
    async with staged(size.environments, owners=size.owners) as stage:
        played = Campaign(stage, size, seed)
        try:
            return await played.play()
        finally:
            played.keep_logs()
