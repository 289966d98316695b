"""App Home: what a person sees there, from recent lookups, and keeping it up to date.

A Home decides nothing. It shows the runs of environments whose channel everybody can see, or which name the
person; and whatever waits for them. Its buttons are checked when they are clicked, like those of the card.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.base.errors import CanaryError, Misused, Unavailable, Unreadable
from bot.base.outage import Outage
from bot.base.tasks import ticks
from bot.base.window import Rate, Window
from bot.plan.model import Environment, Pinned
from bot.record.events import CheckedOff, of_kind
from bot.rules.dossier import Dossier
from bot.rules.home import Home, Past, Promise, asked_of, tasks_of
from bot.rules.people import Electorate
from bot.rules.principal import Principal
from bot.rules.request import Request
from bot.rules.run import Run
from bot.slack.messages.home import HomePage
from bot.store import database, dossiers, events, homes, runs
from bot.store.database import Connection
from bot.workflow.audience import Audience
from bot.workflow.services import SOON, Services

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds between polls for changes
MOST_DECISIONS = 10

LASTING = 3600.0  # seconds for which an account counts as unchanged, for a Home that nobody has just opened
# of accounts for those Homes: a part of the questions that Slack accepts, because people ask some, too
LOOKUPS = Rate(8, 60)
KEPT = 10_000  # accounts before old ones are dropped


async def opened(services: Services, person: str) -> None:
    """Show a person their Home, and keep it up to date for a week."""
    async with services.act() as conn:
        await homes.opened(conn, person, HomePage())


async def keep_fresh(services: Services, stop: asyncio.Event) -> None:
    """Run until told to stop. Changes of a run never wait for the Homes: they only leave a note."""
    outage = Outage("the Homes cannot be kept up to date", "the Homes can be kept up to date again")
    async for _ in ticks(stop, EVERY):
        with outage.survived():
            async with services.database.connection() as conn:
                await homes.refresh(conn)


async def refresh(services: Services) -> None:
    """Something else that Homes show has changed."""
    async with services.database.connection() as conn:
        await homes.refresh(conn, anyway=True)


@dataclass
class Accounts:
    """Who is shown nothing, from lookups within the hour.

    Every change updates all Homes. If each asked Slack who its person is, commands would wait behind them.
    """

    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, str]] = field(default_factory=dict)  # person -> since when, and why
    _lookups: Window = field(default_factory=lambda: Window(LOOKUPS.seconds))

    async def refused(self, lately: Services, person: str, *, opened: bool) -> str:
        """Returns why the person is shown nothing; "" for a member. Raises Unavailable."""
        now = self.clock()
        since, refused = self._known.get(person, (float("-inf"), ""))
        if not opened:
            if now - since < LASTING:
                return refused
            if wait := self._lookups.wait(LOOKUPS.most, now):
                raise Unavailable("Others' accounts are looked up first.", again_in=wait)
            self._lookups.take(now)
        refused = await _refused(lately, person)
        if len(self._known) >= KEPT:
            self._known = {known: said for known, said in self._known.items() if now - said[0] < LASTING}
        self._known[person] = now, refused
        return refused


@dataclass(frozen=True)
class Pages:
    """`url`: of the workspace; `missing`: in the setup, as known so far."""

    services: Services
    url: str
    missing: Callable[[], Sequence[str]]
    accounts: Accounts = field(default_factory=Accounts)

    async def __call__(self, person: str, *, opened: bool) -> Home:
        """`opened`: they have just opened it. Raises Unavailable if Slack does not say who the person is."""
        lately = replace(self.services, directory=self.services.directory.lately())
        if refused := await self.accounts.refused(lately, person, opened=opened):
            return Home(person=person, refused=refused)
        holds, is_known = await _holds(lately)
        visible = await visible_environments(lately, person, holds)
        async with self.services.database.transaction() as conn:
            seen = _Seen(
                under_way=(under_way := await _under_way(conn)),
                done={each.run.number: await _done(conn, each) for each in under_way if each.watch},
                promises=tuple(await homes.promises(conn, person, await database.now(conn))),
                latest=tuple(await homes.latest(conn, visible, MOST_DECISIONS)),
                now=await database.now(conn),
            )
        staffed = [(dossier, await _staff(lately, dossier.plan)) for dossier in seen.under_way]
        places = {(name, each.channel) for name, each in visible.items()}
        asks = [asked_of(person, dossier, staff, holds, seen.now) for dossier, staff in staffed]
        return Home(
            person=person,
            asks=tuple(filter(None, asks)),
            promises=seen.promises,
            tasks=tuple(
                task
                for dossier, staff in staffed
                for task in tasks_of(person, dossier, staff, seen.done.get(dossier.run.number, ()))
            ),
            under_way=tuple(
                dossier
                for dossier, staff in staffed
                if (dossier.run.environment, dossier.run.channel) in places or staff.roles_of(person)
            ),
            latest=seen.latest,
            can_start=tuple(visible),
            operates=_operates(lately, person, holds),
            missing=tuple(self.missing()),
            unknown_groups=not is_known,
            url=self.url,
        )


@dataclass(frozen=True)
class _Seen:
    """One snapshot."""

    under_way: tuple[Dossier, ...]
    done: Mapping[int, Collection[int]]  # run -> items of its checklist that are checked off
    promises: tuple[Promise, ...]
    latest: tuple[Past, ...]
    now: datetime


async def startable(services: Services, person: str) -> Mapping[str, Environment]:
    """Returns the environments in which a person can start a run from anywhere, as shown in their Home."""
    lately = replace(services, directory=services.directory.lately())
    holds, _ = await _holds(lately)
    return await visible_environments(lately, person, holds)


async def visible_environments(lately: Services, person: str, holds: Electorate) -> Mapping[str, Environment]:
    """Returns the environments whose channel everybody can see, or that list the person in a group."""
    plan = lately.configuration.plan
    anywhere = Audience.of(lately, Request(by=Principal.slack_user(person)))
    public = await anywhere.environments(plan)
    mine = set(holds.roles_of(person))
    return {name: each for name, each in plan.environments.items() if name in public or mine & each.groups}


async def _refused(lately: Services, person: str) -> str:
    """Returns why the person is shown nothing."""
    try:
        reason = (await lately.person(Principal.slack_user(person))).barred()
    except Misused as error:
        return str(error)
    return f"canary is for members of this workspace: {reason}." if reason else ""


async def _holds(lately: Services) -> tuple[Electorate, bool]:
    """Returns who is in which group as configured now, and whether Slack answered everything soon enough."""
    groups = lately.configuration.plan.people
    members = {role: group.members for role, group in groups.items()}
    found = await lately.resolved(members)
    return Electorate.of(members, found), not found.unreadable


async def _staff(lately: Services, pinned: Pinned) -> Electorate:
    """Who holds which role of a run, as far as it is known soon."""
    try:
        async with asyncio.timeout(SOON):
            return await lately.electorate(pinned, partly=True)
    except (CanaryError, TimeoutError):
        return Electorate(roles={})


def _operates(lately: Services, person: str, holds: Electorate) -> bool:
    """People on call are told what the setup lacks: they are asked when it is missed."""
    environments = lately.configuration.plan.environments.values()
    return person in holds.holders({environment.rollback.on_call for environment in environments})


async def _under_way(conn: Connection) -> tuple[Dossier, ...]:
    """Runs that are checking, wait for votes, or are watched; without unreadable ones."""
    found = {run.number: run for run in [*await runs.active(conn), *await runs.watched(conn)]}
    read = [await _readable(conn, found[number]) for number in sorted(found, reverse=True)]
    return tuple(dossier for dossier in read if dossier)


async def _done(conn: Connection, dossier: Dossier) -> Collection[int]:
    found = of_kind(await events.of_run(conn, dossier.run.number), CheckedOff)
    return {said.item for _, said in found}


async def _readable(conn: Connection, run: Run) -> Dossier | None:
    try:
        return await dossiers.read(conn, run)
    except Unreadable as error:
        log.warning("cannot show a run in Home", run=run.number, error=str(error))
        return None
