"""A checkout of the code under canary, for gates to run in."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from checks.base import Source
from checks.outcome import Cause, CheckError
from checks.process import Finished, run_bounded
from checks.reading import Scalar
from checks.secrets import Secrets

_GIT_LIMIT = timedelta(seconds=20)


class WorkspaceSource(Source):
    """`{kind: workspace, path: /srv/app, environment: {DATABASE_URL: "${STAGING_DATABASE_URL}"}}`"""

    kind: Literal["workspace"]
    path: Path
    environment: dict[str, str] = Field(
        default_factory=dict,
        description="What programs run there see, besides PATH, LANG, and a HOME and TMPDIR of their own",
    )

    def open(self, secrets: Secrets) -> AbstractAsyncContextManager[Workspace]:
        return _opened(self, secrets)


@asynccontextmanager
async def _opened(source: WorkspaceSource, secrets: Secrets) -> AsyncIterator[Workspace]:
    yield Workspace(source, secrets)


class Workspace:
    """An opened source. Programs run in it see nothing of the bot's own environment but PATH."""

    def __init__(self, source: WorkspaceSource, secrets: Secrets) -> None:
        self.path = source.path
        self._source = source
        self._secrets = secrets

    def redact(self, text: str) -> str:
        """For whoever cuts output short: half a secret would not be recognised later."""
        return self._secrets.redact(text)

    async def run(self, argv: list[str], limit: timedelta) -> Finished:
        """Runs the program to its end or limit. CheckError where it cannot be started."""
        if not self.path.is_dir():
            raise CheckError(f"the workspace {self.path} is no folder", cause=Cause.CONFIGURATION)
        home = tempfile.TemporaryDirectory(prefix="canary-home-", ignore_cleanup_errors=True)
        try:
            environment = self._environment(home.name)
            return await run_bounded(argv, cwd=self.path, environment=environment, limit=limit)
        finally:
            await asyncio.to_thread(home.cleanup)  # a package manager's cache is thousands of files

    async def state(self) -> Mapping[str, Scalar]:
        """`commit` and whether the tree is `dirty`; None each where git cannot tell."""
        commit = await self._git("rev-parse", "HEAD")
        changes = await self._git("status", "--porcelain")
        return {"commit": commit, "dirty": None if changes is None else bool(changes)}

    async def _git(self, *arguments: str) -> str | None:
        # the operator named the folder, so its owner need not be the bot's user
        argv = [
            "git",
            "-c",
            f"safe.directory={self.path.resolve()}",
            "-c",
            "core.fsmonitor=false",
            *arguments,
        ]
        try:
            finished = await self.run(argv, _GIT_LIMIT)
        except CheckError:
            return None
        return finished.text.strip() if finished.exit_code == 0 else None

    def _environment(self, home: str) -> dict[str, str]:
        filled = {name: self._secrets.fill(value) for name, value in self._source.environment.items()}
        path = os.environ.get("PATH", os.defpath)
        return {"PATH": path, "LANG": "C.UTF-8", "HOME": home, "TMPDIR": home, **filled}
