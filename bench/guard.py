"""The guard of a check's SQL: its time per statement, and its memory, in a separate process."""

from __future__ import annotations

import asyncio
import json
import sys

from bench.figure import Figure, seconds
from bench.stage import ROOT

SLOWEST, LARGEST = 0.005, 32.0  # seconds (median); MB, including the library

PROGRAM = """
import json, time
from pathlib import Path
from statistics import median

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

from checks.outcome import CheckError
from checks.sources.postgres.catalog import Catalog, Relation
from checks.sources.postgres.guard import guarded
from tests.sql.corpus import accepted, refused

def relation(name, *columns, schema="public"):
    return Relation(schema, name, True, columns, ("",) * len(columns), frozenset({("public", "mood")}))

columns = ("id", "note", "status", "amount", "at", "tags", "doc", "label", "moods")
relations = (
    relation("hits", *columns), relation("hits_view", "id", "note"), relation("hits_opaque", "id"),
    relation("events", "at", "hit", "ms"), relation("totals", "n"), relation("hits_id_seq", "is_called"),
    relation("Name", "Key", "select", schema="Odd"),
)
catalog = Catalog(relations, (), tuple(each.name for each in relations))
statements = [*accepted(), *(statement for statement, _ in refused())]
before = resident()
took = []
for _ in range(3):
    for statement in statements:
        began = time.perf_counter()
        try:
            guarded(statement, catalog)
        except CheckError:
            pass
        took.append(time.perf_counter() - began)
took = sorted(took[len(statements):])
print(json.dumps([median(took), took[int(0.99 * len(took))], resident() - before, len(statements)]))
"""


async def measure() -> list[Figure]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    middle, most, megabytes, count = json.loads(printed)
    return [
        Figure(
            "a check's SQL: parsed, judged and written in full",
            seconds(middle),
            "",
            None,
            f"≤ {seconds(SLOWEST)}",
            middle <= SLOWEST,
            f"p99 {seconds(most)}, {count} statements of the corpus",
        ),
        Figure(
            "memory of it",
            f"{megabytes:.0f} MB",
            "",
            None,
            f"≤ {LARGEST:.0f} MB",
            megabytes <= LARGEST,
            "parser included",
        ),
    ]
