"""Typed commands: each is one call to the workflow, or a question, and a private answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.base.errors import CanaryError, Misused, Refused
from bot.plan.argument import settle
from bot.plan.model import Environment, Plan
from bot.rules.approval import Choice
from bot.rules.request import Ballot
from bot.rules.run import Run
from bot.slack.abilities import Ability
from bot.slack.blocks import section
from bot.slack.private import Asker
from bot.slack.text import escape
from bot.workflow import asking, electing, packets, reminding, rolling_back, runs
from commands.slack import answers
from commands.slack.desk import Desk
from commands.slack.examples import described, start_of
from commands.slack.parse import (
    USAGES,
    CancelCommand,
    Command,
    ConfigCommand,
    GoCommand,
    HelpCommand,
    NoGoCommand,
    OwnersCommand,
    PacketCommand,
    RemindCommand,
    RolledBackCommand,
    RunCommand,
    ShowCommand,
    StatusCommand,
    no_command,
    suggestion,
)
from commands.slack.vote import vote


async def run(desk: Desk, who: Asker, command: RunCommand) -> None:
    environment = await _known(desk, who, command.environment)
    arguments = _settled(command, environment, who.user)
    started = await runs.start(
        desk.services,
        environment=command.environment,
        arguments=arguments,
        requested_by=who.user,
        requested_from=who.channel or "",
    )
    await desk.private.tell(who, *answers.started(started, await _unwaivable(desk, who, started)))


async def _unwaivable(desk: Desk, who: Asker, run: Run) -> dict[str, list[str]]:
    """Owner -> checks that nobody could waive; nothing where Slack does not tell now."""
    services = replace(desk.services, directory=desk.services.directory.lately())
    pinned = desk.services.configuration.plan.pinned(run.environment)
    try:
        return await electing.unwaivable(services, pinned, arguments=run.arguments, requested_by=who.user)
    except CanaryError:
        return {}


def _settled(command: RunCommand, environment: Environment, asker: str) -> dict[str, str]:
    """Raises Misused with all that a run of this environment takes, and an example of it."""
    try:
        return settle(environment.arguments, command.arguments, required=environment.required)
    except Misused as error:
        takes = described(environment)
        lines = [*error.sentences[1:], *([f"{command.environment} takes:", *takes] if takes else [])]
        start = start_of(command.environment, environment, asker)
        example = f"run {start}" if start else f"config {command.environment}"
        raise Misused(
            str(error), hint="\n".join(lines), example=example.replace("{", "{{").replace("}", "}}")
        ) from error


async def status(desk: Desk, who: Asker, command: StatusCommand) -> None:
    audience = desk.audience(who)
    seen = await audience.environments(desk.services.configuration.plan)
    if command.environment:
        seen = {command.environment: await _known(desk, who, command.environment)}
    start = next((start_of(name, each, who.user) for name, each in seen.items()), None)
    under_way = [
        dossier
        for dossier in await asking.under_way(desk.services)
        if command.environment in {"", dossier.run.environment} and await audience.sees(dossier.run.channel)
    ]
    await desk.private.tell(who, *answers.status(under_way, command.environment, start=start))


async def show(desk: Desk, who: Asker, command: ShowCommand) -> None:
    dossier = await asking.dossier(desk.services, command.run)
    await desk.audience(who).must_see(dossier.run)
    if not command.check:
        await desk.private.tell(who, *answers.show(dossier))
        return
    checks = dossier.plan.environment.checks
    if command.check not in checks:
        raise Misused(
            f"Run #{command.run} has no check “{command.check[:40]}”.{suggestion(command.check, checks)}",
            example=f"show #{command.run} {next(iter(checks))}",
        )
    await desk.private.tell(who, *answers.show_check(dossier, command.check))


async def cancel(desk: Desk, who: Asker, command: CancelCommand) -> None:
    await desk.audience(who).must_see_number(desk.services, command.run)
    await runs.cancel(desk.services, number=command.run, person=who.user, reason=command.reason)
    await desk.private.tell(who, f"Run #{command.run} is cancelled.")


async def remind(desk: Desk, who: Asker, command: RemindCommand) -> None:
    await desk.audience(who).must_see_number(desk.services, command.run)
    standing = await reminding.remind_now(desk.services, number=command.run, person=who.user)
    missing = [f"{count} of {role}" for role, count in standing.missing.items()]
    missing += [f"a waiver for {check}" for check in standing.waivers_missing]
    await desk.private.tell(
        who, escape(f"Reminded in the thread of run #{command.run}: {', '.join(missing)}.")
    )


async def go(desk: Desk, who: Asker, command: GoCommand) -> None:
    await _vote(desk, who, command.run, Choice.GO)


async def no_go(desk: Desk, who: Asker, command: NoGoCommand) -> None:
    await _vote(desk, who, command.run, Choice.NO_GO, command.reason)


async def _vote(desk: Desk, who: Asker, number: int, choice: Choice, reason: str = "") -> None:
    """On the evidence that there was when it was typed."""
    run = (await asking.dossier(desk.services, number)).run
    await desk.audience(who).must_see(run)
    typed = desk.services.interaction
    if typed and run.concluded_at and run.concluded_at > typed.received_at:
        raise Refused(
            f"The results of run #{number} came after you typed that; look at them first.",
            hint=f"/canary show #{number}",
        )
    ballot = Ballot(
        run_key=run.key,
        evidence=run.evidence or "",
        channel=run.channel,
        person=who.user,
        choice=choice,
        reason=reason,
    )
    if await vote(desk, who, ballot):
        await desk.private.tell(who, f"Your {choice} on run #{number} counts.")


async def packet(desk: Desk, who: Asker, command: PacketCommand) -> None:
    await desk.audience(who).must_see_number(desk.services, command.run)
    if not desk.abilities.has(Ability.FILES):
        raise Refused(
            "This server takes no files, so the packet cannot be posted.",
            hint=f"On the bot's machine, `canary packet {command.run} -o packet.json` writes it",
        )
    run = await packets.post_again(desk.services, number=command.run, person=who.user)
    text = f"The decision packet of run #{run.number} is posted in its thread in <#{run.channel}> again."
    await desk.private.tell(
        who, f"The decision packet of run #{run.number} is posted again.", [section(text)]
    )


async def rolled_back(desk: Desk, who: Asker, command: RolledBackCommand) -> None:
    await desk.audience(who).must_see_number(desk.services, command.run)
    run = await rolling_back.record(desk.services, number=command.run, person=who.user, reason=command.reason)
    await desk.private.tell(who, f"Recorded: run #{run.number} on {run.environment} was rolled back.")


async def owners(desk: Desk, who: Asker, command: OwnersCommand) -> None:
    """By what was found out within the last minute: a question never takes what votes need."""
    await _known(desk, who, command.environment)
    pinned = desk.services.configuration.plan.pinned(command.environment)
    services = replace(desk.services, directory=desk.services.directory.lately())
    await desk.private.tell(who, *answers.owners(pinned, await services.electorate(pinned, partly=True)))


async def config(desk: Desk, who: Asker, command: ConfigCommand) -> None:
    plan = desk.services.configuration.plan
    if not command.environment:
        seen = await desk.audience(who).environments(plan)
        await desk.private.tell(who, *answers.configuration(seen, plan.digest))
        return
    await _known(desk, who, command.environment)
    await desk.private.tell(who, *answers.environment(plan.pinned(command.environment)))


async def tell_help(desk: Desk, who: Asker, command: HelpCommand) -> None:
    plan = desk.services.configuration.plan
    if command.command and command.command not in USAGES:
        raise no_command(command.command)
    seen = await desk.audience(who).environments(plan)
    held = _roles_by_name(plan, seen, who.user)
    await desk.private.tell(who, *answers.help_text(command.command, held, await desk.example(who), seen))


def _roles_by_name(plan: Plan, seen: Iterable[str], user: str) -> dict[str, tuple[str, ...]]:
    """Environment -> roles that name the person one by one: help does not need Slack, which knows who is in a group."""
    return {
        name: tuple(role for role, group in plan.pinned(name).people.items() if user in group.members)
        for name in seen
    }


async def _known(desk: Desk, who: Asker, name: str) -> Environment:
    """Raises Misused, with the nearest name, for an environment that is not configured.

    One whose channel the person cannot see is none to them.
    """
    plan, audience = desk.services.configuration.plan, desk.audience(who)
    found = plan.environments.get(name)
    if found and await audience.sees(found.channel):
        return found
    seen = await audience.environments(plan)
    some = f"Available here: {', '.join(seen)}." if seen else "None is available here."
    more = " Others answer in their own channels." if len(seen) < len(plan.environments) else ""
    raise Misused(
        f"There is no environment “{name[:40]}” here.{suggestion(name, seen)}",
        hint=f"{some}{more}",
        example="run {start}",
    )


TYPED: Mapping[type[Command], Callable[[Desk, Asker, Any], Awaitable[None]]] = {
    RunCommand: run,
    StatusCommand: status,
    ShowCommand: show,
    CancelCommand: cancel,
    RemindCommand: remind,
    GoCommand: go,
    NoGoCommand: no_go,
    PacketCommand: packet,
    RolledBackCommand: rolled_back,
    OwnersCommand: owners,
    ConfigCommand: config,
    HelpCommand: tell_help,
}
