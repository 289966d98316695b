"""Whether a run can be decided at all, checked before it starts: a run that nobody can approve is useless."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from bot.base.errors import CanaryError, Refused
from bot.plan.member import is_user_group
from bot.plan.model import Pinned
from bot.rules.approval import parts, require_can_start
from bot.rules.authors import authors
from bot.rules.people import Electorate
from bot.rules.principal import Principal
from bot.rules.quorum import fill, open_places, seated
from bot.rules.run import Run
from bot.workflow.services import Services
from checks.units import say_count

MAX_LOOKUPS = 20  # accounts, for information only


async def must_be_able_to_start(services: Services, pinned: Pinned, by: Principal) -> None:
    """Raises Refused unless this person may start a run of the environment."""
    groups = pinned.environment.start
    able = (await services.electorate(pinned, roles=groups)).holders(groups) if groups else ()
    require_can_start(await services.person(by), pinned.name, groups, able=able)


async def must_be_decidable(
    services: Services, pinned: Pinned, *, arguments: Mapping[str, str], requested_by: str
) -> None:
    """Raises Refused, with the reason, if too few people are eligible for the quorum.

    Looks up only accounts that would count.
    """
    required = pinned.environment.decide.approve
    holders = await services.electorate(pinned, roles=required)
    involved = parts(pinned.environment, authors(pinned.environment, arguments, {}), requested_by)
    able = holders.without(frozenset(involved))
    fit: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()
    while True:
        people = sorted(able.holders(required), key=lambda person: person not in fit)
        filled = fill(people, required, able)
        if missing := open_places(required, filled):
            reasons = [
                *(_empty(pinned, role, holders) for role in missing if not holders.holders([role])),
                *_excluded(involved, holders.holders(required), requested_by),
                *_barred(barred),
            ]
            raise _undecidable(required, missing, reasons)
        unasked = frozenset(seated(filled)) - fit
        if not unasked:
            return
        found = await services.barred(unasked)
        barred, fit, able = barred | found, fit | (unasked - found), able.without(found)


async def unwaivable(services: Services, run: Run) -> dict[str, list[str]]:
    """Returns owner -> titles of checks that nobody could waive in this run if they failed. Only a notice,
    because they may pass.

    From lookups of the last minute; empty if Slack cannot say now.
    """
    services = replace(services, directory=services.directory.lately())
    try:
        return await _unwaivable(services, services.configuration.plan.pinned(run.environment), run)
    except CanaryError:
        return {}


async def _unwaivable(services: Services, pinned: Pinned, run: Run) -> dict[str, list[str]]:
    owned: dict[str, list[str]] = {}
    for name, check in pinned.environment.checks.items():
        owned.setdefault(check.owner, []).append(check.title or name)
    involved = parts(pinned.environment, authors(pinned.environment, run.arguments, {}), run.requested_by)
    able = (await services.electorate(pinned, roles=owned, partly=True)).without(frozenset(involved))
    barred = await services.barred(able.holders(owned)[:MAX_LOOKUPS])
    return {owner: checks for owner, checks in owned.items() if not able.without(barred).holders([owner])}


def _undecidable(required: Mapping[str, int], missing: Mapping[str, int], reasons: list[str]) -> Refused:
    needs = " and ".join(f"{say_count(count, 'vote')} from {role}" for role, count in required.items())
    short = " and ".join(missing)
    why = " ".join(reasons)
    return Refused(
        f"Nobody could approve this run: it needs {needs}, but {short} has too few people who may vote. {why}".strip(),
        hint="Ask someone to start it whose vote isn't needed, or add people to the group in canary.yaml.",
    )


def _excluded(involved: Mapping[str, str], holders: Collection[str], requested_by: str) -> Iterator[str]:
    if requested_by in involved and requested_by in holders:
        yield "You can't approve a run that you start."
    if any(author in holders for author in involved if author != requested_by):
        yield "The author of the change can't approve it."


def _barred(accounts: Collection[str]) -> Iterator[str]:
    if accounts:
        who = "1 member is" if len(accounts) == 1 else f"{len(accounts)} members are"
        yield f"{who} deactivated, a guest, a bot or from another organization."


def _empty(pinned: Pinned, role: str, holders: Electorate) -> str:
    groups = list(filter(is_user_group, pinned.people[role].members))
    unreadable = [holders.unreadable[group] for group in groups if group in holders.unreadable]
    if unreadable:
        return f"{role} has no members that I know of. {' '.join(unreadable)}"
    if groups:
        return f"{role} has no members: the user group {', '.join(groups)} is empty."
    return f"{role} has no members in the current canary.yaml."
