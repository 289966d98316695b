"""Signed documents: Ed25519 in a DSSE envelope (github.com/secure-systems-lab/dsse), which other tools can check as
well.

`cryptography` is imported only when a signature is made or verified.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from bot.base.errors import CanaryError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE, PUBLIC = "checkpoint.key", "checkpoint.pub"
_PREFIX = "ed25519:"  # then the raw key, in base64


class ForgedError(CanaryError):
    """The document was not signed with that key, or was changed since."""


class _Signature(BaseModel):
    keyid: str
    sig: str


class _Envelope(BaseModel):
    payload_type: str = Field(alias="payloadType")
    payload: str
    signatures: list[_Signature]


def sealed(document: str, kind: str, folder: Path) -> str:
    """-> the envelope, as JSON, signed with the folder's key, which is created if needed. Raises CanaryError."""
    key = _signing_key(folder)
    signature = {
        "keyid": _spelt(key.public_key()),
        "sig": _base64(key.sign(_signed(kind, document.encode()))),
    }
    envelope = {"payloadType": kind, "payload": _base64(document.encode()), "signatures": [signature]}
    return json.dumps(envelope, indent=2)


def opened(envelope: str, kind: str, key: str) -> str:
    """-> the document. `key`:

    a public key, `ed25519:…`. Raises ForgedError, and CanaryError for anything but an envelope.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        read = _Envelope.model_validate_json(envelope)
        document = base64.b64decode(read.payload, validate=True)
        signatures = [base64.b64decode(each.sig, validate=True) for each in read.signatures]
    except (ValidationError, binascii.Error):
        raise CanaryError("That is not a signed document: expected a DSSE envelope.") from None
    if read.payload_type != kind:
        raise CanaryError(f"That is a signed {read.payload_type}, expected {kind}.")
    for signature in signatures:
        try:
            _public_key(key).verify(signature, _signed(kind, document))
        except InvalidSignature:
            continue
        return document.decode()
    claims = ", ".join(each.keyid for each in read.signatures) or "nobody"
    raise ForgedError(
        f"It is not signed with {key}.",
        hint=f"It claims {claims}: another key, or it was changed after it was signed.",
    )


def public_key(given: str | None, folder: Path) -> str:
    """-> the given key, or the key in the given file; by default the folder's. Raises CanaryError."""
    if given and given.startswith(_PREFIX):
        return given
    path = Path(given) if given else folder / PUBLIC
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CanaryError(
            f"There is no public key in {path}: {error}.",
            hint="--key takes the key, ed25519:…, or the file that it is in.",
        ) from None


def _signed(kind: str, document: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the payload type is part of what is signed."""
    return b"DSSEv1 %d %s %d %s" % (len(kind.encode()), kind.encode(), len(document), document)


def _signing_key(folder: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = folder / PRIVATE
    try:
        if not path.exists():
            _make(path)
        raw = base64.b64decode(path.read_text(encoding="ascii").strip().removeprefix(_PREFIX), validate=True)
        key = Ed25519PrivateKey.from_private_bytes(raw)
        (folder / PUBLIC).write_text(_spelt(key.public_key()) + "\n", encoding="ascii")
    except (OSError, ValueError) as error:
        raise CanaryError(f"The signing key {path} cannot be used: {error}.") from None
    return key


def _make(path: Path) -> None:
    """Create it atomically, and never overwrite one."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(_PREFIX + _base64(Ed25519PrivateKey.generate().private_bytes_raw()) + "\n")
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass  # created by another process in the meantime
    finally:
        unfinished.unlink()


def _public_key(spelt: str) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        return Ed25519PublicKey.from_public_bytes(
            base64.b64decode(spelt.removeprefix(_PREFIX), validate=True)
        )
    except ValueError:
        raise CanaryError(f"{spelt[:80]!r} is not a public key; it looks like {_PREFIX}….") from None


def _spelt(key: Ed25519PublicKey) -> str:
    return _PREFIX + _base64(key.public_bytes_raw())


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
