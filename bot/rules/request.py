"""What people ask for, whichever way they ask: complete, checked by the use case that takes it, and no authority."""

from __future__ import annotations

from typing import Self

from bot.rules.approval import Choice, Condition
from bot.rules.run import Run
from checks.reading import Record


class Request(Record):
    person: str
    channel: str = ""  # where they ask, or where the message stands that they clicked; empty: in none


class Click(Request):
    """A button on a run's card, or the form that one opened."""

    run_key: str
    evidence: str  # digest that the clicked message showed

    @classmethod
    def parse(cls, value: str, channel: str, person: str) -> Self:
        """`value`: what the button carries, as `value_of` made it. Anything odd finds no run and no evidence."""
        key, _, evidence = value.partition(" ")
        return cls(run_key=key, evidence=evidence, channel=channel, person=person)

    @staticmethod
    def value_of(run: Run) -> str:
        """What the buttons on a run's card carry: its key, and the digest of the evidence that the card shows."""
        return f"{run.key} {run.evidence}"


class Ballot(Click):
    choice: Choice
    reason: str = ""
    condition: Condition | None = None


class WaiverRequest(Click):
    check: str
    reason: str
