"""Rollback prompts and their answers."""

from __future__ import annotations

from bot.rules.rollback import Found, Prompt, PromptState
from bot.rules.watch import Trigger
from bot.store.database import Connection, as_json, many, maybe, one, rows, run
from bot.store.statements import Statements

SQL = Statements("prompt")


async def insert(conn: Connection, key: str, trigger: Trigger, found: Found) -> None:
    await run(
        conn,
        SQL["insert"],
        key=key,
        run=trigger.run,
        trigger=trigger.name,
        episode=trigger.episode,
        reason=trigger.reason,
        breached_since=trigger.breached_since,
        found=as_json(found),
    )


async def by_key(conn: Connection, key: str) -> Prompt | None:
    return await maybe(conn, Prompt, SQL["by_key"], key=key)


async def lock(conn: Connection, key: str) -> Prompt:
    return await one(conn, Prompt, SQL["lock"], key=key)


async def of_run(conn: Connection, number: int) -> list[Prompt]:
    return await many(conn, Prompt, SQL["of_run"], run=number)


async def unanswered(conn: Connection, number: int) -> list[Prompt]:
    return [prompt for prompt in await of_run(conn, number) if not prompt.state.answered]


async def update_reading(conn: Connection, trigger: Trigger, found: Found) -> list[str]:
    """-> the keys of the updated prompts."""
    about = {"run": trigger.run, "trigger": trigger.name, "reason": trigger.reason}
    updated = await rows(conn, SQL["update_reading"], **about, found=as_json(found))
    return [prompt["key"] for prompt in updated]


async def recovered(conn: Connection, trigger: Trigger) -> list[str]:
    """-> the keys of the updated prompts."""
    found = await rows(conn, SQL["recovered"], run=trigger.run, trigger=trigger.name)
    return [prompt["key"] for prompt in found]


async def acknowledge(conn: Connection, key: str, person: str) -> None:
    await run(conn, SQL["acknowledge"], key=key, person=person)


async def answer(conn: Connection, key: str, state: PromptState, person: str, note: str) -> None:
    await run(conn, SQL["answer"], key=key, state=state, person=person, note=note)
