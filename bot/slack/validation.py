"""Has Slack validate messages without showing them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Misconfigured, Unavailable
from bot.slack.client import Problem, error_said, problems, retry_after, what_it_means
from bot.slack.errors import Fixer
from bot.slack.limits import VALIDATE
from bot.slack.messages.posting import Posting

View: TypeAlias = dict[str, Any]

_INVALID = frozenset({"invalid_blocks", "invalid_message", "invalid_view"})


async def validated(client: AsyncWebClient, shown: Sequence[Posting | View]) -> AsyncIterator[list[Problem]]:
    """Yields Slack's problems with each message or form.

    Raises Misconfigured if this server, or the token, cannot say, and Unavailable if it cannot be reached.
    """
    for each in shown:
        yield await _problems(client, each)


async def _problems(client: AsyncWebClient, shown: Posting | View) -> list[Problem]:
    while True:
        try:
            await client.api_call(VALIDATE, json=_body(shown))
        except SlackApiError as error:
            if (seconds := retry_after(error)) is not None:
                await asyncio.sleep(seconds)
                continue
            return _found(error)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(f"Slack did not answer: {type(error).__name__}", hint="Try again.") from error
        return []


def _body(shown: Posting | View) -> dict[str, Any]:
    if not isinstance(shown, Posting):
        return {"view": shown}
    blocks = list(shown.blocks)
    return {"view": {"type": "home", "blocks": blocks}} if shown.view else {"message": {"blocks": blocks}}


def _found(error: SlackApiError) -> list[Problem]:
    if error_said(error) in _INVALID:
        return problems(error) or [Problem(error_said(error))]
    means = what_it_means(error)
    if means.absent:
        raise Misconfigured(
            f"This server has no {VALIDATE}.", hint="Messages can be validated only by Slack itself."
        )
    raise Misconfigured(
        f"Slack could not validate messages: {means.says}.", hint=means.advice(reader=Fixer.OPERATOR)
    )
