"""A team that works without Slack: the workflow on a real database, with a fixed list of people."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.base.errors import Refused
from bot.base.work import Work
from bot.plan.load import load
from bot.rules.approval import Choice, Condition
from bot.rules.people import Person
from bot.rules.principal import Principal
from bot.rules.request import (
    ActionClick,
    ActionConfirmation,
    Ballot,
    CancelRequest,
    CaptureRequest,
    ConditionRelease,
    ConditionReport,
    PromptClick,
    RollbackReport,
    StartRequest,
    WaiverRequest,
)
from bot.rules.rollback import Answer
from bot.rules.run import Run
from bot.store import prompts
from bot.store import runs as store
from bot.store.database import Database
from bot.store.database import run as execute
from bot.workflow import (
    capturing,
    checking,
    closing,
    conditions,
    confirming,
    previewing,
    rolling_back,
    runs,
    voting,
    waiving,
    watching,
)
from bot.workflow.answering import Answering
from bot.workflow.performing import Act
from bot.workflow.services import Services
from tests.journeys.conftest import CONFIGURATION, World

ANA, BEN, RAJ, MIA = "U01ANA", "U02BEN", "U03RAJ", "U04MIA"


# the configuration of run #1 is truncated
BROKEN = "UPDATE configuration SET document = left(document, 100) WHERE digest = (SELECT configuration FROM run WHERE number = 1)"


def both_environments() -> str:
    """Staging, and a copy of it called production."""
    before, environments = CONFIGURATION.split("environments:")
    return f"{before}environments:{environments}{environments.replace('  staging:', '  production:')}"


class People:
    """A directory of people."""

    def __init__(self) -> None:
        self.gone: set[str] = set()

    def lately(self) -> People:
        return self

    async def is_public(self, channel: str) -> bool:  # noqa: ARG002  all of them are
        return True

    async def person(self, user: str) -> Person:
        return Person(id=user, name=user, team="T1", deleted=user in self.gone)

    async def members(self, group: str) -> frozenset[str]:
        return frozenset({BEN, MIA} if group == "S0PLATFORM" else {RAJ})


async def no_engine(conn: Any, *work: Work) -> None:
    """Enqueue nothing: the tests do the work themselves, in sequence."""


class Team:
    def __init__(self, services: Services, people: People, world: World) -> None:
        self.services, self.people, self.world = services, people, world

    async def start(
        self, version: str | None = "1.0", *, environment: str = "staging", **arguments: str
    ) -> int:
        run = await runs.start(
            self.services,
            StartRequest(
                environment=environment,
                arguments=arguments | ({"version": version} if version else {}),
                by=Principal.slack_user(RAJ),
                channel="C0RELEASES",
            ),
        )
        return run.number

    async def measured(self, version: str | None = "1.0", **arguments: str) -> int:
        number = await self.start(version, **arguments)
        for check in ("queue-age", "duplicates"):
            await checking.measure(self.services, number=number, check=check)
        return number

    async def run(self, number: int) -> Run:
        async with self.services.database.connection() as conn:
            run = await store.find(conn, number)
        assert run
        return run

    async def says(self, person: str, choice: Choice, number: int, reason: str = "") -> None:
        """Vote, and allow a refusal, which is recorded."""
        with suppress(Refused):
            await self.votes(person, choice, number, reason)

    async def votes(
        self, person: str, choice: Choice, number: int, reason: str = "", *, check: str = ""
    ) -> None:
        """`check`: the one that shows the condition of a Conditional go."""
        run = await self.run(number)
        assert run.evidence
        due = datetime.now(UTC) + timedelta(days=1)
        condition = Condition(text="quota", owner=BEN, due=due, check=check)
        ballot = Ballot(
            run_key=run.key,
            evidence=run.evidence,
            channel=run.channel,
            by=Principal.slack_user(person),
            choice=choice,
            reason=reason,
            condition=condition if choice is Choice.CONDITIONAL_GO else None,
        )
        await voting.vote(self.services, ballot)

    async def go(self, number: int) -> None:
        await self.says(ANA, Choice.GO, number)
        await self.says(BEN, Choice.GO, number)

    async def waives(self, person: str, number: int) -> None:
        run = await self.run(number)
        assert run.evidence
        excuse = WaiverRequest(
            run_key=run.key,
            evidence=run.evidence,
            channel=run.channel,
            by=Principal.slack_user(person),
            check="duplicates",
            reason="known",
        )
        await waiving.waive(self.services, excuse)

    async def lets_expire(self, number: int) -> None:
        """Let the deadline pass and its timer fire."""
        async with self.services.database.connection() as conn:
            await execute(conn, "UPDATE run SET expires_at = now() WHERE number = %(number)s", number=number)
        await closing.expire(self.services, number=number)

    async def cancels(self, number: int) -> None:
        request = CancelRequest(run=number, by=Principal.slack_user(RAJ), reason="wrong version")
        await runs.cancel(self.services, request)

    async def rolled_back(self, number: int, reason: str = "", *, by: str = RAJ) -> None:
        """Record a rollback without a prompt."""
        await rolling_back.record(
            self.services, RollbackReport(run=number, by=Principal.slack_user(by), reason=reason)
        )

    async def captures(self, name: str) -> None:
        """Capture a baseline of staging."""
        asked = CaptureRequest(
            environment="staging",
            length=timedelta(seconds=1),
            name=name,
            by=Principal.slack_user(BEN),
            channel="C0RELEASES",
        )
        begun = await capturing.capture(self.services, asked)
        for tick in range(1, begun.samples + 1):
            await capturing.sample(self.services, number=begun.number, tick=tick)

    async def acts(self, number: int, action: str) -> None:
        """Preview an action, confirm it, and have it done."""
        run = await self.run(number)
        asked = {
            "run_key": run.key,
            "action": action,
            "channel": run.channel,
            "by": Principal.slack_user(ANA),
        }
        _, _, key = await previewing.preview(self.services, ActionClick(**asked))
        await confirming.confirm(self.services, ActionConfirmation(**asked, preview=key))
        await Act(run=number, action=action, attempt=1).do(self.services, tries=0)

    async def meets(self, number: int, condition: int, statement: str) -> None:
        run = await self.run(number)
        report = ConditionReport(
            run_key=run.key,
            number=condition,
            channel=run.channel,
            by=Principal.slack_user(BEN),
            statement=statement,
        )
        await conditions.report_met(self.services, report)

    async def lifts(self, number: int, condition: int, reason: str) -> None:
        run = await self.run(number)
        release = ConditionRelease(
            run_key=run.key,
            number=condition,
            channel=run.channel,
            by=Principal.slack_user(MIA),
            reason=reason,
        )
        await conditions.release(self.services, release)

    async def looks(self, number: int, tick: int) -> None:
        await watching.look(self.services, number=number, tick=tick)

    async def answers(self, number: int, answer: Answer, note: str = "") -> None:
        async with self.services.database.connection() as conn:
            [prompt] = await prompts.unanswered(conn, number)
        channel = (await self.run(number)).channel
        click = PromptClick(prompt=prompt.key, channel=channel, by=Principal.slack_user(RAJ))
        await watching.answer(self.services, click.answered(answer, note))


@asynccontextmanager
async def team(
    dsn: str, world: World, folder: Path, configuration: str = CONFIGURATION, **environ: str
) -> AsyncIterator[Team]:
    path = folder / "canary.yaml"
    path.write_text(configuration)
    people = People()
    async with Database(dsn) as database, Answering(Path("nowhere")) as answering:
        services = Services(
            database=database,
            enqueue=no_engine,
            directory=people,
            configuration=load(path, {"WORLD_DSN": world.dsn, **environ}),
            answering=answering,
        )
        yield Team(services, people, world)


async def make_history(at: Team) -> None:
    """One run for each way to end; the last one, #6, waits for votes."""
    await at.world.put("duplicates", 2)
    conditional = await at.measured("1.1")
    await at.waives(BEN, conditional)
    await at.says(MIA, Choice.GO, conditional)
    await at.says(ANA, Choice.CONDITIONAL_GO, conditional)
    await at.looks(conditional, 1)
    await at.answers(conditional, Answer.FALSE_ALARM, "a test send")
    await at.world.put("duplicates", 0)
    await at.looks(conditional, 2)

    rolled_back = await at.measured("1.2")
    await at.says(RAJ, Choice.GO, rolled_back)
    await at.go(rolled_back)
    await at.world.put("duplicates", 3)
    await at.looks(rolled_back, 1)
    await at.answers(rolled_back, Answer.ON_IT)
    await at.answers(rolled_back, Answer.ROLLED_BACK)

    await at.rolled_back(conditional, "it was no better")
    no_go = await at.measured("1.3")
    await at.says(ANA, Choice.NO_GO, no_go, "duplicates")
    await at.says(BEN, Choice.GO, no_go)

    await at.lets_expire(await at.measured("1.4"))

    cancelled = await at.start("1.5")
    await at.cancels(cancelled)

    waiting = await at.measured("1.6")
    await at.says(ANA, Choice.GO, waiting)
    at.people.gone.add(ANA)
    await at.waives(BEN, waiting)
    await at.says(BEN, Choice.GO, waiting)
    await at.says(ANA, Choice.GO, waiting)


async def make_aftermath(at: Team) -> None:
    """What followed two conditional goes, with the configuration of `with_action`: a run that was compared with a
    baseline, and whose conditions were met, one by a check; its action, which was done; and a condition that was
    lifted.
    """
    await at.captures("before")
    followed = await at.measured("2.0")
    await checking.measure(at.services, number=followed, check="quota-coverage")
    await at.votes(ANA, Choice.CONDITIONAL_GO, followed, check="duplicates")
    await at.votes(BEN, Choice.CONDITIONAL_GO, followed)
    await at.world.put("duplicates", 1)
    await conditions.recheck(at.services, run=followed, number=1, tick=1)
    await at.world.put("duplicates", 0)
    await conditions.recheck(at.services, run=followed, number=1, tick=2)
    await at.acts(followed, "backfill")
    await at.meets(followed, 2, "the quota is 100")

    await at.captures("after")
    lifted = await at.measured("2.1")
    await checking.measure(at.services, number=lifted, check="quota-coverage")
    await at.votes(ANA, Choice.CONDITIONAL_GO, lifted, check="duplicates")
    await at.votes(MIA, Choice.GO, lifted)
    await at.lifts(lifted, 1, "promotion was removed")
