run_signals AS (
    SELECT NULL::text AS id, NULL::text AS error, NULL::timestamp AS at WHERE false
), runs AS (
    SELECT NULL::bigint AS n, NULL::timestamp AS latest
),
