SELECT DISTINCT attname::text FROM pg_catalog.pg_attribute
JOIN pg_catalog.pg_class ON pg_class.oid = attrelid
WHERE relname = ANY(%(listed)s) AND attnum > 0 AND NOT attisdropped
LIMIT 10000
