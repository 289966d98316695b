"""The constructs of a SELECT that the guard understands: kinds of node, with the fields that may be set.

Anything unlisted is refused, so new constructs of a new PostgreSQL are refused until reviewed. Pure data.
"""

from __future__ import annotations

from collections.abc import Mapping

_NOTHING: frozenset[str] = frozenset()


def _fields(names: str) -> frozenset[str]:
    return frozenset(names.split())


UNDERSTOOD: Mapping[str, frozenset[str]] = {
    # a query and its parts
    "SelectStmt": _fields(
        "distinctClause targetList fromClause whereClause groupClause groupDistinct havingClause"
        " windowClause valuesLists sortClause limitOffset limitCount limitOption withClause op all larg rarg"
    ),
    "WithClause": _fields("ctes recursive"),
    "CommonTableExpr": _fields("ctename aliascolnames ctematerialized ctequery"),
    "ResTarget": _fields("name val"),
    "SortBy": _fields("node sortby_dir sortby_nulls useOp"),
    "WindowDef": _fields("name refname partitionClause orderClause frameOptions startOffset endOffset"),
    "GroupingSet": _fields("kind content"),
    # FROM
    "RangeVar": _fields("schemaname relname inh relpersistence alias"),
    "RangeSubselect": _fields("lateral subquery alias"),
    "RangeFunction": _fields("lateral ordinality is_rowsfrom functions alias coldeflist"),
    "RangeTableSample": _fields("relation method args repeatable"),
    "JoinExpr": _fields("jointype isNatural larg rarg usingClause join_using_alias quals alias"),
    "Alias": _fields("aliasname colnames"),
    "ColumnDef": _fields("colname typeName is_local"),
    # values
    "ColumnRef": _fields("fields"),
    "A_Star": _NOTHING,
    "A_Const": _fields("ival fval boolval sval bsval isnull"),
    "ParamRef": _fields("number"),
    "Integer": _fields("ival"),
    "String": _fields("sval"),
    "List": _fields("items"),
    # expressions
    "A_Expr": _fields("kind name lexpr rexpr"),
    "BoolExpr": _fields("boolop args"),
    "NullTest": _fields("arg nulltesttype"),
    "BooleanTest": _fields("arg booltesttype"),
    "CaseExpr": _fields("arg args defresult"),
    "CaseWhen": _fields("expr result"),
    "CoalesceExpr": _fields("args"),
    "MinMaxExpr": _fields("op args"),
    "SQLValueFunction": _fields("op typmod"),
    "SubLink": _fields("subLinkType testexpr operName subselect"),
    "FuncCall": _fields(
        "funcname args agg_order agg_filter over agg_within_group agg_star agg_distinct func_variadic funcformat"
    ),
    "NamedArgExpr": _fields("arg name argnumber"),
    "GroupingFunc": _fields("args"),
    "TypeCast": _fields("arg typeName"),
    "TypeName": _fields("names typmods typemod arrayBounds"),
    "CollateClause": _fields("arg collname"),
    "A_ArrayExpr": _fields("elements"),
    "RowExpr": _fields("args row_format"),
    "A_Indirection": _fields("arg indirection"),
    "A_Indices": _fields("is_slice lidx uidx"),
}

# The names of constructs in refusals; others are named as in PostgreSQL's grammar.
SAID: Mapping[str, str] = {
    "intoClause": "INTO",
    "lockingClause": "FOR UPDATE or another lock",
    "search_clause": "SEARCH",
    "cycle_clause": "CYCLE",
    "catalogname": "a table of another database",
    "setof": "SETOF",
    "pct_type": "%TYPE",
    "RangeTableFunc": "XMLTABLE",
    "JsonTable": "JSON_TABLE",
    "XmlExpr": "XML",
    "XmlSerialize": "XML",
    "CurrentOfExpr": "CURRENT OF",
    "JsonObjectConstructor": "JSON_OBJECT",
    "JsonArrayConstructor": "JSON_ARRAY",
    "JsonFuncExpr": "a JSON function of the SQL standard",
    "JsonIsPredicate": "IS JSON",
    "MergeSupportFunc": "MERGE",
    "SetToDefault": "DEFAULT",
}
