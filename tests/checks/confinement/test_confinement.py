"""What a workspace's configuration widens and narrows, and the messages about what is out of reach."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from checks.confinement.policy import Confinement
from checks.context import Context
from checks.outcome import Cause, CheckError, Outcome
from checks.secrets import Secrets
from checks.sources.workspace import WorkspaceSource
from tests.checks.confinement.test_hostile_gates import CONTAINER, runs
from tests.checks.test_gate import gate, python, readings, result_of

ROOT = Path(__file__).parents[3]
CONNECT = """
    import socket
    for port in {ports}:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            print(port, "refused")
        else:
            print(port, "connected")
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


class Listeners:
    def __init__(self, *servers: asyncio.Server) -> None:
        self.servers = servers
        self.ports = [server.sockets[0].getsockname()[1] for server in servers]


async def listening() -> Listeners:
    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    return Listeners(*[await asyncio.start_server(close, "127.0.0.1", 0) for _ in range(2)])


@pytest.mark.parametrize("allowed", ["any", "none", "one"])
async def test_the_network_is_what_the_source_allows(workspace: Path, allowed: str) -> None:
    listeners = await listening()
    first, second = listeners.ports
    network = {"any": "any", "none": "none", "one": (first,)}[allowed]
    result = await result_of(gate(*python(CONNECT.format(ports=listeners.ports))), workspace, network=network)
    for server in listeners.servers:
        server.close()

    expected = {
        "any": ("connected", "connected"),
        "none": ("refused", "refused"),
        "one": ("connected", "refused"),
    }
    assert result.detail == (f"{first} {expected[allowed][0]}", f"{second} {expected[allowed][1]}")


async def test_without_a_network_a_program_can_still_use_its_own_loopback(workspace: Path) -> None:
    code = """
        import socket
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    """
    assert (await result_of(gate(*python(code)), workspace, network="none")).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("resources", "code"),
    [
        ({"file_size": "1MiB"}, "open('large', 'wb').write(b'x' * (2 << 20))"),
        ({"memory": "512MiB"}, "bytearray(1 << 30)"),
        ({"open_files": 32}, "held = [open('/dev/null') for _ in range(100)]"),
        (
            {"processes": 20},
            "import os, time\nfor _ in range(100): os.fork() or (time.sleep(100), os._exit(0))",
        ),
    ],
    ids=["files", "memory", "descriptors", "processes"],
)
async def test_endless_output_ends_at_the_limit(
    workspace: Path, resources: dict[str, object], code: str
) -> None:
    result = await result_of(gate(sys.executable, "-c", code), workspace, resources=resources)

    assert result.outcome is Outcome.FAIL, result.detail
    free = await result_of(gate(sys.executable, "-c", code), workspace)
    assert free.outcome is Outcome.PASS, free.detail


async def test_configured_folders_are_readable_or_writable(tmp_path: Path, workspace: Path) -> None:
    for name in ("shown", "opened", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    code = f"""
        for name in ("shown", "opened", "closed"):
            for mode in ("r", "a"):
                try:
                    open(f"{tmp_path}/{{name}}/file", mode).close()
                except OSError:
                    continue
                print(name, mode)
    """
    reach = {"readable": [tmp_path / "shown"], "writable": [tmp_path / "opened"]}
    result = await result_of(gate(*python(code)), workspace, **reach)

    assert result.detail == ("shown r", "opened r", "opened a")


async def test_files_it_writes_belong_to_the_workspaces_owner(workspace: Path) -> None:
    await result_of(gate("sh", "-c", "mkdir made; echo > made/file"), workspace)

    assert {(path.stat().st_uid, path.stat().st_gid) for path in workspace.rglob("*")} == {
        (workspace.stat().st_uid, workspace.stat().st_gid)
    }


async def test_a_program_in_a_hidden_folder_says_which_folder_to_configure(
    tmp_path: Path, workspace: Path
) -> None:
    (tmp_path / "tools").mkdir()
    program = tmp_path / "tools" / "tool"
    program.write_text("#!/bin/sh\necho here\n")
    program.chmod(0o755)
    out_of_sight = await result_of(gate(str(program)), workspace)
    in_sight = await result_of(gate(str(program)), workspace, readable=[program.parent])

    assert (out_of_sight.outcome, out_of_sight.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
    assert f"{program} is in no folder that its confinement shows" in out_of_sight.reason
    assert "`readable`" in out_of_sight.reason
    assert in_sight.outcome is Outcome.PASS


async def test_commands_in_a_workspaces_git_configuration_run_confined_and_without_secrets(
    tmp_path: Path, workspace: Path
) -> None:
    (tmp_path / "secret").write_text("a secret of the bot")
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.com")
    for words in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "one")):
        subprocess.run([*git, *words], cwd=workspace, check=True)
    (workspace / "steal").write_text(
        f"#!/bin/sh\nenv > {workspace}/seen\ncat {tmp_path}/secret > {workspace}/stolen\n"
    )
    (workspace / "steal").chmod(0o755)
    (workspace / ".gitattributes").write_text("* filter=evil\n")
    (workspace / "file").write_text("1")
    for words in (("add", "-A"), ("commit", "-q", "-m", "two")):
        subprocess.run([*git, *words], cwd=workspace, check=True)
    (workspace / "file").write_text("2")
    configuration = '[filter "evil"]\nclean = ./steal\n[core]\nfsmonitor = ./steal\nhooksPath = .\n'
    with (workspace / ".git" / "config").open("a") as file:
        file.write(configuration)
    await result_of(
        gate("true"), workspace, Secrets({"TOKEN": "tops3cret"}), environment={"TOKEN": "${TOKEN}"}
    )

    assert "PATH=" in (workspace / "seen").read_text()
    assert "TOKEN" not in (workspace / "seen").read_text()
    assert (workspace / "stolen").read_text() == ""


async def test_warnings_by_git_do_not_make_a_tree_dirty(workspace: Path) -> None:
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.com")
    for words in (("init", "-q"), ("commit", "-q", "--allow-empty", "-m", "one")):
        subprocess.run([*git, *words], cwd=workspace, check=True)
    (workspace / "closed").mkdir(mode=0o000)
    context = (await result_of(gate("true"), workspace)).measurements[0].context

    assert (context["dirty"], len(str(context["commit"]))) == (False, 40)


async def test_an_endless_report_holds_nothing_up(workspace: Path) -> None:
    code = "open('report.xml', 'w').write('<testsuite>' + '<testcase/>' * 20_000_000 + '</testsuite>')"
    result = await result_of(gate(*python(code), junit="report.xml", timeout="15s"), workspace)

    assert result.outcome in {Outcome.ERROR, Outcome.UNKNOWN}
    while any(thread.name.startswith("aside") for thread in threading.enumerate()):
        await asyncio.sleep(0.05)


def test_leftovers_are_removed_however_deep_protected_or_linked(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text("kept")
    (tmp_path / "left").mkdir()
    code = f"""
import os
from checks.confinement import janitor
os.chdir({str(tmp_path / "left")!r})
for number in range(200):
    open(str(number), "w").close()
os.symlink({str(tmp_path / "outside")!r}, "link")
os.mkfifo("pipe")
os.makedirs("closed/inner")
os.chmod("closed", 0)
for _ in range(3000):
    os.mkdir("deep")
    os.chdir("deep")
janitor.remove({str(tmp_path / "left")!r})
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)

    assert not (tmp_path / "left").exists()
    assert (tmp_path / "outside" / "kept").read_text() == "kept"


def test_the_launcher_imports_little() -> None:
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); import checks.confinement.launcher; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True, text=True
    )

    assert not {"re", "typing", "enum", "signal", "json", "pathlib", "dataclasses"} & set(done.stdout.split())


@pytest.mark.skipif(not runs(CONTAINER), reason="user namespaces are not possible here")
def test_lint_and_doctor_report_what_a_machine_lacks(tmp_path: Path) -> None:
    (tmp_path / "canary.yaml").write_text(LINTED.format(workspace=tmp_path, unconfined="false"))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "key").write_text("")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "CANARY_DATA": str(tmp_path / "data")}

    def canary(*words: str) -> tuple[int, str]:
        command = [*CONTAINER, sys.executable, "-m", "commands", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    code, said = canary("lint")
    assert code == 2
    assert "sources.here.unconfined: this machine cannot confine a program of the check" in said
    assert canary("lint", "--no-env")[0] == 0
    assert "cannot confine a program of the check" in canary("doctor")[1]

    (tmp_path / "canary.yaml").write_text(LINTED.format(workspace=tmp_path, unconfined="true"))
    code, said = canary("lint")
    assert code == 0
    assert "warning: sources.here.unconfined: programs of gates there can read the bot's secrets" in said


@pytest.mark.parametrize("key", ["path", "readable", "writable"])
async def test_a_folder_within_the_data_folder_is_refused(workspace: Path, tmp_path: Path, key: str) -> None:
    data = tmp_path / "data"
    (data / "inside").mkdir(parents=True)
    (tmp_path / "link").symlink_to(data / "inside")
    for folder in (data, data / "inside", tmp_path / "link"):
        given = {"path": workspace, **({key: folder} if key == "path" else {key: [folder]})}
        source = WorkspaceSource.model_validate({"kind": "workspace", **given})
        context = Context(Secrets({}), data=data)
        why = f"{folder} is in {data}, the bot's own folder, which no program may see; move it out"
        assert list(source.impossible_here(context)) == [(key, why)]
        async with source.open(context) as opened:
            with pytest.raises(CheckError, match=f"^{re.escape(why)}$"):
                await opened.run(["true"], timedelta(seconds=10))


def test_hidden_folders_are_not_shown(tmp_path: Path) -> None:
    confinement = Confinement(tmp_path, hidden=(tmp_path / "data",))

    assert confinement.shows(tmp_path / "file")
    assert not confinement.shows(tmp_path / "data" / "file")


async def test_a_data_folder_in_the_workspace_appears_empty_to_its_programs(
    workspace: Path,
) -> None:
    (workspace / ".canary").mkdir()
    (workspace / ".canary" / "key").write_text("secret")
    result = await result_of(
        gate("sh", "-c", "cat .canary/key || echo nothing", read={"said": "secret|nothing"}),
        workspace,
        data=workspace / ".canary",
    )

    assert readings(result)["said"] == "nothing"


LINTED = """
version: 1
people: {{owners: {{members: [U01ANA, U02BEN]}}}}
sources: {{here: {{kind: workspace, path: {workspace}, unconfined: {unconfined}}}}}
environments:
  staging:
    channel: C0RELEASES
    checks: {{one: {{kind: gate, source: here, run: ["true"], owner: owners}}}}
    decide: {{approve: {{owners: 1}}}}
    rollback: {{mitigation: stop, steps: [go back], on_call: owners}}
"""
