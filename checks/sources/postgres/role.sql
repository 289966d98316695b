-- The role's privileges beyond reading the listed relations ($1: schemas, $2: names), one row per kind: (what, how many, some of their names).
WITH listed AS (
    SELECT pg_class.oid
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) AS given (schema, name)
    JOIN pg_catalog.pg_namespace ON nspname = schema
    JOIN pg_catalog.pg_class ON relnamespace = pg_namespace.oid AND relname = name
), relation AS (
    SELECT pg_class.oid, pg_catalog.format('%I.%I', nspname, relname) AS name
    FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname NOT IN ('pg_catalog', 'information_schema')
      AND nspname NOT LIKE 'pg\_t%' AND pg_catalog.has_schema_privilege(pg_namespace.oid, 'USAGE')
), found AS (
    SELECT 1 AS place, 'do anything: it is a superuser' AS what, NULL AS name
    FROM pg_catalog.pg_roles WHERE rolname = current_user AND rolsuper
    UNION ALL
    SELECT 2, 'create roles or databases, or replicate', NULL
    FROM pg_catalog.pg_roles WHERE rolname = current_user AND (rolcreaterole OR rolcreatedb OR rolreplication)
    UNION ALL
    SELECT 3, 'use', rolname::pg_catalog.text
    FROM pg_catalog.pg_roles
    WHERE rolname IN (
        'pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',
        'pg_execute_server_program', 'pg_signal_backend', 'pg_maintain'
    ) AND pg_catalog.pg_has_role(oid, 'USAGE')
    UNION ALL
    SELECT 4, 'change rows of', name FROM relation
    WHERE pg_catalog.has_table_privilege(oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
       OR pg_catalog.has_any_column_privilege(oid, 'INSERT, UPDATE')
    UNION ALL
    SELECT 5, 'read, though `tables` does not list them,', name FROM relation
    WHERE oid NOT IN (SELECT oid FROM listed) AND pg_catalog.has_any_column_privilege(oid, 'SELECT')
    UNION ALL
    SELECT 6, 'call, with the rights of their owners,', pg_catalog.format('%I.%I()', nspname, proname)
    FROM pg_catalog.pg_proc JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pronamespace
    WHERE prosecdef AND nspname NOT IN ('pg_catalog', 'information_schema')
      AND pg_catalog.has_function_privilege(pg_proc.oid, 'EXECUTE')
    UNION ALL
    SELECT 7, 'make tables, functions or types in', pg_catalog.quote_ident(nspname)
    FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
      AND pg_catalog.has_schema_privilege(oid, 'CREATE')
    UNION ALL
    SELECT 8, 'make temporary tables', NULL
    WHERE pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY')
)
SELECT what, pg_catalog.count(name), (pg_catalog.array_agg(name ORDER BY name) FILTER (WHERE name IS NOT NULL))[:3]
FROM found
-- Everything else follows from it.
WHERE place = 1 OR NOT EXISTS (SELECT FROM found AS first WHERE first.place = 1)
GROUP BY place, what
ORDER BY place
