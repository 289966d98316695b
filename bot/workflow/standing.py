"""Whether something may be done on the go of a run, as things stand under its lock."""

from __future__ import annotations

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.rules.action import out_of_force
from bot.rules.dossier import Dossier
from bot.rules.run import Run
from bot.slack.messages.action import ActionList
from bot.store import actions, configurations, messages
from bot.store.database import Connection


async def objection(conn: Connection, dossier: Dossier, action: str) -> str:
    """Why the action may not be done now, as a sentence; "" where it may.

    The caller holds `rolling_back.lock`, without which a newer go could come in between.
    """
    run = dossier.run
    newer = await actions.newer_go(conn, run)
    return out_of_force(run, dossier.decision, dossier.rollback, newer) or await why_held(
        conn, dossier, action
    )


async def must_be_in_force(conn: Connection, dossier: Dossier, action: str) -> None:
    """Raises Refused where the action may not be done now."""
    if reason := await objection(conn, dossier, action):
        raise Refused(reason, then=[Next.show(dossier.run.number)])


async def show_actions(conn: Connection, run: Run) -> None:
    """Show anew what can be done on the go of a run, when that is about to be less."""
    plan = await configurations.load(conn, run.configuration)
    if plan.environment.actions:
        await messages.want(conn, run, ActionList())


async def why_held(conn: Connection, dossier: Dossier, action: str) -> str:  # noqa: ARG001
    """What the action waits for, as a sentence; "" where nothing holds it back. Whatever may hold actions says so here."""
    return ""
