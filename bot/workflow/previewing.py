"""What an action would do now, shown to people who may confirm it before they do."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from bot.base.errors import Misused, Refused
from bot.base.next_step import Next
from bot.rules.action import (
    Action,
    configured,
    latest,
    must_be_free,
    require_can_confirm,
    waiting,
)
from bot.rules.dossier import Dossier
from bot.rules.instructions import values_of
from bot.rules.people import Electorate
from bot.rules.principal import Principal
from bot.rules.request import ActionClick
from bot.rules.run import Run
from bot.store import actions, database, dossiers, runs
from bot.workflow.refusals import must_stand_there, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.standing import must_be_in_force
from checks.actions.base import Action as Configured
from checks.actions.base import Preview
from checks.outcome import CheckError


@dataclass(frozen=True)
class Opened:
    """An action for which a form is opened."""

    dossier: Dossier
    name: str
    waiting: Action | None = None  # the attempt that waits for more people's confirmation, once looked up

    @property
    def configured(self) -> Configured:
        return self.dossier.plan.environment.actions[self.name]


async def opened(services: Services, click: ActionClick) -> Opened:
    """Raises Refused, recorded, if it can no longer be done.

    The right to it is looked up after its form is open: Slack accepts a form only within three seconds of the
    click.
    """
    run = await clicked_run(services, click)

    async def check(lately: Services) -> None:
        await authorized(lately, await _dossier(lately, run), click.action, click.by)

    async with screened(services, click.by, check):
        async with recorded(services, run=run.number, by=click.by, what="open a form"):
            must_stand_there(run, click.channel)
            found = await _in_force(services, run, click.action)
        services.turned_away.note(str(click.by))
    return found


async def preview(services: Services, click: ActionClick) -> tuple[Opened, Preview, str]:
    """Returns the action, what it would do now, and the key by which this person confirms that.

    Raises Refused, recorded, for people who may not confirm it; Refused if the preview fails.
    """
    run = await clicked_run(services, click)

    async def check(lately: Services) -> None:
        await authorized(lately, await _dossier(lately, run), click.action, click.by)

    async with (
        screened(services, click.by, check),
        recorded(services, run=run.number, by=click.by, what=f"preview {click.action[:40]}"),
    ):
        found = await _in_force(services, run, click.action)
        _, at = await authorized(services, found.dossier, click.action, click.by)
    found = replace(found, waiting=waiting(found.dossier.actions, click.action, at))
    seen, key = await _ask(services, found), secrets.token_urlsafe(16)
    async with services.database.transaction() as conn:
        await actions.put_preview(conn, run.number, click.action, str(click.by), key=key, preview=seen)
    return found, seen, key


async def _ask(services: Services, found: Opened) -> Preview:
    dossier, action, known = found.dossier, found.configured, services.configuration.secrets
    source = dossier.plan.sources[action.source]
    try:
        async with services.answering.opened(source, known, environment=dossier.run.environment) as live:
            seen = await action.preview(live, values(dossier))
    except CheckError as error:
        raise Refused(
            known.redact(f"I can't find out what it would do: {error}."), hint=known.redact(error.hint)
        ) from error
    return Preview.model_validate(known.redact_within(seen.model_dump()))


async def authorized(
    services: Services, dossier: Dossier, name: str, by: Principal
) -> tuple[Electorate, datetime]:
    """Returns who holds the roles that may confirm it, and the database's time before that lookup. Raises
    Refused.

    Whoever confirmed it before and may not decide any more holds none.
    """
    async with services.database.connection() as conn:
        asked_at = await database.now(conn)
    allow = configured(dossier.plan.environment, dossier.run.number, name).allow
    electorate = await services.electorate(dossier.plan, roles=allow)
    requested = waiting(dossier.actions, name, asked_at)
    confirmed = requested.people if requested else ()
    electorate = electorate.without(await services.barred(confirmed))
    require_can_confirm(await services.person(by), allow, electorate, confirmed=confirmed)
    return electorate, asked_at


def values(dossier: Dossier) -> dict[str, str]:
    """The values of `{{name}}` in an action of a decided run."""
    previous = dossier.decision.previous_version if dossier.decision else ""
    return dict(values_of(dossier.run, previous))


async def clicked_run(services: Services, click: ActionClick) -> Run:
    """Raises Misused if no run has this key."""
    async with services.database.connection() as conn:
        run = await runs.by_key(conn, click.run_key)
    if run is None:
        raise Misused("I can't find the run that this button belongs to.", then=[Next.list_runs()])
    return run


async def _dossier(services: Services, run: Run) -> Dossier:
    async with services.database.connection() as conn:
        return await dossiers.read(conn, run)


async def _in_force(services: Services, run: Run, name: str) -> Opened:
    async with services.database.transaction() as conn:
        dossier = await dossiers.read(conn, run)
        configured(dossier.plan.environment, run.number, name)
        await must_be_in_force(conn, dossier, name)
        must_be_free(latest(dossier.actions, name), run.number)
    return Opened(dossier, name)
