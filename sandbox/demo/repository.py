"""The repository that gates run in: a copy of `sandbox/workspace`, with a git history if git is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.resources import as_file, files
from pathlib import Path

_NO_USER_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
_AUTHOR = ("-c", "user.name=Ana Ruiz", "-c", "user.email=ana@acme.example")


def make_repository(folder: Path) -> None:
    """Create it unless it exists: a person may have broken a test in it to see the gate fail."""
    if folder.exists():
        return
    unfinished = folder.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    with as_file(files("sandbox") / "workspace") as source:
        shutil.copytree(source, unfinished, ignore=shutil.ignore_patterns("__pycache__"))
    if shutil.which("git"):
        _git(unfinished, "init", "--quiet")
        _git(unfinished, "add", "--all")
        _git(unfinished, *_AUTHOR, "commit", "--quiet", "--message", "Take on more work step by step")
    unfinished.rename(folder)


def _git(folder: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(  # noqa: S603 — our own words
        ["git", *arguments],  # noqa: S607 — whichever git there is
        cwd=folder,
        env=environment | _NO_USER_SETTINGS,
        check=True,
        capture_output=True,
    )
