"""Rollback prompts and their answers."""

from __future__ import annotations

from datetime import timedelta

from bot.rules.rollback import Found, Prompt, PromptState
from bot.rules.watch import Trigger
from bot.store.database import Connection, as_json, many, maybe, one, rows, run
from bot.store.statements import Statements

SQL = Statements("prompt")


async def insert(
    conn: Connection, key: str, trigger: Trigger, found: Found, *, escalate: timedelta | None
) -> Prompt:
    """`escalate`: how long to wait for an answer before others are asked."""
    return await one(
        conn,
        Prompt,
        SQL["insert"],
        key=key,
        run=trigger.run,
        trigger=trigger.name,
        episode=trigger.episode,
        reason=trigger.reason,
        breached_since=trigger.breached_since,
        found=as_json(found),
        escalate=escalate,
    )


async def by_key(conn: Connection, key: str) -> Prompt | None:
    return await maybe(conn, Prompt, SQL["by_key"], key=key)


async def lock(conn: Connection, key: str) -> Prompt:
    return await one(conn, Prompt, SQL["lock"], key=key)


async def of_run(conn: Connection, number: int) -> list[Prompt]:
    return await many(conn, Prompt, SQL["of_run"], run=number)


async def unanswered(conn: Connection, number: int) -> list[Prompt]:
    return [prompt for prompt in await of_run(conn, number) if not prompt.state.answered]


async def of_episode(conn: Connection, number: int, trigger: str, episode: int) -> Prompt | None:
    return await maybe(conn, Prompt, SQL["of_episode"], run=number, trigger=trigger, episode=episode)


async def escalate(conn: Connection, key: str) -> bool:
    """Returns False if it has been answered, has recovered or escalated, or is not due."""
    return await run(conn, SQL["escalate"], key=key) == 1


async def update_reading(conn: Connection, trigger: Trigger, found: Found) -> list[str]:
    """Returns the keys of the updated prompts."""
    about = {"run": trigger.run, "trigger": trigger.name, "reason": trigger.reason}
    updated = await rows(conn, SQL["update_reading"], **about, found=as_json(found))
    return [prompt["key"] for prompt in updated]


async def recovered(conn: Connection, trigger: Trigger) -> list[str]:
    """Returns the keys of the updated prompts."""
    found = await rows(conn, SQL["recovered"], run=trigger.run, trigger=trigger.name)
    return [prompt["key"] for prompt in found]


async def acknowledge(conn: Connection, key: str, person: str) -> None:
    await run(conn, SQL["acknowledge"], key=key, person=person)


async def answer(conn: Connection, key: str, state: PromptState, person: str, note: str) -> None:
    await run(conn, SQL["answer"], key=key, state=state, person=person, note=note)
