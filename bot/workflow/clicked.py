"""The run that a click is about, and whether a form can be opened for one."""

from __future__ import annotations

from bot.base.errors import Misused
from bot.base.next_step import Next
from bot.rules.approval import must_be_open, require_part
from bot.rules.dossier import Dossier
from bot.rules.principal import Principal
from bot.rules.request import Click
from bot.rules.run import Run
from bot.slack.messages.alert import Alert
from bot.store import database, dossiers, messages, runs
from bot.store.database import Connection
from bot.workflow.refusals import must_stand_there, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services


async def clicked_run(conn: Connection, click: Click) -> Run:
    """Raises Misused for a key that no run has."""
    run = await runs.by_key(conn, click.run_key)
    if run is None:
        raise Misused("I do not know the run that this button belongs to.", then=[Next.list_runs()])
    return run


async def alerted(conn: Connection, run: Run, click: Click) -> frozenset[str]:
    """Channels that show the run's card instead of its own; looked for where the click came from another."""
    if click.channel == run.channel:
        return frozenset()
    return frozenset(await messages.channels(conn, run, Alert))


async def opened(services: Services, click: Click) -> Dossier:
    """The run that a form is opened for. Raises Refused, recorded, where no vote on it counts any more.

    Slack is not asked who clicked: it takes a form within three seconds of the click, and the rights of whoever
    sends the form are looked up then, by the same path and with the same patience as those of a Go. Only who opens
    many and has no part in the run by what is known of them is refused: Slack opens so many forms a minute for all.
    """
    async with services.database.transaction() as conn:
        run = await clicked_run(conn, click)
        dossier, now = await dossiers.read(conn, run), await database.now(conn)
        also = await alerted(conn, run, click)

    async def check(lately: Services) -> None:
        await _require_part(lately, dossier, click.by)

    async with screened(services, click.by, check):
        async with recorded(services, run=run.number, by=click.by, what="open a form"):
            must_stand_there(run, click.channel, also=also)
            must_be_open(run, click.evidence, now)
        services.turned_away.note(str(click.by))
    return dossier


async def _require_part(services: Services, dossier: Dossier, by: Principal) -> None:
    """Raises Refused for who can neither vote on a run nor waive one of its checks."""
    environment = dossier.plan.environment
    roles = {*environment.decide.approve, *(check.owner for check in environment.checks.values())}
    require_part(
        await services.person(by),
        dossier.run,
        able=(await services.electorate(dossier.plan, roles=roles)).holders(roles),
    )
