-- Dispatch windows that began in the window. One still being dispatched is judged once its time is over.
WITH begun AS (
    SELECT {dispatches_start_at} AS at, left({dispatches_status}::text, %(long)s) AS status,
           left(split_part({dispatches_error}::text, E'\n', 1), %(long)s) AS error,
           ({dispatches_status} = %(dispatches_enqueued)s) IS TRUE AS enqueued,
           ({dispatches_status} = %(dispatches_dispatching)s) IS TRUE
               AND {dispatches_start_at} + make_interval(
                       secs => least(greatest(coalesce({dispatches_seconds}, 0), 0), 31622400)
                   ) > %(now)s AS under_way
    FROM {dispatches}
    WHERE {dispatches_start} >= %(start)s AND {dispatches_start} < %(end)s
), judged AS (
    SELECT * FROM begun WHERE NOT under_way
), total AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE enqueued) AS enqueued FROM judged
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket,
           100.0 * count(*) FILTER (WHERE enqueued) / count(*) AS percent
    FROM judged
    GROUP BY 1
), reasons AS (
    SELECT status, error, count(*) AS windows
    FROM judged
    WHERE NOT enqueued
    GROUP BY 1, 2
    ORDER BY count(*) DESC, 1, 2
    LIMIT %(most)s
), known AS (
    SELECT (SELECT true FROM {dispatches} ORDER BY {dispatches_start} LIMIT 1) IS TRUE AS known
)
SELECT CASE WHEN known THEN enqueued END AS enqueued, CASE WHEN n > 0 THEN n - enqueued END AS not_enqueued,
       100.0 * enqueued / nullif(n, 0) AS percent, n AS percent_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), percent) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(reasons) ORDER BY windows DESC, status, error) FROM reasons) AS offenders,
       (SELECT max({dispatches_start}) FROM {dispatches}) AS latest, NULL::jsonb AS unplaced
FROM total, known
