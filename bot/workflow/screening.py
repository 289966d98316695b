"""People who are refused repeatedly are checked against recent data first, so that their clicks do not exhaust the
limits that votes need.

Slack allows few group lookups a minute, and every click needs one. Data of the last minute can only refuse: a person
who has a right by it is looked up again, like everyone else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.base.errors import CanaryError, Refused
from bot.rules.principal import Principal
from bot.workflow.services import Services


@asynccontextmanager
async def screened(
    services: Services, by: Principal, check: Callable[[Services], Awaitable[object]]
) -> AsyncIterator[None]:
    """Before anybody is asked for `by`. `check` raises Refused for who has no right, by the services it is given.

    Such a refusal is not recorded; the earlier ones are.
    """
    if services.turned_away.often(str(by)):
        await _must_not_be_known(services, check)
    try:
        yield
    except Refused:
        services.turned_away.note(str(by))
        raise


async def _must_not_be_known(services: Services, check: Callable[[Services], Awaitable[object]]) -> None:
    try:
        await check(replace(services, directory=services.directory.lately()))
    except Refused as refusal:
        changed = "" if refusal.then else "If that has changed, try again in a minute"
        raise Refused(str(refusal), hint=refusal.hint or changed, then=refusal.then) from refusal
    except CanaryError:  # unknown: look them up like everyone else
        return
