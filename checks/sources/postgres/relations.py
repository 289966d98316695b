"""What a query's FROM brings into scope: listed relations, subqueries, functions and joins, with what is
known of their columns. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from checks.outcome import CheckError
from checks.sources.postgres.bounds import is_short
from checks.sources.postgres.catalog import Catalog, Relation
from checks.sources.postgres.grammar import Fields, Node, fields_of, opened
from checks.sources.postgres.refusals import Refusals
from checks.sources.postgres.scope import ROW, Binding, Scope
from checks.sources.postgres.vocabulary import COLUMNS_OF

MOST = 100  # relations in one FROM
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"|([a-z_]\w*))\s*', re.IGNORECASE)


class Relations:
    def __init__(self, catalog: Catalog, refusals: Refusals) -> None:
        self._catalog = catalog
        self._refusals = refusals
        self._found: dict[tuple[str, str], Relation | CheckError] = {}

    def find(self, schema: str, name: str) -> Relation | CheckError:
        """Called once per name: an unknown one is compared with all that are listed."""
        if (schema, name) not in self._found:
            try:
                self._found[schema, name] = self._catalog.find(schema, name)
            except CheckError as problem:
                self._found[schema, name] = problem
        return self._found[schema, name]

    def named(self, written: str) -> Relation:
        """A name as PostgreSQL reads it: folded, unless it is in double quotes."""
        parts, rest = [], written
        while match := _NAME.match(rest):
            parts.append(match[1].replace('""', '"') if match[1] else match[2].lower())
            rest = rest[match.end() :]
            if not rest.startswith("."):
                break
            rest = rest[1:]
        match parts:
            case [schema, name] if not rest:
                return self._catalog.find(schema, name)
            case [name] if not rest:
                return self._catalog.find("", name)
        return self._catalog.find("", written)

    def bind(self, item: Node, scope: Scope) -> None:
        """Adds what an item of FROM brings into scope."""
        kind, fields = opened(item)
        if len(scope.aliases) >= MOST:
            return  # refused when the query's parts are counted
        if kind == "JoinExpr":
            self._bind_join(fields, scope)
        elif kind == "RangeTableSample":
            self.bind(fields["relation"], scope)
        elif kind == "RangeSubselect":
            scope.aliases.append((fields.get("alias", {}).get("aliasname", ""), Binding(ROW)))
        elif kind == "RangeFunction":
            scope.aliases.append(_bound_function(fields, scope))
        elif kind == "RangeVar":
            scope.aliases.append(self._bound_relation(fields, scope))

    def _bind_join(self, fields: Fields, scope: Scope) -> None:
        before = len(scope.aliases)
        self.bind(fields["larg"], scope)
        self.bind(fields["rarg"], scope)
        if "alias" in fields:
            for _, binding in scope.aliases[before:]:
                for column, kind in binding.opaque():
                    self._refusals.opaque(column, kind, binding.said, fields)
        for alias in ("alias", "join_using_alias"):
            if alias in fields:
                scope.aliases.append((fields[alias]["aliasname"], Binding(ROW)))

    def _bound_relation(self, fields: Fields, scope: Scope) -> tuple[str, Binding]:
        alias = fields.get("alias", {}).get("aliasname") or fields["relname"]
        if is_expression(fields, scope):
            return alias, Binding(ROW)
        found = self.find(fields.get("schemaname", ""), fields["relname"])
        if isinstance(found, CheckError):  # reported when the walk reaches it
            return alias, Binding(ROW)
        names = _renamed(found.columns, fields.get("alias", {}))
        return alias, Binding(
            dict(zip(names, found.opaque, strict=True)), relation=(found.schema, found.name), said=found.name
        )


def is_expression(fields: Fields, scope: Scope) -> bool:
    """Whether it names a common table expression."""
    return "schemaname" not in fields and fields["relname"] in scope.expressions


def _bound_function(fields: Fields, scope: Scope) -> tuple[str, Binding]:
    """What a function in FROM brings into scope. With several in ROWS FROM, or an unknown one, no column is
    known.
    """
    functions = [each["List"]["items"] for each in fields["functions"]]  # a call and its definitions each
    first = fields_of(functions[0][0], "FuncCall")
    name = first["funcname"][-1]["String"]["sval"] if first else ""
    args = first.get("args", []) if first else []
    alias = fields.get("alias", {})
    definitions = fields.get("coldeflist") or (
        functions[0][1].get("List", {}).get("items", ()) if len(functions[0]) > 1 else ()
    )
    if definitions:
        columns = tuple(each["ColumnDef"]["colname"] for each in definitions)
    elif len(functions) > 1 or (name == "unnest" and len(args) > 1):
        columns = tuple("" for _ in alias.get("colnames", ()))
    else:
        columns = COLUMNS_OF.get(name, (alias.get("aliasname") or name,))
    if fields.get("ordinality"):
        columns = (*columns, "ordinality")
    short = name == "unnest" and len(functions) == 1 and all(is_short(each, scope) for each in args)
    known = dict.fromkeys(_renamed(columns, alias), "")
    return alias.get("aliasname") or name, Binding(known, said=f"{name}()", short=short)


def _renamed(columns: Sequence[str], alias: Fields) -> tuple[str, ...]:
    """After `AS alias (a, b)`, which renames the first columns."""
    given = tuple(each["String"]["sval"] for each in alias.get("colnames", ()))[: len(columns)]
    return (*given, *columns[len(given) :])
