"""How to run common tools, and where their reports are. Every part can be overridden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, TypeAlias

PresetName: TypeAlias = Literal["npm", "jest", "vitest", "pytest", "go", "cargo", "eslint", "ruff", "tsc"]
Format: TypeAlias = Literal["junit", "tap", "jest", "go", "cargo", "eslint", "ruff", "tsc", "sarif"]
FINDS: frozenset[str] = frozenset({"eslint", "ruff", "tsc", "sarif"})  # with findings instead of tests
OUTPUT = ""  # instead of a file: the program's output


@dataclass(frozen=True)
class Preset:
    """`versions`: commands that print the tools' versions, run before."""

    run: tuple[str, ...]
    format: Format | None = None
    file: str = OUTPUT
    versions: tuple[tuple[str, ...], ...] = ()


_NODE = (("node", "--version"),)
_NPX = ("npx", "--no-install")  # never downloads a tool that the project does not have


def _npx(tool: str, *arguments: str) -> tuple[str, ...]:
    return (*_NPX, tool, *arguments)


PRESETS: Mapping[PresetName, Preset] = {
    "npm": Preset(("npm", "test"), versions=(*_NODE, ("npm", "--version"))),
    "jest": Preset(
        _npx("jest", "--ci", "--json", "--outputFile=.canary-jest.json"),
        "jest",
        ".canary-jest.json",
        (*_NODE, _npx("jest", "--version")),
    ),
    "vitest": Preset(
        _npx(
            "vitest", "run", "--reporter=default", "--reporter=junit", "--outputFile.junit=.canary-vitest.xml"
        ),
        "junit",
        ".canary-vitest.xml",
        (*_NODE, _npx("vitest", "--version")),
    ),
    "pytest": Preset(
        ("pytest", "--junitxml=.canary-pytest.xml"), "junit", ".canary-pytest.xml", (("pytest", "--version"),)
    ),
    "go": Preset(("go", "test", "-json", "./..."), "go", versions=(("go", "version"),)),
    "cargo": Preset(
        ("cargo", "test", "--no-fail-fast", "--color=never"),
        "cargo",
        versions=(("cargo", "--version"), ("rustc", "--version")),
    ),
    "eslint": Preset(
        _npx("eslint", ".", "--format", "json"), "eslint", versions=(*_NODE, _npx("eslint", "--version"))
    ),
    "ruff": Preset(
        ("ruff", "check", "--output-format=json", "--output-file=.canary-ruff.json"),
        "ruff",
        ".canary-ruff.json",
        (("ruff", "--version"),),
    ),
    "tsc": Preset(
        _npx("tsc", "--noEmit", "--pretty", "false"), "tsc", versions=(*_NODE, _npx("tsc", "--version"))
    ),
}
# they do not make a tree dirty
WRITTEN = tuple(sorted({preset.file for preset in PRESETS.values()} - {OUTPUT}))


def named_version(command: tuple[str, ...]) -> str:
    """ "jest version" for npx jest --version."""
    words = [word for word in command if not word.startswith("-") and word != "version"]
    return f"{PurePath(words[-1]).name} version" if words else "version"
