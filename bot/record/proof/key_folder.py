"""The folder that holds the signing key and the keyring: `signing.key` (0600), `signing.pub` and `keyring.json`.

Earlier versions kept the key of checkpoints in `checkpoint.key`: it becomes the signing key, so that there is only one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.base.errors import Refused
from bot.record.proof.keys import OVERLAP, Entry, Keyring, KeyUnusableError, PublicKey, SigningKey
from checks.regular import open_regular

PRIVATE, PUBLIC, KEYRING = "signing.key", "signing.pub", "keyring.json"
_EARLIER = "checkpoint.key"
_LARGEST = 2**20  # bytes of a keyring
_ONLY_OURS, _ANYBODYS = 0o600, 0o644
_ENVIRONMENT = "in SIGNING_KEY"


@dataclass(frozen=True)
class Signing:
    """Where the signing key is: given, or in the folder. It is read for each use, so a new key needs no
    restart.
    """

    folder: Path | None = None
    given: str | None = None  # SIGNING_KEY
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def key(self) -> SigningKey | None:
        """None if there is none. Raises KeyUnusableError."""
        if self.given:
            return SigningKey.parse(self.given, _ENVIRONMENT)
        return KeyFolder(self.folder).key if self.folder else None

    @property
    def exists(self) -> bool:
        return bool(self.given) or (self.folder is not None and KeyFolder(self.folder).has_key)


@dataclass(frozen=True)
class KeyFolder:
    path: Path

    @property
    def has_key(self) -> bool:
        return any((self.path / name).exists() for name in (PRIVATE, _EARLIER))

    @property
    def key(self) -> SigningKey | None:
        """Raises KeyUnusableError."""
        for name in (PRIVATE, _EARLIER):
            path = self.path / name
            with _usable(path):
                if path.exists():
                    return SigningKey.parse(path.read_text(encoding="ascii"), str(path))
        return None

    @property
    def keyring(self) -> Keyring | None:
        """None if there is neither a keyring nor a key. Raises KeyUnusableError."""
        path = self.path / KEYRING
        if path.exists():
            return keyring_in(path)
        key = self.key
        return Keyring(keys=(Entry(key=key.public.name),)) if key else None

    def ensure(self, now: datetime) -> SigningKey:
        """Returns the key, which is created if there is none. Raises KeyUnusableError."""
        if not self.has_key:
            self._write_private(SigningKey.create())  # unless another process has just done so
        key = self.key
        assert key
        if not (self.path / PRIVATE).exists():
            self._write_private(key)  # an existing key of an earlier version is adopted
        if not (self.path / KEYRING).exists():
            since = None if (self.path / _EARLIER).exists() else now
            self._publish(key.public, Keyring(keys=(Entry(key=key.public.name, since=since),)))
        return key

    def create(self, now: datetime) -> SigningKey:
        """Raises Refused if a key exists, and KeyUnusableError."""
        if (self.path / PRIVATE).exists():
            raise Refused(
                f"There is a signing key in {self.path / PRIVATE}.",
                hint="`canary keys rotate` replaces it; what it signed stays valid.",
            )
        return self.ensure(now)

    def rotate(self, now: datetime, *, overlap: timedelta = OVERLAP) -> SigningKey:
        """Replace the key, keeping only its public half. Raises Refused and KeyUnusableError."""
        if not self.has_key:
            raise Refused(f"There is no signing key in {self.path}.", hint="`canary keys create` makes one.")
        self.ensure(now)
        keyring = self.keyring
        assert keyring
        new = SigningKey.create()
        with _usable(self.path / PRIVATE):
            # the keyring first, so that a verification in between knows both keys
            self._publish(new.public, keyring.with_new(new.public, now, overlap=overlap))
            _write(self.path / PRIVATE, new.pem, _ONLY_OURS)
            (self.path / _EARLIER).unlink(missing_ok=True)
        return new

    def _publish(self, key: PublicKey, keyring: Keyring) -> None:
        with _usable(self.path / KEYRING):
            _write(self.path / PUBLIC, key.pem, _ANYBODYS)
            _write(self.path / KEYRING, keyring.as_text(), _ANYBODYS)

    def _write_private(self, key: SigningKey) -> None:
        """Atomic, and never overwrites a file."""
        path = self.path / PRIVATE
        with _usable(path):
            self.path.mkdir(parents=True, exist_ok=True)
            unfinished = _unfinished(path, key.pem, _ONLY_OURS)
            try:
                path.hardlink_to(unfinished)
            except FileExistsError:
                pass  # created by another process in the meantime
            finally:
                unfinished.unlink()


def keyring_of(given: str | None, folder: Path) -> Keyring:
    """Returns the given key, or the content of the given file; by default the folder's keyring. Raises
    KeyUnusableError.
    """
    if given and given.startswith("ed25519:"):
        return Keyring.parse(given, "--key")
    if given:
        return keyring_in(Path(given))
    found = KeyFolder(folder).keyring
    if found is None:
        raise KeyUnusableError(
            f"There is no public key in {folder}.", hint="Give --key: a PEM file, a keyring, or ed25519:…."
        )
    return found


def keyring_in(path: Path) -> Keyring:
    """Raises KeyUnusableError."""
    try:
        with open_regular(path) as file:
            text = file.read(_LARGEST).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusableError(
            f"There is no public key in {path}: {error}.",
            hint="--key takes a PEM file, a keyring, or the key itself, ed25519:….",
        ) from None
    return Keyring.parse(text, str(path))


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusableError(f"The signing key {path} cannot be used: {error}.") from None


def _write(path: Path, text: str, mode: int) -> None:
    """Atomic."""
    _unfinished(path, text, mode).replace(path)


def _unfinished(path: Path, text: str, mode: int) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    return unfinished
