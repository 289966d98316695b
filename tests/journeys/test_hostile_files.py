"""Files that somebody else made, given to the command line: it neither waits, nor fills memory, nor crashes."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from commands.shell.options import text_of
from tests.program import Ended, Program

NOTHING = f"sha256:{hashlib.sha256(b'').hexdigest()}"
DEEP = 100_000


async def canary(program: Program, folder: Path, *words: str) -> Ended:
    return await program.run(words, folder=folder, environment={"PATH": os.defpath})


def summary(**keys: Any) -> str:
    """The only line of an export without runs."""
    told = {"format": "canary-export/1", "at": "2026-01-01T00:00:00Z", "since": None, "until": None}
    counts = {"sample": None, "runs": 0, "last_run": 1, "digest": NOTHING, "period": None}
    return json.dumps({**told, **counts, **keys}) + "\n"


def period(last: int) -> dict[str, Any]:
    return {"first": 1, "last": last, "runs": last, "before": None, "after": None}


@pytest.mark.parametrize("ending", ["json", "jsonl", "intoto.json"])
async def test_a_pipe_in_place_of_a_file_is_not_waited_for(
    program: Program, tmp_path: Path, ending: str
) -> None:
    os.mkfifo(tmp_path / f"a.{ending}")
    ended = await canary(program, tmp_path, "verify", f"a.{ending}")
    assert (ended.code, ended.err) == (2, f"canary: a.{ending} cannot be read: it is not a regular file.\n")


async def test_a_pipe_beside_a_packet_and_in_place_of_a_key(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    os.mkfifo(tmp_path / "a.intoto.json")
    os.mkfifo(tmp_path / "key")
    key = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    ended = await canary(program, tmp_path, "verify", "a.json", "--key", key)
    assert (ended.code, "a.intoto.json cannot be read" in ended.err) == (2, True), ended
    ended = await canary(program, tmp_path, "verify", "a.json", "--key", "key")
    assert (ended.code, "no public key in key" in ended.err) == (2, True), ended


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "a.json"),
        ("verify", "a.jsonl"),
        ("reconcile", "a.csv"),
        ("reconcile", "a.jsonl"),
        ("lint", "-c", "a.yaml"),
    ],
)
async def test_a_link_to_a_device_that_never_ends(
    program: Program, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / words[-1]).symlink_to("/dev/zero")
    ended = await canary(program, tmp_path, *words)
    assert ended.code == 2, ended
    assert "not a regular file" in ended.err or "expected a file" in ended.err


@pytest.mark.parametrize("document", ["[" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[" * 900 + "]" * 900])
@pytest.mark.parametrize("ending", ["json", "jsonl", "intoto.json"])
async def test_deep_json_is_reported(program: Program, tmp_path: Path, document: str, ending: str) -> None:
    (tmp_path / f"a.{ending}").write_text(document)
    ended = await canary(program, tmp_path, "verify", f"a.{ending}")
    assert ended.code == 1, ended
    assert "this is a bug" not in ended.err


async def test_many_names_that_are_written_twice(program: Program, tmp_path: Path) -> None:
    names = ",".join(f'"a{number // 2}":0' for number in range(400_000))
    (tmp_path / "a.json").write_text(f"{{{names}}}")
    ended = await canary(program, tmp_path, "verify", "a.json")
    assert (ended.code, "written twice: a0, a1" in ended.err) == (1, True), ended
    assert len(ended.err) < 1000


async def test_a_line_of_an_export_that_never_ends(program: Program, tmp_path: Path) -> None:
    with (tmp_path / "a.jsonl").open("wb") as file:
        file.truncate(1 << 40)  # zeros that take no room
    ended = await canary(program, tmp_path, "verify", "a.jsonl")
    assert (ended.code, "A line is longer than 32 MiB" in ended.err) == (2, True), ended


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (summary(period=period(10**19)), "run #2 is missing"),
        (
            summary(period=period(10**12), sample={"size": 5, "seed": "x"}),
            "a sample of 1,000,000,000,000 runs",
        ),
        (summary(period={**period(10**19), "runs": 1}), "numbers, and there are 1 runs"),
    ],
)
async def test_an_export_that_claims_more_runs_than_can_be_counted(
    program: Program, tmp_path: Path, line: str, said: str
) -> None:
    (tmp_path / "a.jsonl").write_text(line)
    ended = await canary(program, tmp_path, "verify", "a.jsonl")
    assert (ended.code, said in ended.err) == (1, True), ended


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", "[" * DEEP, "line 1: it is not a JSON object"),
        ("a.csv", f"time,environment\n{'x' * 200_000},y\n", "line 2: it is not CSV: field larger than"),
    ],
)
async def test_deployments_that_are_none(
    program: Program, tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    ended = await canary(program, tmp_path, "reconcile", name)
    assert (ended.code, said in ended.err) == (2, True), ended


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have no pipes under /dev/fd")
def test_a_pipe_that_the_shell_made_is_read() -> None:
    read, write = os.pipe()
    os.write(write, b"{}")
    os.close(write)
    try:
        assert text_of(Path(f"/dev/fd/{read}"), 10) == "{}"
    finally:
        os.close(read)
