"""Baselines: only added to."""

from __future__ import annotations

from collections.abc import AsyncIterator

from pydantic import ValidationError

from bot.base.canonical import parsed
from bot.base.errors import Unreadable
from bot.base.formats import TODAY, damaged, format_of, incomplete, must_be_known
from bot.rules.baseline import Baseline, BaselineDocument, Capture, Compared
from bot.rules.run import Run
from bot.store import configurations
from bot.store.database import Connection, many, maybe, one
from bot.store.statements import Statements

SQL = Statements("baseline")

_PAGE = 100


async def insert(conn: Connection, of: Capture, *, digest: str, document: str) -> Baseline:
    given = of.model_dump(include={"number", "environment", "name"})
    return await one(conn, Baseline, SQL["insert"], **given, digest=digest, document=document)


async def find(conn: Connection, number: int) -> Baseline | None:
    return await maybe(conn, Baseline, SQL["by_number"], number=number)


async def named(conn: Connection, environment: str, name: str) -> Baseline | None:
    return await maybe(conn, Baseline, SQL["by_name"], environment=environment, name=name)


async def newest(conn: Connection, environment: str, limit: int = 1) -> list[Baseline]:
    return await many(conn, Baseline, SQL["newest"], environment=environment, limit=limit)


async def overview(conn: Connection, environment: str | None, limit: int) -> list[Baseline]:
    """The newest baselines of one environment or of all."""
    return await many(conn, Baseline, SQL["overview"], environment=environment, limit=limit)


async def every(conn: Connection) -> AsyncIterator[Baseline]:
    """All baselines, in order."""
    after = 0
    while page := await many(conn, Baseline, SQL["next"], after=after, limit=_PAGE):
        for baseline in page:
            yield baseline
        after = page[-1].number


def read(baseline: Baseline) -> BaselineDocument:
    """Raises Unreadable if it is truncated, lacks a key, or has a newer format."""
    what = f"Baseline {baseline.number}"
    try:
        said = parsed(baseline.document)
    except ValueError as error:
        raise damaged(what, f"it is not JSON: {error}") from error
    if not isinstance(said, dict):
        raise damaged(what, "it is not a JSON object")
    must_be_known(what, format_of(said), TODAY.baseline)
    try:
        return BaselineDocument.model_validate_json(baseline.document, extra="ignore")
    except ValidationError as error:
        raise incomplete(what, error) from error


async def compared(conn: Connection, run: Run) -> Compared | None:
    """Returns what a run is compared with, or None. For an unreadable baseline it says why, and the run
    continues.
    """
    if run.baseline is None or (found := await find(conn, run.baseline)) is None:
        return None
    try:
        document = read(found)
        plan = await configurations.load(conn, document.configuration)
    except Unreadable as error:
        return Compared(called=found.called, why=str(error).rstrip("."))
    return Compared(called=found.called, plan=plan, checks=document.checks)
