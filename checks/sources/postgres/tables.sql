SELECT relname::text FROM pg_catalog.pg_class
WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
  AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)
LIMIT 10000
