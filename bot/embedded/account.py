"""Under whose name PostgreSQL runs: it refuses to be root.

Root gives it a user that nobody else is: `nobody` is shared by many programs, each of which could read its data and
connect to it. Only laying out new data takes a user with a name.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from bot.embedded.error import EmbeddedError

_NOBODY = 65534
_UNUSED = range(60600, 60700)  # beyond the users of people, below those that systemd lends


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def given(self, folder: Path) -> Path:
        """The folder, now theirs alone."""
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
        return folder

    def given_all(self, folder: Path) -> None:
        """The folder with all that is in it; links are not followed."""
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(place, name), self.uid, self.gid, follow_symlinks=False)
        os.chown(folder, self.uid, self.gid)


def unprivileged(data: Path) -> Account | None:
    """Whom root hands the server to: who owns the data already, else a user of its own. None: we are not root.

    Raises EmbeddedError where the data belongs to somebody whom we may not become.
    """
    owner = data.stat() if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise EmbeddedError(
                f"{data} belongs to user {owner.st_uid}, not to you",
                hint="Start the bot as that user or as root, or choose another data folder.",
            )
        return None
    if owner is not None and owner.st_uid not in {0, _NOBODY}:
        return Account(owner.st_uid, owner.st_gid)
    number = next(number for number in _UNUSED if not name_of(number))
    return Account(number, number)


def with_a_name() -> Account:
    """To lay out data as root: PostgreSQL asks for the name of who does it. Raises EmbeddedError."""
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as missing:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to lay out its data",
            hint="Start the bot as another user, or set DATABASE_URL.",
        ) from missing
    return Account(nobody.pw_uid, nobody.pw_gid)


def name_of(number: int) -> str:
    """Of a user; "" where it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return ""
