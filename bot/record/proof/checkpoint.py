"""A checkpoint: the last event of every run at one time.

Stored elsewhere, it reveals what was removed or replaced later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, ValidationError

from bot.base.canonical import canonical
from bot.base.errors import CanaryError
from bot.record.chain import Link
from bot.record.proof.keys import Keyring
from checks.reading import Record

KIND = "application/vnd.canary.checkpoint+json"  # the envelope's payload type
LARGEST = 256 * 2**20  # bytes of a file; some 100 per run


class Head(NamedTuple):
    """The last event of a run."""

    run: int
    seq: int
    hash: str


class Checkpoint(Record):
    format: Literal["canary-checkpoint/1"] = "canary-checkpoint/1"
    at: AwareDatetime  # by the database's clock
    last_run: int  # the last number assigned
    heads: tuple[Head, ...]

    def as_text(self) -> str:
        return canonical(self.model_dump(mode="json"))


def read(text: str) -> Checkpoint:
    """Raises CanaryError."""
    try:
        found = Checkpoint.model_validate_json(text)
        _said(found.at)
    except (ValidationError, OverflowError):  # the latter: its offset leads out of the calendar
        raise CanaryError("That is not a checkpoint that this version of canary can read.") from None
    return found


class Against:
    """A checkpoint to compare the database with."""

    @classmethod
    def signed(cls, envelope: str, keyring: Keyring) -> Against:
        """Raises ForgedError if no key of the keyring that was valid at that time signed it, and CanaryError
        for anything else.
        """
        from bot.record.proof.signature import ForgedError, opened

        found = opened(envelope, keyring, KIND)
        checkpoint = read(found.document)
        if found.signer and (refused := found.signer.refused(checkpoint.at)):
            raise ForgedError(f"{refused}.")
        return cls(checkpoint)

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.last_run = checkpoint.last_run
        self.when = _said(checkpoint.at)
        self._heads: Mapping[int, Head] = {head.run: head for head in checkpoint.heads}

    def contradiction(self, run: int, links: Sequence[Link]) -> str | None:
        """Returns how a run's whole chain `links` contradicts the checkpoint, as a sentence; "" if it does
        not.
        """
        head = self._heads.get(run)
        if head is None:
            return None
        if len(links) < head.seq:
            missing = f"event {len(links) + 1} of run #{run} is missing"
            return f"{missing}: the checkpoint of {self.when} has events up to {head.seq}"
        if links[head.seq - 1].hash != head.hash:
            return f"event {head.seq} of run #{run}: its hash is not the one in the checkpoint of {self.when}"
        return None


def _said(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
