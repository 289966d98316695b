"""Hostile gate programs: each attack fails in confinement, and succeeds without it."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.checks.confinement.attacks import ATTACKS, SURVIVORS

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
TOKEN = f"xoxb-{uuid.uuid4().hex}"
USER = ("unshare", "--user", "--map-user=1000", "--map-group=1000")  # no privileges, whoever runs the tests
NO_NAMESPACES = (sys.executable, str(HERE / "without_namespaces.py"))  # as in most containers
CONTAINER = (*USER, *NO_NAMESPACES)
MASKED = (  # as in container engines that allow namespaces: a new /proc would reveal what is masked in theirs
    *("unshare", "--user", "--map-root-user", "--mount", "sh", "-c"),
    'mount -t tmpfs none /proc/sys && exec unshare --user --map-user=1000 --map-group=1000 "$@"',
    "sh",
)
CONTAINERS = pytest.mark.parametrize("how", [CONTAINER, MASKED], ids=["no namespaces", "masked /proc"])
AS = {"as we are": (), "as a user": USER}
OF_THE_USER = {"permissions of the data folder", "times of the data folder"}  # Landlock does not cover these
OF_ITS_MEMORY = {
    *("environment of the bot", "environment of anybody", "memory of the bot", "memory by process vm readv"),
    *("tracing the bot", "descriptors of the bot", "a descriptor by pidfd"),
}
OF_THE_LAUNCHER = {"inherited descriptors"}  # the launcher has some, and the bot passes none on anyway
IS_ROOT = os.geteuid() == 0
CONFIGURATION = """
version: 1
people: {{owners: {{members: [U01ANA, U02BEN]}}}}
sources: {{here: {{kind: workspace, path: {workspace}, unconfined: {unconfined}}}}}
environments:
  staging:
    channel: C0RELEASES
    checks:
      hostile:
        {{kind: gate, source: here, owner: owners, timeout: 120s, success: tried all, run: [{python}, attacks.py, about.json]}}
    decide: {{approve: {{owners: 1}}}}
    rollback: {{mitigation: stop, steps: [go back], on_call: owners}}
"""


@dataclass
class World:
    """A bot's folders and neighbors, which all belong to its user."""

    folder: Path
    about: dict[str, Any]

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def attacked(
        self, how: tuple[str, ...], *, unconfined: bool = False, data: str = "data"
    ) -> tuple[set[str], str]:
        """Returns the attacks that succeeded, and what the command printed."""
        words = {"workspace": self.workspace, "unconfined": str(unconfined).lower(), "python": sys.executable}
        (self.folder / "canary.yaml").write_text(CONFIGURATION.format(**words))
        (self.workspace / "about.json").write_text(json.dumps(self.about))
        (self.workspace / "attacks.py").write_bytes((HERE / "attacks.py").read_bytes())
        command = [*how, sys.executable, "-m", "commands", "check", "staging", "--json"]
        environment = {"PATH": os.environ["PATH"], "CANARY_DATA": str(self.folder / data)}
        settings = {"SLACK_BOT_TOKEN": TOKEN, "DATABASE_URL": "postgresql://", "PYTHONPATH": str(ROOT)}
        bot = subprocess.Popen(
            command, cwd=self.folder, env=environment | settings, text=True, stdout=-1, stderr=-1
        )
        (self.workspace / "bot.new").write_text(str(bot.pid))
        (self.workspace / "bot.new").rename(self.workspace / "bot.pid")
        out, err = bot.communicate(timeout=300)
        found = self.workspace / "succeeded"
        return set(found.read_text().splitlines()) if found.exists() else set(), out + err


@contextmanager
def sleeping() -> Iterator[int]:
    process = subprocess.Popen(["/bin/sleep", "1000"])
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


@contextmanager
def listening(address: str) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(100)
        yield


@contextmanager
def shared_memory(name: str) -> Iterator[int]:
    """A shared-memory segment, a message queue, and a file in /dev/shm."""
    libc = ctypes.CDLL(None, use_errno=True)
    segment = libc.shmget(0, 4096, 0o1600)
    queue = libc.mq_open(f"/{name}".encode(), os.O_CREAT | os.O_RDWR, 0o600, None)
    file = Path(f"/dev/shm/{name}")
    file.write_text("secret")
    try:
        yield segment
    finally:
        libc.shmctl(segment, 0, None)
        os.close(queue)
        libc.mq_unlink(f"/{name}".encode())
        file.unlink()


@pytest.fixture
def world() -> Iterator[World]:
    name = f"canary-{uuid.uuid4().hex[:12]}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hostile-")))
        for each in ("data", "workspace", "common"):
            (folder / each).mkdir(mode=0o700)
        for secret in ("data/key", "home"):
            (folder / secret).write_text("secret")
            (folder / secret).chmod(0o600)
        stack.enter_context(listening(str(folder / "data" / "socket")))
        stack.enter_context(listening(f"\0{name}"))
        terminal = os.openpty()
        for descriptor in terminal:
            stack.callback(os.close, descriptor)
        about = {
            "token": TOKEN.encode().hex(),  # canary.yaml contains no token
            "name": name,
            "data": str(folder / "data"),
            "secret": str(folder / "data" / "key"),
            "socket": str(folder / "data" / "socket"),
            "home": str(folder / "home"),
            "common": str(folder / "common"),
            "configuration": str(folder / "canary.yaml"),
            "project": str(ROOT),
            "terminal": os.ttyname(terminal[1]),
            "neighbour": stack.enter_context(sleeping()),
            "segment": stack.enter_context(shared_memory(name)),
        }
        try:
            yield World(folder, about)
        finally:
            for process in survivors(name):
                process.send_signal(signal.SIGKILL)


def survivors(name: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if any(word.startswith(f"canary-{name}") for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def runs(how: tuple[str, ...]) -> bool:
    return subprocess.run([*how, "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("how", AS)
def test_no_attack_succeeds(world: World, how: str) -> None:
    if not runs(AS[how]):
        pytest.skip(f"{' '.join(AS[how])} is not possible here")
    before = set(Path(tempfile.gettempdir()).glob("canary-gate-*"))
    succeeded, said = world.attacked(AS[how])

    assert "tried all" in said, said
    assert succeeded == set()
    assert survivors(world.about["name"]) == []
    assert set(Path(tempfile.gettempdir()).glob("canary-gate-*")) <= before
    assert TOKEN not in said


@pytest.mark.skipif(
    not runs(CONTAINER), reason="user namespaces, which stand in for a user, are not possible here"
)
class TestInAContainer:
    """In a container, namespaces are unavailable or /proc is masked."""

    @CONTAINERS
    def test_nothing_runs_if_the_bot_has_a_data_folder_of_its_own(
        self, world: World, how: tuple[str, ...]
    ) -> None:
        succeeded, said = world.attacked(how)

        assert succeeded == set()
        assert f"could change the permissions of {world.folder / 'data'}: set DATABASE_URL" in said
        assert "unconfined: true" in said

    @CONTAINERS
    def test_only_permissions_of_the_users_other_files_can_be_changed(
        self, world: World, how: tuple[str, ...]
    ) -> None:
        succeeded, said = world.attacked(how, data="none")

        assert "tried all" in said, said
        assert succeeded <= OF_THE_USER
        assert survivors(world.about["name"]) == []


@pytest.mark.skipif(
    not runs(USER), reason="user namespaces, which stand in for a user, are not possible here"
)
def test_not_even_an_unconfined_program_can_read_the_bots_memory(world: World) -> None:
    succeeded, _ = world.attacked(USER, unconfined=True)

    assert "the data folders file" in succeeded
    assert succeeded & OF_ITS_MEMORY == set()


@pytest.mark.skipif(not IS_ROOT, reason="what only root could do is among the attacks")
def test_each_attack_succeeds_without_confinement(world: World) -> None:
    succeeded, _ = world.attacked((), unconfined=True)

    assert set(ATTACKS) - succeeded == OF_THE_LAUNCHER
    assert {process.cmdline()[0].rpartition("-")[2] for process in survivors(world.about["name"])} == set(
        SURVIVORS
    )
    assert len(ATTACKS) + len(SURVIVORS) >= 60
