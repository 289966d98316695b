"""The user that PostgreSQL runs as: it refuses to run as root.

If the bot is root, the server runs as a dedicated user: `nobody` is shared by many programs, which could read its data and
connect to it. Only initdb needs a user with a name.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from bot.embedded.error import EmbeddedError

_NOBODY = 65534
_UNUSED = range(60600, 60700)  # above regular users, below systemd's dynamic users


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def given(self, folder: Path) -> Path:
        """Returns the folder, now accessible only to this user."""
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
        return folder

    def given_all(self, folder: Path) -> None:
        """Give the user the folder and everything in it; links are not followed."""
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(parent, name), self.uid, self.gid, follow_symlinks=False)
        os.chown(folder, self.uid, self.gid)


def unprivileged(data: Path) -> Account | None:
    """Returns the user to run the server as: the owner of existing data, otherwise a dedicated user. None if
    we are not root.

    Raises EmbeddedError if the data belongs to a user that we cannot switch to.
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
    """The user for initdb, which needs one with a name. Raises EmbeddedError."""
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as missing:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to initialize its data",
            hint="Start the bot as another user, or set DATABASE_URL.",
        ) from missing
    return Account(nobody.pw_uid, nobody.pw_gid)


def name_of(number: int) -> str:
    """Returns the user's name; "" if it has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return ""
