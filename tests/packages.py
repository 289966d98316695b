"""Packages that bring kinds of their own: the example's wheel, installed alone, and some that misbehave."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "plugin"
KIND = """
    from typing import Literal
    from checks.api import Check, Measurement, Reading


    class Kind(Check):
        \"\"\"Measures nothing but itself.\"\"\"

        kind: Literal["{kind}"]

        def readings(self):
            return {{"done": ""}}

        async def measure(self, source, moment, window):
            return Measurement(readings=(Reading(name="done", value=1),), window=window)
"""


def build(folder: Path) -> Path:
    """Build the example as a wheel and install it without a network. Returns the folder."""
    sources, wheels, target = folder / "sources", folder / "wheels", folder / "installed"
    shutil.copytree(EXAMPLE, sources, ignore=shutil.ignore_patterns("__pycache__"))
    _python("-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels), cwd=sources)
    [wheel] = wheels.glob("*.whl")
    quietly = ("--quiet", "--disable-pip-version-check", "--no-index", "--no-deps")
    _python("-m", "pip", "install", *quietly, "--target", str(target), str(wheel), cwd=folder)
    return target


def package(folder: Path, name: str, kinds: Mapping[str, str], code: str) -> Path:
    """Create a package as an installer leaves it, with `kinds` (kind -> class) as entry points. Returns the folder."""
    module = name.replace("-", "_")
    information = folder / f"{module}-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    points = "".join(f"{kind} = {module}:{found}\n" for kind, found in kinds.items())
    (information / "entry_points.txt").write_text(f"[canary.checks]\n{points}")
    (folder / f"{module}.py").write_text(textwrap.dedent(code))
    return folder


def beside(*folders: Path) -> dict[str, str]:
    """The environment variable with which Python finds canary and these packages."""
    return {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, *folders)))}


def _python(*words: str, cwd: Path) -> None:
    ended = subprocess.run(
        [sys.executable, *words], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
