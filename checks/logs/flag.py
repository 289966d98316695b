"""What is counted in a log besides single codes: consecutive windows, and when a flag changed."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from checks.units import Duration

Code = Annotated[str, Field(min_length=1, max_length=100)]


class InARow(BaseModel):
    """`{code: guardrail_step_down, every: 15m}`"""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    code: Code = Field(description="The reason code")
    every: Duration = Field(description="The length of one window, back from the end of the check's own")


class Flag(BaseModel):
    """`{field: operatorOverrideActive, equals: true}`: when it last changed to that, as decisions tell."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    field: str = Field(
        min_length=1, max_length=200, description="A key of the decisions; dots lead into objects"
    )
    equals: bool | int | str = Field(description="Its value since it was flipped")
