"""The setup for benchmarks: servers, a local Slack, the bot as a separate process."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import psutil
from aiohttp import web
from aiohttp.typedefs import Handler

from bot import embedded
from bot.store.migrate import migrate
from sandbox.slack.server import LocalSlack
from tests.serving import served

ROOT = Path(__file__).parents[1]

MINIMAL = """
version: 1
people:
  owners: {{members: [U01ANA, U02BEN]}}
sources:
  here: {{kind: http, base_url: "{url}"}}
environments:
  staging:
    channel: C0RELEASES
    checks:
{checks}
    decide: {{approve: {{owners: 1}}}}
    rollback: {{mitigation: "stop", steps: ["go back"], on_call: owners}}
"""
PROBE = """
      probe-{number}: {{kind: http.probe, source: here, owner: owners, request: {{path: /}}, expect: ["last.status == 200"]}}
"""


@asynccontextmanager
async def responding(handler: Handler) -> AsyncIterator[str]:
    """Yields the URL of a server that answers GET / with the handler."""
    server = web.Application()
    server.router.add_get("/", handler)
    async with served(server) as url:
        yield url


def configuration(url: str, probes: int) -> str:
    checks = "".join(PROBE.format(number=number) for number in range(probes))
    return MINIMAL.format(url=url, checks=checks)


@dataclass(frozen=True)
class Stage:
    slack: LocalSlack
    database_url: str
    redis_url: str
    folder: Path

    def environment(self, config: str, port: int, *, socket_mode: bool = False) -> dict[str, str]:
        """The environment variables of a bot process."""
        path = self.folder / f"canary-{port}.yaml"
        path.write_text(config)
        given = {
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT),
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.api_url,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "CANARY_CONFIG": str(path),
            "PORT": str(port),
        }
        return given | ({"SLACK_APP_TOKEN": self.slack.app_token} if socket_mode else {})


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Durable servers, as in production, with a migrated database."""
    with tempfile.TemporaryDirectory(prefix="canary-bench-") as name:
        folder = Path(name)
        async with (
            embedded.postgres(folder) as database_url,
            embedded.valkey(folder) as redis_url,
            LocalSlack(manifest=ROOT / "manifest.yml") as slack,
        ):
            await asyncio.to_thread(migrate, database_url)
            yield Stage(slack, database_url, redis_url, folder)


@asynccontextmanager
async def process(environment: Mapping[str, str], *words: str, log: Path) -> AsyncIterator[psutil.Process]:
    """Run `python -m …` while the block lasts."""
    with log.open("wb") as sink:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *words, env=dict(environment), stdout=sink, stderr=sink
        )
    try:
        yield psutil.Process(running.pid)
    finally:
        if running.returncode is None:
            running.terminate()
        await asyncio.wait_for(running.wait(), 30)


async def answering(url: str, within: float = 60) -> None:
    """Wait until the server at the URL responds at all."""
    deadline = time.monotonic() + within
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < deadline:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.02)
    raise TimeoutError(f"no response from {url}")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def signed(payload: Mapping[str, str], secret: str) -> tuple[bytes, dict[str, str]]:
    """Returns a body in Slack's format, and its headers."""
    body, timestamp = urlencode(payload).encode(), str(int(time.time()))
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={mac}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
