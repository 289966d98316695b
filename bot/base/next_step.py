"""What a person can do next, as data. Each front end words it as its own commands."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


class Step(enum.StrEnum):
    LIST_RUNS = "list runs"  # list active runs
    SHOW = "show"  # a run, or one of its checks
    CANCEL = "cancel"  # a run
    START = "start"  # start a run, of this environment if one is given
    LIST_MESSAGES = "list messages"  # list messages that Slack does not show


@dataclass(frozen=True)
class Next:
    step: Step
    run: int | None = None
    check: str = ""
    environment: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Parse what `as_json` returned."""
        return cls(**{**kept, "step": Step(kept["step"])})

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def list_runs(cls) -> Self:
        return cls(Step.LIST_RUNS)

    @classmethod
    def show(cls, run: int, check: str = "") -> Self:
        return cls(Step.SHOW, run=run, check=check)

    @classmethod
    def cancel(cls, run: int) -> Self:
        return cls(Step.CANCEL, run=run)

    @classmethod
    def start(cls, environment: str = "") -> Self:
        return cls(Step.START, environment=environment)

    @classmethod
    def list_messages(cls) -> Self:
        return cls(Step.LIST_MESSAGES)
