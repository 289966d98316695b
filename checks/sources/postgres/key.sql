-- The columns of a table's primary key ($1: schema, $2: name), in order.
SELECT attname::pg_catalog.text
FROM pg_catalog.pg_index
JOIN pg_catalog.pg_class ON pg_class.oid = indrelid
JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
CROSS JOIN LATERAL pg_catalog.unnest(indkey::pg_catalog.int2[]) WITH ORDINALITY AS part (number, place)
JOIN pg_catalog.pg_attribute ON attrelid = indrelid AND attnum = part.number
WHERE nspname = $1 AND relname = $2 AND indisprimary
ORDER BY place
