"""Handles a stored interaction, once, and tells the person what goes wrong.

It is retried as long as it may succeed. A vote or an answer to a prompt counts once the database and Slack are back,
or is refused by then. A query, or opening a form, is only useful for a while. Unexpected errors are retried a few
times, because they may be transient; a bug fails every time. Its result is recorded in the transaction of its effect
(`Services.act`), so a retry never does it twice, and never turns a refusal into an effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import structlog

from bot.base.errors import CanaryError, Counted, Misused, Refused, Unavailable
from bot.base.failpoint import Place
from bot.base.work import Queue, Work
from bot.rules.interaction import Interaction, InteractionKind, Received
from bot.slack.private import Asker
from bot.store import inbox
from bot.workflow import homes, keeping
from commands.slack.clicks import CLICKS, OPENS_FORM
from commands.slack.desk import Desk
from commands.slack.parse import HelpCommand, parse
from commands.slack.payload import asker
from commands.slack.shortcuts import SHORTCUTS
from commands.slack.submitted import OF_THE_MOMENT, submitted
from commands.slack.typed import TYPED

log = structlog.get_logger(__name__)

MIN_TRIES = 5
MIN_TIME = (
    60.0  # seconds, because workers that die use up attempts; after both, the person is told that it failed
)
QUERY_TRIES = 2  # for a query that fails unexpectedly, because someone is waiting for the answer
RATE_LIMITED_TIME = 900.0  # seconds, if Slack said when to retry

_DEFECT = "Something went wrong on my side. The details are in canary's log."
_AFTER_A_DEFECT = "It may have counted: check `/canary status` before you try again."
_KEPT = "Nothing is lost. I keep trying, and the thread shows when it counts."


class Handler:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, key: str, *, tries: int) -> None:
        """Raises an error to be retried. `tries`: the number of earlier attempts."""
        async with self._desk.services.database.connection() as conn:
            found = await inbox.to_do(conn, key)
        if found is None:
            return
        desk = replace(self._desk, services=self._desk.services.working_off(found))
        try:
            who = asker(found)
            structlog.contextvars.bind_contextvars(user=who.user)
            problem = await _outcome(desk, found, who, tries)
        except Unavailable:
            raise
        except Exception as error:
            if tries < MIN_TRIES:
                raise
            # the person cannot be told: the payload does not say who they are, or telling them fails
            log.exception("gave up on an interaction", kind=found.kind)
            problem = f"{type(error).__name__}: {error}"
        desk.services.reach(Place.BEFORE_DONE)
        async with desk.services.database.connection() as conn:
            secrets = desk.services.configuration.secrets
            await inbox.done(conn, key, secrets.redact(problem) if problem else None)


class Handle(Work[Handler]):
    """Handle one stored interaction. A trigger enqueues it."""

    task = "handle"
    queue = Queue.PEOPLE
    lost = inbox.SQL["lost"]
    logged_as: ClassVar[Mapping[str, str]] = {"key": "interaction"}

    key: str

    async def do(self, handler: Handler, /, *, tries: int) -> None:
        await handler(self.key, tries=tries)


async def _outcome(desk: Desk, found: Received, who: Asker, tries: int) -> str | None:
    """Handle it. Returns what went wrong, for the record. Raises an error to be retried."""
    try:
        await keeping.must_be_new(desk.services, found)
        await _route(desk, found, who)
    except Counted:
        log.info("an interaction had already taken effect before a worker died", kind=found.kind)
    except Unavailable as error:
        if _is_worth_a_try(found, error, tries):
            if tries == MIN_TRIES and _lasts(found):
                await _tell(desk, found, who, Unavailable(str(error), hint=_KEPT))
            raise
        return await _refuse(desk, found, who, error)
    except CanaryError as error:
        return await _refuse(desk, found, who, error)
    except Exception as error:
        if tries < (MIN_TRIES if _lasts(found) else QUERY_TRIES):
            raise
        log.exception("a bug stopped an interaction", kind=found.kind)
        await _tell(desk, found, who, CanaryError(_DEFECT, hint=_AFTER_A_DEFECT))
        return f"{type(error).__name__}: {error}"
    return None


async def _refuse(desk: Desk, found: Received, who: Asker, error: CanaryError) -> str | None:
    """Returns the refusal, for the record; None if an earlier attempt took effect before its worker died."""
    refusal = await keeping.refuse(desk.services, error)
    if refusal is None:
        log.info("an interaction had already taken effect before a worker died", kind=found.kind)
        return None
    problem = f"{type(error).__name__}: {error}"
    log.info("refused", kind=found.kind, problem=problem)
    await _tell(desk, found, who, refusal)
    return problem


async def _tell(desk: Desk, found: Received, who: Asker, error: CanaryError) -> None:
    """Nobody asked for an event in words, so nobody waits for an answer."""
    if found.kind is not InteractionKind.EVENT:
        await desk.refuse(who, error)


def _is_worth_a_try(found: Received, error: Unavailable, tries: int) -> bool:
    patience = RATE_LIMITED_TIME if error.again_in else MIN_TIME
    return _lasts(found) or tries < MIN_TRIES or found.age < patience


def _lasts(found: Received) -> bool:
    """Whether it is a vote or an answer to a prompt, which counts however late, and not a query."""
    if found.kind is InteractionKind.COMMAND:
        return found.is_vote
    if found.kind is InteractionKind.ACTION:
        return found.payload["actions"][0]["action_id"] not in OPENS_FORM
    return found.kind is InteractionKind.VIEW and found.payload["view"]["callback_id"] not in OF_THE_MOMENT


async def _command(desk: Desk, who: Asker, text: str) -> None:
    """Guests and outsiders are refused whatever they type; help and parse errors do not wait for Slack."""
    audience = desk.audience(who)
    try:
        command = parse(text)
    except Misused:
        await audience.must_not_be_turned_away()
        raise
    if isinstance(command, HelpCommand):
        await audience.must_not_be_turned_away()
    else:
        await audience.must_be_admitted()
    await TYPED[type(command)](desk, who, command)


async def _route(desk: Desk, interaction: Interaction, who: Asker) -> None:
    if who.team != desk.team:  # an app may be installed in several workspaces, and a channel shared
        raise Refused("That was done in another workspace, so it doesn't count.")
    payload = interaction.payload
    match interaction.kind:
        case InteractionKind.COMMAND:
            await _command(desk, who, payload.get("text", ""))
        case InteractionKind.ACTION:
            action = payload["actions"][0]
            if click := CLICKS.get(action["action_id"]):
                await click(desk, who, action)
        case InteractionKind.VIEW:
            await submitted(desk, who, payload["view"])
        case InteractionKind.SHORTCUT:
            if shortcut := SHORTCUTS.get(payload["callback_id"]):
                await shortcut(desk, who, payload)
        case InteractionKind.EVENT:
            await homes.opened(desk.services, who.user)
