"""How many rows of a table have a setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from checks.jobs.layout import Layout
from checks.jobs.measure import JobsMeasure
from checks.sources.postgres.catalog import qualified
from checks.wording import Wording


class Only(BaseModel):
    """Look at the rows whose column has this value, and at no others."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    column: str = Field(description="A column of the same table")
    equals: bool | int | str = Field(description="Its value in the rows that count")


class Coverage(JobsMeasure):
    """`covered` of `total` rows have `equals` in `column`: 62 of 62 after a backfill."""

    kind: Literal["jobs.coverage"]
    # rows are as they are now
    window: None = Field(default=None, description="Not used: rows are read as they are now")
    table: str = Field(description="The table whose rows are counted, as listed in the source's `tables`")
    column: str = Field(description="The column of the setting")
    equals: bool | int | str = Field(default=True, description="The value that counts as covered")
    only: Only | None = Field(default=None, description="Count only rows in which another column has a value")

    dated: ClassVar = False
    units: ClassVar = {"covered": "", "total": "", "percent": "%"}

    def wording(self) -> Mapping[str, Wording]:
        return {
            "covered": Wording(
                "{value} of {total} rows covered",
                "the number of covered rows",
                whole="total",
                all_of="all rows {must} be covered",
            ),
            "total": Wording("{value} row{s}", "the number of rows"),
            "percent": Wording("{value} of rows covered", "the share of covered rows"),
        }

    def bound(self) -> dict[str, Any]:
        only = self.only.equals if self.only else None
        return {"equals": self.equals, "only": only}

    def names(self, layout: Layout) -> Mapping[str, Sequence[str]]:
        only = self.only.column if self.only else self.column
        return layout.names() | {"table": qualified(self.table), "column": (self.column,), "only": (only,)}
