-- What the listed names refer to in this database, one row each: a name without a schema is resolved by the search path.
-- A column is opaque unless its type is PostgreSQL's own, or an enum, or an array or domain of such, without a
-- user-defined cast, check or ordering: reading any other calls user-defined functions.
WITH RECURSIVE listed AS (
    SELECT place, schema, name
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[]))
         WITH ORDINALITY AS given (schema, name, place)
), path AS (
    SELECT place, pg_namespace.oid AS namespace
    FROM pg_catalog.unnest($3::pg_catalog.name[]) WITH ORDINALITY AS given (schema, place)
    JOIN pg_catalog.pg_namespace ON nspname = schema
    WHERE nspname NOT LIKE 'pg\_temp\_%'
), candidate AS (
    SELECT listed.place, pg_class.oid AS relation, pg_class.relnamespace, pg_class.relname,
           pg_catalog.row_number() OVER (PARTITION BY listed.place ORDER BY path.place) AS choice
    FROM listed
    JOIN pg_catalog.pg_class ON relname = listed.name AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    LEFT JOIN path ON path.namespace = relnamespace
    WHERE nspname = listed.schema OR listed.schema = '' AND path.place IS NOT NULL
), chosen AS (
    SELECT place, relation, relnamespace, relname,
           relation = (
               SELECT pg_class.oid FROM path
               JOIN pg_catalog.pg_class ON pg_class.relnamespace = path.namespace
               WHERE pg_class.relname = candidate.relname ORDER BY path.place LIMIT 1
           ) AS found_first
    FROM candidate
    WHERE choice = 1
), attribute AS (
    SELECT DISTINCT ON (attrelid, attnum) attrelid, attnum, attname, atttypid
    FROM pg_catalog.pg_attribute JOIN chosen ON attrelid = relation
    WHERE attnum > 0 AND NOT attisdropped
), made_of (whole, part) AS (  -- a domain of its base type, an array of its elements
    SELECT atttypid, atttypid FROM attribute
    UNION
    SELECT whole, CASE WHEN typtype = 'd' THEN typbasetype ELSE typelem END
    FROM made_of JOIN pg_catalog.pg_type ON pg_type.oid = part
    WHERE typtype = 'd' OR typcategory = 'A' AND typelem <> 0
), kind AS (
    SELECT whole, pg_catalog.bool_and(
               typtype = 'd' OR typcategory = 'A' AND typelem <> 0 OR typtype = 'e'
               OR nspname = 'pg_catalog' AND typtype IN ('b', 'r', 'm')
           ) AND NOT pg_catalog.bool_or(EXISTS (
               SELECT FROM pg_catalog.pg_cast
               JOIN pg_catalog.pg_proc ON pg_proc.oid = castfunc
               WHERE nspname <> 'pg_catalog' AND (castsource = part OR casttarget = part)
                 AND pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
           )) AND NOT pg_catalog.bool_or(EXISTS (  -- no dependency on PostgreSQL's own functions is recorded
               SELECT FROM pg_catalog.pg_constraint
               JOIN pg_catalog.pg_depend ON classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND objid = pg_constraint.oid
               WHERE contypid = part AND refclassid IN (
                   'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass)
           )) AND NOT pg_catalog.bool_or(EXISTS (
               SELECT FROM pg_catalog.pg_opclass
               WHERE opcintype = part AND opcdefault AND opcnamespace <> 'pg_catalog'::pg_catalog.regnamespace
           )) AS plain
    FROM made_of
    JOIN pg_catalog.pg_type ON pg_type.oid = part
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = typnamespace
    GROUP BY whole
)
SELECT listed.place::pg_catalog.int4 - 1, nspname::pg_catalog.text, relname::pg_catalog.text, found_first, columns.names, columns.opaque, columns.enums
FROM listed
LEFT JOIN (chosen JOIN pg_catalog.pg_namespace ON pg_namespace.oid = chosen.relnamespace) USING (place)
LEFT JOIN LATERAL (
    SELECT pg_catalog.array_agg(attname::pg_catalog.text ORDER BY attnum) AS names,
           pg_catalog.array_agg(CASE WHEN plain THEN '' ELSE pg_catalog.format_type(atttypid, NULL) END ORDER BY attnum) AS opaque,
           pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(type_space.nspname, pg_type.typname)) FILTER (WHERE plain AND typtype = 'e') AS enums
    FROM attribute
    JOIN kind ON kind.whole = atttypid
    JOIN pg_catalog.pg_type ON pg_type.oid = atttypid
    JOIN pg_catalog.pg_namespace AS type_space ON type_space.oid = typnamespace
    WHERE attrelid = chosen.relation
) AS columns ON true
ORDER BY 1
