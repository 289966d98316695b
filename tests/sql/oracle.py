"""What a statement reaches according to the server's own analysis: the stored tree of a view over the statement."""

from __future__ import annotations

import re

import psycopg

from checks.sources.postgres.vocabulary import FUNCTIONS
from tests.sql.corpus import TABLES

FIRST = 16384  # user-defined objects have oids from here on
CALLED = (0, 3)  # function forms of explicit calls; the others are casts
_NUMBER = re.compile(r":(\w+) (\d{2,10})\b")
_FUNCTION = re.compile(r"\{FUNCEXPR :funcid (\d+) .*?:funcformat (\d)")
_AGGREGATE = re.compile(r":(?:aggfnoid|winfnoid) (\d+)")
_RELATION = re.compile(r":relid (\d+)")
_NAMED = re.compile(r":consttype 2205 .*?:constvalue 4 \[ (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
# a join lists the types of all columns
_OIDS = re.compile(r"(id|oid|no|op|(?<!var)type|coll|collation|collid|handler)$")

KNOWN = """
SELECT 'relation', attrelid FROM pg_attribute WHERE attrelid = ANY (%(listed)s::regclass[]::oid[])
UNION ALL
SELECT 'value', unnest(ARRAY[atttypid, typelem, typbasetype, typarray, typcollation])
FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
WHERE attrelid = ANY (%(listed)s::regclass[]::oid[]) AND typname NOT IN ('odd', 'pair')
UNION ALL
SELECT 'function', oid FROM pg_proc WHERE proname = ANY (%(functions)s) AND pronamespace = 'pg_catalog'::regnamespace
"""


class Oracle:
    def __init__(self, owner: psycopg.AsyncConnection, known: dict[str, set[int]]) -> None:
        self._owner = owner
        self._known = known

    @classmethod
    async def of(cls, owner: psycopg.AsyncConnection) -> Oracle:
        listed = ['"Odd"."Name"' if table == "Odd.Name" else table for table in TABLES]
        rows = await owner.execute(KNOWN, {"listed": listed, "functions": sorted(FUNCTIONS)})
        known: dict[str, set[int]] = {"relation": set(), "value": set(), "function": set()}
        async for kind, oid in rows:
            known[kind].add(oid)
        return cls(owner, known)

    async def reached(self, statement: str) -> set[str] | None:
        """Returns what the statement should not reach, or None if the server refuses it."""
        try:
            tree = await self._analyzed(statement)
        except psycopg.Error:
            await self._owner.execute("ROLLBACK")
            return None
        return set(self._strangers(tree))

    async def _analyzed(self, statement: str) -> str:
        await self._owner.execute("BEGIN; SET LOCAL search_path = pg_catalog, pg_temp")
        await self._owner.execute(
            f"CREATE VIEW pg_temp.over AS SELECT 1 AS one FROM (\n{statement}\n) AS answered"
        )
        found = await self._owner.execute(
            "SELECT ev_action::text FROM pg_rewrite WHERE ev_class = 'pg_temp.over'::regclass"
        )
        row = await found.fetchone()
        await self._owner.execute("ROLLBACK")
        assert row
        return str(row[0])

    def _strangers(self, tree: str) -> list[str]:
        relations = self._known["relation"]
        named = [
            sum((int(byte) % 256) << (8 * place) for place, byte in enumerate(found))
            for found in _NAMED.findall(tree)
        ]
        called = [int(oid) for oid, form in _FUNCTION.findall(tree) if int(form) in CALLED]
        called += [int(oid) for oid in _AGGREGATE.findall(tree)]
        return [
            *(
                f"relation {oid}"
                for oid in {int(found) for found in _RELATION.findall(tree)} - relations - {0}
            ),
            *(f"relation {oid} by name" for oid in set(named) - relations),
            *(f"function {oid}" for oid in set(called) - self._known["function"]),
            *(
                f"{field} {number}"
                for field, number in _NUMBER.findall(tree)
                if int(number) >= FIRST
                and _OIDS.search(field)
                and int(number) not in relations | self._known["value"]
            ),
        ]
