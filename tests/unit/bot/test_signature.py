"""Signed documents: what any tool that reads DSSE can check."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.record.proof.keys import Entry, Keyring, SigningKey
from bot.record.proof.signature import ForgedError, NotAnEnvelopeError, opened, sealed

KIND = "http://example.com/HelloWorld"
KEY = SigningKey.create()


def ring(*keys: SigningKey) -> Keyring:
    return Keyring(keys=tuple(Entry(key=key.public.name) for key in keys))


def test_the_signature_covers_what_the_standard_says() -> None:
    """Checks the example of DSSE's protocol without our own code."""
    envelope = json.loads(sealed("hello world", KIND, KEY))
    assert (envelope["payloadType"], base64.b64decode(envelope["payload"])) == (KIND, b"hello world")
    [signature] = envelope["signatures"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature["keyid"].removeprefix("ed25519:")))
    key.verify(base64.b64decode(signature["sig"]), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world")


def test_a_sealed_document_opens_with_its_key_and_no_other() -> None:
    envelope = sealed("Ünïcode 🚦", KIND, KEY)
    found = opened(envelope, ring(SigningKey.create(), KEY), KIND)
    assert (found.kind, found.document, found.signer) == (KIND, "Ünïcode 🚦", ring(KEY).keys[0])
    with pytest.raises(ForgedError, match="not signed with"):
        opened(envelope, ring(SigningKey.create()))
    with pytest.raises(ForgedError, match="not signed with no key"):
        opened(envelope, Keyring(keys=()))
    with pytest.raises(NotAnEnvelopeError, match="expected another"):
        opened(envelope, ring(KEY), "another")


def test_a_changed_kind_is_a_forgery() -> None:
    envelope = sealed("hello world", "one", KEY).replace('"one"', '"two"')
    with pytest.raises(ForgedError):
        opened(envelope, ring(KEY), "two")


def test_every_byte_counts() -> None:
    """Base64 could be written in several ways, and the name of the key is not signed: both count all the same."""
    envelope, keyring = sealed("hello world", KIND, KEY), ring(KEY)
    for at, before in enumerate(envelope):
        for instead in {"A", "B", "z", "0", "=", " ", '"', "}"} - {before}:
            with pytest.raises((ForgedError, NotAnEnvelopeError)):
                opened(envelope[:at] + instead + envelope[at + 1 :], keyring, KIND)
