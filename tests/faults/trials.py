"""Trials of an action under faults: workers are killed wherever it matters, and answers are lost. It is done at most once.

Each trial is an action of its own that adds one row. It is confirmed as if somebody had clicked, and done by real
processes; afterward the rows that are there are compared with what the record says of each attempt.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bot.base.failpoint import Place
from bot.jobs import Engine
from bot.record.action_events import ActionRequested
from bot.rules.action import Confirmation
from bot.rules.principal import Principal
from bot.store import actions, database, events, runs
from bot.store.database import Database
from bot.workflow.performing import Act
from checks.actions.base import Preview
from commands.audit_log import verify
from sandbox.slack.person import PATIENCE
from tests.faults.processes import Replica, kept_running
from tests.faults.proxy import Proxy
from tests.faults.stage import Servers, Stage, configuration, postgres_socket, staged
from tests.faults.team import Team, number_of
from tests.journeys.acting import WRITER

PLACES = (Place.BEFORE_ACT, Place.BEFORE_MARK, Place.IN_ACT, Place.AFTER_ACT)
EACH = 20  # trials in one environment, of which each run has as many actions
AT_ONCE = 3
ENDS_WITHIN = 150.0  # seconds for the trials of one batch

_SOURCE = '  admin: {kind: postgres.writer, dsn: "${WRITER_DSN}", tables: [effect], connect_timeout: 2s}\n'
_ACTION = """      t{n}:
        kind: sql
        title: Trial {n}
        source: admin
        statement: "INSERT INTO effect (trial) VALUES ('{trial}')"
        rows: {{max: 1}}
        allow: {{managers-{environment}: 1}}
"""


@dataclass
class Trials:
    """What came of them."""

    states: Counter[str] = field(default_factory=Counter)  # how the attempts ended
    faults: Counter[str] = field(default_factory=Counter)  # that hit something
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.states.total()

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(self.faults.items()))
        return f"{self.count} trials: {states}. Faults: {faults or 'none'}"


def trial_of(environment: int, number: int) -> str:
    return f"env-{environment} t{number}"


def with_trials(environments: int) -> str:
    """The stage's configuration, without watches, and with an action for each trial."""
    head, *judged = configuration(environments, 2).split("  env-")
    head = head.replace("people:\n", f"{_SOURCE}people:\n", 1)
    parts = [head]
    for number, each in enumerate(judged):
        body = each.partition("    watch:\n")[0]
        acting = "".join(
            _ACTION.format(n=at, trial=trial_of(number, at), environment=number) for at in range(EACH)
        )
        parts.append(f"{body}    actions:\n{acting}")
    return "  env-".join(parts)


@asynccontextmanager
async def acting(
    environments: int, shared: Servers, rng: random.Random, *, folder: Path | None = None
) -> AsyncIterator[tuple[Stage, Proxy]]:
    """A stage whose actions act on the world through a proxy of their own."""
    async with (
        staged(environments, shared=shared, folder=folder) as stage,
        Proxy(postgres_socket(shared.postgres), rng) as line,
    ):
        async with await psycopg.AsyncConnection.connect(stage.world.dsn, autocommit=True) as conn:
            if not (await conn.execute(f"SELECT FROM pg_roles WHERE rolname = '{WRITER}'")).rowcount:
                await conn.execute(f"CREATE ROLE {WRITER} LOGIN")
            await conn.execute("CREATE TABLE effect (trial text NOT NULL)")
            await conn.execute(f"GRANT SELECT, INSERT ON effect TO {WRITER}")
        name = urlsplit(stage.world.dsn).path.removeprefix("/")
        stage.settings["WRITER_DSN"] = (
            f"postgresql://{WRITER}@127.0.0.1:{line.port}/{name}?sslmode=disable&gssencmode=disable"
        )
        (stage.folder / "canary.yaml").write_text(with_trials(environments))
        yield stage, line


async def all_go(stage: Stage) -> list[int]:
    """Each environment gets a go. -> the runs."""

    async def go(number: int) -> int:
        team = Team(stage, number, patience=PATIENCE)
        card = await team.start()
        await team.all_go(card)
        run = number_of(card)
        assert await team.decided(run, team.ana, team.ben, card=card) == "GO"
        return run

    return list(await asyncio.gather(*map(go, range(stage.environments))))


@asynccontextmanager
async def confirming(stage: Stage) -> AsyncIterator[tuple[Database, Engine]]:
    """Past all faults."""
    async with Database(stage.database) as store, Engine(store) as engine:
        yield store, engine


async def confirm(store: Database, engine: Engine, run: int, environment: int, number: int) -> None:
    """As `bot.workflow.confirming` does it for a click, but for Slack and the preview."""
    name, ana = f"t{number}", f"U0ANA{environment}"
    statement = f"INSERT INTO effect (trial) VALUES ('{trial_of(environment, number)}')"
    seen, key = Preview(does=(statement,), rows=1, verb="insert"), str(uuid.uuid4())
    async with store.transaction() as conn:
        await runs.lock(conn, run)
        await actions.put_preview(conn, run, name, ana, key=key, preview=seen)
        previewed = await actions.preview(conn, key)
        assert previewed
        roles = (f"managers-{environment}",)
        said = Confirmation(person=ana, roles=roles, at=await database.now(conn))
        action = await actions.insert(conn, previewed, [said], idempotency_key=key)
        requested = ActionRequested(
            action=name, attempt=action.attempt, does=seen.does, rows=1, idempotency_key=key, roles=roles
        )
        await events.append(conn, run, requested, actor=Principal.slack_user(ana))
        await actions.ready(conn, action)
        await engine.enqueue(conn, Act(run=run, action=name, attempt=action.attempt))


async def campaign(
    count: int, seed: str, shared: Servers, *, environments: int, folder: Path | None = None
) -> Trials:
    """At least so many trials, a few at once, while one of two workers or the line to the world breaks again and again."""
    rng, trials = random.Random(seed), Trials()
    arms = _arms(rng)
    async with acting(environments, shared, rng, folder=folder) as (stage, line):
        listener = stage.replica("listener", role="slack")
        async with kept_running(listener, stage.replica("first", role="worker")):
            await stage.slack.connected()
            gone = await all_go(stage)
        workers = [stage.replica(f"worker-{n}", role="worker", arm=lambda: next(arms)) for n in (1, 2)]
        for worker in workers:
            worker.died = lambda life: trials.faults.update([life.place] if life.place else [])
        async with kept_running(listener, *workers), confirming(stage) as (store, engine):
            todo = [(env, number) for number in range(EACH) for env in range(environments)][:count]
            for batch in _batches(todo):
                trips = list(_break_the_line(line, rng))
                for environment, number in batch:
                    await confirm(store, engine, gone[environment], environment, number)
                cutting = asyncio.create_task(_cut(stage, line, rng, trials))
                await _ended(stage, len(batch), trials)
                await cutting
                trials.faults.update(name for name, trip in trips if trip.happened.is_set())
            await _all_told(stage)
        await _judge(stage, gone, trials)
    return trials


def _arms(rng: random.Random) -> Iterator[str]:
    """Of each life of a worker: where it is killed, and at the how manieth time that it comes there."""
    while True:
        yield f"{rng.choice(PLACES)}:{rng.randint(1, 4)}"


def _batches(todo: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    for at in range(0, len(todo), AT_ONCE):
        yield todo[at : at + AT_ONCE]


def _break_the_line(line: Proxy, rng: random.Random) -> Iterator[tuple[str, object]]:
    """The commit never arrives, or it does and its answer is lost."""
    if rng.random() < 0.5:
        answered = rng.random() < 0.5
        name = "commit answered in vain" if answered else "commit lost"
        yield name, line.breaks_at(b"pg_current_xact_id", b"COMMIT", answered=answered)


async def _cut(stage: Stage, line: Proxy, rng: random.Random, trials: Trials) -> None:
    """Some connections end at some time, to the world and to the bot's own database."""
    for proxy, name in ((line, "world cut"), (stage.postgres, "own database cut")):
        if rng.random() < 0.3:
            await asyncio.sleep(rng.uniform(0.0, 0.5))
            trials.faults[name] += proxy.reset(2)


_ENDED = "SELECT count(*) FROM action WHERE state IN ('done', 'failed', 'unclear') AND NOT to_measure"


async def _ended(stage: Stage, more: int, trials: Trials) -> None:
    trials.states["begun"] += more
    begun = trials.states["begun"]
    async with asyncio.timeout(ENDS_WITHIN):
        while await _one(stage.database, _ENDED) < begun:
            await asyncio.sleep(0.1)


async def _all_told(stage: Stage) -> None:
    """Each attempt has its message in the thread."""
    untold = "SELECT count(*) FROM message WHERE kind IN ('action', 'actions') AND (state <> 'sent' OR shown < wanted)"
    async with asyncio.timeout(ENDS_WITHIN + 1.2 * (await _one(stage.database, untold))):
        while await _one(stage.database, untold):
            await asyncio.sleep(0.5)


async def _judge(stage: Stage, gone: Sequence[int], trials: Trials) -> None:
    """Compares what there is in the world with what the record says."""
    del trials.states["begun"]
    async with await psycopg.AsyncConnection.connect(stage.world.dsn) as conn:
        found = await (await conn.execute("SELECT trial, count(*) FROM effect GROUP BY trial")).fetchall()
    effects = Counter({str(trial): int(count) for trial, count in found})
    async with await psycopg.AsyncConnection.connect(stage.database) as conn:
        attempts = await (await conn.execute("SELECT run, name, state FROM action")).fetchall()
        told = await (await conn.execute("SELECT count(*) FROM message WHERE kind = 'action'")).fetchone()
    environment_of = {run: environment for environment, run in enumerate(gone)}
    for run, name, state in attempts:
        trials.states[state] += 1
        trial = f"env-{environment_of[run]} {name}"
        done = effects[trial]
        if done > 1 or (state, done) in {("done", 0), ("failed", 1)}:
            trials.wrong.append(f"{trial}: {state}, and done {done} times")
    if told != (len(attempts),):
        trials.wrong.append(f"{len(attempts)} attempts, and {told} messages about them")
    await verify(stage.database, Path(), None, say=trials.wrong.append)


async def _one(dsn: str, statement: str) -> int:
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        row = await (await conn.execute(statement)).fetchone()
    assert row
    return int(row[0])


def killed_once(stage: Stage, place: Place) -> Replica:
    """In its first life; the next ones live on."""
    arms = iter([f"{place}:1"])
    return stage.replica("worker", role="worker", arm=lambda: next(arms, ""))
