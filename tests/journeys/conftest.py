"""A team at work: a local Slack, a bot on its own database, and a small system under test."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from jsonschema import Draft202012Validator
from redis.asyncio import Redis

from bot.base.timing import Timing
from bot.plan.load import load
from bot.store.roles import BOT, as_role
from commands.audit_log import verify
from commands.role import Role
from commands.serve import Running, running
from commands.settings import Settings
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.timing import ACK_LIMIT, UNHURRIED

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "manifest.yml"
_PACKETS = Draft202012Validator(json.loads((ROOT / "docs" / "packet.schema.json").read_text()))

CONFIGURATION = """
version: 1
people:
  release-managers: {members: [U01ANA]}
  platform: {members: [S0PLATFORM]}
  on-call: {members: [S0ONCALL]}
sources:
  world: {kind: postgres, dsn: "${WORLD_DSN}", tables: [reading]}
environments:
  staging:
    channel: C0RELEASES
    arguments: {version: {}}
    checks:
      queue-age:
        kind: sql
        source: world
        query: "SELECT value AS p95 FROM reading WHERE name = 'queue_age'"
        units: {p95: s}
        pass: {p95: "< 180s"}
        warn: {p95: "< 240s"}
        owner: platform
      duplicates:
        kind: sql
        source: world
        query: "SELECT value AS signals FROM reading WHERE name = 'duplicates'"
        pass: {signals: "== 0"}
        owner: platform
    decide:
      approve: {release-managers: 1, platform: 1}
      expires: 1h
    rollback:
      mitigation: "Pin capacity: OVERRIDE_CAPACITY=1024"
      steps: ["Promote {{previous_version}} in the dashboard", "Check /canary status {{environment}}"]
      on_call: on-call
    watch:
      for: 1h
      every: 1s
      triggers:
        duplicates: {check: duplicates, breach: 1, prompt: "Stop promotion at once"}
      checklist:
        - {item: "Compare throughput with yesterday's", owner: platform, due: 1h}
"""


class World:
    """What the checks measure: one row per reading."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn

    async def create(self) -> None:
        await self._execute("CREATE TABLE reading (name text PRIMARY KEY, value float8)")
        await self.put("queue_age", 30)
        await self.put("duplicates", 0)

    async def put(self, name: str, value: float) -> None:
        await self._execute(
            "INSERT INTO reading VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    async def rename(self, table: str, to: str) -> None:
        await self._execute(f"ALTER TABLE {table} RENAME TO {to}")

    async def _execute(self, sql: str, *values: object) -> None:
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as conn:
            await conn.execute(sql, values)


@pytest.fixture
async def world(database: str) -> World:
    world = World(database)
    await world.create()
    return world


@pytest.fixture
def ack_limit() -> float:
    """Seconds an app has to acknowledge before Slack tells people that it did not respond: patient, as in `timing`."""
    return ACK_LIMIT


@pytest.fixture
async def slack(ack_limit: float) -> AsyncIterator[LocalSlack]:
    async with LocalSlack(manifest=MANIFEST, ack_limit=ack_limit) as slack:
        yield slack


@pytest.fixture
def timing() -> Timing:
    """The bot's timing. Modules and parameters may override it. On a busy machine no click is refused for being late."""
    return UNHURRIED


@pytest.fixture
def configuration() -> str:
    return CONFIGURATION


StartBot: TypeAlias = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
async def valkey(valkey_server: str) -> str:
    """URL of an empty Valkey."""
    async with Redis.from_url(valkey_server) as redis:
        await redis.flushall()
    return valkey_server


@pytest.fixture
async def start_bot(
    slack: LocalSlack,
    world: World,
    bot_database: str,
    valkey: str,
    tmp_path: Path,
    timing: Timing,
) -> AsyncIterator[StartBot]:
    """`async with start_bot(): ...`, with another configuration or other settings where a test needs them.

    Whatever people and faults did, the record must verify afterward, and every packet in Slack be one by the published schema.
    """

    @asynccontextmanager
    async def start(
        configuration: str = CONFIGURATION,
        *,
        role: Role = Role.ALL,
        environ: Mapping[str, str] | None = None,
        **settings: object,
    ) -> AsyncIterator[Running]:
        path = tmp_path / "canary.yaml"
        path.write_text(configuration)
        given = {
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token,
            "slack_signing_secret": slack.signing_secret,
            "slack_api_url": slack.api_url,
            "database_url": as_role(bot_database, BOT),  # not the owner, as in production
            "redis_url": valkey,
            "port": 0,
        }
        loaded = load(path, {"WORLD_DSN": world.dsn, **(environ or {})})
        async with running(Settings.model_validate({**given, **settings}), loaded, role, timing) as bot:
            yield bot

    yield start
    await record_holds(bot_database)
    assert [problem for packet in packets(slack) for problem in not_as_published(packet)] == []


async def record_holds(dsn: str) -> None:
    """Fail unless the audit log is complete and everything derived from it agrees."""
    wrong: list[str] = []
    await verify(dsn, Path(), None, say=wrong.append)
    assert wrong == []


def packets(slack: LocalSlack) -> Iterator[str]:
    for file in slack.workspace.files.values():
        if file.content and re.fullmatch(r"canary-\d.*\d{4}-\d\d-\d\d\.json", file.name):
            yield file.content.decode()


def not_as_published(packet: str) -> list[str]:
    return [f"{each.json_path}: {each.message}" for each in _PACKETS.iter_errors(json.loads(packet))]


@pytest.fixture
async def bot(start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[Running]:
    """A bot in Socket Mode, connected."""
    async with start_bot() as bot:
        await slack.connected()
        yield bot


@pytest.fixture
async def http_bot(start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[Running]:
    """A bot over signed HTTP."""
    async with start_bot(slack_app_token=None) as bot:
        await slack.deliver_to(events_url(bot))
        yield bot


def events_url(bot: Running) -> str:
    return f"http://127.0.0.1:{bot.port}/slack/events"


async def decided(slack: LocalSlack, verdict: str = "*GO recommended*") -> Message:
    """Raj starts a run. Returns its card once it waits for votes."""
    await slack.user("raj").command("#releases", "/canary", "run staging")
    return await slack.sees("#releases", verdict)


async def both_go(slack: LocalSlack, card: Message) -> None:
    """Ana and Ben click Go, and both clicks are acknowledged."""
    for name in ("ana", "ben"):
        assert (await slack.user(name).click(card, "Go")).acked
