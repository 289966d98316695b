-- Runs an action's statement, and returns how many rows it touched and the keys of some of them.
WITH "an action's rows" AS (
{statement}
RETURNING pg_catalog.left({key}, {longest}) AS "a key"
) SELECT (SELECT pg_catalog.count(*) FROM "an action's rows"),
         ARRAY(SELECT "a key" FROM "an action's rows" LIMIT {sample})
