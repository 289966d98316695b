"""What an action may do to a database: one INSERT, UPDATE or DELETE of a listed table, with known constructs
only. Pure.

Except for the change itself, the rules of queries apply (guard.py): the tables that it reads are listed, its
functions, types and operators are PostgreSQL's own, and only the fully qualified text is run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from checks.outcome import Cause, CheckError
from checks.sources.postgres.catalog import Catalog, Relation
from checks.sources.postgres.grammar import Fields, Node, Wanted, edited, opened, parse
from checks.sources.postgres.guard import Guard
from checks.sources.postgres.refusals import Refusals, nearest
from checks.sources.postgres.scope import Scope

WRITE = Wanted("an INSERT, UPDATE or DELETE", "Write one INSERT, UPDATE or DELETE.")
_VERBS: Mapping[str, str] = {"InsertStmt": "insert", "UpdateStmt": "update", "DeleteStmt": "delete"}
_FIELDS: Mapping[str, frozenset[str]] = {
    "InsertStmt": frozenset({"relation", "cols", "selectStmt", "withClause", "onConflictClause", "override"}),
    "UpdateStmt": frozenset({"relation", "targetList", "whereClause", "fromClause", "withClause"}),
    "DeleteStmt": frozenset({"relation", "usingClause", "whereClause", "withClause"}),
}
_SAID: Mapping[str, str] = {
    "returningList": "RETURNING, which canary adds itself",
    "returningClause": "RETURNING, which canary adds itself",
}


@dataclass(frozen=True)
class Change:
    """A statement that may be run."""

    text: str  # with every name qualified
    verb: str  # "update"
    target: Relation
    alias: str  # the alias of the target's columns
    columns: tuple[str, ...] = ()  # that an update sets


def verb_of(text: str) -> str:
    """ "update", as far as the text alone shows. Raises CheckError if it is not one INSERT, UPDATE or DELETE."""
    kind, _ = opened(parse(text, WRITE).tree)
    if kind not in _VERBS:
        raise _not_a_change()
    return _VERBS[kind]


def guarded_change(text: str, catalog: Catalog) -> Change:
    """Returns the statement to run instead of `text`. Raises CheckError, for unlisted names first."""
    statement = parse(text, WRITE)
    refusals = Refusals(text)
    guard = _WriteGuard(text, catalog, refusals)
    guard.statement(statement.tree)
    refusals.raise_first()
    catalog.refuse_missing()
    target = guard.target
    assert target
    return Change(edited(statement, guard.edits), guard.verb, target, guard.alias, tuple(guard.columns))


class _WriteGuard(Guard):
    target: Relation | None = None
    verb = ""
    alias = ""
    columns: Sequence[str] = ()

    def statement(self, node: Node) -> None:
        kind, fields = opened(node)
        if kind not in _VERBS:
            raise _not_a_change()
        self.verb = _VERBS[kind]
        for field in fields.keys() - _FIELDS[kind]:
            self._refusals.add(f"the statement uses {_SAID.get(field, field)}", hint=WRITE.hint)
        scope = Scope().inner(self._expressions(fields, Scope()))
        self._bind_target(fields["relation"], scope)
        if kind == "InsertStmt":
            self._insert_into(fields, scope)
            return
        for item in (*fields.get("fromClause", ()), *fields.get("usingClause", ())):
            self._relations.bind(item, scope)
        for item in (*fields.get("fromClause", ()), *fields.get("usingClause", ())):
            self._look_at(item, scope)
        assigned = fields.get("targetList", ())
        for column in assigned:
            self._assigned(column, scope)
        self.columns = [str(column["ResTarget"].get("name", "")) for column in assigned]
        self._look_at(fields.get("whereClause", {}), scope)

    def _bind_target(self, relation: Fields, scope: Scope) -> None:
        name = relation["relname"]
        if name in scope.expressions:  # PostgreSQL means the table, but a reader may not
            self._refusals.add(f"the statement names a part of WITH like the table that it changes, {name}")
            return
        found = self._relations.find(relation.get("schemaname", ""), name)
        self._relations.bind({"RangeVar": relation}, scope)
        self._visit("RangeVar", relation, scope)
        if isinstance(found, Relation):
            self.target = found
            self.alias = relation.get("alias", {}).get("aliasname") or name

    def _insert_into(self, fields: Fields, scope: Scope) -> None:
        for column in fields.get("cols", ()):
            self._assigned(column, scope)
        source = fields.get("selectStmt")
        if not source:
            self._refusals.add("the statement inserts defaults only", hint="Say the values.")
            return
        self._look_at(source, Scope().inner(scope.expressions))  # the target's columns are not in scope there
        if conflict := fields.get("onConflictClause"):
            self._on_conflict(conflict)

    def _on_conflict(self, fields: Fields) -> None:
        elements = fields.get("infer", {}).get("indexElems", ())
        plain = all(
            each["IndexElem"].keys() <= {"name", "ordering", "nulls_ordering", "location"}
            for each in elements
        )
        known = fields.keys() <= {"action", "infer", "location"}
        known = known and fields.get("infer", {}).keys() <= {"indexElems", "location"}
        if fields.get("action") != "ONCONFLICT_NOTHING" or not plain or not known:
            self._refusals.add(
                "the statement uses ON CONFLICT otherwise than DO NOTHING", fields, hint="Write two actions."
            )

    def _assigned(self, node: Node, scope: Scope) -> None:
        """A column that is set, and its value."""
        column = node["ResTarget"]
        if self.target and column.get("name") not in self.target.columns:
            name = str(column.get("name", ""))
            self._refusals.add(
                f"{self.target.name}.{name} does not exist", column, hint=nearest(name, self.target.columns)
            )
        self._visit("ResTarget", column, scope)


def _not_a_change() -> CheckError:
    return CheckError(
        "the statement is not an INSERT, UPDATE or DELETE", cause=Cause.CONFIGURATION, hint=WRITE.hint
    )
