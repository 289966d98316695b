"""Typed commands: each is one call to the workflow, or a question, and a private answer."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.errors import Misused, Refused
from bot.plan.argument import settle
from bot.plan.model import Environment, Plan
from bot.slack.private import Asker
from bot.workflow import asking, runs
from commands import answers
from commands.desk import Desk
from commands.parse import (
    USAGES,
    CancelCommand,
    Command,
    ConfigCommand,
    HelpCommand,
    OwnersCommand,
    RunCommand,
    ShowCommand,
    StatusCommand,
)


async def run(desk: Desk, who: Asker, command: RunCommand) -> None:
    environment = known(desk.services.configuration.plan, command.environment)
    arguments = settle(environment.arguments, command.arguments)
    person = await desk.services.directory.person(who.user)
    if reason := person.barred():
        raise Refused(f"You cannot start a run: {reason}.")
    started = await runs.start(
        desk.services,
        environment=command.environment,
        arguments=arguments,
        requested_by=who.user,
        requested_from=who.channel or "",
    )
    await desk.private.tell(who, *answers.started(started))


async def status(desk: Desk, who: Asker, command: StatusCommand) -> None:
    environments = desk.services.configuration.plan.environments
    if command.environment:
        known(desk.services.configuration.plan, command.environment)
    under_way = [
        dossier
        for dossier in await asking.under_way(desk.services)
        if command.environment in {"", dossier.run.environment}
    ]
    await desk.private.tell(
        who, *answers.status(under_way, command.environment, example=next(iter(environments)))
    )


async def show(desk: Desk, who: Asker, command: ShowCommand) -> None:
    dossier = await asking.dossier(desk.services, command.run)
    if not command.check:
        await desk.private.tell(who, *answers.show(dossier))
        return
    checks = dossier.plan.environment.checks
    if command.check not in checks:
        raise Misused(
            f"Run #{command.run} has no check “{command.check[:40]}”.{_did_you_mean(command.check, checks)}",
            example=f"show #{command.run} {next(iter(checks))}",
        )
    await desk.private.tell(who, *answers.show_check(dossier, command.check))


async def cancel(desk: Desk, who: Asker, command: CancelCommand) -> None:
    await runs.cancel(desk.services, number=command.run, person=who.user, reason=command.reason)
    await desk.private.tell(who, f"Run #{command.run} is cancelled.")


async def owners(desk: Desk, who: Asker, command: OwnersCommand) -> None:
    known(desk.services.configuration.plan, command.environment)
    pinned = desk.services.configuration.plan.pinned(command.environment)
    await desk.private.tell(who, *answers.owners(pinned, await desk.services.electorate(pinned)))


async def config(desk: Desk, who: Asker, command: ConfigCommand) -> None:
    plan = desk.services.configuration.plan
    if not command.environment:
        await desk.private.tell(who, *answers.configuration(plan))
        return
    known(plan, command.environment)
    await desk.private.tell(who, *answers.environment(plan.pinned(command.environment)))


async def tell_help(desk: Desk, who: Asker, command: HelpCommand) -> None:
    plan = desk.services.configuration.plan
    if command.command and command.command not in USAGES:
        raise Misused(
            f"I know no command “{command.command[:40]}”.{_did_you_mean(command.command, USAGES)}",
            example="help",
        )
    held = {
        name: (await desk.services.electorate(plan.pinned(name))).roles_of(who.user)
        for name in plan.environments
    }
    await desk.private.tell(who, *answers.help_text(command.command, held))


def known(plan: Plan, environment: str) -> Environment:
    """Raises Misused, with the nearest name, for an environment that is not configured."""
    found = plan.environments.get(environment)
    if found is None:
        names = ", ".join(plan.environments)
        raise Misused(
            f"There is no environment “{environment[:40]}”.{_did_you_mean(environment, plan.environments)}",
            hint=f"There is: {names}.",
            example="run {environment}",
        )
    return found


def _did_you_mean(word: str, names: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(word, names, n=1)
    return f" Did you mean “{near[0]}”?" if near else ""


TYPED: Mapping[type[Command], Callable[[Desk, Asker, Any], Awaitable[None]]] = {
    RunCommand: run,
    StatusCommand: status,
    ShowCommand: show,
    CancelCommand: cancel,
    OwnersCommand: owners,
    ConfigCommand: config,
    HelpCommand: tell_help,
}
