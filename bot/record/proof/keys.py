"""Keys: Ed25519 pairs that sign checkpoints, packets and exports, and the keyring of their public halves.

A keyring records the period in which each key signs, so that a replaced key stays valid for what it signed
during that period only. `cryptography` is imported only when a key is used.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self

from pydantic import AwareDatetime, ValidationError, field_validator

from bot.base.canonical import parsed
from bot.base.errors import CanaryError
from checks.reading import Record

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "ed25519:"  # then the raw key, in base64: a public key's name, and the short form of a private one
SKEW = timedelta(minutes=5)  # by which clocks of different machines may differ
OVERLAP = timedelta(hours=1)  # during which a replaced key may still sign work in progress
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
# y coordinates of the points for which anybody can sign, without a private key
SMALL_ORDER = frozenset(
    bytes.fromhex(each)
    for each in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
_LIKE = f"It looks like {PREFIX}…, or is a PEM file."


class KeyUnusableError(CanaryError):
    """Not a key, or not of the right type. Its message never quotes a private key."""


@dataclass(frozen=True)
class PublicKey:
    name: str  # "ed25519:" and the raw key in base64; the `keyid` of its signatures

    @classmethod
    def parse(cls, text: str) -> Self:
        """From its name or from PEM. Raises KeyUnusableError."""
        text = text.strip()
        try:
            key = cls(text) if text.startswith(PREFIX) else cls(_name_in_pem(text))
            _ = key.loaded
        except ValueError:
            if "PRIVATE KEY" in text:
                raise KeyUnusableError(
                    "That is not a public key, but a private one.",
                    hint="`canary keys show` prints its public half.",
                ) from None
            shown = f"{text[:80]!r}" if text.startswith(PREFIX) else "That"  # it may be any file
            raise KeyUnusableError(f"{shown} is not a public key of Ed25519.", hint=_LIKE) from None
        return key

    @cached_property
    def loaded(self) -> Ed25519PublicKey:
        """Raises ValueError."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        raw = decoded(self.name.removeprefix(PREFIX))
        key = Ed25519PublicKey.from_public_bytes(raw)
        if raw[:31] + bytes([raw[31] & 0x7F]) in SMALL_ORDER:  # the highest bit is the sign of x
            raise ValueError("a point of small order")
        return key

    @property
    def pem(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self.loaded.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def verifies(self, signature: bytes, data: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature

        try:
            self.loaded.verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A private key."""

    _key: Ed25519PrivateKey

    @classmethod
    def create(cls) -> Self:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        r"""From PEM (PKCS #8, not encrypted), whose line breaks may be written as `\n`, or from `ed25519:…`.

        `where` it was found, for the error. Raises KeyUnusableError.
        """
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        text = text.strip()
        try:
            if text.startswith(PREFIX):
                return cls(Ed25519PrivateKey.from_private_bytes(decoded(text.removeprefix(PREFIX))))
            key = load_pem_private_key(text.replace("\\n", "\n").encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnusableError(
                f"The signing key {where} cannot be used: it is not a private key of Ed25519.",
                hint="`canary keys create` makes one.",
            )
        return cls(key)

    @property
    def pem(self) -> str:
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    @property
    def public(self) -> PublicKey:
        return PublicKey(PREFIX + encoded(self._key.public_key().public_bytes_raw()))

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


class Entry(Record):
    """A key in the keyring, and the period in which it signs; None: without limit."""

    key: str  # its name
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, name: str) -> str:
        try:
            return PublicKey.parse(name).name
        except KeyUnusableError as error:
            raise ValueError(str(error)) from None

    def refused(self, at: datetime) -> str:
        """Returns why it cannot have signed at that time, as a sentence; "" if it may have. Clocks may differ
        a little.
        """
        if self.since and at < self.since - SKEW:
            return f"{self.key} signs since {said(self.since)}, and this claims to be signed at {said(at)}"
        if self.until and at > self.until + SKEW:
            return f"{self.key} was replaced: it signed until {said(self.until)}, and this is signed at {said(at)}"
        return ""


class Keyring(Record):
    """Public keys, in the order in which they came into use: the last one is the current one."""

    format: Literal["canary-keyring/1"] = "canary-keyring/1"
    keys: tuple[Entry, ...]

    @classmethod
    def parse(cls, text: str, where: str) -> Keyring:
        """From a keyring, from PEM of one or more keys, or from a key's name. Raises KeyUnusableError."""
        text = text.strip()
        if text.startswith("{"):
            try:
                parsed(text)
                return cls.model_validate_json(text)
            except (ValidationError, ValueError):
                raise KeyUnusableError(
                    f"{where} is not a keyring that this version of canary can read.",
                    hint="`canary keys show --keyring` prints one.",
                ) from None
        found = _PEM.findall(text) or [text]
        return cls(keys=tuple(Entry(key=PublicKey.parse(each).name) for each in found))

    @property
    def names(self) -> str:
        return ", ".join(entry.key for entry in self.keys) or "no key"

    def with_new(self, key: PublicKey, at: datetime, *, overlap: timedelta = OVERLAP) -> Keyring:
        """`key` signs from `at` on; those without an end stop after the overlap."""
        ended = (
            entry if entry.until else entry.model_copy(update={"until": at + overlap}) for entry in self.keys
        )
        return Keyring(keys=(*ended, Entry(key=key.name, since=at)))

    def as_text(self) -> str:
        return self.model_dump_json(indent=2) + "\n"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """Raises ValueError for any spelling other than that of `encoded`: Python's decoder ignores some changed
    bits.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if encoded(data) != text:
        raise ValueError("not canonical base64")
    return data


def said(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _name_in_pem(text: str) -> str:
    """Raises ValueError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(text.encode())
    except UnsupportedAlgorithm:
        raise ValueError("another algorithm") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("another algorithm")  # noqa: TRY004 — to the caller, it is a value
    return PREFIX + encoded(key.public_bytes_raw())
