"""`canary export` and `canary verify`: what an auditor takes away, and that every change to it is detected."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from bot.record.proof.export import Sample
from bot.record.proof.exported import Examination
from bot.record.proof.keys import Entry, Keyring, SigningKey
from bot.store.roles import BOT, as_role
from bot.workflow.exporting import Export
from commands.audit_log import record as opened
from tests.audit.conftest import tamper
from tests.audit.test_commands import Shell, shell  # noqa: F401 — shell is a fixture

pytestmark = pytest.mark.xdist_group("audit")  # one history for all

KEY = SigningKey.create()
RING = Keyring(keys=(Entry(key=KEY.public.name),))
CHANGES = 1000


async def exported(dsn: str, *, key: SigningKey | None = KEY, **period: object) -> list[bytes]:
    async with opened(dsn, Path("nowhere")) as conn:
        return [line async for line in Export(conn, **period).lines(key)]  # type: ignore[arg-type]


def problems(lines: list[bytes], keyring: Keyring | None = RING) -> list[str]:
    return list(Examination(keyring).problems(lines))


def of_run(lines: list[bytes], run: int) -> int:
    """Returns the index of the run's line."""
    [at] = [
        at
        for at, line in enumerate(lines)
        if (document := json.loads(line)).get("format") == "canary-run/1" and document["run"] == run
    ]
    return at


@pytest.fixture
async def lines(history: str) -> list[bytes]:
    return await exported(as_role(history, BOT))  # SELECT privileges are enough


async def test_an_export_contains_all_runs_and_verifies(lines: list[bytes]) -> None:
    events = sum(len(json.loads(line).get("events", ())) for line in lines)
    examination = Examination(RING)
    assert list(examination.problems(lines)) == []
    assert (examination.runs, examination.events, examination.is_signed) == (6, events, True)
    conditional = json.loads(lines[of_run(lines, 1)])
    assert conditional["decision"]["outcome"] == "CONDITIONAL GO"
    assert {"queue-age", "duplicates"} == conditional["evidence"]["checks"].keys()
    assert [event["seq"] for event in conditional["events"]] == list(range(1, len(conditional["events"]) + 1))
    assert json.loads(lines[of_run(lines, 2)])["rolled_back"]["by"] == "U03RAJ"
    assert json.loads(lines[of_run(lines, 5)])["evidence"] is None
    assert json.loads(lines[of_run(lines, 6)])["decision"] is None


async def test_a_changed_byte_is_detected_anywhere(lines: list[bytes]) -> None:
    """1,000 of 1,000 changes: the signed digest covers every byte."""
    chance = random.Random(7)
    missed = []
    for _ in range(CHANGES):
        changed = [*lines]
        at = chance.randrange(len(lines))
        line = bytearray(changed[at])
        place = chance.randrange(len(line) - (at == len(lines) - 1))  # except the last line's newline
        line[place] ^= 1 << chance.randrange(8)
        changed[at] = bytes(line)
        # split as in a file: a changed byte may be a line break
        if not problems(b"".join(changed).splitlines(keepends=True)):
            missed.append((at, place))
    assert missed == []


async def test_a_changed_value_is_detected_without_a_signature(lines: list[bytes]) -> None:
    """The parts of a run depend on each other, so even a recomputed digest does not hide a change."""
    for run, field, to in (
        (1, "requested_by", "U01ANA"),
        (1, "environment", "production"),
        (1, "arguments", {"version": "6.6.6"}),
        (1, "closed_at", "2026-01-01T00:00:00Z"),
        (1, "configuration", "sha256:0"),
        (1, "evidence_digest", "sha256:0"),
        (1, "evidence", None),
        (2, "rolled_back", None),
        (3, "decision", None),
        (3, "state", "deciding"),
        (3, "events", []),
        (4, "run", 3),
    ):
        at = of_run(lines, run)
        document = json.loads(lines[at])
        assert document[field] != to
        forged = again([*lines[:at], json.dumps(document | {field: to}).encode() + b"\n", *lines[at + 1 :]])
        assert problems(forged, None), field


def again(lines: list[bytes]) -> list[bytes]:
    """Returns the lines with the last one recomputed and unsigned."""
    import base64

    from bot.record.proof.export import Lines, Summary

    summary = json.loads(base64.b64decode(json.loads(lines[-1])["payload"]))
    hashed = Lines()
    for line in lines[:-1]:
        hashed.add(line)
    made = Summary.model_validate(summary | {"digest": hashed.digest}).as_text()
    return [*lines[:-1], made.encode()]


async def test_a_run_removed_from_the_export_is_detected(lines: list[bytes]) -> None:
    at = of_run(lines, 4)
    without = again([*lines[:at], *lines[at + 1 :]])
    assert "run #4 is missing: numbers have no gaps" in problems(without, None)
    assert problems(lines[:-1]) == [
        "its last line is not the one that an export ends with: it was cut off, or is of another version"
    ]
    assert problems([]) == ["it is empty"]


async def test_a_run_deleted_from_the_database_is_detected(record: str) -> None:
    tables = ("message", "reminder", "check_run", "event")
    await tamper(record, *(f"DELETE FROM {table} WHERE run = 5" for table in tables))
    await tamper(record, "DELETE FROM decision WHERE run = 5", "DELETE FROM run WHERE number = 5")
    found = problems(await exported(record))
    assert (
        found
        == [
            "runs #1 to #6 are 6 numbers, and there are 5 runs",
            "run #5 is missing: numbers have no gaps",
            "its last line says 5 runs, each once and in order, and there are 5",
        ][: len(found)]
    )
    assert len(found) >= 2


async def test_a_change_in_the_database_is_detected_in_the_export(record: str) -> None:
    await tamper(record, "UPDATE event SET actor = 'U04MIA' WHERE run = 3 AND kind = 'voted'")
    [found] = problems(await exported(record))
    assert found.startswith("run #3: event ")


async def test_a_seed_always_gives_the_same_sample(history: str) -> None:
    first = await exported(history, sample=Sample(size=3, seed="7"))
    again_ = await exported(history, sample=Sample(size=3, seed="7"))
    other = await exported(history, sample=Sample(size=3, seed="8"))
    assert first[:-1] == again_[:-1] != other[:-1]
    assert problems(first) == problems(other) == []
    runs = [json.loads(line).get("run") for line in first[:-1]]
    chosen = next(run for run in runs if run)
    at = of_run(first, chosen)
    assert problems([*first[:at], *first[at + 1 :]])[-1].endswith("there are 2")
    everything = await exported(history, sample=Sample(size=100, seed="7"))
    assert problems(everything) == []


async def test_a_period_contains_all_its_runs_and_no_others(record: str) -> None:
    async with await psycopg.AsyncConnection.connect(record) as conn:
        times = [at for (at,) in await (await conn.execute("SELECT requested_at FROM run")).fetchall()]
    times.sort()
    lines = await exported(record, since=times[2], until=times[4])
    examination = Examination(RING)
    assert list(examination.problems(lines)) == []
    assert examination.summary is not None
    assert examination.summary.period is not None
    assert (examination.summary.period.first, examination.summary.period.last) == (3, 4)
    nothing = await exported(record, since=datetime.now(UTC) + timedelta(days=1))
    assert problems(nothing) == []
    assert len(nothing) == 1


async def test_control_characters_are_escaped(record: str) -> None:
    await tamper(record, "UPDATE run SET channel = E'C\\u202e\\u0085\\u2028é\\u200b' WHERE number = 1")
    lines = await exported(record)
    at = of_run(lines, 1)
    assert "C\\u202e\\u0085\\u2028é\\u200b" in lines[at].decode()
    assert json.loads(lines[at])["channel"] == "C\u202e\u0085\u2028é\u200b"
    assert problems(lines) == []


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    '=cmd|"/c calc"!A0',
    "\n=1",
    "\u00a0=1",
)


async def test_no_csv_cell_is_a_formula(record: str) -> None:
    for run, formula in enumerate(FORMULAS[:6], 1):
        literal = formula.replace("'", "''")
        await tamper(record, f"UPDATE run SET requested_by = '{literal}' WHERE number = {run}")
    async with opened(record, Path("nowhere")) as conn:
        text = b"".join([line async for line in Export(conn).table()]).decode()
    heading, *rows = csv.reader(io.StringIO(text, newline=""))
    assert heading[:4] == ["run", "environment", "state", "outcome"]
    assert [row[heading.index("requested_by")] for row in rows] == [f"'{each}" for each in FORMULAS[:6]]
    assert all(line.startswith('"') for line in text.split("\r\n") if line)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_text(formula: str) -> None:
    from bot.record.proof.export import csv_line

    [[cell]] = csv.reader(io.StringIO(csv_line([formula]).decode(), newline=""))
    assert cell == f"'{formula}"


# ---------------------------------------------------------------- the commands


async def test_an_export_is_verified_elsewhere_with_the_public_key(shell: Shell, record: str) -> None:  # noqa: F811
    assert (await shell.canary("keys", "create")).code == 0
    made = await shell.canary("export", DATABASE_URL=record)
    assert (made.code, made.err) == (0, "runs: 6 of #1 to #6\n")
    (shell.folder / "export.jsonl").write_text(made.out)
    public = (await shell.canary("keys", "show", "--pem")).out
    (shell.folder / "pub.pem").write_text(public)
    elsewhere = {"CANARY_DATA": "nowhere"}
    ended = await shell.canary("verify", "export.jsonl", "--key", "pub.pem", **elsewhere)
    assert (ended.code, ended.err) == (0, "")
    assert "all runs from #1 to #6, without gaps: 6, with " in ended.out
    assert "; signed at 20" in ended.out
    ended = await shell.canary("verify", "export.jsonl", **elsewhere)
    assert (ended.code, "its signature was not verified" in ended.err) == (2, True)
    (shell.folder / "export.jsonl").write_text(made.out.replace("U03RAJ", "U01ANA", 1))
    ended = await shell.canary("verify", "export.jsonl", "--key", "pub.pem", **elsewhere)
    assert (ended.code, ended.out) == (1, "")


async def test_an_export_without_a_key_is_reported_as_unsigned(shell: Shell, record: str) -> None:  # noqa: F811
    made = await shell.canary("export", "--sample", "2", "--seed", "7", DATABASE_URL=record)
    assert made.code == 0
    assert "There is no signing key, so the export is not signed." in made.err
    (shell.folder / "export.jsonl").write_text(made.out)
    ended = await shell.canary("verify", "export.jsonl")
    assert ended.code == 0, ended
    assert "a sample of 2 of runs #1 to #6, by the seed 7: 2, with " in ended.out
    assert "not signed" in ended.out
    ended = await shell.canary("verify", "export.jsonl", "--key", KEY.public.name)
    assert (ended.code, "it bears no signature" in ended.err) == (2, True)


async def test_runs_are_exported_as_csv(shell: Shell, record: str) -> None:  # noqa: F811
    made = await shell.canary("export", "--csv", "--from", "2020-01-01", DATABASE_URL=record)
    assert made.code == 0
    rows = list(csv.DictReader(io.StringIO(made.out)))
    assert [row["outcome"] for row in rows] == ["CONDITIONAL GO", "GO", "NO-GO", "EXPIRED", "CANCELLED", ""]


async def test_an_invalid_time_is_reported(shell: Shell, record: str) -> None:  # noqa: F811
    ended = await shell.canary("export", "--from", "yesterday", DATABASE_URL=record)
    assert (ended.code, "'yesterday' is not a day or a time" in ended.err) == (2, True)
