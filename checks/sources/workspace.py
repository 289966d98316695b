"""A checkout of the code under test, for gates to run in."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from checks.aside import aside
from checks.base import Source
from checks.confinement.launch import HOW_TO_GO_ON, not_confined
from checks.confinement.platform import lacking
from checks.confinement.policy import Confinement
from checks.context import Context
from checks.outcome import Cause, CheckError
from checks.output import lines_of
from checks.presets import WRITTEN
from checks.process import Finished, run_bounded
from checks.program import unrunnable, unseen
from checks.tree import Tree
from checks.units import Size

_GIT_LIMIT = timedelta(seconds=20)
_VERSION_LIMIT = timedelta(seconds=15)
_LONGEST_VERSION = 100
_GIT = (
    # the operator chose the folder, so its owner may differ from the user that runs git
    *("git", "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
    *("--no-optional-locks", "status", "--porcelain=v2", "--branch"),
    *("--", ":/", *(f":(top,exclude,glob)**/{name}" for name in WRITTEN)),
)
_WITHOUT_WARNINGS = ("/bin/sh", "-c", 'exec "$@" 2>/dev/null', "sh")
_LONGEST_STATE = 1 << 16
_CONFIGURATION = Path("/etc/canary")


class Resources(BaseModel):
    """How much one program may use, with all that it starts."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    processes: int = Field(
        default=4096, ge=1, le=1 << 20, description="Processes and threads of its user at a time"
    )
    memory: Size | None = Field(default=None, description="Address space of each process; left out: no limit")
    file_size: Size = Field(
        default=16 << 30, description="The largest file it may write", json_schema_extra={"default": "16GiB"}
    )
    open_files: int | None = Field(
        default=None,
        ge=16,
        le=1 << 20,
        description="Open files of each process; left out: as many as the bot",
    )

    def limits(self) -> dict[str, int]:
        """Keyed by their constants in the module `resource`."""
        wanted = {
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_AS": self.memory,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CORE": 0,
        }
        return {name: most for name, most in wanted.items() if most is not None}


Port = Annotated[int, Field(ge=1, le=65535)]


class WorkspaceSource(Source):
    """`{kind: workspace, path: /srv/app, environment: {DATABASE_URL: "${STAGING_DATABASE_URL}"}}`"""

    kind: Literal["workspace"]
    path: Path = Field(description="The folder in which gates run, and to which they may write")
    environment: dict[str, str] = Field(
        default_factory=dict,
        description="The variables of programs there, besides PATH, LANG, and a HOME and TMPDIR of their own",
    )
    readable: tuple[Path, ...] = Field(
        default=(),
        max_length=50,
        description="Folders that programs there may read, besides the workspace and the system's",
        examples=[["/home/ci/.nvm"]],
    )
    writable: tuple[Path, ...] = Field(
        default=(),
        max_length=50,
        description="Folders that they may also write to, like a package manager's cache",
        examples=[["/var/cache/npm"]],
    )
    network: Literal["any", "none"] | tuple[Port, ...] = Field(
        default="any", description="none, or the TCP ports that programs there may connect to"
    )
    resources: Resources = Field(
        default=Resources(), description="How much a program there may use, with all that it starts"
    )
    unconfined: bool = Field(
        default=False,
        description="true: programs there have all the bot's rights, its secrets included; only where there is no other way",
    )

    def missing_here(self) -> Iterator[tuple[str, str]]:
        for key, path in (
            ("path", self.path),
            *(("readable", each) for each in self.readable),
            *(("writable", each) for each in self.writable),
        ):
            if not path.is_dir():
                what = "is a file" if path.exists() else "is not on this machine"
                yield key, f"{path.absolute()} {what}, expected a folder"
        if self.unconfined:
            yield "unconfined", "programs of gates there can read the bot's secrets, and act as the bot"

    def impossible_here(self, context: Context) -> Iterator[tuple[str, str]]:
        confinement = self.confinement(context.data)
        if confinement is None or not self.path.is_dir():
            return
        if hidden := self.hidden(confinement):
            yield from hidden
        elif missing := lacking(confinement):
            yield "unconfined", f"{not_confined(missing)}. {HOW_TO_GO_ON}"

    def hidden(self, confinement: Confinement) -> list[tuple[str, str]]:
        """Folders of the source in a folder of the bot, which its programs would find empty or not at all: the
        key, and the problem.
        """
        given = [("path", self.path), *(("readable", path) for path in self.readable)]
        given += [("writable", path) for path in self.writable]
        return [
            (
                key,
                f"{path.absolute()} is in {folder}, the bot's own folder, which no program may see; move it out",
            )
            for key, path in given
            if (folder := confinement.hides(path))
        ]

    def open(self, context: Context) -> AbstractAsyncContextManager[Workspace]:
        return _opened(self.filled(context.secrets), context)

    async def reach(self, opened: Workspace) -> str:
        if not opened.path.is_dir():
            raise CheckError(f"the folder {opened.path} does not exist", cause=Cause.CONFIGURATION)
        await opened.run(["true"], _GIT_LIMIT)
        apart = "with all the bot's rights" if self.unconfined else "apart from the bot"
        return f"the folder {opened.path} is there; its programs run {apart}"

    def search_path(self) -> str:
        """The PATH of programs there."""
        return self.environment.get("PATH") or os.environ.get("PATH", os.defpath)

    def unrunnable(self, program: str, data: Path | None) -> str:
        """Why a program cannot be started there; "" if it can."""
        path, confinement = self.search_path(), self.confinement(data)
        return (confinement and unseen(program, confinement, path)) or unrunnable(program, self.path, path)

    def confinement(self, data: Path | None) -> Confinement | None:
        """The confinement of programs there, from which the bot's `data` is hidden; None if they have none.
        For a filled-in source.
        """
        if self.unconfined:
            return None
        python = dict.fromkeys(map(Path, (sys.prefix, sys.base_prefix)))  # the bot's own Python, for scripts
        return Confinement(
            self.path,
            readable=(*python, *self.readable),
            writable=self.writable,
            hidden=(*((data.absolute(),) if data else ()), _CONFIGURATION),
            network=self.network != "none",
            ports=self.network if isinstance(self.network, tuple) else None,
            limits=self.resources.limits(),
        )


@asynccontextmanager
async def _opened(source: WorkspaceSource, context: Context) -> AsyncIterator[Workspace]:
    yield Workspace(source, context)


class Workspace:
    """An opened source. Of the bot's own environment, programs in it only see PATH."""

    def __init__(self, source: WorkspaceSource, context: Context) -> None:
        self.calculator = context.calculator
        self.path = source.path
        self._source = source
        self._secrets = context.secrets
        self._data = context.data

    def redact(self, text: str) -> str:
        """For code that truncates output: half a secret would not be recognized later."""
        return self._secrets.redact(text)

    async def run(
        self, argv: list[str], limit: timedelta, hears: Callable[[bytes], None] = lambda _: None
    ) -> Finished:
        """Runs the program to its end or limit; `hears` is given its output. Raises CheckError if it cannot
        be started.
        """
        return await self._run(argv, limit, self._environment(), hears)

    async def answer(
        self, argv: list[str], limit: timedelta, given: bytes, hears: Callable[[bytes], None]
    ) -> Finished:
        """Runs the program with `given` as its standard input; `hears` is given its standard output only."""
        return await self._run(argv, limit, self._environment(), hears, given)

    async def _run(
        self,
        argv: list[str],
        limit: timedelta,
        environment: dict[str, str],
        hears: Callable[[bytes], None],
        given: bytes | None = None,
    ) -> Finished:
        if not self.path.is_dir():
            raise CheckError(f"the workspace {self.path} is not a folder", cause=Cause.CONFIGURATION)
        confinement = self._source.confinement(self._data)
        if confinement is None:
            return await self._run_unconfined(argv, limit, environment, hears, given)
        if hidden := self._source.hidden(confinement):
            raise CheckError(hidden[0][1], cause=Cause.CONFIGURATION)
        if sys.platform != "linux":
            raise not_confined(f"that takes Linux, and this is {sys.platform}")
        return await run_bounded(
            argv,
            cwd=self.path,
            environment=environment,
            limit=limit,
            confinement=confinement,
            hears=hears,
            given=given,
            apart=given is not None,
        )

    async def _run_unconfined(
        self,
        argv: list[str],
        limit: timedelta,
        environment: dict[str, str],
        hears: Callable[[bytes], None],
        given: bytes | None,
    ) -> Finished:
        home = tempfile.TemporaryDirectory(prefix="canary-home-", ignore_cleanup_errors=True)
        try:
            environment = {"HOME": home.name, "TMPDIR": home.name, **environment}
            return await run_bounded(
                argv,
                cwd=self.path,
                environment=environment,
                limit=limit,
                confinement=None,
                hears=hears,
                given=given,
                apart=given is not None,
            )
        finally:
            await aside(home.cleanup)  # a package manager's cache is thousands of files

    def unrunnable(self, program: str) -> str:
        """Why the program cannot be started; "" if it can."""
        return self._source.unrunnable(program, self._data)

    async def state(self) -> Tree:
        """The state of the tree according to git.

        Git reads files that programs may have written, so it is confined like them, and gets no secret.
        """
        heard, counted = bytearray(), [0]

        def hear(piece: bytes) -> None:
            heard.extend(piece[: _LONGEST_STATE - len(heard)])
            counted[0] += piece.count(b"\n")

        environment = {"PATH": self._source.search_path(), "LANG": "C.UTF-8"}
        try:
            finished = await self._run([*_WITHOUT_WARNINGS, *_GIT], _GIT_LIMIT, environment, hear)
        except CheckError:
            return Tree()
        return Tree.of(bytes(heard), counted[0]) if finished.exit_code == 0 else Tree()

    async def first_line(self, argv: Sequence[str]) -> str | None:
        """The first line of its output, such as a tool's version; None if it cannot be run, or fails."""
        try:
            finished = await self._run(list(argv), _VERSION_LIMIT, self._environment(), lambda _: None)
        except CheckError:
            return None
        lines = lines_of(self.redact(finished.text)) if finished.exit_code == 0 else []
        return lines[0][:_LONGEST_VERSION] if lines else None

    def _environment(self) -> dict[str, str]:
        return {"PATH": self._source.search_path(), "LANG": "C.UTF-8", **self._source.environment}
