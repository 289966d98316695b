"""Under whose name PostgreSQL runs: it refuses to be root."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from bot.embedded.error import EmbeddedError


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def given(self, folder: Path) -> Path:
        """The folder, now theirs alone."""
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
        return folder


def unprivileged(data: Path) -> Account | None:
    """Whom root hands the server to: who owns the data already, else `nobody`. None: we are not root.

    Raises EmbeddedError where the data belongs to somebody whom we may not become.
    """
    owner = data.stat() if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise EmbeddedError(
                f"{data} belongs to user {owner.st_uid}, not to you",
                hint="start the bot as that user or as root, or choose another data folder",
            )
        return None
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as missing:
        raise EmbeddedError(
            "PostgreSQL refuses to run as root, and there is no user `nobody` to run it as",
            hint="start the bot as another user, or set DATABASE_URL",
        ) from missing
    return Account(nobody.pw_uid, nobody.pw_gid)
