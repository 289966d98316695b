-- What a change of a table ($1: schema, $2: name, $3: verb, $4: the columns that it sets) has the database do as well:
-- the tables that foreign keys lead to, and its triggers; at most $5 names of each.
WITH RECURSIVE target AS (
    SELECT pg_class.oid AS relation,
           ARRAY(SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = pg_class.oid AND attname = ANY ($4::pg_catalog.text[])) AS columns
    FROM pg_catalog.pg_class
    JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = $1::pg_catalog.text AND relname = $2::pg_catalog.text
), reached (relation, columns, is_deleted, is_target) AS (
    SELECT relation, columns, $3::pg_catalog.text = 'delete', true
    FROM target
    WHERE $3::pg_catalog.text <> 'insert'
    UNION
    SELECT conrelid, conkey, is_deleted AND confdeltype = 'c', false
    FROM reached
    JOIN pg_catalog.pg_constraint ON contype = 'f' AND confrelid = relation
    WHERE CASE WHEN is_deleted THEN confdeltype ELSE confupdtype END IN ('c', 'n', 'd')
      AND (is_deleted OR confkey && columns)
)
SELECT ARRAY(
           SELECT DISTINCT nspname || '.' || relname
           FROM reached
           JOIN pg_catalog.pg_class ON pg_class.oid = relation
           JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
           WHERE NOT is_target
           ORDER BY 1
           LIMIT $5
       )::pg_catalog.text[],
       ARRAY(
           SELECT tgname
           FROM pg_catalog.pg_trigger
           JOIN target ON tgrelid = relation
           WHERE NOT tgisinternal AND tgenabled <> 'D'
             AND tgtype & CASE $3::pg_catalog.text WHEN 'insert' THEN 4 WHEN 'delete' THEN 8 ELSE 16 END <> 0
           ORDER BY 1
           LIMIT $5
       )::pg_catalog.text[]
