"""Signed documents: Ed25519 in a DSSE envelope (github.com/secure-systems-lab/dsse), which other tools can
verify.

An envelope has only one valid spelling, without spaces, so that no byte can be changed unnoticed.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.base.canonical import parsed
from bot.base.errors import CanaryError
from bot.record.proof.keys import Entry, Keyring, PublicKey, SigningKey, decoded, encoded

_MOST_SIGNATURES = 20  # canary makes one; each costs a verification with each key


class ForgedError(CanaryError):
    """The document was not signed with that key, or was changed later."""


class NotAnEnvelopeError(CanaryError):
    """It is not an envelope, or contains something else."""


class Opened(NamedTuple):
    """The content of an envelope, and the key that signed it; None: not verified against any."""

    kind: str
    document: str
    signer: Entry | None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Signature(_Strict):
    keyid: str
    sig: str


class _Envelope(_Strict):
    payload_type: str = Field(alias="payloadType")
    payload: str
    signatures: list[_Signature] = Field(max_length=_MOST_SIGNATURES)


def sealed(document: str, kind: str, key: SigningKey) -> str:
    """Returns the envelope, as JSON on one line. `kind`: its payload type."""
    data = document.encode()
    signature = {"keyid": key.public.name, "sig": encoded(key.sign(_signed(kind, data)))}
    envelope = {"payload": encoded(data), "payloadType": kind, "signatures": [signature]}
    return json.dumps(envelope, separators=(",", ":"))


def opened(envelope: str, keyring: Keyring | None, kind: str | None = None) -> Opened:
    """Returns the document, signed with a key of the keyring; without one, the signature is not verified.

    `kind`: the only accepted payload type. Raises ForgedError, and NotAnEnvelopeError for anything but an
    envelope of that kind.
    """
    try:
        parsed(envelope)
        read = _Envelope.model_validate_json(envelope)
        data = decoded(read.payload)
        document = data.decode()
        signatures = [(each.keyid, decoded(each.sig)) for each in read.signatures]
    except (ValidationError, ValueError):
        raise NotAnEnvelopeError("That is not a signed document: expected a DSSE envelope.") from None
    if kind and read.payload_type != kind:
        raise NotAnEnvelopeError(f"That is a signed {read.payload_type}, expected {kind}.")
    if keyring is None:
        return Opened(read.payload_type, document, None)
    for claimed, signature in signatures:
        for entry in keyring.keys:
            if claimed == entry.key and PublicKey(claimed).verifies(
                signature, _signed(read.payload_type, data)
            ):
                return Opened(read.payload_type, document, entry)
    claims = ", ".join(claimed for claimed, _ in signatures) or "nobody"
    raise ForgedError(
        f"It is not signed with {keyring.names}.",
        hint=f"It claims {claims}: another key, or it was changed after it was signed.",
    )


def _signed(kind: str, document: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the payload type is part of what is signed."""
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(document), document)
