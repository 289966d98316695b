"""The dependencies of every use case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import chain
from typing import Self

from bot.archive.base import Archive
from bot.base.errors import CanaryError, Misused, Refused
from bot.base.failpoint import Reach, nowhere
from bot.base.timing import Timing
from bot.base.work import Enqueue
from bot.plan.load import Loaded
from bot.plan.member import is_user
from bot.plan.model import Pinned
from bot.record.proof.key_folder import Signing
from bot.rules.asked import Asked
from bot.rules.interaction import Received
from bot.rules.people import Directory, Electorate, Person, Resolved
from bot.rules.principal import Principal
from bot.rules.retention import DEFAULT
from bot.store import inbox
from bot.store.database import Connection, Database
from bot.workflow.answering import Answering
from bot.workflow.roster import Roster
from bot.workflow.turned_away import TurnedAway
from bot.workflow.underway import Underway

SOON = 2.0  # seconds to look up optional mentions


@dataclass(frozen=True)
class Services:
    database: Database
    enqueue: Enqueue
    directory: Directory
    configuration: Loaded  # the current one; a run has its own
    answering: Answering
    timing: Timing = field(default_factory=Timing)
    underway: Underway = field(default_factory=Underway)
    turned_away: TurnedAway = field(default_factory=TurnedAway)
    runs_per_hour: int = 30  # that one person may start
    signing: Signing = field(default_factory=Signing)
    archive: Archive | None = None  # where packets are stored outside Slack
    retention: timedelta | None = DEFAULT  # of closed runs; None: forever
    reach: Reach = nowhere
    interaction: Received | None = None  # the one being handled; None for timers

    def working_off(self, interaction: Received) -> Self:
        return replace(self, interaction=interaction, directory=self.directory.asked(interaction.age))

    @asynccontextmanager
    async def act(self) -> AsyncIterator[Connection]:
        """Transaction that applies a person's request exactly once; the interaction is marked as applied in the same
        commit.

        If a worker that died had already recorded a result, raises it: Counted, or the same refusal.
        """
        async with self.database.transaction() as conn:
            if self.interaction and not await inbox.count(conn, self.interaction.key):
                raise await inbox.outcome(conn, self.interaction.key)
            yield conn

    async def refuse(self, conn: Connection, refusal: CanaryError) -> None:
        """Record the refusal as the result. Call it in the transaction of `act`."""
        if self.interaction:
            await inbox.refuse(conn, self.interaction.key, refusal)

    async def electorate(
        self, pinned: Pinned, *, roles: Collection[str] | None = None, partly: bool = False
    ) -> Electorate:
        """Returns who is in which group of a run (only these groups, or all), by both its own and the current
        configuration.

        Raises Unavailable if a member cannot be resolved, unless a partial answer is enough.
        """
        asked = pinned.people.keys() if roles is None else roles
        then = {role: group.members for role, group in pinned.people.items() if role in asked}
        now = {role: group.members for role, group in self.configuration.plan.people.items() if role in then}
        members = chain(*then.values(), *now.values())
        resolved = await Roster(self.directory.members).resolve(members, partly=partly)
        return Electorate.of(then, resolved).both(Electorate.of(now, resolved))

    async def on_call(self, pinned: Pinned, *, partly: bool = False) -> frozenset[str]:
        """Returns who is on call now, by the current configuration. Raises like `electorate`."""
        return await self._people(self._on_duty(pinned)[pinned.environment.rollback.on_call], partly=partly)

    async def on_duty(self, pinned: Pinned) -> frozenset[str]:
        """Returns who may answer for a run besides its deciders: on-call, and the people its prompts escalate
        to.
        """
        members = chain(*self._on_duty(pinned).values())
        return await self._people(members, partly=False)

    async def _people(self, members: Iterable[str], *, partly: bool) -> frozenset[str]:
        resolved = await Roster(self.directory.members).resolve(members, partly=partly)
        return frozenset[str]().union(*resolved.people.values())

    def _on_duty(self, pinned: Pinned) -> dict[str, tuple[str, ...]]:
        """A run's roles of that kind -> their members as configured now.

        As configured at the run's start, if its environment or the group is gone.
        """
        plan, then = self.configuration.plan, pinned.environment.rollback
        environment = plan.environments.get(pinned.name)
        now = environment.rollback if environment else then
        roles = {then.on_call: now.on_call}
        if then.escalate:
            roles.setdefault(then.escalate.to, (now.escalate or then.escalate).to)
        return {
            role: (plan.people.get(today) or pinned.people[role]).members for role, today in roles.items()
        }

    async def asked(self, pinned: Pinned, roles: Collection[str]) -> Asked:
        """Whom a message asks that names these roles, from lookups of the last minute.

        For on-call and its escalation, the current members; for other roles, those who hold them by both the
        run's own and the current configuration.

        It decides nothing and waits for nobody: a member that is not resolved soon represents itself.
        """
        then = {role: group.members for role, group in pinned.people.items() if role in roles}
        now = {role: group.members for role, group in self.configuration.plan.people.items() if role in then}
        for role, members in self._on_duty(pinned).items():
            if role in then:
                then[role] = now[role] = members
        roster = Roster(self.directory.lately().members)
        try:
            async with asyncio.timeout(SOON):
                resolved = await roster.resolve(chain(*then.values(), *now.values()), partly=True)
        except (CanaryError, TimeoutError):
            return Asked.as_configured(then)
        told = {
            role: members for role, members in now.items() if not resolved.unreadable.keys() & set(members)
        }
        return Asked.of(then, resolved, Electorate.of(told, resolved))

    async def resolved(self, members_of: Mapping[str, Collection[str]]) -> Resolved:
        """Returns who is in these groups, as far as known soon; an unresolved member resolves to nobody."""
        members = list(chain(*members_of.values()))
        try:
            async with asyncio.timeout(SOON):
                return await Roster(self.directory.members).resolve(members, partly=True)
        except (CanaryError, TimeoutError):
            named = {member: frozenset({member}) if is_user(member) else frozenset() for member in members}
            return Resolved(
                people=named, unreadable={member: "" for member in members if not is_user(member)}
            )

    async def person(self, principal: Principal) -> Person:
        """Their account in Slack. Raises Refused if Slack does not know them: only people start, decide and
        answer.
        """
        if principal.slack_id is None:
            raise Refused(f"Only people in Slack can do that, and {principal} is not one.")
        return await self.directory.person(principal.slack_id)

    async def barred(self, users: Iterable[str]) -> frozenset[str]:
        """Returns the people among these whose accounts may not decide."""
        asked = sorted(set(users))
        barred = await asyncio.gather(*map(self._is_barred, asked))
        return frozenset(user for user, is_barred in zip(asked, barred, strict=True) if is_barred)

    async def _is_barred(self, user: str) -> bool:
        try:
            return (await self.directory.person(user)).barred() is not None
        except Misused:
            return True
