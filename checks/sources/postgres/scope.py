"""What a name in a query may refer to at its position: the common table expressions and aliases in scope.
Pure.

PostgreSQL resolves names exactly. This finds every candidate, and a name is permitted only if it is for all
of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

ROW = None  # the columns of a subquery: whatever they are, its rows have no table's type


@dataclass(frozen=True)
class Binding:
    """The meaning of an alias. `columns`: name -> "", or its type if user-defined; or ROW."""

    columns: Mapping[str, str] | None
    relation: tuple[str, str] | None = None  # (schema, name) of a listed one
    said: str = ""  # for people
    short: bool = False  # all its texts have few characters

    def opaque(self) -> Iterator[tuple[str, str]]:
        for name, type_ in (self.columns or {}).items():
            if type_:
                yield name, type_


@dataclass(frozen=True)
class Scope:
    """The scope of one SELECT, within the enclosing ones."""

    around: Scope | None = None
    expressions: frozenset[str] = frozenset()  # names of common table expressions
    aliases: list[tuple[str, Binding]] = field(default_factory=list)

    def inner(self, expressions: frozenset[str]) -> Scope:
        return Scope(self, expressions)

    def candidates(self, alias: str) -> list[Binding]:
        return [binding for name, binding in self.all() if name == alias]

    def is_short(self, column: Sequence[str]) -> bool:
        """Whether a column, as (name) or (alias, name), certainly contains only short texts."""
        match column:
            case [name]:
                return self._is_short(name)
            case [alias, _]:
                named = self.candidates(alias)
                return bool(named) and all(binding.short for binding in named)
        return False

    def _is_short(self, name: str) -> bool:
        if any(binding.columns is ROW for _, binding in self.aliases):  # it may be one of theirs
            return False
        found = [binding for _, binding in self.aliases if name in (binding.columns or {})]
        if found or self.around is None:
            return bool(found) and all(binding.short for binding in found)
        return self.around.is_short((name,))

    def all(self) -> Iterator[tuple[str, Binding]]:
        yield from self.aliases
        if self.around:
            yield from self.around.all()
