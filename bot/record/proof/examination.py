"""What a file proves by itself, without a database or network: packets, envelopes and checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.base.canonical import parsed
from bot.record import addendum
from bot.record.events import AddendumIssued
from bot.record.proof import checkpoint, statement
from bot.record.proof.keys import Keyring, said
from bot.record.proof.signature import ForgedError, NotAnEnvelopeError, Opened, opened
from bot.record.verification import problems

NOT_COMPARED = "its signature was not verified: give the public key with --key"


@dataclass(frozen=True)
class Examined:
    """`found`: problems, one sentence each. `open`: what could not be verified. Otherwise `proved`: one
    sentence.
    """

    proved: str
    found: Sequence[str] = ()
    open: str = ""


def examined(text: str, keyring: Keyring | None) -> Examined:
    """`keyring`: the trusted keys. None: signatures are not verified, and the result says so."""
    try:
        envelope = opened(text, keyring)
    except NotAnEnvelopeError:
        return _bare(text, keyring)
    except ForgedError as error:
        return Examined("", (" ".join(error.sentences),))
    read = _READ.get(envelope.kind)
    if read is None:
        return Examined("", open=f"it is a signed {envelope.kind}, of which this version knows nothing")
    return read(envelope)


def _statement(envelope: Opened) -> Examined:
    try:
        stated = statement.read(envelope.document)
    except statement.NotAStatementError as error:
        return Examined("", (f"this is not the statement of a decision packet: {error}",))
    found = [*statement.disagreements(stated), *problems(stated.packet)]
    if envelope.signer and (refused := envelope.signer.refused(stated.signed_at)):
        found.insert(0, refused)
    facts = stated.statement["predicate"]
    decided = f"run #{facts.get('canary_run')}: {facts.get('canary_outcome')}"
    signed = f"signed at {said(stated.signed_at)} with {_name(envelope)}"
    return Examined(
        f"{decided}; {signed}; every digest matches and every conclusion follows", found, _open(envelope)
    )


def _checkpoint(envelope: Opened) -> Examined:
    read = checkpoint.read(envelope.document)
    refused = envelope.signer.refused(read.at) if envelope.signer else ""
    return Examined(
        f"a checkpoint of {len(read.heads):,} runs at {said(read.at)}, signed with {_name(envelope)}",
        [refused] if refused else (),
        _open(envelope),
    )


def _bare(text: str, keyring: Keyring | None) -> Examined:
    """A packet or addendum without an envelope can be shown to be consistent, but not where it comes from."""
    unsigned = "it is consistent, but it bears no signature: verify "
    if _is_addendum(text):
        proved = "every digest matches, and its events close every condition"
        instead = f"{unsigned}it with --packet and a signed packet that was posted after it (/canary packet)"
        return Examined(proved, addendum.problems(text), instead if keyring else "")
    instead = f"{unsigned}the envelope that was posted with it"
    return Examined("every digest matches", problems(text), instead if keyring else "")


def belongs(text: str, envelope: str, keyring: Keyring | None) -> Examined:
    """Verifies an addendum against a signed packet that was posted later, whose log contains the addendum's
    digest.
    """
    result = examined(envelope, keyring)
    if result.found or result.open:
        return result
    packet = statement.read(opened(envelope, keyring).document).packet
    found = addendum.problems(text, packet)
    issued = {
        event["detail"].get("digest")
        for event in parsed(packet)["events"]
        if event["kind"] == AddendumIssued.kind
    }
    if not found and parsed(text)["digest"] not in issued:
        return Examined(
            "", open="the signed packet is from before the addendum: have it posted again (/canary packet)"
        )
    return Examined(f"every digest matches, and its own is in the signed log; {result.proved}", found)


def _is_addendum(text: str) -> bool:
    try:
        return addendum.is_addendum(parsed(text))
    except (ValueError, RecursionError):
        return False


def same_packet(packet: str, envelope: str) -> bool:
    """Whether a packet equals the one in a verified envelope, however it is indented."""
    try:
        inside: Any = parsed(statement.read(opened(envelope, None).document).packet)
        return bool(inside == parsed(packet))
    except ValueError:
        return False


def _name(envelope: Opened) -> str:
    return envelope.signer.key if envelope.signer else "a key that was not compared"


def _open(envelope: Opened) -> str:
    return "" if envelope.signer else NOT_COMPARED


_READ: Mapping[str, Callable[[Opened], Examined]] = {
    statement.KIND: _statement,
    checkpoint.KIND: _checkpoint,
}
