"""Secrets planted wherever one can come from appear in no message, file, table, log or output."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from urllib.parse import quote

import aiohttp
import psutil
import psycopg
import pytest
import structlog

from bot.base.logs import JSON, TEXT, log_to_stderr
from checks.secrets import Secrets
from commands.settings import Settings
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, decided
from tests.journeys.test_command_line import Shell
from tests.program import Program

DSN = "postgresql://reader:Zk93%2FhPqL-77xTr2@127.0.0.1:1/app"
PASSWORD = "Zk93/hPqL-77xTr2"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----"


LOGGERS = ("httpx", "psycopg", "slack_bolt", "procrastinate", "redis", "commands.serve")


def shapes(secret: str) -> list[str]:
    return [
        secret,
        quote(secret, safe=""),
        base64.b64encode(f"canary:{secret}".encode()).decode(),
        secret.encode().hex(),
        "\u200b".join(secret),
        f"{secret[:9]}\n{secret[9:]}",
        json.dumps(json.dumps(f'"{secret}"')),
    ]


def telltale(secrets: Iterable[str]) -> list[str]:
    """What must not appear: pieces that every encoding of a secret would contain."""
    return [
        piece
        for secret in secrets
        for piece in (
            secret[:12],
            secret[-10:],
            secret.encode().hex()[:16],
            base64.b64encode(f"canary:{secret}".encode()).decode()[12:28],
            quote(secret, safe="")[-12:],
            "\u200b".join(secret[:8]),
        )
    ]


def clean(text: str, secrets: Iterable[str]) -> bool:
    found = [piece for piece in telltale(secrets) if piece in text]
    return not found or pytest.fail(f"{found} in {text[max(0, text.find(found[0]) - 200) :][:500]}")


async def everything_in(dsn: str) -> AsyncIterator[tuple[str, str]]:
    """Yields (table, all of its rows as text)."""
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        names = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        for (name,) in await (await conn.execute(names)).fetchall():
            rows = await (
                await conn.execute(f"SELECT string_agg(t::text, E'\\n') FROM {name} AS t")
            ).fetchall()  # type: ignore[arg-type]
            yield name, rows[0][0] or ""


async def test_the_bots_own_tokens_never_reach_a_message_file_or_table(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    """They come from a system under test, from a gate's output, and from a person who pastes one."""
    tokens = (slack.bot_token, slack.signing_secret)
    written = [shape for token in tokens for shape in shapes(token)]
    columns = ", ".join(
        f"reverse('{shape[::-1].replace(chr(39), chr(39) * 2)}') AS s{place}"
        for place, shape in enumerate(written)
    )
    query = "SELECT value AS signals FROM reading WHERE name = 'duplicates'"
    leaks = json.dumps(f"SELECT {columns}, {query.removeprefix('SELECT ')}")
    leaking = CONFIGURATION.replace(f'"{query}"', leaks)
    assert leaking != CONFIGURATION
    async with start_bot(leaking) as bot, aiohttp.ClientSession(f"http://127.0.0.1:{bot.port}") as client:
        await slack.connected()
        card = await decided(slack, " recommended")
        ana = slack.user("ana")
        await ana.command("#releases", "/canary", "show #1 duplicates")
        await ana.command("#releases", "/canary", f"run staging version={slack.bot_token}")
        await ana.command("#releases", "/canary", slack.bot_token)
        await ana.click(card, "No-go…")
        reason = f"it leaks {slack.bot_token} and {shapes(slack.bot_token)[2]}"
        await ana.submit(await ana.sees_modal("No-go"), {"Reason": reason})
        await slack.sees("#releases", ".html, ")
        served = [await (await client.get(path)).text() for path in ("/metrics", "/readyz", "/healthz", "/")]
        commands = [process.cmdline() for process in psutil.Process().children(recursive=True)]
    assert clean("\n".join(served) + str(commands), tokens)
    log = [*slack.channel("#releases").log.values(), *ana.ephemerals]
    assert clean("".join(f"{message.text} {message.blocks}" for message in log), tokens)
    assert clean(b"".join(file.content for message in log for file in message.files).decode(), tokens)
    assert "[redacted]" in "".join(f"{message.text}" for message in log)
    async for table, rows in everything_in(bot_database):
        assert clean(rows, tokens), table
    assert clean(caplog.text, tokens)


CHECKED = """
version: 1
people: {p: {members: [U01ANA]}}
sources:
  db: {kind: postgres, dsn: "${DSN}", tables: [t]}
  app: {kind: http, base_url: "http://127.0.0.1:1/${PASSWORD}", headers: {Authorization: "Bearer ${PASSWORD}"}}
  code: {kind: workspace, path: ., environment: {DSN: "${DSN}", KEY: "${KEY}", PASSWORD: "${PASSWORD}"}}
environments:
  e:
    channel: C0RELEASES
    checks:
      db: {kind: sql, source: db, owner: p, query: "SELECT count(*) AS c FROM t", pass: {c: "== 0"}}
      app: {kind: http.probe, source: app, owner: p, request: {path: /}, pass: {status: "== 200"}}
      gate: {kind: gate, source: code, owner: p, run: [sh, gate.sh], read: {said: "said (.*)"}, pass: {said: '== "x"'}}
    decide: {approve: {p: 1}}
    rollback: {mitigation: m, steps: [s], on_call: p}
"""
GATE = r"""
set -f
echo "$DSN"; echo "$KEY"; printf %s "$KEY" | tr -d '\n'; echo
printf %s "$DSN" | base64; printf %s "canary:$PASSWORD" | base64; printf %s "$PASSWORD" | od -An -tx1
printf %s "$PASSWORD" | sed 's/./&\xe2\x80\x8b/g'; echo; printf '%s\n' "$PASSWORD" | fold -w 5
echo "FATAL: could not connect to $DSN"; env; echo "said $PASSWORD"; exit 3
"""


@pytest.mark.parametrize("form", [(), ("--json",), ("--markdown",), ("--junit", "-")])
async def test_no_output_format_of_canary_check_shows_a_secret(
    tmp_path: Path, world: World, program: Program, form: tuple[str, ...]
) -> None:
    (tmp_path / "canary.yaml").write_text(CHECKED)
    (tmp_path / "gate.sh").write_text(GATE)
    environment = {"DSN": DSN, "KEY": KEY, "PASSWORD": PASSWORD, "SLACK_BOT_TOKEN": "xoxb-Own-0123456789"}

    ended = await Shell(tmp_path, world, program).canary("check", "e", *form, **environment)

    assert ended.code == 1, ended
    assert "redacted" in ended.out
    for place in (ended.out, ended.err):
        assert clean(place, (PASSWORD, "xoxb-Own-0123456789"))
        assert "MIIEvQ" not in place and "SjAgEAAoIBAQC7" not in place


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("doctor",),
        ("lint",),
        ("runs",),
        ("baselines",),
        ("verify", "--database"),
        ("migrate",),
        ("outbox", "list"),
    ],
)
async def test_no_command_shows_an_unusable_setting(
    tmp_path: Path, world: World, program: Program, words: tuple[str, ...]
) -> None:
    shell = Shell(tmp_path, world, program)
    (tmp_path / "canary.yaml").write_text(CONFIGURATION)
    settings = {
        "SLACK_BOT_TOKEN": "xoxb-Own-0123456789",
        "SLACK_APP_TOKEN": "xapp-Own-0123456789",
        "SLACK_API_URL": "http://127.0.0.1:1/",
        "REDIS_URL": "redis://:Own-0123456789@127.0.0.1:1/0",
    }
    for dsn in (
        DSN,
        f"host=127.0.0.1 port=1 password={PASSWORD} {PASSWORD}",
        f"postgresql://a:{PASSWORD}@h:{PASSWORD}",
    ):
        ended = await shell.canary(*words, DATABASE_URL=dsn, CANARY_TRACEBACK="1", **settings)
        for place in (ended.out, ended.err):
            assert clean(place, (PASSWORD, "Own-0123456789"))


@pytest.mark.parametrize("form", [JSON, TEXT])
def test_no_logger_writes_a_secret_at_any_level(capsys: pytest.CaptureFixture[str], form: str) -> None:
    root = logging.getLogger()
    before, configured = (root.handlers, root.level), structlog.get_config()
    settings = Settings.model_validate({"slack_bot_token": "xoxb-Own-0123456789", "database_url": DSN})
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    try:
        log_to_stderr(form, Secrets({}, settings.secrets).redact)
        for name in LOGGERS:
            logger = logging.getLogger(name)
            logger.setLevel(logging.DEBUG)
            root.setLevel(logging.DEBUG)
            for shape in shapes(PASSWORD):
                logger.debug("connecting with %s", shape, extra={"dsn": DSN})
                try:
                    raise ConnectionError(DSN) from ValueError(shape)
                except ConnectionError:
                    logger.exception("failed: %r", {"authorization": [shape]})
    finally:
        root.handlers, level = before
        root.setLevel(level)
        structlog.configure(**configured)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    written = capsys.readouterr().err
    assert written.count("[redacted]") > 20
    assert clean(written, (PASSWORD, "xoxb-Own-0123456789"))
    assert form == TEXT or all(json.loads(line) for line in written.splitlines())
