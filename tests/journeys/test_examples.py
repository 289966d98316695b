"""The examples to copy: each passes `canary lint`, and the one for a web service judges a real one."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from aiohttp import web

from tests.serving import served

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*/canary.yaml"))
WEB_SERVICE = ROOT / "examples" / "web-service" / "canary.yaml"
RUN = ("check", "staging", "version=2.3.0", "migration=0042", "--json")
SCHEMA = """
    CREATE TABLE orders (id serial PRIMARY KEY, state text NOT NULL, placed_at timestamptz NOT NULL);
    CREATE TABLE schema_migrations (version text PRIMARY KEY);
    INSERT INTO schema_migrations VALUES ('0041'), ('0042');
    INSERT INTO orders (state, placed_at)
      SELECT CASE WHEN minute % 60 = 7 THEN 'payment_failed' ELSE 'paid' END, now() - minute * interval '30 seconds'
      FROM generate_series(1, 118) AS minute;
"""
TESTS = "def test_prices():\n    assert 2 * 3 == 6\n"


@dataclass
class Shop:
    """A web service with an HTTP endpoint, a database and a repository."""

    dsn: str
    repository: Path
    url: str = ""
    version: str = "2.3.0"
    results: list[str] = field(default_factory=lambda: ["red shoes"])

    @property
    def environment(self) -> dict[str, str]:
        return {"STAGING_URL": self.url, "STAGING_DATABASE_URL": self.dsn, "REPOSITORY": str(self.repository)}

    async def execute(self, statement: str) -> None:
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True) as connection:
            await connection.execute(statement)

    async def judged(self) -> tuple[int, dict[str, str]]:
        """Returns the exit code of `canary check` and the outcome of each check."""
        code, out, err = await canary(*RUN, config=WEB_SERVICE, environment=self.environment)
        assert out, err
        return code, {name: result["outcome"] for name, result in json.loads(out)["results"].items()}


async def canary(*words: str, config: Path, environment: dict[str, str]) -> tuple[int, str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "commands", *words),
        env={"PATH": path, "PYTHONPATH": str(ROOT), "CANARY_CONFIG": str(config), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.fixture
async def shop(database: str, tmp_path: Path) -> AsyncIterator[Shop]:
    shop = Shop(database, tmp_path / "shop")
    shop.repository.mkdir()
    (shop.repository / "test_prices.py").write_text(TESTS)
    await shop.execute(SCHEMA)

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"version": shop.version})

    async def search(_: web.Request) -> web.Response:
        return web.json_response({"results": shop.results})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/search", search)])
    async with served(app) as shop.url:
        yield shop


@pytest.mark.parametrize("config", EXAMPLES, ids=lambda path: path.parent.name)
async def test_every_example_passes_lint_without_warnings(config: Path) -> None:
    code, _, err = await canary("lint", "--no-env", config=config, environment={})
    assert (code, err) == (0, "")


@pytest.mark.parametrize("config", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_names_the_variables_it_needs(config: Path) -> None:
    comments, _, rest = config.read_text().partition("version: 1")
    assert [name for name in set(re.findall(r"\$\{(\w+)\}", rest)) if name not in comments] == []


async def test_a_healthy_web_service_passes(shop: Shop) -> None:
    code, outcomes = await shop.judged()
    assert set(outcomes.values()) == {"PASS"}, outcomes
    assert (code, len(outcomes)) == (0, 6)


async def test_each_fault_of_a_web_service_fails_its_check(shop: Shop) -> None:
    shop.version, shop.results = "2.2.9", []
    await shop.execute("UPDATE orders SET state = 'payment_failed' WHERE id % 5 = 0")
    await shop.execute("DELETE FROM orders WHERE id < 40")
    await shop.execute("DELETE FROM schema_migrations WHERE version = '0042'")
    (shop.repository / "test_prices.py").write_text(TESTS.replace("6", "7"))
    code, outcomes = await shop.judged()
    assert set(outcomes.values()) == {"FAIL"}, outcomes
    assert code == 1


async def test_an_idle_web_service_does_not_pass(shop: Shop) -> None:
    await shop.execute("TRUNCATE orders")
    code, outcomes = await shop.judged()
    assert {name for name, outcome in outcomes.items() if outcome == "UNKNOWN"} == {"payments", "order-rate"}
    assert code == 2
