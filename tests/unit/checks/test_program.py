"""Whether a program can be started is found out without waiting for anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from checks.program import unrunnable
from checks.sources.workspace import WorkspaceSource

SCRIPT = b"#!/nowhere/python\n"


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe on PATH, with the name of a program."""
    path = tmp_path / "tool"
    os.mkfifo(path, 0o755)
    return path


def test_a_pipe_in_place_of_a_program_is_not_read(pipe: Path) -> None:
    descriptor = os.open(pipe, os.O_RDWR)  # so that opening it does not wait for a writer
    try:
        os.write(descriptor, SCRIPT)

        said = unrunnable("tool", pipe.parent, str(pipe.parent))

        assert said == f"{pipe} is a pipe or a device, expected a program"
        assert os.read(descriptor, 100) == SCRIPT
    finally:
        os.close(descriptor)


def test_the_interpreter_of_a_script_is_looked_up(tmp_path: Path) -> None:
    script = tmp_path / "tool"
    script.write_bytes(SCRIPT)
    script.chmod(0o755)

    assert "/nowhere/python, is not on this machine" in unrunnable("./tool", tmp_path, "")


def test_a_symlink_out_of_the_confinement_does_not_reveal_whether_its_target_exists(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (tmp_path / "there").touch()
    for name in ("there", "not-there"):
        (workspace / name).symlink_to(tmp_path / name)

    source = WorkspaceSource(kind="workspace", path=workspace)
    said = {name: source.unrunnable(f"./{name}", None) for name in ("there", "not-there")}

    assert said["there"] == said["not-there"].replace("not-there", "there")
    assert "is in no folder that its confinement shows" in said["there"]
