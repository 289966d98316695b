"""Loading a configuration text, and the problems reported about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.plan.load import Loaded, load
from bot.plan.problems import PlanError
from tests.unit.plan.plans import ENVIRON


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "canary.yaml"


@pytest.fixture
def loaded(file: Path) -> Callable[..., Loaded]:
    """The text as a loaded configuration."""

    def loaded(text: str, **environ: str) -> Loaded:
        file.write_text(text)
        return load(file, ENVIRON | environ)

    return loaded


@pytest.fixture
def problems(file: Path) -> Callable[[str | bytes], list[str]]:
    """The problems in the text as people read them, without the folder."""

    def problems(text: str | bytes) -> list[str]:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        try:
            load(file, ENVIRON)
        except PlanError as error:
            return [str(problem).removeprefix(f"{file.parent}/") for problem in error.problems]
        return []

    return problems
