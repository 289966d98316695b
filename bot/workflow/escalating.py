"""Asks others if nobody has answered a rollback prompt in time; once."""

from __future__ import annotations

from bot.base.work import Timer
from bot.record.events import PromptEscalated
from bot.rules.principal import BOT
from bot.rules.watch import WatchState
from bot.slack.messages.watch import EscalationLine, RollbackPrompt
from bot.store import configurations, events, messages, prompts, runs, watches
from bot.workflow.services import Services


class Escalate(Timer[Services]):
    """Ask others if nobody has answered a rollback prompt."""

    task = "escalate"
    lost = prompts.SQL["lost_escalations"]

    run: int
    trigger: str
    episode: int

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await escalate(services, number=self.run, trigger=self.trigger, episode=self.episode)


async def escalate(services: Services, *, number: int, trigger: str, episode: int) -> None:
    """Does nothing if the prompt has been answered, passes again, or has escalated."""
    async with services.database.transaction() as conn:
        run = await runs.existing(conn, number)
        plan = await configurations.load(conn, run.configuration)
    escalation = plan.environment.rollback.escalate
    if escalation is None:  # if the configuration is of a version with another form
        return
    asked = await services.asked(plan, [escalation.to])
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        prompt = await prompts.of_episode(conn, number, trigger, episode)
        watch = await watches.find(conn, number)
        if prompt is None or watch is None or watch.state is not WatchState.WATCHING:
            return
        if await prompts.escalate(conn, prompt.key):
            said = PromptEscalated(trigger=trigger, to=escalation.to, asked=asked.only(escalation.to))
            await events.append(conn, number, said, actor=BOT)
            await messages.want(conn, run, EscalationLine(key=prompt.key))
            await messages.want(conn, run, RollbackPrompt(key=prompt.key))
