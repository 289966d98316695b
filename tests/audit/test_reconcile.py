"""`canary reconcile`: a file from another system, compared with the decisions of a real record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.audit.test_commands import Shell, shell  # noqa: F401 — shell is a fixture

pytestmark = pytest.mark.xdist_group("audit")  # one history for all

LATER = datetime.now(UTC) + timedelta(hours=1)


def listed(*rows: tuple[str, str], time: datetime = LATER) -> str:
    lines = [
        "Time,Environment,Version",
        *(f"{time:%Y-%m-%dT%H:%M:%SZ},{where},{what}" for what, where in rows),
    ]
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


async def test_differences_are_reported_in_both_directions(shell: Shell, record: str) -> None:  # noqa: F811
    (shell.folder / "deployed.csv").write_text(
        listed(("1.1", "staging"), ("1.3", "staging"), ("6.6", "staging"))
    )
    words = ("reconcile", "deployed.csv", "--from", "2020-01-01")
    ended = await shell.canary(*words, DATABASE_URL=record)
    assert ended.code == 1, ended
    assert ended.err == "deployments: 3, goes: 2, that do not agree: 4\n"
    first, second, third, fourth = ended.out.splitlines()
    assert "line 2: version 1.1 was deployed to staging" in first
    assert "after its rollback: run #1 was rolled back at" in first
    assert "line 3: version 1.3 " in second
    assert second.endswith("without a go: run #3 ended as NO-GO")
    assert third.endswith("without a run")
    assert fourth.startswith("run #2: GO for version 1.2 on staging at 20")
    assert fourth.endswith("and it was never deployed")


async def test_agreement_exits_with_0(shell: Shell, record: str) -> None:  # noqa: F811
    """JSON lines. Goes before the first deployment do not belong to the period."""
    row = {"time": f"{LATER - timedelta(hours=1):%Y-%m-%d %H:%M:%S}", "environment": "staging"}
    made = await shell.canary("export", "--csv", DATABASE_URL=record)
    decided_at = next(line for line in made.out.splitlines() if '"2"' in line.split(",")[0]).split(",")
    time = next(cell.strip('"') for cell in decided_at[9:] if cell.startswith('"20'))
    (shell.folder / "deployed.jsonl").write_text(
        json.dumps(row | {"version": "1.2", "time": time, "more": 1}) + "\n\n"
    )
    ended = await shell.canary("reconcile", "deployed.jsonl", DATABASE_URL=record)
    assert (ended.code, ended.out) == (0, ""), ended


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("none.csv", None, "none.csv cannot be read"),
        ("a.csv", "", "a.csv lists no deployments"),
        (
            "a.csv",
            "time,environment\n2026-01-01,staging\n",
            "a.csv, line 2: it: Value error, neither a version",
        ),
        ("a.csv", "time,environment,version\nnow,staging,1\n", "a.csv, line 2: 'now' is not a time"),
        ("a.csv", "time,version\n2026-01-01,1\n", "a.csv, line 2: environment: Field required"),
        ("a.jsonl", "{}\n", "a.jsonl, line 1: '' is not a time"),
        ("a.jsonl", "\n[]\n", "a.jsonl, line 2: it is not a JSON object"),
        ("a.jsonl", "{\n", "a.jsonl, line 1: it is not a JSON object"),
    ],
)
async def test_an_unreadable_file_is_reported_with_the_line(
    shell: Shell,  # noqa: F811
    record: str,
    name: str,
    text: str | None,
    says: str,
) -> None:
    if text is not None:
        (shell.folder / name).write_text(text)
    ended = await shell.canary("reconcile", name, DATABASE_URL=record)
    assert (ended.code, ended.out) == (2, ""), ended
    assert says in ended.err
