"""Everything that a fault can hit: servers behind proxies, a local Slack, and a team in each environment."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psutil
from redis.asyncio import Redis

from bot import embedded
from bot.store.migrate import own_database
from bot.store.roles import BOT
from sandbox.slack.channel import Channel
from sandbox.slack.people import Group, User
from sandbox.slack.server import LocalSlack
from tests.databases import fresh_database, throwaway_database
from tests.faults.processes import ROOT, Arm, Replica
from tests.faults.proxy import Proxy
from tests.journeys.conftest import World
from tests.program import Program

HEAD = """
version: 1
sources:
  world: {kind: postgres, dsn: "${WORLD_DSN}", tables: [reading]}
people:
"""
PEOPLE = """
  managers-{n}: {{members: [U0ANA{n}]}}
  platform-{n}: {{members: [S0PLAT{n}]}}
  on-call-{n}: {{members: [U0RAJ{n}]}}
"""
ENVIRONMENT = """
  env-{n}:
    channel: C0ENV{n}
    arguments: {{version: {{}}}}
    checks:
      queue-age:
        kind: sql
        source: world
        query: "SELECT value AS p95 FROM reading WHERE name = 'queue_age'"
        units: {{p95: s}}
        pass: {{p95: "< 180s"}}
        owner: platform-{n}
      duplicates:
        kind: sql
        source: world
        query: "SELECT value AS signals FROM reading WHERE name = 'env-{n}'"
        pass: {{signals: "== 0"}}
        owner: platform-{n}
    decide:
      approve: {{managers-{n}: 1, platform-{n}: {others}}}
      expires: 1h
      follow_up: {{check_every: 1s}}
    rollback: {{mitigation: "Stop env-{n}", steps: ["Promote {{{{previous_version}}}}"], on_call: on-call-{n}}}
    watch:
      for: 1h
      every: 1s
      triggers: {{duplicates: {{check: duplicates, breach: 1, prompt: "Stop promotion"}}}}
"""


def configuration(environments: int, owners: int) -> str:
    people = "".join(PEOPLE.format(n=n) for n in range(environments))
    judged = "".join(ENVIRONMENT.format(n=n, others=owners - 1) for n in range(environments))
    return f"{HEAD}{people}environments:\n{judged}"


@dataclass(frozen=True)
class Stage:
    slack: LocalSlack
    world: World
    postgres: Proxy
    redis: Proxy
    database: str  # DSN past the proxy, for reading
    redis_url: str  # the same for Redis
    settings: dict[str, str]  # for a bot
    folder: Path
    environments: int
    owners: int  # per environment; all of them have to vote
    program: Program | None = None  # starts bots sooner

    def replica(self, name: str, *, arm: Arm = str, role: str = "all", **settings: str) -> Replica:
        log = self.folder / f"{name}.log"
        return Replica(name, self.settings | settings, log, arm, role, program=self.program)

    def server(self, pid_file: str) -> psutil.Process:
        return psutil.Process(int((self.folder / pid_file).read_text().split()[0]))

    def kill_postgres(self) -> None:
        self.server("postgres/data/postmaster.pid").kill()

    def kill_redis(self) -> None:
        self.server("valkey/pid").kill()


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="canary-fault-") as name:
        yield Path(name)


@dataclass(frozen=True)
class Servers:
    """The test worker's own servers, which must not be killed."""

    postgres: str
    migrated: str  # the name of a database to copy
    redis: str
    program: Program


@asynccontextmanager
async def _databases(server: str, shared: Servers | None) -> AsyncIterator[tuple[str, str]]:
    """Yields the DSNs of the bot's database and the world's. On servers of our own they are not dropped, since the
    servers go.
    """
    if shared:
        async with (
            throwaway_database(server, template=shared.migrated) as database,
            throwaway_database(server) as world,
        ):
            yield database, world
        return
    database, world = await fresh_database(server), await fresh_database(server)
    await asyncio.to_thread(own_database, database)
    yield database, world


@asynccontextmanager
async def _running(place: Path, shared: Servers | None) -> AsyncIterator[tuple[str, str]]:
    """Yields the URLs of PostgreSQL and Redis."""
    if shared:
        async with Redis.from_url(shared.redis) as redis:
            await redis.flushall()
        yield shared.postgres, shared.redis
        return
    async with embedded.postgres(place) as server, embedded.valkey(place) as redis_url:
        yield server, redis_url


@asynccontextmanager
async def staged(
    environments: int = 1,
    *,
    owners: int = 2,
    shared: Servers | None = None,
    seed: int = 0,
    folder: Path | None = None,
) -> AsyncIterator[Stage]:
    """A stage with servers of its own, which may be killed, or with `shared` ones."""
    with _folder(folder) as place:
        async with (
            _running(place, shared) as (server, redis_url),
            _databases(server, shared) as (database, somewhere),
            Proxy(postgres_socket(server), random.Random(seed)) as postgres,
            Proxy(Path(unquote(urlsplit(redis_url).path)), random.Random(seed)) as redis,
            LocalSlack(manifest=ROOT / "manifest.yml") as slack,
        ):
            world = World(somewhere)
            await world.create()
            for number in range(environments):
                _hire(slack, number, owners)
                await world.put(f"env-{number}", 0)
            (place / "canary.yaml").write_text(configuration(environments, owners))
            settings = _settings(slack, place, through(postgres, database), world.dsn, redis.port)
            sooner = shared.program if shared else None
            yield Stage(
                *(slack, world, postgres, redis, database, redis_url, settings, place, environments, owners),
                program=sooner,
            )


def _settings(slack: LocalSlack, folder: Path, database: str, world: str, redis: int) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database,
        "REDIS_URL": f"redis://127.0.0.1:{redis}/0",
        "CANARY_CONFIG": str(folder / "canary.yaml"),
        "WORLD_DSN": world,
        "PORT": "0",
        "RUNS_PER_HOUR": "1000000",
    }


def through(proxy: Proxy, dsn: str) -> str:
    """The same database's URL through the proxy, for the bot."""
    name = urlsplit(dsn).path.removeprefix("/")
    return f"postgresql://{BOT}@127.0.0.1:{proxy.port}/{name}?sslmode=disable&gssencmode=disable"


def postgres_socket(dsn: str) -> Path:
    where = parse_qs(urlsplit(dsn).query)
    return Path(where["host"][0]) / f".s.PGSQL.{where['port'][0]}"


def owners_of(number: int, count: int) -> list[str]:
    """The approvers' names: Ana, who manages releases, Ben, and his colleagues."""
    return [f"ana{number}", f"ben{number}", *(f"own{number}x{other}" for other in range(count - 2))]


def _hire(slack: LocalSlack, number: int, owners: int) -> None:
    """Create an environment's channel, its approvers, and its requester, who is also on call. Environments share
    nobody.
    """
    deciding = owners_of(number, owners)
    names = {f"U0{name.upper()}": name for name in (*deciding, f"raj{number}")}
    for user, name in names.items():
        slack.add_user(User(user, name, name.title()))
    slack.add_group(Group(f"S0PLAT{number}", f"plat{number}", "Platform", list(names)[1:owners]))
    members = {*names, slack.app.bot_user}
    slack.add_channel(Channel(f"C0ENV{number}", f"env-{number}", members=members))


def hints(stage: Stage) -> Redis:
    """Redis past the proxy."""
    return Redis.from_url(stage.redis_url)
