"""One INSERT, UPDATE or DELETE, in one transaction, that touches as many rows as previewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from checks import placeholders
from checks.actions.base import Action, Begin, Preview, Report, Trace, Verdict
from checks.outcome import CheckError
from checks.sources.postgres.writer import Writer
from checks.sources.postgres.writing import verb_of
from checks.sql import bound, check_bound
from checks.units import say_count

_DID: Mapping[str, str] = {"insert": "inserted", "update": "updated", "delete": "deleted"}


class Bounds(BaseModel):
    """`rows:` of an action."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    max: int = Field(ge=1, le=100_000, description="More is refused, and nothing is done")
    sample: int = Field(
        default=10, ge=0, le=10, description="How many of their primary keys the preview shows"
    )


class SqlAction(Action):
    """`statement` is run once. The preview runs it too, in a transaction that is undone.

    It may name values of the run, `{{version}}`: they are bound, never pasted, and stand without quotes.
    """

    source_kind: ClassVar = "postgres.writer"
    filled: ClassVar = (("statement",),)

    kind: Literal["sql"]
    statement: placeholders.CodeTemplate = Field(
        min_length=1,
        max_length=20_000,
        description="One INSERT, UPDATE or DELETE over the source's tables; values of the run are bound",
    )
    rows: Bounds = Field(description="How many rows it may touch")

    @model_validator(mode="after")
    def _is_a_change(self) -> Self:
        check_bound(self.statement)
        try:
            verb_of(placeholders.NAME.sub("NULL", self.statement))
        except CheckError as error:
            raise ValueError(f"expected one INSERT, UPDATE or DELETE: {error}") from None
        return self

    async def permitted(self, opened: Writer) -> str:
        """Has the statement planned, which requires the same privileges."""
        names = placeholders.names_in(self.statement)
        await opened.explain(bound(self.statement), names, limit=self.timeout)
        return f"the role {await opened.role()} may do it"

    async def preview(self, opened: Writer, values: Mapping[str, str]) -> Preview:
        """Runs it and rolls back, so that the result is exact."""
        named = self._values(values)
        touched = await opened.rehearse(
            bound(self.statement), named, sample=self.rows.sample, limit=self.timeout
        )
        with_ = [f"{name} = {value}" for name, value in named.items()]
        return Preview(
            does=(self.statement.strip(), *([f"with {', '.join(with_)}"] if with_ else []), *touched.besides),
            rows=touched.rows,
            sample=touched.sample,
            verb=touched.verb,
            problem=self._problem(touched.rows),
        )

    def _problem(self, rows: int) -> str:
        if not rows:
            return "there is nothing to do: it would touch no row"
        if rows > self.rows.max:
            return f"it would touch {say_count(rows, 'row')}, and at most {self.rows.max:,} are allowed"
        return ""

    async def perform(self, opened: Writer, values: Mapping[str, str], trace: Trace, begin: Begin) -> Report:
        """`trace.rows`: as previewed, so within the limits; any other number is rolled back."""
        await opened.change(
            bound(self.statement),
            self._values(values),
            rows=trace.rows or 0,
            limit=self.timeout,
            begin=begin,
        )
        return self.done(trace)

    async def verdict(self, opened: Writer, values: Mapping[str, str], trace: Trace) -> tuple[Verdict, str]:  # noqa: ARG002
        verdict = await opened.status(trace.mark or "")
        return verdict, f"the database says of its transaction {trace.mark}: {_SAID[verdict]}"

    def done(self, trace: Trace) -> Report:
        did = _DID[verb_of(placeholders.NAME.sub("NULL", self.statement))]
        return Report(said=f"{say_count(trace.rows or 0, 'row')} {did}", rows=trace.rows)

    def _values(self, values: Mapping[str, str]) -> dict[str, str]:
        names = dict.fromkeys(placeholders.names_in(self.statement))
        return {name: placeholders.value_of(name, values) for name in names}


_SAID: Mapping[Verdict, str] = {
    Verdict.DONE: "committed",
    Verdict.NOT_DONE: "undone",
    Verdict.UNDER_WAY: "still open",
    Verdict.UNKNOWN: "nothing, for it is too long ago, or this is another server",
}
