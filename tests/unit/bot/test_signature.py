"""Signed documents, which any tool that reads DSSE can verify."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.base.errors import CanaryError
from bot.record.signature import PRIVATE, ForgedError, opened, public_key, sealed

KIND = "http://example.com/HelloWorld"


def test_the_signature_covers_what_the_standard_says(tmp_path: Path) -> None:
    """Checks the example of DSSE's protocol without our own code."""
    envelope = json.loads(sealed("hello world", KIND, tmp_path))
    assert (envelope["payloadType"], base64.b64decode(envelope["payload"])) == (KIND, b"hello world")
    [signature] = envelope["signatures"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signature["keyid"].removeprefix("ed25519:")))
    key.verify(base64.b64decode(signature["sig"]), b"DSSEv1 29 http://example.com/HelloWorld 11 hello world")


def test_a_sealed_document_opens_with_its_key_and_no_other(tmp_path: Path) -> None:
    envelope = sealed("Ünïcode 🚦", KIND, tmp_path / "a")
    sealed("", KIND, tmp_path / "b")
    assert opened(envelope, KIND, public_key(None, tmp_path / "a")) == "Ünïcode 🚦"
    with pytest.raises(ForgedError, match="not signed with"):
        opened(envelope, KIND, public_key(None, tmp_path / "b"))
    with pytest.raises(CanaryError, match="expected "):
        opened(envelope, "another", public_key(None, tmp_path / "a"))


def test_a_changed_kind_is_a_forgery(tmp_path: Path) -> None:
    envelope = sealed("hello world", "one", tmp_path).replace('"one"', '"two"')
    with pytest.raises(ForgedError):
        opened(envelope, "two", public_key(None, tmp_path))


@pytest.mark.parametrize("content", ["", "ed25519:AAAA", "ed25519:!", "\x00"])
def test_an_invalid_key_is_reported_and_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / PRIVATE).write_text(content)
    with pytest.raises(CanaryError, match=r"The signing key .*checkpoint\.key cannot be used"):
        sealed("x", KIND, tmp_path)
    assert (tmp_path / PRIVATE).read_text() == content
