"""What a program may use: translates canary.yaml to a request to the launcher."""

from __future__ import annotations

import marshal
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from checks.confinement.namespaces import SYSTEM


class Request(TypedDict):
    argv: list[str]
    environment: dict[str, str]
    workspace: str
    private: str  # this program's own folder
    readable: list[str]
    writable: list[str]
    hidden: list[str]  # inaccessible wherever they are
    network: bool
    ports: list[int] | None  # the TCP ports that may be connected to; None: all
    limits: dict[str, int]  # by name of resource.RLIMIT_*
    namespaces: bool  # False: as on a platform without them
    report: int  # the pipe's descriptor
    input: int  # the descriptor of its standard input; -1: none
    bot: int


@dataclass(frozen=True)
class Confinement:
    """Everything not listed here is inaccessible, except the system's folders."""

    workspace: Path
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()  # even in a folder that may be read
    network: bool = True
    ports: tuple[int, ...] | None = None  # TCP ports that may be connected to; None: all
    limits: Mapping[str, int] = field(default_factory=dict)  # by name of resource.RLIMIT_*
    namespaces: bool = True  # False: as on a platform without them

    def hides(self, file: Path) -> Path | None:
        """The hidden folder that contains it."""
        place = Path(os.path.realpath(file))
        return next((path for path in self.hidden if place.is_relative_to(os.path.realpath(path))), None)

    def shows(self, file: Path) -> bool:
        """Whether the program can read a file, judged by its location."""
        place = Path(os.path.realpath(file))
        if self.hides(file):
            return False
        shown = (self.workspace, *self.readable, *self.writable, *map(Path, SYSTEM))
        return any(place.is_relative_to(os.path.realpath(folder)) for folder in shown)

    def request(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        *,
        private: str,
        report: int,
        given: int = -1,
    ) -> bytes:
        asked: Request = {
            "argv": list(argv),
            "environment": dict(environment),
            "workspace": str(self.workspace.absolute()),
            "private": private,
            "readable": _words(self.readable),
            "writable": _words(self.writable),
            "hidden": [os.path.realpath(path) for path in self.hidden],
            "network": self.network,
            "ports": None if self.ports is None else list(self.ports),
            "limits": dict(self.limits),
            "namespaces": self.namespaces,
            "report": report,
            "input": given,
            "bot": os.getpid(),
        }
        return marshal.dumps(dict(asked))


def _words(paths: Sequence[Path]) -> list[str]:
    return [str(path.absolute()) for path in paths]
