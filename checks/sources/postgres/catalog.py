"""What the names in `tables` mean in a database: the only relations that a check may name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from checks import spelling
from checks.outcome import Cause, CheckError


@dataclass(frozen=True)
class Relation:
    """A listed table, view or foreign table."""

    schema: str
    name: str
    found_first: bool  # whether the name without a schema refers to this one
    columns: tuple[str, ...]
    opaque: tuple[str, ...]  # for each column "", or its type if it is user-defined
    enums: frozenset[tuple[str, str]]  # (schema, name) of its columns' enums


@dataclass(frozen=True)
class Catalog:
    """The listed relations. `missing`: names in `tables` that the database does not have."""

    relations: tuple[Relation, ...]
    missing: tuple[str, ...]
    listed: tuple[str, ...]

    def find(self, schema: str, name: str) -> Relation:
        """The relation that a name in the query refers to, if listed. Raises CheckError."""
        for relation in self.relations:
            if relation.name == name and (relation.schema == schema if schema else relation.found_first):
                return relation
        said = f"{schema}.{name}" if schema else name
        if (schema, name) in {split(listed) for listed in self.missing}:
            raise not_there(said)
        raise CheckError(
            f"the query reads {said}, which `tables` of the source does not list",
            cause=Cause.CONFIGURATION,
            hint=self._nearest(said) or f"Add {said} to `tables` if the check may read it.",
        )

    def refuse_missing(self) -> None:
        """A name that refers to nothing is a mistake, even if the query does not need it."""
        for name in self.missing:
            raise not_there(name)

    def enums(self) -> frozenset[tuple[str, str]]:
        return frozenset().union(*(relation.enums for relation in self.relations))

    def _nearest(self, said: str) -> str:
        """Listed names only: a query must not learn others."""
        folded = {split(name)[1].lower(): name for name in self.listed}
        near = spelling.closest(said.rsplit(".", maxsplit=1)[-1].lower(), folded)
        return f'Did you mean "{folded[near]}"?' if near else ""


def catalog(listed: Sequence[str], rows: Iterable[Sequence[Any]]) -> Catalog:
    """From what catalog.sql returns."""
    relations, missing = [], []
    for place, schema, name, found_first, columns, opaque, enums in rows:
        if name is None:
            missing.append(listed[place])
            continue
        found = frozenset((space, enum) for space, enum in enums or ())
        relations.append(
            Relation(schema, name, bool(found_first), tuple(columns or ()), tuple(opaque or ()), found)
        )
    return Catalog(tuple(relations), tuple(missing), tuple(listed))


def qualified(table: str) -> tuple[str, ...]:
    """`queue.Job` -> ("queue", "Job"); `Job` -> ("Job",)."""
    return tuple(table.split(".", 1))


def split(listed: str) -> tuple[str, str]:
    """`queue.Job` -> ("queue", "Job"); `Job` -> ("", "Job")."""
    *schema, name = qualified(listed)
    return "".join(schema), name


def not_there(name: str) -> CheckError:
    return CheckError(
        f"`tables` of the source lists {name}, which this database does not have",
        cause=Cause.CONFIGURATION,
        hint="Write it as it is in the database, in the same case, as Table or schema.Table; or remove it.",
    )
