"""One environment's team, which plays round after round: a run, votes, a decision, a watch, a prompt and its answer.

Its members behave like people: they look at Slack, click, click again if Slack shows an error, and wait.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias, TypeVar

from sandbox.slack.interactions import NotPossible
from sandbox.slack.message import Message
from sandbox.slack.person import Person
from sandbox.slack.views import View
from tests.faults.record import patiently, time_is_up
from tests.faults.stage import Stage, owners_of

T = TypeVar("T")
Plan: TypeAlias = Callable[["Team", Message], Awaitable[None]]

LOOK = 0.1  # seconds between looks at the channel
AGAIN = 0.5  # seconds before a person clicks again
FORM = 4.0  # seconds that a person waits for a form to open
RETYPE = 20.0  # seconds before a person types an unanswered command again

_CARD = re.compile(r"Run #(\d+)\.$")
_TRY_AGAIN = "ry again in a moment"
OUTCOMES = "(?:Go|Conditional go|No-go|Expired|Cancelled)"


class Stuck(Exception):
    """A person waited in vain."""


class Team:
    def __init__(
        self,
        stage: Stage,
        number: int,
        rng: random.Random | None = None,
        *,
        patience: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The clock that people's patience is measured by."""
        self.name = f"env-{number}"
        self.rounds = 0
        self._stage = stage
        self._slack = stage.slack
        self._channel = stage.slack.channel(self.name)
        self._rng = rng or random.Random(0)
        self._patience = patience
        self._clock = clock
        self._latest = 0  # the newest run that the team has completed
        self.owners = [self._slack.user(name) for name in owners_of(number, stage.owners)]
        self.ana, self.ben, *_ = self.owners
        self.raj = self._slack.user(f"raj{number}")

    async def play(self, plan: Plan | None = None) -> int:
        """Play one round. Returns the run's number; raises Stuck."""
        card = await self.start()
        self._latest = number_of(card)
        if ". GO recommended" not in card.text:
            await _no_go(self, card)  # its checks met a fault, so nobody continues with it
        else:
            await (plan or self._draw())(self, card)
        self.rounds += 1
        return self._latest

    def _draw(self) -> Plan:
        return self._rng.choices(list(PLANS.values()), [_WEIGHTS[name] for name in PLANS])[0]

    async def start(self) -> Message:
        """Start a run, and wait until its card asks for votes."""
        await self._insist(
            lambda: self.raj.command(self._channel.name, "/canary", f"run {self.name} version={self.rounds}"),
            lambda: self._card(self._latest + 1),
            "the run's card",
        )
        return await self.sees(lambda: self.waiting_card(self._latest + 1), "the card with its buttons")

    # ------------------------------------------------------------ what people do

    async def click(self, person: Person, message: Message, button: str) -> None:
        """Click until Slack accepts it or the button is gone."""
        deadline = self._clock() + self._patience
        while self._clock() < deadline:
            try:
                if (await person.click(message, button)).acked:
                    return
            except NotPossible:
                return
            await asyncio.sleep(AGAIN)
        raise Stuck(f"{person.user.name} clicked {button} for {self._patience} s, and Slack never took it")

    async def vote(self, person: Person, card: Message) -> None:
        """Vote Go, sometimes from two devices at once."""
        devices = 2 if self._rng.random() < 0.3 else 1
        await asyncio.gather(*(self.click(person, card, "Go") for _ in range(devices)))

    async def all_go(self, card: Message) -> None:
        await asyncio.gather(*(self.vote(owner, card) for owner in self.owners))

    async def fill(self, person: Person, message: Message, button: str, values: Mapping[str, str]) -> None:
        """Open the form with its button, fill it in and submit it; start over if it does not open."""
        deadline = self._clock() + self._patience
        while self._clock() < deadline:
            about = _value_of(message, button)
            if about is None:
                return
            await self.click(person, message, button)
            form = await self._opened(person, message, about)
            if form is None and not message.elements:
                return
            if form is not None and await self._sent(person, form, values):
                return
        raise Stuck(f"{person.user.name} could not open {button}")

    async def _opened(self, person: Person, message: Message, about: str) -> View | None:
        """The button's form, unless an earlier one, about something else, opened late."""
        deadline = self._clock() + FORM
        while self._clock() < deadline and message.elements:
            if person.modal and about in person.modal.body["private_metadata"]:
                return person.modal
            await asyncio.sleep(LOOK)
        return None

    async def _sent(self, person: Person, form: View, values: Mapping[str, str]) -> bool:
        """Submit the form until it is accepted; duplicates are stored once."""
        deadline = self._clock() + self._patience
        while self._clock() < deadline:
            try:
                if (await person.submit(form, values)).acked:
                    return True
            except NotPossible:
                return False
            await asyncio.sleep(AGAIN)
        return False

    async def cancel(self, number: int) -> None:
        """Cancel until the run is closed."""
        await self._insist(
            lambda: self.raj.command(self._channel.name, "/canary", f"cancel #{number} on second thoughts"),
            lambda: self._said_of(number, rf"^({OUTCOMES}): .*run #{{number}}\b"),
            "the end of the run",
        )

    async def decided(self, number: int, *voters: Person, card: Message) -> str:
        """Wait for the decision and return it. People who are told that their click failed try again."""

        async def again() -> None:
            for person in voters:
                if self._told_to_try_again(person):
                    await self.click(person, card, "Go")

        seen = {person.id: len(person.ephemerals) for person in voters}
        self._told_before = seen
        deadline = self._clock() + self._patience
        while self._clock() < deadline:
            if said := self._said_of(number, rf"^({OUTCOMES}): .*run #{{number}}\b"):
                return said.text.partition(":")[0].upper()
            await again()
            await asyncio.sleep(LOOK)
        raise Stuck(f"no decision on run #{number} in {self._patience} s")

    def _told_to_try_again(self, person: Person) -> bool:
        told = person.ephemerals[self._told_before[person.id] :]
        self._told_before[person.id] += len(told)
        return any(_TRY_AGAIN in message.text for message in told)

    # ------------------------------------------------------------ what people see

    async def sees(self, look: Callable[[], T | None], what: str, *, patience: float = 0) -> T:
        deadline = self._clock() + (patience or self._patience)
        while self._clock() < deadline:
            if (found := look()) is not None:
                return found
            await asyncio.sleep(LOOK)
        raise Stuck(f"{self.name} waited {patience or self._patience} s for {what}")

    async def _insist(
        self, say: Callable[[], Awaitable[object]], look: Callable[[], T | None], what: str
    ) -> T:
        """Type the command, look for its effect, and type it again after a while."""
        deadline = self._clock() + self._patience
        while self._clock() < deadline:
            await say()
            try:
                return await self.sees(look, what, patience=RETYPE)
            except Stuck:
                continue
        raise Stuck(f"{self.name} asked for {what} for {self._patience} s")

    def _shown(self) -> list[Message]:
        return [message for message in self._channel.log.values() if not message.deleted]

    def _card(self, least: int) -> Message | None:
        cards = (message for message in self._shown() if not message.is_reply)
        return next((card for card in cards if number_of(card) >= least), None)

    def waiting_card(self, least: int) -> Message | None:
        card = self._card(least)
        return card if card and (card.elements or not card.text.startswith("Checking")) else None

    def _said_of(self, number: int, pattern: str) -> Message | None:
        wanted = re.compile(pattern.replace("{number}", str(number)))
        return next((m for m in self._shown() if m.is_reply and wanted.search(m.text)), None)

    def prompt(self, number: int) -> Message | None:
        """The run's rollback prompt in its thread."""
        return self._in_thread(number, "Roll back ")

    def _in_thread(self, number: int, begins: str) -> Message | None:
        card = self._card(number)
        thread = [] if card is None else [m for m in self._shown() if m.root_ts == card.ts and m is not card]
        return next((m for m in thread if m.text.startswith(begins)), None)

    async def breach(self, number: int) -> Message:
        """Make the target worse. Returns the prompt about it."""
        await self.worsens()
        return await self.sees(lambda: self.prompt(number), f"the rollback prompt of run #{number}")

    async def worsens(self) -> None:
        await patiently(lambda: self._stage.world.put(self.name, 3))

    async def recover(self) -> None:
        await patiently(lambda: self._stage.world.put(self.name, 0))

    async def go_conditionally(self, card: Message) -> str:
        """Ana votes Conditional go, with a condition that a check shows, and all others Go. Returns the decision."""
        condition = {
            "What must become true?": "nothing is sent twice",
            "Who owns it?": self.raj.id,
            "What shows that it is true?": "duplicates",
        }
        others = [owner for owner in self.owners if owner is not self.ana]
        await self.fill(self.ana, card, "Conditional go…", condition)
        await asyncio.gather(*(self.vote(other, card) for other in others))
        return await self.decided(number_of(card), *others, card=card)

    async def condition_is_met(self, number: int) -> None:
        await self.sees(
            lambda: self._in_thread(number, "Condition 1 is met"), f"the check of #{number}'s condition"
        )

    async def watch_ends(self, number: int) -> None:
        await self.sees(
            lambda: self._said_of(number, r"^The watch of run #{number} "), f"the end of #{number}'s watch"
        )

    async def time_passes(self, number: int) -> None:
        """Let the deadline pass."""
        await patiently(lambda: time_is_up(self._stage.database, number))


def number_of(card: Message) -> int:
    found = _CARD.search(card.text)
    return int(found[1]) if found else 0


def _value_of(message: Message, button: str) -> str | None:
    """The button's value, or None once it is gone."""
    return next((str(one.body["value"]) for one in message.elements if one.label == button), None)


# ------------------------------------------------------------ how a round may go


async def _go(team: Team, card: Message) -> bool:
    """All approvers vote Go. Returns whether the decision is GO."""
    await team.all_go(card)
    return await team.decided(number_of(card), *team.owners, card=card) == "GO"


async def _roll_back(team: Team, card: Message) -> None:
    if not await _go(team, card):
        return
    prompt = await team.breach(number_of(card))
    await team.click(team.raj, prompt, "I'm on it")
    await team.click(team.raj, prompt, "I have rolled back")
    await team.watch_ends(number_of(card))
    await team.recover()


async def _false_alarm(team: Team, card: Message) -> None:
    """After the false alarm, the watch continues until a newer go or its end."""
    if not await _go(team, card):
        return
    prompt = await team.breach(number_of(card))
    await team.fill(team.raj, prompt, "False alarm…", {"Why is it a false alarm?": "a test send"})
    await team.sees(lambda: None if prompt.elements else prompt, "the answered prompt")
    await team.recover()


async def _time_up(team: Team, card: Message) -> None:
    if await _go(team, card):
        await team.time_passes(number_of(card))
        await team.watch_ends(number_of(card))


async def _conditionally(team: Team, card: Message) -> None:
    if await team.go_conditionally(card) == "CONDITIONAL GO":
        await team.condition_is_met(number_of(card))
        await team.time_passes(number_of(card))
        await team.watch_ends(number_of(card))


async def _no_go(team: Team, card: Message) -> None:
    await team.fill(team.ana, card, "No-go…", {"Reason": "not like this"})
    await team.decided(number_of(card), card=card)


async def _lapse(team: Team, card: Message) -> None:
    """All approvers but one vote, and the deadline passes."""
    await asyncio.gather(*(team.vote(owner, card) for owner in team.owners[:-1]))
    await team.time_passes(number_of(card))
    await team.decided(number_of(card), card=card)


async def _cancelled(team: Team, card: Message) -> None:
    await team.cancel(number_of(card))


async def _against(team: Team, card: Message) -> None:
    """All vote Go, one of them also No-go, and somebody cancels, all at once."""
    await asyncio.gather(
        team.fill(team.ana, card, "No-go…", {"Reason": "wait"}),
        team.all_go(card),
        team.cancel(number_of(card)),
    )


PLANS: Mapping[str, Plan] = {
    "roll back": _roll_back,
    "false alarm": _false_alarm,
    "time up": _time_up,
    "conditionally": _conditionally,
    "no-go": _no_go,
    "lapse": _lapse,
    "cancelled": _cancelled,
    "against": _against,
}
_WEIGHTS = {
    "roll back": 4,
    "false alarm": 2,
    "time up": 2,
    "conditionally": 2,
    "no-go": 1,
    "lapse": 2,
    "cancelled": 1,
    "against": 2,
}
