"""Whether an action may be done on a run's go, judged under its lock."""

from __future__ import annotations

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.rules.action import out_of_force
from bot.rules.condition import Held, TrackedCondition, require_free
from bot.rules.dossier import Dossier
from bot.rules.run import Run
from bot.slack.messages.action import ActionList
from bot.store import actions, conditions, configurations, messages
from bot.store.database import Connection


async def objection(conn: Connection, dossier: Dossier, action: str) -> str:
    """Why the action may not be done now, as a sentence; "" if it may.

    The caller holds `rolling_back.lock`, without which a newer go could come in between.
    """
    return await _out_of_force(conn, dossier) or await why_held(conn, dossier, action)


async def _out_of_force(conn: Connection, dossier: Dossier) -> str:
    newer = await actions.newer_go(conn, dossier.run)
    return out_of_force(dossier.run, dossier.decision, dossier.rollback, newer)


async def must_be_in_force(conn: Connection, dossier: Dossier, action: str) -> None:
    """Raises Refused if the action may not be done now; `people` can close the conditions that hold it."""
    if reason := await _out_of_force(conn, dossier):
        raise Refused(reason, then=[Next.show(dossier.run.number)])
    require_free(action, await _holding(conn, dossier, action))


async def show_actions(conn: Connection, run: Run) -> None:
    """Update the list of possible actions on a run's go when it is about to change."""
    plan = await configurations.load(conn, run.configuration)
    if plan.environment.actions:
        await messages.want(conn, run, ActionList())


async def show_held(conn: Connection, condition: TrackedCondition, environment: str) -> None:
    """The same for the go in force, when a condition that holds actions has changed."""
    if condition.holds and (run := await actions.newest_go(conn, environment)):
        await show_actions(conn, run)


async def why_held(conn: Connection, dossier: Dossier, action: str) -> str:
    """What the action waits for, as a sentence; "" if nothing holds it."""
    try:
        require_free(action, await _holding(conn, dossier, action))
    except Refused as refused:
        return str(refused)
    return ""


async def _holding(conn: Connection, dossier: Dossier, action: str) -> list[Held]:
    return await conditions.holding(conn, dossier.run.environment, action)
