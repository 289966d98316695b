"""Typed commands: each is one call to the workflow, or a query, and a private answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from bot.base.errors import Refused
from bot.plan.model import Plan
from bot.rules.approval import Choice
from bot.rules.labels import CHOICES
from bot.rules.request import (
    CancelRequest,
    CaptureRequest,
    EnvironmentRequest,
    NumberedBallot,
    RollbackReport,
    StartRequest,
)
from bot.rules.run import RunState
from bot.slack.abilities import Ability
from bot.slack.blocks import section
from bot.slack.private import Asker
from bot.workflow import asking, capturing, electing, packets, reminding, rolling_back, runs, voting
from commands.slack import answers
from commands.slack.desk import Desk, about, request
from commands.slack.examples import start_of
from commands.slack.parse import (
    USAGES,
    BaselinesCommand,
    CancelCommand,
    CaptureCommand,
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
    StopCaptureCommand,
    WithdrawCommand,
    no_command,
)
from commands.slack.vote import take_back, tell


async def run(desk: Desk, who: Asker, command: RunCommand) -> None:
    asked = StartRequest(**dict(request(who)), environment=command.environment, arguments=command.arguments)
    await start_and_tell(desk, who, asked)


async def start_and_tell(desk: Desk, who: Asker, asked: StartRequest) -> None:
    """Shared by the command and the form."""
    started = await runs.start(desk.services, asked)
    unwaivable = await electing.unwaivable(desk.services, started)
    await desk.private.tell(who, *answers.started(started, unwaivable))


async def status(desk: Desk, who: Asker, command: StatusCommand) -> None:
    asked = request(who)
    seen = await asking.environments(desk.services, asked, command.environment)
    start = next((start_of(name, each, who.user) for name, each in seen.items()), None)
    under_way = await asking.under_way(desk.services, asked, command.environment)
    await desk.private.tell(who, *answers.status(under_way, command.environment, start=start))


async def show(desk: Desk, who: Asker, command: ShowCommand) -> None:
    asked = about(who, command.run)
    if command.check:
        dossier = await asking.check(desk.services, asked, command.check)
        await desk.private.tell(who, *answers.show_check(dossier, command.check))
    else:
        await desk.private.tell(who, *answers.show(await asking.dossier(desk.services, asked)))


async def cancel(desk: Desk, who: Asker, command: CancelCommand) -> None:
    asked = CancelRequest(**dict(about(who, command.run)), reason=command.reason)
    await runs.cancel(desk.services, asked)
    await desk.private.tell(who, f"Run #{command.run} is cancelled.")


async def remind(desk: Desk, who: Asker, command: RemindCommand) -> None:
    reminded = await reminding.remind_now(desk.services, about(who, command.run))
    await desk.private.tell(who, answers.reminded(command.run, reminded))


async def go(desk: Desk, who: Asker, command: GoCommand) -> None:
    """Without a recommended GO, the button in the answer votes, after one more confirmation."""
    ballot = NumberedBallot(**dict(about(who, command.run)), choice=Choice.GO)
    if overridden := await voting.overriding(desk.services, ballot):
        await desk.private.tell(who, *answers.go_anyway(overridden))
    else:
        await _vote(desk, who, ballot)


async def no_go(desk: Desk, who: Asker, command: NoGoCommand) -> None:
    asked = about(who, command.run)
    await _vote(desk, who, NumberedBallot(**dict(asked), choice=Choice.NO_GO, reason=command.reason))


async def _vote(desk: Desk, who: Asker, ballot: NumberedBallot) -> None:
    counts = await voting.vote_on_current_evidence(desk.services, ballot)
    run = await asking.run(desk.services, ballot.run)
    if counts and run.state is RunState.CLOSED:
        await desk.private.tell(
            who, f"Your {CHOICES[ballot.choice]} on run #{run.number} counts. The run is decided."
        )
    else:
        await tell(desk, who, ballot.choice, counts, run)


async def withdraw(desk: Desk, who: Asker, command: WithdrawCommand) -> None:
    await take_back(desk, who, about(who, command.run))


async def packet(desk: Desk, who: Asker, command: PacketCommand) -> None:
    asked = about(who, command.run)
    if not desk.abilities.has(Ability.FILES):
        await asking.dossier(desk.services, asked)
        raise Refused(
            "This Slack server takes no files, so the packet can't be posted.",
            hint=f"On canary's machine, `canary packet {command.run} -o packet.json` writes it.",
        )
    run = await packets.post_again(desk.services, asked)
    text = f"Posted the decision packet of run #{run.number} again, in its thread in <#{run.channel}>."
    await desk.private.tell(who, f"Posted the decision packet of run #{run.number} again.", [section(text)])


async def rolled_back(desk: Desk, who: Asker, command: RolledBackCommand) -> None:
    report = RollbackReport(**dict(about(who, command.run)), reason=command.reason)
    run = await rolling_back.record(desk.services, report)
    await desk.private.tell(who, f"Recorded that run #{run.number} on {run.environment} was rolled back.")


async def owners(desk: Desk, who: Asker, command: OwnersCommand) -> None:
    found = await asking.owners(desk.services, request(who), command.environment)
    await desk.private.tell(who, *answers.owners(*found))


async def capture(desk: Desk, who: Asker, command: CaptureCommand) -> None:
    asked = CaptureRequest(
        **dict(request(who)), environment=command.environment, length=command.length, name=command.name
    )
    await desk.private.tell(who, *answers.capturing(await capturing.capture(desk.services, asked)))


async def stop_capture(desk: Desk, who: Asker, command: StopCaptureCommand) -> None:
    stopped = await capturing.stop(desk.services, _of_environment(who, command.environment))
    await desk.private.tell(who, answers.stopped(stopped))


async def baselines(desk: Desk, who: Asker, command: BaselinesCommand) -> None:
    asked = _of_environment(who, command.environment)
    if command.baseline:
        found = await capturing.shown(desk.services, asked, command.baseline)
        await desk.private.tell(who, *answers.baseline(found))
    else:
        under_way, there = await capturing.listed(desk.services, asked)
        await desk.private.tell(who, *answers.baselines(command.environment, under_way, there))


def _of_environment(who: Asker, environment: str) -> EnvironmentRequest:
    return EnvironmentRequest(**dict(request(who)), environment=environment)


async def config(desk: Desk, who: Asker, command: ConfigCommand) -> None:
    if command.environment:
        pinned = await asking.pinned(desk.services, request(who), command.environment)
        await desk.private.tell(who, *answers.environment(pinned))
        return
    seen = await asking.environments(desk.services, request(who))
    await desk.private.tell(who, *answers.configuration(seen, desk.services.configuration.plan.digest))


async def tell_help(desk: Desk, who: Asker, command: HelpCommand) -> None:
    plan = desk.services.configuration.plan
    if command.command and command.command not in USAGES:
        raise no_command(command.command)
    seen = await desk.audience(who).environments(plan)
    held = _roles_by_name(plan, seen, who.user)
    await desk.private.tell(who, *answers.help_text(command.command, held, await desk.example(who), seen))


def _roles_by_name(plan: Plan, seen: Iterable[str], user: str) -> dict[str, tuple[str, ...]]:
    """Returns environment -> groups that list the person individually: help does not look up user groups in
    Slack.
    """
    return {
        name: tuple(role for role, group in plan.pinned(name).people.items() if user in group.members)
        for name in seen
    }


TYPED: Mapping[type[Command], Callable[[Desk, Asker, Any], Awaitable[None]]] = {
    RunCommand: run,
    StatusCommand: status,
    ShowCommand: show,
    CancelCommand: cancel,
    RemindCommand: remind,
    GoCommand: go,
    NoGoCommand: no_go,
    WithdrawCommand: withdraw,
    PacketCommand: packet,
    RolledBackCommand: rolled_back,
    CaptureCommand: capture,
    StopCaptureCommand: stop_capture,
    BaselinesCommand: baselines,
    OwnersCommand: owners,
    ConfigCommand: config,
    HelpCommand: tell_help,
}
