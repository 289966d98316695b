"""Which of the newest blocks this workspace accepts: each is tried once, and the response is remembered.

A refused type is tried again in one message a day. A refusal never stops a message: it is shown in older
blocks at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.errors import Unavailable
from bot.slack.abilities import say_missing
from bot.slack.blocks import Block, alert, container, data_chart, data_table, divider, fitted, table
from bot.slack.client import Problem, problems, refuses_blocks, what_it_means
from bot.slack.fallback import NEGOTIABLE, NEWEST, TABLES, fall_back, negotiable
from bot.slack.limits import VALIDATE, Limits, Purpose, TooSoonError
from bot.store import block_types
from bot.store.database import Database

log = structlog.get_logger(__name__)

AGAIN = timedelta(days=1)  # until a refused type is tried again
FRESH = 10.0  # seconds until results of other replicas are read again
PATIENCE = 1.0  # seconds for validating a form that somebody waits for

MISSING = {
    "data_table": "no data tables in messages: results are shown in a plain table",
    "data_visualization": "no charts in messages: results are shown in words",
    "container": "no collapsible parts in messages: long ones are shown in full",
    "alert": "no alerts in forms: they are shown as text",
    "card": "no cards in App Home: they are shown as text",
    "table": "no tables in messages: results are shown as lines",
}

_UNKNOWN = re.compile(r"\b(unsupported|unknown|unrecogni[sz]ed|invalid)\b.*\btype\b", re.IGNORECASE)
_TYPE_OF_BLOCK = re.compile(r"(?:/view)?(?:/blocks)?/(\d+)(?:/child_blocks/(\d+))?/type", re.ASCII)

Sent = TypeVar("Sent")
Send: TypeAlias = Callable[[list[Block]], Awaitable[Sent]]
Fit: TypeAlias = Callable[[Sequence[Block]], list[Block]]


class BlocksRefusedError(Exception):
    """The server rejected blocks; `problems` are its reasons, if any."""

    def __init__(self, found: Sequence[Problem] = ()) -> None:
        super().__init__("the blocks were refused")
        self.problems = list(found)


class KnownBlocks:
    def __init__(
        self,
        database: Database,
        client: AsyncWebClient,
        limits: Limits,
        team: str,
        *,
        again: timedelta = AGAIN,
    ) -> None:
        self._client = client
        self._limits = limits
        self._memory = _Memory(database, team, again)
        self._can_validate = True

    async def show(self, blocks: Sequence[Block], send: Send[Sent], *, fit: Fit = fitted) -> Sent:
        """Send them in the newest blocks that this workspace accepts, and in older ones at once if it refuses
        those.

        `send` raises SlackApiError or BlocksRefusedError. Errors that are not refusals of blocks are raised
        unchanged, because the message may have arrived; so is a refusal of the oldest blocks.
        """
        if not (types := negotiable(blocks)):
            return await send(list(blocks))
        lacking = await self._memory.lacking(types)
        tried = _Tried(blocks, fit, lacking, confirmed=self._memory.taken)
        try:
            while True:
                try:
                    sent = await send(tried.shown)
                except (SlackApiError, BlocksRefusedError) as error:
                    if not tried.next_after(error):
                        raise
                else:
                    tried.accepted()
                    return sent
        finally:
            await self._memory.learn(known=tried.known, unknown=tried.unknown)

    async def show_form(
        self, view: dict[str, Any], send: Callable[[dict[str, Any]], Awaitable[Sent]]
    ) -> Sent:
        """Validate a form first: Slack may accept its trigger only once, so its new blocks are not simply
        tried.
        """
        types = negotiable(view["blocks"])
        if types - self._memory.types or self._memory.is_stale:
            await self._memory.read()
        if types - self._memory.types:
            await self.examine(within=PATIENCE)
        blocks = fall_back(view["blocks"], NEGOTIABLE - self._memory.taken)
        tried = _Tried(blocks, list, frozenset(), confirmed=self._memory.taken)
        try:
            return await send(view | {"blocks": tried.shown})
        except SlackApiError as error:
            if not tried.next_after(error):
                raise
            await self._memory.learn(unknown=tried.doubted)
            return await send(view | {"blocks": fall_back(blocks, NEGOTIABLE)})

    async def examine(self, *, within: float) -> None:
        """Have Slack validate, without showing them, the types that are untested or were refused long ago."""
        await self._memory.read()
        for given, sample in _SAMPLES.items():
            asked = negotiable(sample) & self._memory.open
            if asked and self._can_validate:
                await self._validate(given, sample, asked, within)

    async def _validate(
        self, given: str, sample: Sequence[Block], asked: Collection[str], within: float
    ) -> None:
        body = {"blocks": list(sample)} | ({"type": "modal", "title": _TITLE} if given == "view" else {})
        ask = lambda: self._client.api_call(VALIDATE, json={given: body})  # noqa: E731
        try:
            await self._limits.call(VALIDATE, ask, until=time.monotonic() + within, purpose=Purpose.PROGRESS)
        except SlackApiError as error:
            self._can_validate = not what_it_means(error).absent
            unknown = unknown_types(problems(error), sample)
            known = frozenset(asked) - unknown if unknown else frozenset[str]()
            await self._memory.learn(known=known, unknown=unknown)
        except (aiohttp.ClientError, TimeoutError, TooSoonError) as error:
            log.info("cannot read which blocks Slack takes", error=str(error))
        else:
            await self._memory.learn(known=frozenset(asked))


def unknown_types(found: Sequence[Problem], blocks: Sequence[Block]) -> frozenset[str]:
    """Returns the types that the server calls unknown, as opposed to problems of blocks that it knows."""
    return frozenset(kind for problem in found for kind in _unknown(problem, blocks))


def _unknown(problem: Problem, blocks: Sequence[Block]) -> frozenset[str]:
    if not _UNKNOWN.search(problem.said):
        return frozenset()
    found = _TYPE_OF_BLOCK.fullmatch(problem.pointer)
    if problem.pointer and not found:
        return frozenset()  # the type of a cell, or of text
    named = NEGOTIABLE & set(re.findall(r"\w+", problem.said.lower()))
    if found and not named:
        named = NEGOTIABLE & {_type_at(blocks, int(found[1]), found[2])}
    inside = bool(found and found[2])
    return frozenset(named & TABLES if inside else named)  # nothing newer can be in a container anyway


def _type_at(blocks: Sequence[Block], at: int, child: str | None) -> str:
    with suppress(LookupError):
        block = blocks[at]
        return str((block["child_blocks"][int(child)] if child else block)["type"])
    return ""


def _refused(error: SlackApiError | BlocksRefusedError) -> list[Problem] | None:
    """Returns what is wrong with the blocks, empty if the server does not say; None if the error is about
    something else.
    """
    if isinstance(error, BlocksRefusedError):
        return error.problems
    return problems(error) if refuses_blocks(error) else None


@dataclass
class _Tried:
    """The attempts at one message.

    After a refusal: without the named types or, if none are named, without those never accepted; then without
    all of the newest; then without tables.
    """

    blocks: Sequence[Block]
    fit: Fit
    lacking: frozenset[str]
    confirmed: frozenset[str]
    known: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    shown: list[Block] = field(init=False)
    _suspects: frozenset[str] = frozenset()  # in blocks refused without a reason

    def __post_init__(self) -> None:
        self.shown = self._without(self.lacking) if self.lacking else list(self.blocks)

    def next_after(self, error: SlackApiError | BlocksRefusedError) -> bool:
        """Whether there is another attempt to make."""
        found = _refused(error)
        if found is None:
            return False
        named = unknown_types(found, self.shown)
        self.unknown |= named
        first = named
        if not found:
            self._suspects |= negotiable(self.shown)
            first = negotiable(self.shown) - self.confirmed
        elif not named:
            log.error(
                "Slack refused a block; using older blocks",
                details=[str(each) for each in found[:5]],
            )
        return any(map(self._try, (first, NEWEST, NEGOTIABLE)))

    def _try(self, unknown: frozenset[str]) -> bool:
        """Whether the message differs without these types."""
        shown = self._without(self.lacking | unknown)
        if shown == self.shown:
            return False
        self.lacking, self.shown = self.lacking | unknown, shown
        return True

    def accepted(self) -> None:
        """If the server gives no reason, types are unknown if it accepts the message only without them."""
        self.known = negotiable(self.shown)
        self.unknown |= self._suspects - self.known

    @property
    def doubted(self) -> frozenset[str]:
        """Types that it does not know, or refuses without a reason."""
        return self.unknown | self._suspects

    def _without(self, unknown: frozenset[str]) -> list[Block]:
        return self.fit(fall_back(self.blocks, unknown))


class _Memory:
    """A workspace's response to each type: in the database, and here for a few seconds. Losing it costs one
    request.
    """

    def __init__(self, database: Database, team: str, again: timedelta) -> None:
        self._database = database
        self._team = team
        self._again = again
        self._known: dict[str, bool] = {}
        self._due: set[str] = set()
        self._read_at = float("-inf")
        self._said: set[str] = set()

    @property
    def is_stale(self) -> bool:
        return time.monotonic() - self._read_at > FRESH

    @property
    def types(self) -> frozenset[str]:
        """The types with a response."""
        return frozenset(self._known)

    @property
    def taken(self) -> frozenset[str]:
        return frozenset(kind for kind, known in self._known.items() if known)

    @property
    def open(self) -> frozenset[str]:
        """The types that may be tried."""
        return NEGOTIABLE - self.types | self._due

    async def lacking(self, types: frozenset[str]) -> frozenset[str]:
        """Returns the unknown types, without one that is to be tried again now."""
        if self.is_stale:
            await self.read()
        lacking = self.types - self.taken
        for kind in sorted(types & self._due):
            self._due.discard(kind)
            if await self._is_ours_to_ask(kind):
                return lacking - {kind}
        return lacking

    async def read(self) -> None:
        with suppress(Unavailable):
            async with self._database.connection() as conn:
                found = await block_types.of_team(conn, self._team, self._again)
            self._known = {each.type: each.known for each in found if each.type in NEGOTIABLE}
            self._due = {each.type for each in found if each.due}
            self._read_at = time.monotonic()
            self._say()

    async def learn(
        self, *, known: frozenset[str] = frozenset(), unknown: frozenset[str] = frozenset()
    ) -> None:
        """Remember it. Must not fail visibly: the message may just have been sent."""
        for types, is_known in ((known - unknown, True), (unknown, False)):
            new = {kind for kind in types if self._known.get(kind) is not is_known or kind in self._due}
            self._known |= dict.fromkeys(types, is_known)
            self._due -= types
            if not new:
                continue
            try:
                async with self._database.connection() as conn:
                    await block_types.remember(conn, self._team, new, known=is_known)
            except Unavailable as error:
                log.warning("cannot store which blocks Slack takes", error=str(error))
        self._say()

    async def _is_ours_to_ask(self, kind: str) -> bool:
        with suppress(Unavailable):
            async with self._database.connection() as conn:
                return await block_types.ask_again(conn, self._team, kind, self._again)
        return False

    def _say(self) -> None:
        """Log what is missing, once, and if it becomes available."""
        for kind, known in sorted(self._known.items()):
            if not known and kind not in self._said:
                say_missing(f"this server has {MISSING[kind]}")
                self._said.add(kind)
            elif known and kind in self._said:
                log.info("Slack takes this block now", block=kind)
                self._said.discard(kind)


_TITLE = {"type": "plain_text", "text": "canary"}
_SAMPLES: dict[str, Sequence[Block]] = {
    "message": (
        data_table("canary", [["check"], ["value"]]),
        table([["check"], ["value"]]),
        data_chart("canary", {"value": [("now", 1.0)]}, x_label="", y_label=""),
        container("canary", [divider()]),
    ),
    "view": (alert("canary"),),
}
