"""How many rows of a table have a setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from checks.jobs.layout import Layout, qualified
from checks.jobs.measure import JobsMeasure


class Only(BaseModel):
    """Look at the rows whose column has this value, and at no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    column: str
    equals: bool | int | str


class Coverage(JobsMeasure):
    """`covered` of `total` rows have `equals` in `column`: 62 of 62 after a backfill."""

    kind: Literal["jobs.coverage"]
    window: None = None  # rows are as they are now
    table: str
    column: str
    equals: bool | int | str = True
    only: Only | None = None

    units: ClassVar = {"covered": "", "total": "", "percent": "%"}

    def bound(self) -> dict[str, Any]:
        only = self.only.equals if self.only else None
        return {"equals": self.equals, "only": only}

    def names(self, layout: Layout) -> Mapping[str, Sequence[str]]:
        only = self.only.column if self.only else self.column
        return layout.names() | {"table": qualified(self.table), "column": (self.column,), "only": (only,)}
