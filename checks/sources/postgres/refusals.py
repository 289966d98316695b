"""Problems of a query: the first unlisted name, and the first other problem. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from checks import spelling
from checks.outcome import Cause, CheckError
from checks.sources.postgres.grammar import Fields


class Refusals:
    """Unlisted names take precedence over other problems; only the first of each is kept."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._unlisted: CheckError | None = None
        self._other: CheckError | None = None

    def unlisted(self, problem: CheckError) -> None:
        self._unlisted = self._unlisted or problem

    def add(self, message: str, fields: Fields | None = None, *, hint: str = "") -> None:
        """`fields`: of the offending node, whose line is named."""
        if self._other:
            return
        place = (fields or {}).get("location", 0)
        line = self._text.count(b"\n", 0, place) + 1
        where = f" (line {line})" if place > 0 and b"\n" in self._text.strip() else ""
        self._other = CheckError(message + where, cause=Cause.CONFIGURATION, hint=hint)

    def opaque(self, column: str, kind: str, relation: str, fields: Fields) -> None:
        self.add(
            f'the column "{column}" of {relation} has the type {kind}, which is not one of PostgreSQL\'s own',
            fields,
            hint="List a view in `tables` that gives it as text or as a number.",
        )

    def raise_first(self) -> None:
        for problem in (self._unlisted, self._other):
            if problem:
                raise problem


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint, or "" if no known name is similar."""
    near = spelling.closest(name, known)
    return f'Did you mean "{near}"?' if near else ""
