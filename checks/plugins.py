"""Kinds of check and source from other packages: entry points of the groups `canary.checks` and `canary.sources`.

Their code is imported first in a child process, with a time limit and captured output, because an import can hang or
print. A kind that fails there is not imported here, and the reason is reported where it is used.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import IO, Any

from checks.plugin_probe import USABLE

LIMIT = 10.0  # seconds for an import
_BOOT = (
    "import sys; sys.path[:] = sys.argv[3:]; "
    "from checks.plugin_probe import main; main(int(sys.argv[1]), sys.argv[2])"
)
_KIND = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*", re.ASCII)
_LONGEST = 200  # characters of its output


@dataclass(frozen=True, order=True)
class Plugin:
    """One kind that a package brings."""

    kind: str
    place: str  # "module:class"
    package: str  # "canary-disk 1.0"


@dataclass(frozen=True)
class Refused:
    plugin: Plugin
    why: str

    def __str__(self) -> str:
        return f"the kind {self.plugin.kind} of the package {self.plugin.package} {self.why}"


@dataclass(frozen=True)
class Found:
    """The plugins of a group: kind -> plugin for usable ones, and the refused ones."""

    usable: Mapping[str, Plugin]
    refused: Sequence[Refused]


def find(group: str, taken: Collection[str], limit: float = LIMIT) -> Found:
    """`taken`: our own kinds, which take precedence."""
    plugins = sorted({_plugin(each) for each in entry_points(group=group)})
    named: dict[str, list[Plugin]] = {}
    for plugin in plugins:
        named.setdefault(plugin.kind, []).append(plugin)
    refused = {plugin: why for plugin in plugins if (why := _clash(plugin, taken, named))}
    refused |= _tried([plugin for plugin in plugins if plugin not in refused], group, limit)
    usable = {plugin.kind: plugin for plugin in plugins if plugin not in refused}
    return Found(usable, tuple(Refused(plugin, why) for plugin, why in refused.items()))


def _plugin(found: EntryPoint) -> Plugin:
    package = f"{found.dist.name} {found.dist.version}" if found.dist else "of an unknown name"
    return Plugin(found.name, found.value, package)


def _clash(plugin: Plugin, taken: Collection[str], named: Mapping[str, Sequence[Plugin]]) -> str:
    if plugin.kind in taken:
        return "is the name of one of canary's own kinds, which takes precedence; rename it"
    if others := [other.package for other in named[plugin.kind] if other != plugin]:
        return (
            f"is the name of a kind of {' and '.join(others)} as well, so none of them is used; uninstall one"
        )
    if not _KIND.fullmatch(plugin.kind):
        return (
            "has an invalid name: expected lower-case letters, digits and _, in parts with dots between them"
        )
    return ""


@dataclass
class _Try:
    process: subprocess.Popen[bytes]
    verdict: int  # where the child writes its verdict
    said: IO[bytes]


def _tried(plugins: Sequence[Plugin], group: str, limit: float) -> dict[Plugin, str]:
    """Why each unusable one cannot be used: all are imported at once, each in a separate process."""
    until = time.monotonic() + limit
    with contextlib.ExitStack() as stack:
        tries = {plugin: _start(plugin, group, stack) for plugin in plugins}
        found = {plugin: _verdict(tries[plugin], until, limit) for plugin in plugins}
    return {plugin: why for plugin, why in found.items() if why}


def _start(plugin: Plugin, group: str, stack: contextlib.ExitStack) -> _Try:
    said = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
    ours, its = os.pipe()
    stack.callback(os.close, ours)
    try:
        asked = json.dumps({"group": group, "kind": plugin.kind, "place": plugin.place})
        process = subprocess.Popen(  # noqa: S603  our own interpreter
            [sys.executable, "-I", "-B", "-c", _BOOT, str(its), asked, *sys.path],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            pass_fds=[its],
            start_new_session=True,
        )
    finally:
        os.close(its)
    stack.callback(_end, process)
    return _Try(process, ours, said)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Includes everything that it started, which stays in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _verdict(tried: _Try, until: float, limit: float) -> str:
    """Why it cannot be used; "" if it can."""
    ready = select.poll()
    ready.register(tried.verdict, select.POLLIN)
    if not ready.poll(max(0.0, until - time.monotonic()) * 1000):
        return f"was not imported within {limit:g} s"
    verdict = os.read(tried.verdict, 1 << 16).decode("utf-8", "replace")
    code = 0 if verdict else tried.process.wait()
    tried.said.seek(0)
    said = " ".join(tried.said.read(4 * _LONGEST).decode("utf-8", "replace").split())[:_LONGEST]
    if not verdict:
        return f"ended the process that imported it, with exit code {code}" + (f": {said}" if said else "")
    if verdict == USABLE:
        return f"prints when it is imported: {said}" if said else ""
    return verdict


def loaded(plugin: Plugin) -> Any:
    """Its class, imported into this process."""
    return EntryPoint(plugin.kind, plugin.place, "").load()
