"""Statements assembled from tokens or subtrees of others. `python -m tests.sql.mutations SEED COUNT` prints some.

They are generated in a process of their own: the library crashes on some trees that no statement has.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from random import Random

import postgast
from google.protobuf.message import DecodeError

from tests.sql.corpus import accepted, refused

_TOKEN = re.compile(r"\s+|\w+|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|::|->>?|<=|>=|<>|\|\||.", re.DOTALL)
_TRICKS = (
    "/* ' */",
    "--\r",
    "--\n",
    "/*/**/*/",
    "E'\\''",
    "$é$ ' $é$",
    'U&"\\0073ecrets"',
    "\u00a0",
    '"',
    "'",
    ";",
)
_STRANGERS = (
    *(
        "secrets",
        "public.secrets",
        "app.hits",
        "pg_authid",
        "pg_catalog.pg_class",
        "hits_child",
        "touch",
        "touch()",
    ),
    *(
        "total_of",
        "quiet",
        "word",
        "pg_read_file",
        "pg_sleep",
        "query_to_xml",
        "regclass",
        "pair",
        "odd",
        "hits",
        "h",
    ),
    *(
        "OPERATOR(public.+)",
        "public",
        "LATERAL",
        "ctid",
        "tableoid",
        "place",
        "*",
        "(hits)",
        "hits.*",
        "app.mood",
    ),
)


_GRAFTED = {"Node", "SelectStmt", "RangeVar", "TypeName", "Alias"}
BATCH = 2000
_SYNTAX = 4  # a function with its own syntax, whose arguments are tied to it
_TIED = {
    "typmods",
    "items",
    "names",
    "funcname",
    "fields",
    "colnames",
    "functions",
    "stmts",
    "ctes",
    "name",
    "coldeflist",
}
_KINDS = {  # that stand where no expression can
    *(
        "list",
        "string",
        "res_target",
        "sort_by",
        "window_def",
        "range_var",
        "range_subselect",
        "range_function",
    ),
    *(
        "join_expr",
        "range_table_sample",
        "common_table_expr",
        "case_when",
        "named_arg_expr",
        "a_star",
        "a_indices",
    ),
    *("grouping_set", "select_stmt", "column_def", "type_name", "integer", "float"),
}


class Mutations:
    def __init__(self, statements: Sequence[str], random: Random) -> None:
        self._random = random
        self._tokens = [tokens for tokens in map(_TOKEN.findall, statements) if tokens]
        self._trees = [tree for statement in statements if (tree := _tree(statement)) and _slots(tree)]
        self._nodes: dict[tuple[str, str, str], list] = {}
        for tree in self._trees:
            for slot, node in _slots(tree):
                self._nodes.setdefault(slot, []).append(node)

    def another(self) -> str:
        return self._grafted() if self._random.random() < 0.6 else self._spliced()

    def _grafted(self) -> str:
        """Replace one or two nodes of a tree by another statement's, from the same place in the same construct.

        Grammars produce no other trees, and the library relies on that.
        """
        tree = type(self._trees[0])()
        tree.CopyFrom(self._random.choice(self._trees))
        for _ in range(self._random.randint(1, 2)):
            slot, node = self._random.choice(_slots(tree))
            other = self._random.choice(self._nodes[slot])
            if node is not other and node.DESCRIPTOR is other.DESCRIPTOR:
                node.CopyFrom(other)
        try:
            return str(postgast.deparse(tree))
        except (postgast.PgQueryError, DecodeError):
            return self._spliced()

    def _spliced(self) -> str:
        tokens = list(self._random.choice(self._tokens))
        for _ in range(self._random.randint(1, 4)):
            place = self._random.randrange(len(tokens))
            match self._random.randrange(6):
                case 0:
                    tokens[place] = self._random.choice(self._random.choice(self._tokens))
                case 1:
                    tokens[place] = self._random.choice(_STRANGERS)
                case 2:
                    tokens.insert(place, self._random.choice(_STRANGERS))
                case 3:
                    tokens.insert(place, self._random.choice(_TRICKS))
                case 4 if len(tokens) > 1:
                    del tokens[place]
                case _:
                    other = self._random.choice(self._tokens)
                    begin = self._random.randrange(len(other))
                    tokens[place:place] = other[begin : begin + self._random.randint(1, 8)]
        return "".join(tokens)


def _kind(node) -> str:
    """The kind of a node; none for expressions, since any may replace another."""
    kind = node.WhichOneof("node") if node.DESCRIPTOR.name == "Node" else ""
    return kind if kind in _KINDS else ""


def _tree(statement: str):
    try:
        return postgast.parse(statement)
    except (postgast.PgQueryError, DecodeError, ValueError):
        return None


def children(message) -> Iterator[tuple]:
    """Yields (field, message) for every direct child message."""
    for field, value in message.ListFields():
        if field.message_type is not None:
            for each in value if field.is_repeated else (value,):
                yield field.name, each


def _slots(tree) -> list:
    """Yields ((construct, field, kind), node) for every place where a node may be replaced."""
    found, left = [], [tree]
    while left:
        message = left.pop()
        if message.DESCRIPTOR.name == "FuncCall" and message.funcformat == _SYNTAX:
            continue
        for field, child in children(message):
            left.append(child)
            # lists keep the length that their construct needs
            tied = field in _TIED or _kind(child) == "list"
            if child.DESCRIPTOR.name in _GRAFTED and not tied:
                found.append(((message.DESCRIPTOR.name, field, _kind(child)), child))
    return found


def mutations(count: int, seed: int) -> Iterator[str]:
    """Returns `count` mutations, the same ones for the same seed."""
    made = 0
    for batch in range(count):
        command = [
            sys.executable,
            "-m",
            "tests.sql.mutations",
            f"{seed}{batch:04}",
            str(min(count - made, BATCH)),
        ]
        ended = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        lines = [line for line in ended.stdout.split(b"\n") if line]
        yield from (json.loads(line) for line in lines)
        made += len(lines)
        if made >= count:
            return


def _print(seed: int, count: int) -> None:
    made = Mutations([*accepted(), *(statement for statement, _ in refused())], Random(seed))
    for _ in range(count):
        sys.stdout.write(json.dumps(made.another()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _print(*map(int, sys.argv[1:]))
