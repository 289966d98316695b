-- Of the relations in a plan, those that are not listed. A partition counts as the table that it is part of.
WITH RECURSIVE used AS (
    SELECT pg_class.oid AS relation, pg_class.oid AS ancestor
    FROM unnest(%(schemas)s::text[], %(names)s::text[]) AS named (schema, name)
    JOIN pg_catalog.pg_namespace ON nspname = named.schema
    JOIN pg_catalog.pg_class ON relname = named.name AND relnamespace = pg_namespace.oid
    UNION
    SELECT used.relation, inhparent FROM used JOIN pg_catalog.pg_inherits ON inhrelid = used.ancestor
)
SELECT relation::regclass::text
FROM used
GROUP BY relation
HAVING NOT bool_or(ancestor IN (SELECT to_regclass(name) FROM unnest(%(listed)s::text[]) AS name))
ORDER BY 1
