"""The change's author: only people known to Slack."""

from __future__ import annotations

from collections.abc import Mapping

from bot.base.errors import Misused
from bot.plan.model import Environment
from bot.rules.authors import Authors
from bot.workflow.services import Services


async def must_be_people(services: Services, environment: Environment, arguments: Mapping[str, str]) -> None:
    """Raises Misused for an author who is unknown to Slack, or a bot.

    From data up to a minute old, so that trying many names does not exhaust the limits that votes need.
    """
    directory = services.directory.lately()
    for name, argument in environment.arguments.items():
        if not argument.author or name not in arguments:
            continue
        author = arguments[name]
        try:
            person = await directory.person(author)
        except Misused as error:
            raise Misused(f"{name}: {error}", hint="It is the member id of who made the change.") from error
        if person.is_bot:
            raise Misused(f"{name}: {author} is a bot.", hint="Name the person who made the change.")


async def known(services: Services, made_by: Authors) -> Authors:
    """The same; unknown if a check read an id unknown to Slack."""
    if made_by.stated:  # looked up at the start of the run
        return made_by
    try:
        for person in made_by.people:
            await services.directory.person(person)
    except Misused as error:
        return Authors(stated=False, unknown=str(error).removesuffix("."))
    return made_by
