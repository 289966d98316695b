"""Intake: store what a person did, then acknowledge it. Everything else happens later, in a job.

Slack sends an interaction once. So nothing is acknowledged before it is in the database, and `ack()` is the last
statement that can raise: an exception after it would revoke the ack.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped, warning_token_skipped
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Unavailable, cause_of
from bot.plan.load import Loaded
from bot.rules.interaction import Interaction
from commands.slack.payload import MalformedError, interaction, opens_home
from commands.slack.submitted import names_a_time, problems
from commands.slack.turnstile import VERB

log = structlog.get_logger(__name__)

ANYTHING = re.compile(r".*", re.DOTALL)

Keep = Callable[[Interaction], Awaitable[None]]


Now = Callable[[], Awaitable[datetime]]


def bolt_app(client: AsyncWebClient, identity: AuthorizeResult, intake: Intake) -> AsyncApp:
    """The identity is known from the start: looking it up on each click would lose clicks when Slack is slow.
    Signatures are verified before Bolt sees a request (`commands.slack.web`), or by the socket itself.
    """

    async def authorize() -> AuthorizeResult:
        return identity

    app = AsyncApp(
        name="canary",  # otherwise Bolt looks for its caller in the source of every module, which takes 0.1 s
        client=client,
        authorize=authorize,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        process_before_response=True,  # a listener stores and acknowledges; otherwise Bolt would poll for it every 10 ms
        logger=_bolt_logger(),
    )
    app.command(ANYTHING)(intake.command)
    app.action(ANYTHING)(intake.action)
    app.view(ANYTHING)(intake.view)
    app.shortcut(ANYTHING)(intake.shortcut)
    app.event(ANYTHING)(intake.event)
    app.error(_failed)
    return app


def _bolt_logger() -> logging.Logger:
    """Suppresses Bolt's warning that it ignores the token in the environment: our client has it."""
    untrue = {warning_client_prioritized_and_token_skipped(), warning_token_skipped()}
    logger = logging.getLogger("slack_bolt.canary")
    logger.filters = [lambda record: record.getMessage() not in untrue]
    return logger


class Intake:
    """`keep` stores an interaction and enqueues its work in one transaction; `now` is the database's time,
    which deadlines follow; a submitted form is validated against `configuration` before it is stored.

    `keep` and `now` raise Unavailable, in time to tell the person.
    """

    def __init__(self, keep: Keep, now: Now, configuration: Loaded) -> None:
        self._keep = keep
        self._now = now
        self._configuration = configuration

    async def command(self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        try:
            await self._store(body, context.get(VERB, ""))
        except Unavailable as error:
            log.warning("cannot store a command", error=str(error), cause=cause_of(error))
            await ack("I cannot reach my database, so nothing was started. Try again in a moment.")
        else:
            await ack()

    async def action(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._store(body)
        await ack()

    async def shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._store(body)
        await ack()

    async def event(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Slack delivers an event again until it is acknowledged; a stored one has its id as key."""
        if opens_home(body):
            await self._store(body)
        await ack()

    async def view(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        if wrong := await self._problems(body["view"]):
            await ack(response_action="errors", errors=dict(wrong))
        else:
            await self._store(body)
            await ack()

    async def _store(self, body: dict[str, Any], verb: str = "") -> None:
        await self._keep(interaction(body, verb))

    async def _problems(self, view: dict[str, Any]) -> Mapping[str, str]:
        try:
            now = await self._now() if names_a_time(view) else None
            return problems(view, now, self._configuration)
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            raise MalformedError(f"{type(error).__name__}: {error}") from error


async def _failed(error: Exception) -> BoltResponse:
    """Not stored, so not acknowledged: Slack shows the person an error."""
    if isinstance(error, MalformedError):
        log.warning("refused a payload that is not Slack's", problem=str(error))
        return BoltResponse(status=400, body="")
    if isinstance(error, Unavailable):
        log.warning("cannot store an interaction", error=str(error), cause=cause_of(error))
    else:
        log.error("cannot store an interaction", exc_info=error)
    return BoltResponse(status=503, body="")
