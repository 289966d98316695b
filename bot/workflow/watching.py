"""After a go: measures the triggers, prompts on-call, and records the answers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.base.errors import Misused
from bot.base.failpoint import Place
from bot.base.next_step import Next
from bot.base.work import Timer
from bot.record.events import PromptAnswered, RollbackPrompted, TriggerRecovered, WatchBlind
from bot.rules.asked import Asked
from bot.rules.baseline import Compared
from bot.rules.dossier import Dossier
from bot.rules.instructions import values_of
from bot.rules.principal import BOT
from bot.rules.request import PromptAnswer, PromptClick, require_complete
from bot.rules.rollback import Answer, Found, Prompt, PromptState, after
from bot.rules.run import Run
from bot.rules.verdict import assess
from bot.rules.watch import Event, Trigger, Watch, WatchEnd, next_look, observe
from bot.slack.messages.alert import Alert
from bot.slack.messages.card import Card
from bot.slack.messages.watch import BlindWatch, RollbackPrompt
from bot.store import baselines, database, dossiers, events, messages, prompts, runs, watches
from bot.store.database import Connection
from bot.workflow.ending import end_watch
from bot.workflow.escalating import Escalate
from bot.workflow.refusals import must_be_fresh, must_stand_there, recorded
from bot.workflow.rolling_back import lock, must_be_able_to_answer, rolled_back, show_answer
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.underway import Stage
from checks.outcome import Outcome
from checks.reading import Moment
from checks.result import Result
from checks.sample import Sampling

_MINUTE = timedelta(minutes=1)


class Look(Timer[Services]):
    """Take one measurement of a watch's triggers."""

    task = "look"
    lost = watches.SQL["lost_looks"]

    run: int
    tick: int  # 1, 2, 3, …

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await look(services, number=self.run, tick=self.tick)


async def look(services: Services, *, number: int, tick: int) -> None:
    """Measure every trigger once. A tick counts once, however often it is retried."""
    async with services.database.transaction() as conn:
        begun = await watches.look(conn, number, tick)
        if begun is None:
            return
        run = await runs.find(conn, number)
        assert run
        dossier, now = await dossiers.read(conn, run), await database.now(conn)
        compared = await baselines.compared(conn, run)
    seen = await services.underway.measure(run, Stage.WATCH, _results(services, dossier, compared, now))
    if seen is None:  # the watch has ended in the meantime
        return
    results, mitigated = seen
    services.reach(Place.IN_LOOK)
    asked = await _asked(services, dossier, results, mitigated, now)
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        if await watches.find(conn, number) != begun:  # another worker took over, or the watch has ended
            return
        await watches.ticked(conn, number, tick)
        for trigger in await watches.triggers(conn, number):
            await _observe(
                services,
                conn,
                dossier,
                trigger,
                results[trigger.name],
                mitigated=trigger.name in mitigated,
                tick=tick,
                asked=asked,
            )
        if _is_worth_showing(dossier, results, tick):
            await messages.want(conn, run, Card())
        await _go_on(services, conn, dossier, begun.model_copy(update={"tick": tick}))


def _is_worth_showing(dossier: Dossier, results: Mapping[str, Result], tick: int) -> bool:
    """Whether the card should show this measurement: the first one, one a minute, and each whose outcome
    differs from the last.
    """
    assert dossier.plan.environment.watch
    every = dossier.plan.environment.watch.every
    changed = any(results[trigger.name].outcome is not trigger.outcome for trigger in dossier.triggers)
    return changed or tick * every // _MINUTE > (tick - 1) * every // _MINUTE


async def _results(
    services: Services, dossier: Dossier, compared: Compared | None, now: datetime
) -> tuple[Mapping[str, Result], Collection[str]]:
    """Returns trigger -> its check's result, measured in parallel; and the triggers whose ERROR a fallback
    mitigates.

    A fallback is measured only if needed.
    """
    plan = dossier.plan
    assert plan.environment.watch
    previous = dossier.decision.previous_version if dossier.decision else ""
    values = values_of(dossier.run, previous)
    checks = {trigger.check for trigger in plan.environment.watch.triggers.values()}

    async def one(name: str) -> tuple[str, Result]:
        check = plan.environment.checks[name].model_copy(update={"sample": Sampling()})
        before = compared.before(name, plan.environment.checks[name]) if compared else None
        moment = Moment.present(now, values, before)
        return name, await services.answering.answer(
            check,
            plan.sources,
            moment,
            services.configuration.secrets,
            environment=dossier.run.environment,
        )

    answers = dict(await asyncio.gather(*(one(name) for name in checks)))
    fallbacks = {
        name: fallback
        for name, fallback in plan.environment.fallbacks.items()
        if name in answers and answers[name].outcome is Outcome.ERROR
    }
    answers |= dict(await asyncio.gather(*(one(name) for name in {*fallbacks.values()} - answers.keys())))
    mitigated = assess(answers, fallbacks).mitigated
    triggers = plan.environment.watch.triggers
    return (
        {name: answers[trigger.check] for name, trigger in triggers.items()},
        {name for name, trigger in triggers.items() if trigger.check in mitigated},
    )


async def _asked(
    services: Services,
    dossier: Dossier,
    results: Mapping[str, Result],
    mitigated: Collection[str],
    now: datetime,
) -> Asked:
    """Whom the messages ask that this measurement leads to: looked up before the run is locked."""
    plan = dossier.plan.environment
    assert plan.watch
    roles = set()
    for trigger in dossier.triggers:
        result, configured = results[trigger.name], plan.watch.triggers[trigger.name]
        _, event = observe(
            trigger,
            result.outcome,
            result.reason,
            breach=configured.breach,
            at=now,
            mitigated=trigger.name in mitigated,
        )
        if event is Event.PROMPT:
            roles.add(plan.rollback.on_call)
        if event is Event.BLIND:
            roles.add(plan.checks[configured.check].owner)
    return await services.asked(dossier.plan, roles) if roles else Asked(roles={})


async def _observe(
    services: Services,
    conn: Connection,
    dossier: Dossier,
    trigger: Trigger,
    result: Result,
    *,
    mitigated: bool,
    tick: int,
    asked: Asked,
) -> None:
    assert dossier.plan.environment.watch
    configured = dossier.plan.environment.watch.triggers[trigger.name]
    now = await database.now(conn)
    trigger, event = observe(
        trigger, result.outcome, result.reason, breach=configured.breach, at=now, mitigated=mitigated
    )
    await watches.put_trigger(conn, trigger)
    if event is Event.PROMPT:
        await _prompt(services, conn, dossier, trigger, found=Found.of(result), asked=asked)
    elif event is Event.STILL_BREACHED:
        await _show_again(conn, dossier.run, await prompts.update_reading(conn, trigger, Found.of(result)))
    elif event is Event.RECOVERED:
        recovery = TriggerRecovered(trigger=trigger.name)
        await events.append(conn, dossier.run.number, recovery, actor=BOT)
        await _show_again(conn, dossier.run, await prompts.recovered(conn, trigger))
    elif event is Event.BLIND:
        owner = dossier.plan.environment.checks[configured.check].owner
        blind = WatchBlind(trigger=trigger.name, reason=trigger.reason, asked=asked.only(owner))
        await events.append(conn, dossier.run.number, blind, actor=BOT)
        await messages.want(conn, dossier.run, BlindWatch(trigger=trigger.name, tick=tick))


async def _prompt(
    services: Services, conn: Connection, dossier: Dossier, trigger: Trigger, *, found: Found, asked: Asked
) -> None:
    run, on_call = dossier.run, dossier.plan.environment.rollback.on_call
    key = secrets.token_urlsafe(16)
    escalate = dossier.plan.environment.rollback.escalate
    prompt = await prompts.insert(conn, key, trigger, found, escalate=escalate.after if escalate else None)
    if at := prompt.escalates_at:
        await services.enqueue(
            conn, Escalate(run=run.number, trigger=trigger.name, episode=trigger.episode, at=at)
        )
    prompted = RollbackPrompted(trigger=trigger.name, reason=trigger.reason, asked=asked.only(on_call))
    await events.append(conn, run.number, prompted, actor=BOT)
    await messages.want(conn, run, RollbackPrompt(key=key))


async def _show_again(conn: Connection, run: Run, keys: list[str]) -> None:
    for key in keys:
        await messages.want(conn, run, RollbackPrompt(key=key))


async def _go_on(services: Services, conn: Connection, dossier: Dossier, watch: Watch) -> None:
    """Schedule the next measurement, or end the watch unless a prompt is open."""
    assert dossier.plan.environment.watch
    now = await database.now(conn)
    if now >= watch.ends_at and not await prompts.unanswered(conn, watch.run):
        await end_watch(conn, dossier.run, WatchEnd.COMPLETED, actor=BOT)
        return
    tick, at = next_look(watch, every=dossier.plan.environment.watch.every, now=now)
    await services.enqueue(conn, Look(run=watch.run, tick=tick, at=at))


async def answer(services: Services, answer: PromptAnswer) -> Prompt:
    """On-call or an approver answers a rollback prompt. Raises Refused, and records it."""
    require_complete(answer)
    _, run = await _prompted(services, answer)

    async def check(lately: Services) -> None:
        await must_be_able_to_answer(lately, run, answer.by)

    async with (
        screened(services, answer.by, check),
        recorded(services, run=run.number, by=answer.by, what=f"answer {answer.answer}"),
    ):
        await _must_stand_there(services, run, answer.channel)
        asked_at = await must_be_able_to_answer(services, run, answer.by)
        return await _answer(services, run, answer, asked_at=asked_at)


async def _answer(services: Services, asked_of: Run, answer: PromptAnswer, *, asked_at: datetime) -> Prompt:
    key, by = answer.prompt, answer.by
    async with services.act() as conn:
        run = await lock(conn, asked_of)
        must_be_fresh(services, asked_at, await database.now(conn))
        prompt = await prompts.lock(conn, key)
        state = after(prompt, answer.answer)
        if state is PromptState.ACKNOWLEDGED:
            await prompts.acknowledge(conn, key, str(by))
        else:
            await prompts.answer(conn, key, state, str(by), answer.reason)
        said = PromptAnswered(trigger=prompt.trigger, answer=answer.answer, note=answer.reason)
        await events.append(conn, run.number, said, actor=by)
        await show_answer(conn, run, prompt)
        await messages.want(conn, run, Card(), urgent=True)
        if state is PromptState.ROLLED_BACK:
            await rolled_back(conn, run, by)
        return await prompts.lock(conn, key)


async def opened(services: Services, click: PromptClick) -> tuple[Dossier, Prompt]:
    """Returns the run, and the prompt for which a form is opened. Raises Refused, and records it, if it can no longer be answered.

    The right to answer is checked when the form is submitted; for people who open many forms, also before.
    """
    prompt, run = await _prompted(services, click)

    async def check(lately: Services) -> None:
        await must_be_able_to_answer(lately, run, click.by)

    async with screened(services, click.by, check):
        async with recorded(services, run=run.number, by=click.by, what="open a form"):
            await _must_stand_there(services, run, click.channel)
            after(prompt, Answer.FALSE_ALARM)
        services.turned_away.note(str(click.by))
    async with services.database.transaction() as conn:
        return await dossiers.read(conn, run), prompt


async def _prompted(services: Services, click: PromptClick) -> tuple[Prompt, Run]:
    async with services.database.connection() as conn:
        prompt = await prompts.by_key(conn, click.prompt)
        if prompt is None:
            raise Misused(
                "I can't find the rollback prompt that this button belongs to.", then=[Next.list_runs()]
            )
        run = await runs.find(conn, prompt.run)
        assert run
    return prompt, run


async def _must_stand_there(services: Services, run: Run, channel: str) -> None:
    async with services.database.connection() as conn:
        alerted = await messages.channels(conn, run, Alert)  # on-call may have been asked there
    must_stand_there(run, channel, also=alerted)
