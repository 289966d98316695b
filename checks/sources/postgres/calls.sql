-- Of the functions called, those that a check may not call, and why. An unqualified name means PostgreSQL's
-- own function wherever there is one of that name. Those that make much out of little are among them: the
-- planner computes them, and a plan has no size limit.
SELECT called.name, CASE
           WHEN NOT own.found THEN 'is not one of PostgreSQL''s own and may read anything'
           ELSE 'does more than compute with the values read'
       END
FROM unnest(%(schemas)s::text[], %(names)s::text[]) AS called (schema, name),
     LATERAL (
         SELECT coalesce(bool_or(nspname = 'pg_catalog'), false) AS found,
                coalesce(bool_or(nspname = 'pg_catalog' AND (
                    provolatile = 'v'
                    OR proname ~ '^(pg_|lo_)|_to_xml|^(current_setting|repeat|lpad|rpad|format|array_fill)$'
                )), false) AS beyond,
                count(*) > 0 AS exists
         FROM pg_catalog.pg_proc
         JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pronamespace
         WHERE proname = called.name AND (called.schema = '' OR nspname = called.schema)
     ) AS own
WHERE own.exists AND (own.beyond OR NOT own.found)
ORDER BY 1
