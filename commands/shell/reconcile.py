"""`canary reconcile`: compares another system's deployments with the decisions made here."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.base.environment import pasted
from commands.shell.console import FAIL, note, one_line, run, say, stop
from commands.shell.options import FILE, TIME, data_folder, database_option, start_log, text_of

if TYPE_CHECKING:
    from bot.rules.reconciliation import Decided, Deployment

LARGEST = 64 * 2**20  # bytes
KEYS = ("time", "environment", "version", "commit")


@click.command()
@click.argument("deployments", type=FILE)
@click.option("--from", "since", type=TIME, help="The period; by default from the first deployment")
@click.option("--to", "until", type=TIME, help="Its end; by default just after the last deployment")
@database_option
def reconcile(
    deployments: Path, *, since: datetime | None, until: datetime | None, database: str | None
) -> None:
    """Compare DEPLOYMENTS, a .csv or .jsonl file of another system, with the decisions in the database.

    Its columns or keys are time, environment, and version or commit or both. Exits with 0 if each deployment had a go
    before it and each go of the period was deployed, 1 if not, 2 if something cannot be read.
    """
    from bot.rules.reconciliation import reconciled

    start_log()
    listed = list(_read(deployments))
    if not listed:
        stop(f"{deployments} lists no deployments.")
    begin = since or min(each.time for each in listed)
    end = until or max(each.time for each in listed)
    within = [each for each in listed if begin <= each.time <= end]
    decided = run(_decided(pasted(database), within, begin, end))
    problems = list(reconciled(within, decided, since=begin, until=end))
    for problem in problems:
        say(one_line(problem))
    goes = sum(each.outcome.goes_on and begin <= each.decided_at < end for each in decided)
    note(f"deployments: {len(within):,}, goes: {goes:,}, that do not agree: {len(problems):,}")
    if problems:
        raise SystemExit(FAIL)


async def _decided(
    database: str | None, deployments: list[Deployment], since: datetime, until: datetime
) -> list[Decided]:
    from bot.store import exports
    from commands.audit_log import record

    async with record(database, data_folder()) as conn:
        return await exports.decided(conn, deployments, since, until)


def _read(path: Path) -> Iterator[Deployment]:
    """Ends the command with the first line that cannot be read."""
    from pydantic import ValidationError

    from bot.rules.reconciliation import Deployment

    text = text_of(path, LARGEST).removeprefix("\ufeff")
    for line, row in (_rows_of_csv if path.suffix == ".csv" else _rows_of_json)(path, text):
        given = {name: str(row[name]).strip() for name in KEYS if row.get(name)}
        try:
            yield Deployment.model_validate({"line": line, **given, "time": _time(given.get("time", ""))})
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            what = ".".join(map(str, first["loc"])) or "it"
            stop(f"{path}, line {line}: {what}: {first['msg']}.", f"Its columns are {', '.join(KEYS)}.")
        except ValueError:
            stop(
                f"{path}, line {line}: {given.get('time', '')!r} is not a time, such as 2026-03-01T12:00:00Z.",
                f"Its columns are {', '.join(KEYS)}.",
            )


def _time(text: str) -> datetime:
    """UTC if no offset is given. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _rows_of_csv(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(text.splitlines())
    try:
        for row in reader:
            yield reader.line_num, {str(name).strip().lower(): value for name, value in row.items()}
    except csv.Error as error:
        stop(f"{path}, line {reader.line_num + 1}: it is not CSV: {error}.")


def _rows_of_json(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    from bot.base.canonical import parsed

    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = parsed(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            stop(f"{path}, line {number}: it is not a JSON object.")
        yield number, row
