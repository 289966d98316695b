"""A scenario as declared: what the program is told, and what it must decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from checks import placeholders
from checks.instant import Instant
from checks.simulation.invariant import Invariant

_START = datetime(2026, 1, 1, tzinfo=UTC)


def _fixed(argument: str) -> str:
    if placeholders.names_in(argument):
        raise ValueError("expected no placeholder: a run's values are filled in under run")
    return argument


class Declared(BaseModel):
    """A scenario, in canary.yaml or in a file of its own."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    scenario: JsonValue = Field(default=None, description="What the program is told; any value")
    seed: int = Field(default=0, ge=0, le=(1 << 53) - 1, description="For whatever in it is random")
    clock: Instant = Field(default=_START, description="The time at its beginning")
    arguments: tuple[Annotated[str, AfterValidator(_fixed)], ...] = Field(
        default=(),
        max_length=100,
        description="Arguments of the program in this scenario, after those of run",
    )
    expect: tuple[str | dict[str, JsonValue], ...] | None = Field(
        default=None,
        max_length=10_000,
        description="Its decisions, in order: a reason code, or the fields that a decision must have",
    )
    invariants: tuple[Invariant, ...] = Field(
        default=(), max_length=50, description="CEL over decisions, first, last, pairs: must all be true"
    )
