"""Keys: how they are written, kept and replaced, and when they are valid."""

from __future__ import annotations

import shutil
import stat
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.base.environment import own_secrets
from bot.base.errors import CanaryError, Refused
from bot.record.proof.key_folder import KeyFolder, Signing, keyring_of
from bot.record.proof.keys import (
    PREFIX,
    SMALL_ORDER,
    Entry,
    Keyring,
    KeyUnusableError,
    PublicKey,
    SigningKey,
    decoded,
    encoded,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def test_a_key_is_read_in_every_form_that_it_is_written_in() -> None:
    key = SigningKey.create()
    in_one_line = key.pem.replace("\n", "\\n")
    for text in (key.pem, in_one_line, f"  {key.pem}\n\n"):
        assert SigningKey.parse(text, "here").public == key.public
    assert PublicKey.parse(key.public.pem) == PublicKey.parse(f"{key.public.name}\n") == key.public


def test_a_key_of_an_earlier_version_keeps_signing_and_is_the_only_one(tmp_path: Path) -> None:
    raw = bytes(range(32))
    (tmp_path / "checkpoint.key").write_text(f"{PREFIX}{encoded(raw)}\n")
    folder = KeyFolder(tmp_path)
    before = folder.key
    assert before
    assert folder.keyring == Keyring(keys=(Entry(key=before.public.name),))
    assert folder.create(NOW).public == before.public
    assert folder.keyring == Keyring(keys=(Entry(key=before.public.name),))  # valid from the beginning
    new = folder.rotate(NOW)
    assert not (tmp_path / "checkpoint.key").exists()
    assert folder.key is not None
    assert folder.key.public == new.public != before.public


def test_a_private_key_is_readable_only_by_its_owner_and_never_replaced_by_accident(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "new")
    key = folder.create(NOW)
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir()}
    assert files == {"signing.key": 0o600, "signing.pub": 0o644, "keyring.json": 0o644}
    with pytest.raises(Refused, match="There is a signing key"):
        folder.create(NOW)
    assert folder.ensure(NOW).public == key.public


def test_a_replaced_key_is_valid_for_its_own_time_and_no_later(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path)
    first = folder.create(NOW)
    second = folder.rotate(NOW + DAY)
    assert stat.S_IMODE((tmp_path / "signing.key").stat().st_mode) == 0o600
    assert first.pem not in {path.read_text() for path in tmp_path.iterdir()}
    keyring = keyring_of(None, tmp_path)
    old, new = keyring.keys
    assert (old.key, new.key) == (first.public.name, second.public.name)
    for entry, at, refused in (
        (old, NOW - DAY, "signs since 2026-03-01 12:00:00 UTC"),
        (old, NOW, ""),
        (old, NOW + DAY + 59 * MINUTE, ""),  # in progress while the key was replaced
        (old, NOW + DAY + 66 * MINUTE, "was replaced: it signed until 2026-03-02 13:00:00 UTC"),
        (new, NOW + DAY - 4 * MINUTE, ""),  # signed by a machine whose clock is behind
        (new, NOW + DAY - 6 * MINUTE, "signs since 2026-03-02 12:00:00 UTC"),
        (new, NOW + 1000 * DAY, ""),
    ):
        assert refused in entry.refused(at)
        assert bool(refused) == bool(entry.refused(at))


def test_the_key_is_read_for_each_use(tmp_path: Path) -> None:
    """A running bot signs with a new key at once."""
    signing = Signing(tmp_path)
    assert (signing.exists, signing.key) == (False, None)
    first = KeyFolder(tmp_path).create(NOW)
    assert signing.exists
    assert signing.key is not None
    assert signing.key.public == first.public
    second = KeyFolder(tmp_path).rotate(NOW)
    assert signing.key.public == second.public
    assert Signing().key is Signing(None, None).key is None
    given = Signing(tmp_path, first.pem).key
    assert given is not None
    assert given.public == first.public


def test_several_public_keys_can_be_in_one_file(tmp_path: Path) -> None:
    keys = [SigningKey.create().public for _ in range(3)]
    (tmp_path / "all.pem").write_text("\n".join(key.pem for key in keys))
    assert [entry.key for entry in keyring_of(str(tmp_path / "all.pem"), tmp_path).keys] == [
        key.name for key in keys
    ]
    ring = Keyring.parse(keys[0].name, "--key").with_new(keys[1], NOW)
    (tmp_path / "ring").write_text(ring.as_text())
    assert keyring_of(str(tmp_path / "ring"), tmp_path) == ring


_CURVE = ec.generate_private_key(ec.SECP256R1())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ed25519:AAAA",
        "ed25519:!",
        "\x00",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        _CURVE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    ],
    ids=["empty", "short", "no base64", "binary", "broken PEM", "another algorithm"],
)
def test_an_invalid_key_is_reported_not_quoted_and_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "signing.key").write_text(text)
    with pytest.raises(KeyUnusableError, match=r"The signing key .*signing\.key cannot be used") as said:
        KeyFolder(tmp_path).ensure(NOW)
    assert "AAAA" not in str(said.value)
    assert (tmp_path / "signing.key").read_text() == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ed25519:AAAA",
        "{}",
        '{"format": "canary-keyring/1", "keys": [{"key": "ed25519:AAAA"}]}',
        '{"format": "canary-keyring/2", "keys": []}',
        _CURVE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        SigningKey.create().pem,
    ],
    ids=["empty", "short", "no keyring", "bad key", "newer", "another algorithm", "private"],
)
def test_an_invalid_public_key_is_reported(text: str) -> None:
    with pytest.raises(CanaryError, match="is not a"):
        Keyring.parse(text, "the file")


@pytest.mark.parametrize("sign", [0, 0x80])
@pytest.mark.parametrize("y", sorted(SMALL_ORDER), ids=lambda y: y.hex()[:8])
def test_a_public_key_for_which_anybody_can_sign_is_refused(y: bytes, sign: int) -> None:
    raw = y[:31] + bytes([y[31] | sign])
    nobodys = b"\x01" + bytes(63)  # the neutral point, and zero
    with suppress(ValueError):  # OpenSSL reads most of them
        key = Ed25519PublicKey.from_public_bytes(raw)
        accepted = 0
        for number in range(200):
            with suppress(InvalidSignature):
                key.verify(nobodys, b"%d" % number)
                accepted += 1
        assert accepted or sign
    with pytest.raises(CanaryError, match="is not a public key"):
        PublicKey.parse(PREFIX + encoded(raw))


def test_only_canonical_base64_is_accepted() -> None:
    assert decoded("YQ==") == b"a"
    for other in ("YR==", "YQ", "YQ==\n", "YQ==YQ=="):
        with pytest.raises(ValueError):
            decoded(other)


def test_each_line_of_a_private_key_is_redacted() -> None:
    key = SigningKey.create()
    body = key.pem.splitlines()[1]
    for value in (key.pem, key.pem.replace("\n", "\\n")):
        assert body in set(own_secrets({"SIGNING_KEY": value}))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_openssl_can_read_and_create_the_keys(tmp_path: Path) -> None:
    """As docs/auditing.md describes it."""
    key = KeyFolder(tmp_path).create(NOW)
    openssl = ("openssl", "pkey", "-in", "signing.key", "-pubout")
    public = subprocess.run(openssl, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert PublicKey.parse(public) == key.public == PublicKey.parse((tmp_path / "signing.pub").read_text())
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True)
    assert SigningKey.parse(made.stdout.decode(), "openssl")
