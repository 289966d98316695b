"""Export and verification of ten thousand runs: time, and memory compared with a thousand runs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.figure import Figure, seconds
from bot import embedded
from bot.base.canonical import canonical, digest
from bot.record.chain import Link, hash_after
from bot.record.proof.key_folder import KeyFolder
from bot.store.migrate import migrate

ROOT = Path(__file__).parents[1]
# a conditional go with a waiver, a watch and a prompt
PACKET = ROOT / "tests/audit/records/0006/packet-1.json"
FEW, MANY = 1_000, 10_000
WITHIN = 10.0  # seconds
GROWTH = 16.0  # MiB

_RUN = """
INSERT INTO run (number, key, environment, state, channel, requested_by, requested_from, arguments, configuration,
                 evidence, requested_at, concluded_at, expires_at, closed_at)
VALUES (%s, %s, %s, 'closed', 'C0RELEASES', %s, 'C0RELEASES', %s, %s, %s, %s, %s, %s, %s)
"""
_EVENT = "INSERT INTO event (run, seq, at, actor, kind, detail, hash) VALUES (%s, %s, %s, %s, %s, %s, %s)"


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="canary-bench-") as name:
        folder = Path(name)
        KeyFolder(folder / "data").create(datetime.now(UTC))
        took: dict[tuple[str, int], tuple[float, float]] = {}
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(embedded.postgres(folder))
            for count in (FEW, MANY):
                dsn = await _filled(server, count)
                file = folder / f"{count}.jsonl"
                took["export", count] = await _run(["export"], folder, dsn, into=file)
                took["verify", count] = await _run(["verify", str(file)], folder, dsn)
    return [_figure(what, took[what, MANY], took[what, FEW]) for what in ("export", "verify")]


def _figure(what: str, many: tuple[float, float], few: tuple[float, float]) -> Figure:
    grown = many[1] - few[1]
    return Figure(
        f"canary {what} of {MANY:,} runs" + (", processor time" if what == "verify" else ""),
        seconds(many[0]),
        f"{seconds(few[0])}, of {FEW:,}",
        None,
        f"≤ {WITHIN:.0f} s, ≤ {GROWTH:.0f} MiB more memory",
        many[0] <= WITHIN and grown <= GROWTH,
        f"{many[1]:.0f} MiB, {grown:+.0f} MiB for ten times as many; 13 events a run",
    )


async def _run(words: Sequence[str], folder: Path, dsn: str, into: Path | None = None) -> tuple[float, float]:
    """Returns seconds, and the process's peak memory in MiB."""
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    own = {"DATABASE_URL": dsn, "CANARY_DATA": str(folder / "data")}
    with (into or Path(os.devnull)).open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: ASYNC220 — asyncio would wait for it itself, and not say how much memory it took
            [sys.executable, "-m", "commands", *words], env=environment | own, stdout=out, cwd=ROOT
        )
        _, status, usage = await asyncio.to_thread(os.wait4, process.pid, 0)
        took = time.perf_counter() - began
    process.returncode = status
    assert status == 0, (words, status)
    if into is None:
        took = usage.ru_utime + usage.ru_stime
    return took, usage.ru_maxrss / 1024


async def _filled(server: str, count: int) -> str:
    """Creates a database with `count` copies of one run, each with its own chain. Returns its DSN."""
    name = f"proof_{count}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        await conn.execute(f"CREATE DATABASE {name}".encode())
    dsn = psycopg.conninfo.make_conninfo(server, dbname=name)
    await asyncio.to_thread(migrate, dsn)
    packet = json.loads(PACKET.read_text())
    configuration = packet["configuration"]
    async with (
        await psycopg.AsyncConnection.connect(dsn) as conn,
        conn.cursor() as cursor,
    ):
        await cursor.execute("SET session_replication_role = replica")
        kept = (configuration["digest"], json.dumps(configuration))
        await cursor.execute("INSERT INTO configuration (digest, document) VALUES (%s, %s)", kept)
        for number in range(1, count + 1):
            await _insert(cursor, packet, number)
        await cursor.execute("UPDATE run_number SET last = %s", [count])
        await conn.commit()
        await conn.set_autocommit(True)
        await cursor.execute("VACUUM ANALYZE")
    return dsn


async def _insert(cursor: Any, packet: dict[str, Any], number: int) -> None:
    document = packet["evidence"] | {"run": number}
    evidence, was = digest(document), packet["evidence_digest"]

    def moved(part: Any) -> Any:
        return json.loads(json.dumps(part).replace(was, evidence))

    decision = moved(packet["decision"]) | {"run": number}
    links = [*_rechained(moved(packet["events"]), number)]
    frozen = next(link.at for link in links if link.kind == "evidence frozen")
    await cursor.execute(
        _RUN,
        (
            *(number, f"key{number}", document["environment"], document["requested_by"]),
            *(json.dumps(document["arguments"]), document["configuration"], evidence),
            *(document["requested_at"], frozen, frozen, decision["decided_at"]),
        ),
    )
    await cursor.execute(
        "INSERT INTO evidence (digest, run, document) VALUES (%s, %s, %s)",
        (evidence, number, canonical(document)),
    )
    await cursor.execute(
        "INSERT INTO decision (run, outcome, evidence, document, decided_at) VALUES (%s, %s, %s, %s, %s)",
        (number, decision["outcome"], evidence, json.dumps(decision), decision["decided_at"]),
    )
    await cursor.executemany(_EVENT, [tuple(link.model_dump().values()) for link in links])
    for link in links:
        if link.kind == "rolled back":
            back = (number, link.actor, json.loads(link.detail)["reason"], link.at)
            await cursor.execute("INSERT INTO rollback (run, by, reason, at) VALUES (%s, %s, %s, %s)", back)


def _rechained(events: Sequence[dict[str, Any]], number: int) -> Iterator[Link]:
    before = ""
    for event in events:
        link = Link.model_validate(event | {"run": number, "detail": canonical(event["detail"])})
        before = hash_after(before, link)
        yield link.model_copy(update={"hash": before})
