SELECT CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE {column} = %(equals)s) END AS covered,
       nullif(count(*), 0) AS total,
       100.0 * count(*) FILTER (WHERE {column} = %(equals)s) / nullif(count(*), 0) AS percent,
       NULL::timestamp AS latest, NULL::jsonb AS unplaced
FROM {table}
WHERE {only} = %(only)s OR %(only)s IS NULL
