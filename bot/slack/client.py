"""The Web API client, without automatic retries of posts."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http import HTTPStatus
from typing import Any, NamedTuple

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
_ABOUT_BLOCKS = re.compile(
    r"\bblocks?\b|\btable\b|\bdata_(table|visualization)\b|unsupported type: (container|alert|card)\b",
    re.IGNORECASE,
)
_MOST_PROBLEMS = 50  # read from one response
_LONGEST_PROBLEM = 1000  # characters
_POINTER = re.compile(r"\[json-pointer:(?P<pointer>[^\]]*)\]")
_RATE_LIMITS = {"ratelimited", "rate_limited"}
_MOST_DIGITS = 9  # of a Retry-After; anything longer is too long anyway
LONGEST_PAUSE = 900  # longest pause accepted from a 429, in seconds: Slack asks for a minute or so


@asynccontextmanager
async def web_client(
    token: str, api_url: str, within: int = Outbox().request
) -> AsyncIterator[AsyncWebClient]:
    """One session for all requests, each given `within` seconds.

    No retry handlers: the SDK's own repeat a post whose reply was lost.
    """
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=within)) as session:
        yield AsyncWebClient(
            token=token, base_url=api_url, timeout=within, session=session, retry_handlers=[]
        )


@contextmanager
def reaching(api_url: str) -> Iterator[None]:
    """For startup: connection problems become Unavailable; errors about the token stay SlackApiError."""
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
    """Slack's error name: "not_in_channel"; UNREADABLE if the response was not Slack's JSON."""
    name = str(_answer(error).get("error", ""))
    return name if _NAME.fullmatch(name) else UNREADABLE


def error_said(error: SlackApiError) -> str:
    """The error name with a detail for `bot.slack.errors`: "missing_scope: usergroups:read"."""
    name, scopes = error_name(error), str(_answer(error).get("needed") or "").split(",")
    needed = [scope.strip() for scope in scopes if _SCOPE.fullmatch(scope.strip())]
    return f"{name}: {' or '.join(needed[:3])}" if name == "missing_scope" and needed else name


class Problem(NamedTuple):
    """A problem that Slack reports in a request, and its place: a JSON pointer like /blocks/1/type, or ""."""

    said: str
    pointer: str = ""

    @classmethod
    def read(cls, given: Any) -> Problem:
        if isinstance(given, dict):  # as blocks.validate reports it
            return cls(str(given.get("message", ""))[:300], str(given.get("pointer", ""))[:300])
        said = str(given)[:_LONGEST_PROBLEM]
        found = _POINTER.search(said)
        return cls(_POINTER.sub("", said).rstrip()[:300], found["pointer"][:300] if found else "")

    def __str__(self) -> str:
        return f"{self.said} [json-pointer:{self.pointer}]" if self.pointer else self.said


def problems(error: SlackApiError) -> list[Problem]:
    """The problems that Slack reports in a refused request; empty if it does not say."""
    return _problems(_answer(error))


def _problems(answer: dict[str, Any]) -> list[Problem]:
    given = (answer.get("response_metadata") or {}).get("messages") or answer.get("errors")
    return [Problem.read(each) for each in given[:_MOST_PROBLEMS]] if isinstance(given, list) else []


def refused_by_hook(status: int, body: str) -> list[Problem] | None:
    """Returns what is wrong with the blocks according to a response_url; None if it did not refuse them."""
    if status != HTTPStatus.BAD_REQUEST or not any(name in body for name in _BAD_BLOCKS):
        return None
    try:
        return _problems(json.loads(body))
    except (ValueError, AttributeError):  # Slack says only "invalid_blocks"
        return []


def details(error: SlackApiError) -> list[str]:
    """Further details for the log: which block is invalid, and why."""
    return [str(each)[:300] for each in problems(error)[:5]]


def refuses_blocks(error: SlackApiError) -> bool:
    """Whether the blocks were rejected, so that other blocks may be accepted."""
    name = error_name(error)
    about_blocks = any(_ABOUT_BLOCKS.search(str(each)) for each in problems(error))
    return name in _BAD_BLOCKS or (name == "invalid_arguments" and about_blocks)


def what_it_means(error: SlackApiError) -> Meaning:
    """An unknown error counts as Slack's own failure if the HTTP status indicates one."""
    found = meaning(error_said(error))
    if found.ends is Ends.UNKNOWN and status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return meaning(UNREADABLE)
    return found


def _answer(error: SlackApiError) -> dict[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, dict) else {}


def status(error: SlackApiError) -> int:
    """The HTTP status; for an unreadable response, the SDK passes on aiohttp's object."""
    response = error.response
    return int(response.status_code if hasattr(response, "status_code") else response.status)


def retry_after(error: SlackApiError) -> int | None:
    """Returns the seconds to wait after a 429, at least 1 and at most 15 minutes; None for any other error."""
    if status(error) != HTTPStatus.TOO_MANY_REQUESTS and error_name(error) not in _RATE_LIMITS:
        return None
    seconds = str(error.response.headers.get("Retry-After", ""))
    if not seconds.isdecimal():
        return 1
    return min(max(1, int(seconds[:_MOST_DIGITS])), LONGEST_PAUSE)
