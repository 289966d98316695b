"""Where a server's sockets are: in its own folder, unless that path is too long or inaccessible to the server.

A unix socket's path is limited to 107 bytes on Linux and 103 on macOS, and the user that PostgreSQL runs as may
have no access to the folders above ours. Then the sockets are in a short folder under the system's temporary
one. A link in the server's home points to it, for other processes that adopt the server.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from bot.embedded.account import Account
from bot.embedded.error import EmbeddedError
from bot.embedded.process import run

_LONGEST_SOCKET = 103
_ROOM = len("/sockets/.s.PGSQL.5432")


async def find(home: Path, account: Account | None) -> Path:
    """Returns an existing folder for the server's sockets; the same one on every call."""
    if await _suits(home, account):
        return home
    link = home / "elsewhere"
    if not _is_ours(link):
        link.unlink(missing_ok=True)
        link.symlink_to(await _short_folder(account))
    return link.readlink()


def remove(home: Path) -> None:
    """Remove the short folder, once nobody uses it."""
    link = home / "elsewhere"
    if _is_ours(link):
        shutil.rmtree(link.readlink())
    link.unlink(missing_ok=True)


def private(parent: Path, account: Account | None) -> Path:
    """Returns the private folder of the sockets themselves: access to it is the only authentication."""
    folder = parent / "sockets"
    folder.mkdir(mode=0o700, exist_ok=True)
    return account.given(folder) if account else folder


async def may_use(path: Path, account: Account | None) -> bool:
    """Whether the account may enter this folder, or execute this file; tested, not derived from modes."""
    if account is None:
        return True
    code, _ = await run(["/bin/sh", "-c", 'test -x "$0"', path], account=account)
    return code == 0


async def _suits(folder: Path, account: Account | None) -> bool:
    return len(os.fsencode(folder)) + _ROOM <= _LONGEST_SOCKET and await may_use(folder, account)


async def _short_folder(account: Account | None) -> Path:
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes a private folder in it
        folder = _fresh_folder(parent, account)
        if await _suits(folder, account):
            return folder
        shutil.rmtree(folder)
    raise EmbeddedError(
        "no folder has a path short enough for a unix socket (103 bytes)",
        hint="Set TMPDIR to a short path, or set DATABASE_URL and REDIS_URL.",
    )


def _fresh_folder(parent: str, account: Account | None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="canary-", dir=parent))
    folder.chmod(0o711 if account else 0o700)
    return folder


def _is_ours(link: Path) -> bool:
    """A temporary folder may have been deleted, and its name reused by another user."""
    return link.is_dir() and link.stat().st_uid == os.geteuid()
