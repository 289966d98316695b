WITH begun AS (
    SELECT {dispatches_start} AS at, {dispatches_status} AS status, {dispatches_error} AS error,
           {dispatches_status} = %(dispatches_enqueued)s AS enqueued
    FROM {dispatches}
    WHERE {dispatches_start} >= %(start)s AND {dispatches_start} < %(end)s
      AND NOT (
          {dispatches_status} = %(dispatches_dispatching)s
          AND {dispatches_start} + make_interval(secs => {dispatches_seconds}) > %(end)s
      )
), total AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE enqueued) AS enqueued FROM begun
), buckets AS (
    SELECT date_bin(%(bucket)s, at, %(start)s) AS bucket,
           100.0 * count(*) FILTER (WHERE enqueued) / count(*) AS percent
    FROM begun
    GROUP BY 1
), reasons AS (
    SELECT status, split_part(error, E'\n', 1) AS error, count(*) AS windows
    FROM begun
    WHERE NOT enqueued
    GROUP BY 1, 2
    ORDER BY count(*) DESC, 1, 2
    LIMIT %(most)s
)
SELECT CASE WHEN n > 0 THEN enqueued END AS enqueued, CASE WHEN n > 0 THEN n - enqueued END AS not_enqueued,
       100.0 * enqueued / nullif(n, 0) AS percent, n AS percent_n,
       (SELECT jsonb_agg(jsonb_build_array(extract(epoch FROM bucket), percent) ORDER BY bucket) FROM buckets)
           AS series,
       (SELECT jsonb_agg(to_jsonb(reasons) ORDER BY windows DESC, status, error) FROM reasons) AS offenders
FROM total
