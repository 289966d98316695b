"""What a query may contain: a single SELECT with known constructs over listed tables, with every name fully
qualified. Pure.

The tree is PostgreSQL's own. Every construct, function, type and relation in it has to be known
(constructs.py, vocabulary.py, catalog.py), and is qualified with its schema; only the text that says so
is run, with nothing but PostgreSQL's own schema in the search path. Rows of a listed table are never handed on
as a whole: such a row has the table's own type, of which somebody may have defined functions and casts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from checks.outcome import CheckError
from checks.sources.postgres.bounds import literal, unbounded
from checks.sources.postgres.catalog import Catalog
from checks.sources.postgres.constructs import SAID, UNDERSTOOD
from checks.sources.postgres.grammar import (
    PLACES,
    Edit,
    Fields,
    Node,
    children,
    edited,
    fields_of,
    opened,
    parse,
)
from checks.sources.postgres.refusals import Refusals, nearest
from checks.sources.postgres.relations import MOST, Relations, is_expression
from checks.sources.postgres.scope import ROW, Binding, Scope
from checks.sources.postgres.vocabulary import FUNCTIONS, OF_RELATIONS, SAMPLINGS, TYPES

_OWN = "pg_catalog"
_EVERY = "*"
_STATEMENT = re.compile(r"(?<!^)(?=[A-Z])")
_IN_A_WORD = re.compile(rb"[A-Za-z0-9_$\x80-\xff]")
_PLAIN_LITERAL = re.compile(rb"'((?:[^'\\]|'')*)'")


def guarded(text: str, catalog: Catalog) -> str:
    """Returns the statement to run instead of `text`, with values as $1. Raises CheckError, for unlisted
    names first.
    """
    text = text.removeprefix("\ufeff")
    statement = parse(text)
    refusals = Refusals(text)
    guard = Guard(text, catalog, refusals)
    guard.statement(statement.tree)
    refusals.raise_first()
    catalog.refuse_missing()
    return edited(statement, guard.edits)


class Guard:
    """Walks a tree, changes its names to qualified ones, and collects refusals and edits of the text."""

    def __init__(self, text: str, catalog: Catalog, refusals: Refusals) -> None:
        self.edits: list[Edit] = []
        self._text = text.encode()
        self._refusals = refusals
        self._relations = Relations(catalog, refusals)
        self._enums = catalog.enums()
        self._special: Mapping[str, Callable[[Fields, Scope], None]] = {
            "SelectStmt": self._select,
            "RangeVar": self._relation,
            "RangeTableSample": self._sample,
            "JoinExpr": self._join,
            "FuncCall": self._call,
            "ColumnRef": self._column,
            "TypeName": self._type,
            "A_Expr": self._operation,
            "SubLink": self._sublink,
            "SortBy": self._sort,
            "CollateClause": self._collation,
            "A_Indirection": self._indirection,
        }

    def statement(self, node: Node) -> None:
        kind, fields = opened(node)
        if kind != "SelectStmt":
            said = " ".join(_STATEMENT.split(kind.removesuffix("Stmt"))).upper()
            self._refusals.add(f"the query does more than read: it is {said}", hint="Ask one SELECT.")
            return
        self._visit(kind, fields, Scope())

    # ------------------------------------------------------------ the walk

    def _visit(self, kind: str, fields: Fields, scope: Scope) -> None:
        """Visits a node and everything in it, by special rules for some kinds."""
        if not self._is_understood(kind, fields):
            return
        if kind in self._special:
            self._special[kind](fields, scope)
        else:
            self._within(kind, fields, scope)

    def _look_at(self, node: Node, scope: Scope) -> None:
        if node:
            self._visit(*opened(node), scope)

    def _within(self, kind: str, fields: Fields, scope: Scope, *, but: Iterable[str] = ()) -> None:
        """Except content that is already refused."""
        permitted = {
            field: value for field, value in fields.items() if field in UNDERSTOOD[kind] and field not in but
        }
        for inner, its_fields in children(kind, permitted):
            self._visit(inner, its_fields, scope)

    def _is_understood(self, kind: str, fields: Fields) -> bool:
        permitted = UNDERSTOOD.get(kind)
        if permitted is None:
            if kind.endswith("Stmt"):
                self._refusals.add("the query changes rows; only a SELECT may be asked", fields)
            else:
                self._refusals.add(f"the query uses {SAID.get(kind, kind)}, which checks do not read", fields)
            return False
        for field in fields:
            if field not in permitted and field not in PLACES:
                self._refusals.add(f"the query uses {SAID.get(field, field)}, which a check may not", fields)
        return True

    # ------------------------------------------------------------ queries and FROM

    def _select(self, fields: Fields, outer: Scope) -> None:
        expressions = self._expressions(fields, outer)
        scope = outer.inner(expressions)
        for item in fields.get("fromClause", ()):
            self._relations.bind(item, scope)
        if len(scope.aliases) >= MOST:
            self._refusals.add(f"the query reads {MOST} relations or more at once; fewer can be judged")
            return
        for side in ("larg", "rarg"):
            if side in fields:
                self._visit("SelectStmt", fields[side], scope)
        targets = fields.get("targetList", ())
        outputs = {target["ResTarget"].get("name", "") for target in targets}
        for target in targets:
            self._target(target["ResTarget"], scope)
        for each in fields.get("groupClause", ()):  # a name there is a column of FROM first
            self._look_at(each, scope)
        for each in (*fields.get("sortClause", ()), *fields.get("distinctClause", ())):
            self._order(each, outputs, scope)
        done = {
            "withClause",
            "larg",
            "rarg",
            "targetList",
            "sortClause",
            "groupClause",
            "distinctClause",
        }
        self._within("SelectStmt", fields, scope, but=done)

    def _order(self, node: Node, outputs: set[str], scope: Scope) -> None:
        """By a column of the result, if it is the name of one; otherwise an expression."""
        if _bare(node) not in outputs:
            self._look_at(node, scope)
        elif sort := fields_of(node, "SortBy"):
            self._is_understood("SortBy", sort)
            self._operator(sort.get("useOp", ()), sort)

    def _expressions(self, fields: Fields, outer: Scope) -> frozenset[str]:
        """The names in scope within the query; each expression's own query is checked."""
        known = outer.expressions
        if "withClause" not in fields:
            return known
        clause = fields["withClause"]
        self._is_understood("WithClause", clause)
        names = [each["CommonTableExpr"]["ctename"] for each in clause["ctes"]]
        for name in names:
            if name.startswith("pg_"):  # PostgreSQL's own relations must never be shadowed
                self._refusals.add(
                    f"the query names a part {name}; names that begin with pg_ are PostgreSQL's own"
                )
        if clause.get("recursive"):
            known |= set(names)
        for each, name in zip(clause["ctes"], names, strict=True):
            self._look_at(each, outer.inner(known))
            known |= {name}
        return known

    def _target(self, fields: Fields, scope: Scope) -> None:
        """A column of the result, or all of them: only here a star means columns."""
        column = fields_of(fields.get("val"), "ColumnRef")
        if column is None or not _is_star(column):
            self._visit("ResTarget", fields, scope)
            return
        self._is_understood("ColumnRef", column)
        names = _names(column)
        bound = (
            [binding for _, binding in scope.aliases]
            if len(names) == 1
            else self._bound(names, column, scope)
        )
        for binding in bound:
            for name, kind in binding.opaque():
                self._refusals.opaque(name, kind, binding.said, fields)

    def _relation(self, fields: Fields, scope: Scope) -> None:
        if is_expression(fields, scope):
            return
        found = self._relations.find(fields.get("schemaname", ""), fields["relname"])
        if isinstance(found, CheckError):
            self._refusals.unlisted(found)
            return
        if "schemaname" not in fields:
            fields["schemaname"] = found.schema
            self._insert(fields, f"{_identifier(found.schema)}.")

    def _sample(self, fields: Fields, scope: Scope) -> None:
        said = "the query samples by {}, expected system or bernoulli"
        self._own_name(fields["method"], SAMPLINGS, said, fields)
        self._within("RangeTableSample", fields, scope, but={"method"})

    def _join(self, fields: Fields, scope: Scope) -> None:
        used = {each["String"]["sval"] for each in fields.get("usingClause", ())}
        for _, binding in scope.all():
            for column, kind in binding.opaque():
                if fields.get("isNatural") or column in used:
                    self._refusals.opaque(column, kind, binding.said, fields)
        self._within("JoinExpr", fields, scope)

    # ------------------------------------------------------------ columns

    def _column(self, fields: Fields, scope: Scope) -> None:
        names = _names(fields)
        if names[-1] == _EVERY:
            found = scope.candidates(names[0]) if len(names) > 1 else []
            if found and all(binding.columns is ROW for binding in found):
                return
            self._refusals.add(
                f"the query takes {'.'.join(names)} as one value",
                fields,
                hint="Name the columns that it needs.",
            )
            return
        if len(names) == 1:
            self._single(names[0], fields, scope)
            return
        for binding in self._bound(names, fields, scope):
            self._attribute(names, binding, fields)

    def _single(self, name: str, fields: Fields, scope: Scope) -> None:
        """A column, or a whole row if there is an alias of that name and no column."""
        for alias, binding in scope.all():
            if alias == name and binding.relation and name not in (binding.columns or {}):
                self._refusals.add(
                    f"the query takes a row of {name} as one value",
                    fields,
                    hint="Name the columns that it needs.",
                )
            kind = (binding.columns or {}).get(name)
            if kind:
                self._refusals.opaque(name, kind, binding.said, fields)

    def _bound(self, names: Sequence[str], fields: Fields, scope: Scope) -> list[Binding]:
        """The possible meanings of `alias` in alias.column, or `schema.table` in schema.table.column."""
        match names:
            case (alias, _):
                found = scope.candidates(alias)
            case (schema, table, _):
                found = [each for each in scope.candidates(table) if each.relation == (schema, table)]
            case _:
                found = []
        if not found:
            self._refusals.add(
                f"the query takes {'.'.join(names)}, but FROM has no {'.'.join(names[:-1])}", fields
            )
        return found

    def _attribute(self, names: Sequence[str], binding: Binding, fields: Fields) -> None:
        """alias.name: if it is not a column, PostgreSQL would call a function of that name."""
        name = names[-1]
        if binding.columns is ROW:
            if name.startswith("pg_"):
                self._refusals.add(
                    f"the query takes {'.'.join(names)}; names that begin with pg_ are PostgreSQL's", fields
                )
        elif name not in binding.columns:
            self._refusals.add(
                f"{'.'.join(names)} does not exist", fields, hint=nearest(name, binding.columns)
            )
        elif kind := binding.columns[name]:
            self._refusals.opaque(name, kind, binding.said, fields)

    # ------------------------------------------------------------ functions, types, operators

    def _call(self, fields: Fields, scope: Scope) -> None:
        said = "the query calls {}(), which is not among the functions that checks may use"
        name = self._own_name(fields["funcname"], FUNCTIONS, said, fields)
        args: list[Node] = fields.get("args", [])
        if name in OF_RELATIONS:
            self._of_relation(name, args, fields)
            for each in args[1:]:
                self._look_at(each, scope)
            self._within("FuncCall", fields, scope, but={"funcname", "args"})
            return
        if name == "pg_database_size" and not _is_this_database(args):
            self._refusals.add("the query calls pg_database_size() of more than current_database()", fields)
        problem, hint = unbounded(name, args, scope)
        if problem:
            self._refusals.add(problem, fields, hint=hint)
        self._within("FuncCall", fields, scope, but={"funcname"})

    def _of_relation(self, name: str, args: list[Node], fields: Fields) -> None:
        """pg_table_size('public."Job"'): the name is a literal, listed, and rewritten in full."""
        written = literal(args[0]) if args else None
        if written is None or any(literal(each) is None for each in args[1:]):
            self._refusals.add(
                f"the query calls {name}() of something computed",
                fields,
                hint=f"Give it a listed table in quotes: {name}('public.\"Job\"').",
            )
            return
        try:
            found = self._relations.named(written)
        except CheckError as problem:
            self._refusals.unlisted(problem)
            return
        constant = (fields_of(args[0], "TypeCast") or {"arg": args[0]})["arg"]["A_Const"]
        quoted = ".".join(map(_quoted, (found.schema, found.name)))
        self._replace_literal(constant, f"'{quoted.replace(chr(39), chr(39) * 2)}'::{_OWN}.regclass", fields)
        names = [{"String": {"sval": part}} for part in (_OWN, "regclass")]
        regclass = {
            "arg": {"A_Const": {"sval": {"sval": quoted}}},
            "typeName": {"names": names, "typemod": -1},
        }
        if cast := fields_of(args[0], "TypeCast"):
            cast["arg"] = {"TypeCast": regclass}
            self._type(cast["typeName"], Scope(), besides=frozenset({"regclass"}))
        else:
            args[0] = {"TypeCast": regclass}

    def _replace_literal(self, constant: Fields, instead: str, fields: Fields) -> None:
        """Only for plain literals, whose end is certain."""
        start = constant.get("location", 0)
        found = _PLAIN_LITERAL.match(self._text, start)
        if (
            found is None
            or found[1].replace(b"''", b"'").decode("utf-8", "replace") != constant["sval"]["sval"]
        ):
            self._refusals.add(
                "the query names a table in a string with escapes; write it in plain quotes", fields
            )
            return
        self.edits.append(Edit(start, found.end(), instead))

    def _type(self, fields: Fields, scope: Scope, besides: frozenset[str] = frozenset()) -> None:
        names = [each["String"]["sval"] for each in fields.get("names", ())]
        known = TYPES | besides
        if len(names) == 1 and names[0] in known:
            self._qualify(fields["names"], _OWN, fields)
        elif names[:-1] != [_OWN] or names[-1] not in known:
            self._enum(names, fields)
        self._within("TypeName", fields, scope, but={"names"})

    def _enum(self, names: Sequence[str], fields: Fields) -> None:
        """An enum of a listed table's column may be used, too."""
        for schema, name in sorted(self._enums):
            if names and name == names[-1] and list(names[:-1]) in ([], [schema]):
                if len(names) == 1:
                    self._qualify(fields["names"], schema, fields)
                return
        said = ".".join(names)
        self._refusals.add(
            f"the query casts to {said}, which is not one of PostgreSQL's types of values", fields
        )

    def _operation(self, fields: Fields, scope: Scope) -> None:
        self._operator(fields.get("name", ()), fields)
        self._within("A_Expr", fields, scope, but={"name"})

    def _sublink(self, fields: Fields, scope: Scope) -> None:
        self._operator(fields.get("operName", ()), fields)
        self._within("SubLink", fields, scope, but={"operName"})

    def _sort(self, fields: Fields, scope: Scope) -> None:
        self._operator(fields.get("useOp", ()), fields)
        self._within("SortBy", fields, scope, but={"useOp"})

    def _operator(self, name: Sequence[Node], fields: Fields) -> None:
        """Without a schema it is PostgreSQL's own, because the search path contains nothing else."""
        names = [each["String"]["sval"] for each in name]
        if names[:-1] not in ([], [_OWN]):
            said = ".".join(names)
            self._refusals.add(
                f"the query uses the operator {said}, which is not one of PostgreSQL's own", fields
            )

    def _collation(self, fields: Fields, scope: Scope) -> None:
        names = [each["String"]["sval"] for each in fields["collname"]]
        if names[:-1] not in ([], [_OWN]):
            said = ".".join(names)
            self._refusals.add(
                f"the query uses the collation {said}, which is not one of PostgreSQL's own", fields
            )
        self._within("CollateClause", fields, scope, but={"collname"})

    def _indirection(self, fields: Fields, scope: Scope) -> None:
        for each in fields.get("indirection", ()):
            if "A_Indices" not in each:
                self._refusals.add(
                    "the query takes a field of a value, as (value).field",
                    fields,
                    hint="Put what makes the value into FROM, and name the column.",
                )
        self._within("A_Indirection", fields, scope)

    def _own_name(self, names: list[Node], known: frozenset[str], otherwise: str, fields: Fields) -> str:
        """The name of one of PostgreSQL's own, qualified as such; "" after a refusal."""
        parts: list[str] = [each["String"]["sval"] for each in names]
        if parts[-1] in known and parts[:-1] in ([], [_OWN]):
            is_syntax = parts == ["unnest"] and len(fields.get("args", ())) > 1  # it has no schema
            if len(parts) == 1 and not is_syntax:
                self._qualify(names, _OWN, fields)
            return parts[-1]
        said = ".".join(parts)
        self._refusals.add(
            otherwise.format(said),
            fields,
            hint=nearest(parts[-1], known) or "docs/sql.md lists them.",
        )
        return ""

    # ------------------------------------------------------------ edits and refusals

    def _qualify(self, names: list[Node], schema: str, fields: Fields) -> None:
        """Qualifies the name at the node's position."""
        names.insert(0, {"String": {"sval": schema}})
        self._insert(fields, f"{_identifier(schema)}.")

    def _insert(self, fields: Fields, what: str) -> None:
        place = fields.get("location", 0)
        apart = " " if _IN_A_WORD.fullmatch(self._text[max(0, place - 1) : place]) else ""  # FROM"hits"
        self.edits.append(Edit(place, place, apart + what))


def _names(column: Fields) -> tuple[str, ...]:
    return tuple(each["String"]["sval"] if "String" in each else _EVERY for each in column["fields"])


def _is_star(column: Fields) -> bool:
    return "A_Star" in column["fields"][-1]


def _bare(node: Node) -> str | None:
    """The name that a member of ORDER BY or GROUP BY consists of; None if it is more than a name."""
    if sort := fields_of(node, "SortBy"):
        node = sort["node"]
    column = fields_of(node, "ColumnRef")
    if column is None or len(column["fields"]) != 1 or _is_star(column):
        return None
    return _names(column)[0]


def _is_this_database(args: Sequence[Node]) -> bool:
    if len(args) != 1:
        return False
    if value := fields_of(args[0], "SQLValueFunction"):
        return bool(value["op"] == "SVFOP_CURRENT_CATALOG")
    call = fields_of(args[0], "FuncCall")
    return call is not None and bool(call["funcname"][-1]["String"]["sval"] == "current_database")


def _identifier(name: str) -> str:
    """In its written form; pg_catalog and public need no quotes, and many others do."""
    return name if name in {_OWN, "public"} else _quoted(name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
