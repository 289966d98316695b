"""People who are refused repeatedly are first checked against recent data, so that their clicks do not
exhaust the limits that votes need.

Slack allows few group lookups a minute, and every click needs one. Data of the last minute can only refuse: a
person who has the right according to it is looked up again, like everyone else.
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
    """Screen `by` before any lookup. `check` raises Refused for people without the right, using the services
    it is given.

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
