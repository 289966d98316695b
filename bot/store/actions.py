"""Actions: their attempts, and the previews that people saw before they confirmed."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.rules.action import Action, ActionState, Confirmation, Previewed
from bot.rules.run import Run
from bot.store.database import Connection, as_json, many, maybe, one, row, run
from bot.store.statements import Statements
from checks.actions.base import Preview
from checks.result import Result

SQL = Statements("action")


async def of_run(conn: Connection, number: int) -> list[Action]:
    return await many(conn, Action, SQL["of_run"], run=number)


async def find(conn: Connection, number: int, name: str, attempt: int) -> Action | None:
    return await maybe(conn, Action, SQL["find"], run=number, name=name, attempt=attempt)


async def put_preview(
    conn: Connection, number: int, name: str, person: str, *, key: str, preview: Preview
) -> None:
    await run(
        conn,
        SQL["put_preview"],
        run=number,
        name=name,
        person=person,
        key=key,
        preview=as_json(preview),
    )


async def preview(conn: Connection, key: str) -> Previewed | None:
    return await maybe(conn, Previewed, SQL["preview"], key=key)


async def insert(
    conn: Connection, previewed: Previewed, confirmed: Sequence[Confirmation], *, idempotency_key: str
) -> Action:
    """The caller holds the run's lock. Raises UniqueViolation if an attempt is not certainly undone."""
    return await one(
        conn,
        Action,
        SQL["insert"],
        run=previewed.run,
        name=previewed.name,
        preview=as_json(previewed.preview),
        confirmed=_as_list(confirmed),
        idempotency_key=idempotency_key,
    )


async def confirm(conn: Connection, action: Action, confirmed: Sequence[Confirmation]) -> Action:
    return await one(conn, Action, SQL["confirm"], **_which(action), confirmed=_as_list(confirmed))


async def ready(conn: Connection, action: Action) -> Action:
    return await one(conn, Action, SQL["ready"], **_which(action))


async def claim(conn: Connection, action: Action, before: Result | None) -> Action | None:
    """Returns None if another worker has claimed it."""
    return await maybe(
        conn, Action, SQL["claim"], **_which(action), before=as_json(before) if before else None
    )


async def take_over(conn: Connection, action: Action) -> Action | None:
    """Returns None if it has ended."""
    return await maybe(conn, Action, SQL["take_over"], **_which(action))


async def mark(conn: Connection, action: Action, mark: str) -> bool:
    """Returns False if the claim is no longer this worker's; then nothing may be done."""
    return await run(conn, SQL["mark"], **_which(action), claim=action.claim, mark=mark) == 1


async def doubt(conn: Connection, action: Action, said: str) -> None:
    await run(conn, SQL["doubt"], **_which(action), claim=action.claim, said=said)


async def finish(
    conn: Connection, action: Action, state: ActionState, said: str, *, rows: int | None, to_measure: bool
) -> Action | None:
    """Returns None if the claim is no longer this worker's."""
    return await maybe(
        conn,
        Action,
        SQL["finish"],
        **_which(action),
        claim=action.claim,
        state=state,
        said=said,
        rows=rows,
        to_measure=to_measure,
    )


async def refuse(conn: Connection, action: Action, said: str) -> Action | None:
    return await maybe(conn, Action, SQL["refuse"], **_which(action), said=said)


async def settle(
    conn: Connection, action: Action, state: ActionState, *, person: str, note: str, to_measure: bool
) -> Action:
    return await one(
        conn,
        Action,
        SQL["settle"],
        **_which(action),
        state=state,
        person=person,
        note=note,
        to_measure=to_measure,
    )


async def cover(conn: Connection, action: Action, after: Result) -> Action | None:
    """Returns None if it was already measured."""
    return await maybe(conn, Action, SQL["cover"], **_which(action), after=as_json(after))


async def newer_go(conn: Connection, of: Run) -> int | None:
    """Returns the first later run on the environment that got a go."""
    found = await row(conn, SQL["newer_go"], environment=of.environment, run=of.number)
    return int(found["number"]) if found else None


async def newest_go(conn: Connection, environment: str) -> Run | None:
    """Returns the newest run on an environment that got a go: only its actions can be done."""
    return await maybe(conn, Run, SQL["newest_go"], environment=environment)


def _which(action: Action) -> dict[str, object]:
    return {"run": action.run, "name": action.name, "attempt": action.attempt}


def _as_list(confirmed: Sequence[Confirmation]) -> object:
    return as_json([json.loads(each.model_dump_json()) for each in confirmed])
