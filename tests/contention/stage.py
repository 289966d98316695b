"""Two replicas of the bot's workflow on one real PostgreSQL, with their environment."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bot import workflow
from bot.base.declared import declared
from bot.base.errors import Busy, Counted, Refused, Unavailable
from bot.base.timing import Timing
from bot.base.work import Work
from bot.jobs import Engine
from bot.plan.load import Loaded
from bot.record.events import EvidenceFrozen
from bot.rules.approval import Choice, Condition
from bot.rules.interaction import Interaction, InteractionKind, Received
from bot.rules.principal import BOT, Principal
from bot.rules.request import Ballot, CancelRequest, RollbackReport, RunRequest, StartRequest, WaiverRequest
from bot.rules.run import Run, RunState
from bot.rules.verdict import Recommendation
from bot.store import check_runs, events, evidences, inbox, runs
from bot.store.database import Database, many, maybe, row, run
from bot.workflow import checking, closing, keeping, reminding, rolling_back, voting, waiving, withdrawing
from bot.workflow.answering import Answering
from bot.workflow.runs import cancel, start
from bot.workflow.services import Services
from bot.workflow.turned_away import OFTEN, TurnedAway
from checks.outcome import Outcome
from checks.result import Result
from tests.contention.actions import (
    Account,
    Act,
    Action,
    Cancel,
    Change,
    Clicked,
    Configure,
    Expire,
    Finish,
    Members,
    Refreeze,
    Remind,
    RolledBack,
    Start,
    TimeIsUp,
    Vote,
    Waive,
    Withdraw,
)
from tests.contention.directory import SmallDirectory
from tests.contention.facts import Facts, read, read_inbox
from tests.contention.model import Came
from tests.contention.team import GROUPS, configurations

NEVER = "sha256:" + "0" * 64  # the digest of no evidence
DUE = datetime.now(UTC) + timedelta(days=30)
BUSY_TRIES = 20  # attempts at work that waits for a server: a job would make as many, with pauses
WAITING_TRIES = 4  # attempts at a withdrawal behind a click that may never be handled


_RECEIVED = """
SELECT key, kind, payload, received_at, 1.0 AS age, counted_at IS NOT NULL AS counted FROM inbox WHERE key = %(key)s"""
_RUNS = "SELECT * FROM run WHERE number > %(last)s ORDER BY number"
_REFREEZE = "UPDATE run SET evidence = %(digest)s, version = version + 1 WHERE number = %(number)s"
_TIME_IS_UP = """
UPDATE run SET expires_at = now() WHERE number = %(number)s AND state = 'deciding' AND expires_at > now()"""
_END_WATCHES = """
UPDATE watch SET state = 'ended', ended_at = now(), "end" = 'completed' WHERE state = 'watching'"""


@dataclass
class Stage:
    replicas: list[Services]
    directory: SmallDirectory
    variants: Sequence[Loaded]
    runs: list[Run] = field(default_factory=list)  # this history's runs, in order
    digests: list[list[str]] = field(default_factory=list)  # of each run, in the order of freezing
    keys: list[str] = field(default_factory=list)
    _last: int = 0  # the number of the last run before this history
    _random: random.Random = field(default_factory=random.Random)

    @property
    def _database(self) -> Database:
        return self.replicas[0].database

    async def begin(self) -> None:
        """Begin a new history: nothing of the previous one is in progress."""
        async with self._database.transaction() as conn:
            for number in [left.number for left in await runs.active(conn)]:
                await runs.close(conn, number)
            await run(conn, _END_WATCHES)
            await run(conn, "DELETE FROM procrastinate_jobs")
            found = await row(conn, "SELECT last FROM run_number")
            assert found
            self._last = int(found["last"])
        self.directory.reset(GROUPS)
        self.runs, self.digests, self.keys = [], [], []
        for replica in (0, 1):
            self._configure(replica, 0)

    def _configure(self, replica: int, variant: int) -> None:
        self.replicas[replica] = replace(self.replicas[replica], configuration=self.variants[variant])

    async def keep(self, kind: InteractionKind, action: Action | None = None) -> str:
        """Store an interaction as the intake does. Returns its key."""
        key, payload = uuid.uuid4().hex, {}
        if isinstance(action, Clicked):  # a button, which carries the run's key
            payload = {"user": {"id": action.by}, "actions": [{"value": self.runs[action.run].key}]}
        async with self._database.connection() as conn:
            await inbox.insert(conn, Interaction(key=key, kind=kind, payload=payload))
        self.keys.append(key)
        return key

    async def one(self, action: Action, *, replica: int = 0, key: str = "") -> Came:
        """Perform one action alone."""
        came = await self._after_a_moment(Act(action, replica, key))
        await self._look_around()
        await self.facts()
        return came

    async def all_at_once(self, acts: Sequence[Act], seed: int) -> list[Came]:
        """Start each action after its own delay. Returns the result for each acting person."""
        self._random = random.Random(seed)
        self.directory.shuffle(seed)
        came = await asyncio.gather(*(self._after_a_moment(act) for act in acts))
        await self._look_around()
        return came

    async def _after_a_moment(self, act: Act) -> Came:
        await asyncio.sleep(self._random.choice((0, 0, 0.0003, 0.001, 0.002)))
        services = self.replicas[act.replica]
        if act.key:
            async with services.database.connection() as conn:
                found = await maybe(conn, Received, _RECEIVED, key=act.key)
            assert found
            services = services.working_off(found)
        for _ in range(WAITING_TRIES if isinstance(act.action, Withdraw) else BUSY_TRIES):
            try:
                return await self._do(services, act)
            except Unavailable:
                await asyncio.sleep(0.001)
            except Counted:
                return Came.COUNTED
            except (Refused, Busy) as refusal:
                return await self._refused(services, refusal)
        if isinstance(act.action, Withdraw):
            return Came.WAITS
        raise AssertionError(f"{act} is tried for ever")

    async def _refused(self, services: Services, refusal: Refused | Busy) -> Came:
        """Like the handler, record the result before telling anyone."""
        return Came.REFUSED if await keeping.refuse(services, refusal) else Came.COUNTED

    async def _do(self, services: Services, act: Act) -> Came:
        does: Mapping[type[Any], Callable[[Services, Any], Awaitable[Came]]] = {
            Vote: self._vote,
            Waive: self._waive,
            Withdraw: self._withdraw,
            Cancel: self._cancel,
            Remind: self._remind,
            RolledBack: self._rolled_back,
            Start: self._start,
            Finish: self._finish,
            Expire: self._expire,
            Refreeze: self._refreeze,
            TimeIsUp: self._time_is_up,
        }
        if isinstance(act.action, Members | Account | Configure):
            return self._change(act.action)
        return await does[type(act.action)](services, act.action)

    async def _vote(self, services: Services, vote: Vote) -> Came:
        conditional = vote.choice is Choice.CONDITIONAL_GO
        ballot = Ballot(
            run_key=self.runs[vote.run].key,
            evidence=self._digest(vote.run, vote.evidence),
            channel="C0RELEASES",
            by=Principal.slack_user(vote.by),
            choice=vote.choice,
            reason="no" if vote.choice is Choice.NO_GO else "",
            condition=Condition(text="later", owner=vote.by, due=DUE) if conditional else None,
        )
        return Came.DONE if await voting.vote(services, ballot) else Came.STANDS

    async def _waive(self, services: Services, waiver: Waive) -> Came:
        excuse = WaiverRequest(
            run_key=self.runs[waiver.run].key,
            evidence=self._digest(waiver.run, waiver.evidence),
            channel="C0RELEASES",
            by=Principal.slack_user(waiver.by),
            check=waiver.check,
            reason="known",
        )
        await waiving.waive(services, excuse)
        return Came.DONE

    async def _withdraw(self, services: Services, of: Withdraw) -> Came:
        await withdrawing.withdraw(services, RunRequest(**self._about(of.run, of.by)))
        return Came.DONE

    async def _cancel(self, services: Services, of: Cancel) -> Came:
        request = CancelRequest(**self._about(of.run, of.by), reason="wrong version")
        await cancel(services, request)
        return Came.DONE

    async def _remind(self, services: Services, of: Remind) -> Came:
        await reminding.remind_now(services, RunRequest(**self._about(of.run, of.by)))
        return Came.DONE

    async def _rolled_back(self, services: Services, of: RolledBack) -> Came:
        await rolling_back.record(services, RollbackReport(**self._about(of.run, of.by)))
        return Came.DONE

    async def _start(self, services: Services, of: Start) -> Came:
        request = StartRequest(
            environment=of.environment, arguments={}, by=Principal.slack_user(of.by), channel="C0RELEASES"
        )
        await start(services, request)
        return Came.DONE

    def _about(self, at: int, person: str) -> dict[str, Any]:
        return {"run": self.runs[at].number, "by": Principal.slack_user(person), "channel": "C0RELEASES"}

    async def _finish(self, services: Services, of: Finish) -> Came:
        """Record a result as `checking.measure` does."""
        number = self.runs[of.run].number
        async with services.database.transaction() as conn:
            found = await runs.find(conn, number)
            if found is None or found.state is not RunState.CHECKING:
                return Came.NOTHING
            attempt = await check_runs.start(conn, number, of.check)
        if attempt is not None:
            await asyncio.sleep(0)
            await checking._record(services, number, of.check, result(of.check, of.outcome), attempt)
        return Came.NOTHING

    async def _expire(self, services: Services, of: Expire) -> Came:
        await closing.expire(services, number=self.runs[of.run].number)
        return Came.NOTHING

    async def _refreeze(self, services: Services, of: Refreeze) -> Came:
        """Freeze new evidence, for which earlier votes do not count, as measuring again does."""
        async with services.database.transaction() as conn:
            found = await runs.lock(conn, self.runs[of.run].number)
            if found.state is RunState.DECIDING:
                digest = f"sha256:{uuid.uuid4().hex}"
                await evidences.insert(conn, found.number, digest=digest, document="{}")
                await run(conn, _REFREEZE, digest=digest, number=found.number)
                frozen = EvidenceFrozen(evidence=digest, recommendation=Recommendation.GO, reasons=())
                await events.append(conn, found.number, frozen, actor=BOT)
        return Came.NOTHING

    async def _time_is_up(self, services: Services, of: TimeIsUp) -> Came:
        async with services.database.connection() as conn:
            await run(conn, _TIME_IS_UP, number=self.runs[of.run].number)
        return Came.NOTHING

    def _change(self, change: Change) -> Came:
        match change:
            case Members(group, members):
                self.directory.change(group, members)
            case Account(person, barred):
                others = self.directory.barred - {person}
                self.directory.barred = others | {person} if barred else others
            case Configure(replica, variant):
                self._configure(replica, variant)
        return Came.NOTHING

    def _digest(self, at: int, evidence: int) -> str:
        return self.digests[at][evidence - 1] if evidence else NEVER

    async def _look_around(self) -> None:
        """Find the current runs."""
        async with self._database.connection() as conn:
            self.runs = await many(conn, Run, _RUNS, last=self._last)

    async def facts(self) -> list[Facts]:
        async with self._database.connection() as conn:
            found = await read(conn, [known.number for known in self.runs])
        self.digests = [
            [event["detail"]["evidence"] for event in one.events if event["kind"] == "evidence frozen"]
            for one in found
        ]
        return found

    async def inbox(self) -> dict[str, tuple[bool, bool]]:
        async with self._database.connection() as conn:
            return dict(await read_inbox(conn, self.keys))


def result(check: str, outcome: Outcome) -> Result:
    return Result(outcome=outcome, reason=f"{check} is {outcome}", started_at=datetime.now(UTC), seconds=0.1)


@asynccontextmanager
async def staged(dsn: str, folder: Path, timing: Timing) -> AsyncIterator[Stage]:
    """Two replicas, each with its own pool, on a migrated database."""
    variants, directory = configurations(folder), SmallDirectory(GROUPS)
    async with (
        Database(dsn) as one,
        Database(dsn) as other,
        Engine(one) as engine,
        Answering(Path("nowhere")) as answering,
    ):
        replicas = [
            Services(
                database=database,
                enqueue=engine.enqueue,
                directory=directory,
                configuration=variants[0],
                answering=answering,
                timing=timing,
                runs_per_hour=1_000_000,
                turned_away=TurnedAway(
                    count(0.0, 2.0 * OFTEN.seconds).__next__
                ),  # nobody counts as refused often
            )
            for database in (one, other)
        ]
        engine.carry(declared(workflow, Work), replicas[0])
        yield Stage(replicas=replicas, directory=directory, variants=variants)
