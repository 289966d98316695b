"""Limits on calls that produce large results, or that run long without checking the time limit: their
arguments must be literals. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from checks.sources.postgres.grammar import Fields, Node, fields_of, opened
from checks.sources.postgres.scope import Scope
from checks.sources.postgres.vocabulary import LENGTHS, LONGEST, LONGEST_SOUGHT, SOUGHT

_WIDE = re.compile(r"%(?:\d+\$)?-*(?:\*|\d{4})")
# Their result is hardly longer than their argument.
_NO_LONGER = frozenset({"lower", "upper", "initcap", "btrim", "ltrim", "rtrim", "reverse"})


def unbounded(name: str, args: Sequence[Node], scope: Scope) -> tuple[str, str]:
    """Why a call of this function is unbounded, and what to do; "" if it is bounded."""
    if name in LENGTHS and not _is_small(args, LENGTHS[name], LONGEST):
        return f"the query calls {name}() with a length that is not a number up to {LONGEST:,}", ""
    if name == "format" and (not args or _WIDE.search(literal(args[0]) or "%*")):
        return "the query calls format() with a width, or with a template that is not a literal", ""
    if any(len(args) > place and not is_short(args[place], scope) for place in SOUGHT.get(name, ())):
        return (
            f"the query calls {name}() with a text to look for that may be long",
            f"PostgreSQL cannot be interrupted there. Write the text out, or cut it: left(…, {LONGEST_SOUGHT}).",
        )
    return "", ""


def is_short(node: Node, scope: Scope) -> bool:
    """Whether a text has few characters: a literal, an argument of the run, or an expression of such."""
    if not node:
        return False
    kind, fields = opened(node)
    short = False
    match kind:
        case "TypeCast":
            short = "typmods" not in fields["typeName"] and is_short(fields["arg"], scope)
        case "ParamRef":
            short = True
        case "A_Const":
            short = all(
                len(fields.get(kind, {}).get(kind, "")) <= LONGEST_SOUGHT for kind in ("sval", "bsval")
            )
        case "A_ArrayExpr":
            short = all(is_short(each, scope) for each in fields.get("elements", ()))
        case "FuncCall":
            short = _makes_short(fields, scope)
        case "ColumnRef":
            short = scope.is_short([each.get("String", {}).get("sval", "") for each in fields["fields"]])
    return short


def _makes_short(call: Fields, scope: Scope) -> bool:
    name, args = call["funcname"][-1]["String"]["sval"], call.get("args", [])
    if name == "left":
        return _is_small(args, 1, LONGEST_SOUGHT)
    return name in _NO_LONGER and bool(args) and is_short(args[0], scope)


def literal(node: Node) -> str | None:
    """The text of a literal, `'…'` or `'…'::regclass`."""
    if cast := fields_of(node, "TypeCast"):
        names = [each["String"]["sval"] for each in cast["typeName"].get("names", ())]
        is_own = names[:-1] in ([], ["pg_catalog"]) and names[-1:] in (["regclass"], ["text"])
        node = cast["arg"] if is_own else node
    constant = fields_of(node, "A_Const")
    return None if constant is None or "sval" not in constant else constant["sval"].get("sval", "")


def _is_small(args: Sequence[Node], place: int, most: int) -> bool:
    """Whether the argument at `place` is a literal number from 0 to `most`."""
    constant = fields_of(args[place], "A_Const") if len(args) > place else None
    return constant is not None and "ival" in constant and 0 <= constant["ival"].get("ival", 0) <= most
