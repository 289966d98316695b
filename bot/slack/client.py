"""The Web API client, built so that nothing is sent twice behind our back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Unavailable

REQUEST_TIMEOUT = 10  # seconds; a message's lease is longer
LONGEST_REQUEST = REQUEST_TIMEOUT + 1  # aiohttp gives up at a whole second, the next one

UNREADABLE = "unreadable_answer"

# what Slack answers where a feature, a scope or a plan is not there; asking again is no use
ABSENT = frozenset(
    {
        "unknown_method",
        "method_not_supported",
        "missing_scope",
        "not_allowed_token_type",
        "plan_upgrade_required",
    }
)


@asynccontextmanager
async def web_client(token: str, api_url: str) -> AsyncIterator[AsyncWebClient]:
    """One session for all requests. No retry handlers: the SDK's own repeat a post whose reply was lost."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT)) as session:
        yield AsyncWebClient(
            token=token, base_url=api_url, timeout=REQUEST_TIMEOUT, session=session, retry_handlers=[]
        )


@contextmanager
def reaching(api_url: str) -> Iterator[None]:
    """At the start: Slack's trouble becomes Unavailable. What Slack says about the token stays SlackApiError."""
    try:
        yield
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        if isinstance(error, SlackApiError) and not _is_trouble(error):
            raise
        said = f": it answers {error_name(error)}" if isinstance(error, SlackApiError) else ""
        raise Unavailable(
            f"Slack cannot be reached at {api_url}{said}.",
            hint="Check the network, and SLACK_API_URL where it is set.",
        ) from error


def _is_trouble(error: SlackApiError) -> bool:
    busy = (HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600))
    return status(error) in busy or error_name(error) == UNREADABLE


def error_name(error: SlackApiError) -> str:
    """Slack's name for what went wrong: "not_in_channel"; UNREADABLE where the answer was not Slack's JSON."""
    data = getattr(error.response, "data", None)
    return str(data.get("error", UNREADABLE)) if isinstance(data, dict) else UNREADABLE


def status(error: SlackApiError) -> int:
    """HTTP's; the SDK hands on aiohttp's own response where it could not read it."""
    response = error.response
    return int(response.status_code if hasattr(response, "status_code") else response.status)


def retry_after(error: SlackApiError) -> int | None:
    """Seconds that a 429 asks for, at least one; None for every other error."""
    if status(error) != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    seconds = str(error.response.headers.get("Retry-After", ""))
    return max(1, int(seconds)) if seconds.isdecimal() else 1
