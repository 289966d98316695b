"""The Web API client, built so that nothing is sent twice behind our back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Unavailable
from bot.base.timing import Outbox
from bot.slack.errors import Ends, Meaning, meaning

UNREADABLE = "unreadable_answer"
_NAME = re.compile(r"[a-z0-9_.]{1,80}", re.ASCII)
_SCOPE = re.compile(r"[a-z0-9_.:-]{1,80}", re.ASCII)
_BAD_BLOCKS = {"invalid_blocks", "invalid_blocks_format"}
_BLOCKS = re.compile(r"\bblocks?\b|\btable\b", re.IGNORECASE)
_UNKNOWN_TABLE = re.compile(r"(unsupported|unknown|invalid)\b.*\btype\b.*\btable\b", re.IGNORECASE)
_RATE_LIMITS = {"ratelimited", "rate_limited"}


@asynccontextmanager
async def web_client(
    token: str, api_url: str, within: int = Outbox().request
) -> AsyncIterator[AsyncWebClient]:
    """One session for all requests, each given `within` seconds. No retry handlers: the SDK's own repeat a post whose reply was lost."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=within)) as session:
        yield AsyncWebClient(
            token=token, base_url=api_url, timeout=within, session=session, retry_handlers=[]
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
            hint="Check the network, and SLACK_API_URL if you set it.",
        ) from error


def _is_trouble(error: SlackApiError) -> bool:
    answered_badly = status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR or retry_after(error) is not None
    return answered_badly or meaning(error_name(error)).ends is Ends.BY_ITSELF


def error_name(error: SlackApiError) -> str:
    """Slack's name for what went wrong: "not_in_channel"; UNREADABLE where the answer was not Slack's JSON."""
    name = str(_answer(error).get("error", ""))
    return name if _NAME.fullmatch(name) else UNREADABLE


def error_said(error: SlackApiError) -> str:
    """The name with the detail that `bot.slack.errors` understands: "missing_scope: usergroups:read"."""
    name, scopes = error_name(error), str(_answer(error).get("needed") or "").split(",")
    needed = [scope.strip() for scope in scopes if _SCOPE.fullmatch(scope.strip())]
    return f"{name}: {' or '.join(needed[:3])}" if name == "missing_scope" and needed else name


def details(error: SlackApiError) -> list[str]:
    """What Slack says besides, for the log: which block is wrong, and how."""
    said = (_answer(error).get("response_metadata") or {}).get("messages") or _answer(error).get("errors")
    return [str(each)[:300] for each in said[:5]] if isinstance(said, list) else []


def refuses_blocks(error: SlackApiError) -> bool:
    """Whether it is about the message's blocks, so that other blocks may be taken."""
    name = error_name(error)
    return name in _BAD_BLOCKS or (name == "invalid_arguments" and any(map(_BLOCKS.search, details(error))))


def knows_no_tables(error: SlackApiError) -> bool:
    """Whether the table itself is unknown there, not one of its cells wrong: as it says, or as it does not say."""
    said = details(error)
    return not said or any(_UNKNOWN_TABLE.search(each) for each in said)


def what_it_means(error: SlackApiError) -> Meaning:
    """An error without a name in the table is Slack's own trouble where the status says so."""
    found = meaning(error_said(error))
    if found.ends is Ends.UNKNOWN and status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return meaning(UNREADABLE)
    return found


def _answer(error: SlackApiError) -> dict[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def status(error: SlackApiError) -> int:
    """HTTP's; the SDK hands on aiohttp's own response where it could not read it."""
    response = error.response
    return int(response.status_code if hasattr(response, "status_code") else response.status)


def retry_after(error: SlackApiError) -> int | None:
    """Seconds to wait after "too many requests", at least one; None for every other error."""
    if status(error) != HTTPStatus.TOO_MANY_REQUESTS and error_name(error) not in _RATE_LIMITS:
        return None
    seconds = str(error.response.headers.get("Retry-After", ""))
    return max(1, int(seconds)) if seconds.isdecimal() else 1
